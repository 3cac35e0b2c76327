"""Whose word about a phone's key counts: sites of the mission in good standing, also other ones than ours."""

from datetime import UTC, datetime, timedelta

import pytest
from nacl.signing import SigningKey

from dunant.casualty import commands as c
from dunant.exchange.handover.model import Record
from dunant.exchange.handover.signing import IssuedPass, signed, unpadded
from dunant.kernel.clock import unix_ms
from dunant.kernel.errors import Refused
from dunant.services.asked import Asked
from dunant.services.handing import proven, trusted, vouch
from dunant.services.keys import SiteKey
from dunant.services.policies import load_policies
from dunant.sync.trust import SiteTrust, Trust
from tests.builders import a_subject, as_actor, asked

POLICIES = load_policies("mission_demo.toml")
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ALPHA, BRAVO = (SiteKey(secret=SigningKey(bytes([n]) * 32)) for n in (7, 8))
PHONE = SigningKey(bytes([9]) * 32)
DOCTOR = as_actor("clinician", user="doctor", facility=str(a_subject(1)))
CASUALTY = a_subject(2)


def a_trust(bravo: str | None) -> Trust:
    """What ALPHA believes; BRAVO's state, or None where nobody has heard of it."""
    states = {"ALPHA": (ALPHA, "ACTIVE"), **({"BRAVO": (BRAVO, bravo)} if bravo else {})}
    sites = {
        code: SiteTrust(code=code, state=state, keys={key.id: bytes(key.public)})
        for code, (key, state) in states.items()
    }
    return Trust(sites, "ALPHA", POLICIES.streams, POLICIES.sites.satisfies)


def from_bravo() -> Asked:
    """An acceptance signed on a phone of BRAVO, brought to ALPHA."""
    issued = IssuedPass.of(vouch(BRAVO, "BRAVO", unpadded(bytes(PHONE.verify_key)), DOCTOR, NOW, days=30))
    word = Record(kind="a", casualty=CASUALTY, at_ms=unix_ms(NOW), nonce="offer-001", facility=str(DOCTOR.facility))
    proof = unpadded(signed(word, issued, PHONE))
    return asked(c.AcceptCustody(casualty=CASUALTY, nonce="offer-001", mode="QR", facility=a_subject(1), proof=proof))


def test_a_word_under_another_site_of_the_mission_counts() -> None:
    signer = proven(from_bravo(), trusted(a_trust("ACTIVE"), ()), NOW).signer
    assert signer is not None
    assert (signer.user, signer.role, signer.facility) == ("doctor", "clinician", DOCTOR.facility)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (None, "exchange.foreign_key"),
        ("SUSPENDED", "exchange.foreign_key"),
        ("REVOKED", "exchange.revoked_key"),
        ("RETIRED", "exchange.revoked_key"),
    ],
)
def test_a_word_under_a_site_that_is_none_of_ours_does_not(state: str | None, code: str) -> None:
    with pytest.raises(Refused) as refused:
        proven(from_bravo(), trusted(a_trust(state), ()), NOW)
    assert refused.value.code == code


def test_a_word_from_after_the_grant_or_out_of_the_future_does_not() -> None:
    for now in (NOW - timedelta(days=1), NOW - timedelta(hours=2)):
        with pytest.raises(Refused) as refused:
            proven(from_bravo(), trusted(a_trust("ACTIVE"), ()), now)
        assert refused.value.code == "exchange.expired_key"
