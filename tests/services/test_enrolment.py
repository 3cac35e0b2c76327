"""A site comes to belong by three files; every way of doing it wrong is refused, and nothing changes then."""

import base64
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec.structs import replace

from dunant.config import Settings
from dunant.kernel.access import Actor
from dunant.kernel.clock import later
from dunant.kernel.errors import Denied, DunantError, Invalid
from dunant.kernel.events import canonical
from dunant.kernel.ids import UserId
from dunant.services import enrolment as en
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.identity import identity, names_of
from dunant.services.keys import load_key
from dunant.services.trusting import Trusting
from dunant.sites import commands as c
from dunant.sites import site_subject
from dunant.sites.errors import NotTheAuthority, OrderOfSiteStates, RequestInvalid, TokenExpired, TokenUsed
from dunant.sync.http import client_context

ADMIN = Author(actor=Actor(user=UserId("u-admin"), role="administrator", device=""), source="")
ROLES = ["receiving_facility"]


class Wall:
    """A clock that can be put on."""

    speed = 1.0

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


Pair = tuple[Site, Site, Wall]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    wall = Wall()
    hq = Site(Settings(data=tmp_path / "hq", site="MHQ"), wall)
    field = Site(Settings(data=tmp_path / "field", site="FIELD", tag_block=1), wall)
    en.begin(hq, ADMIN, ["mission_hq"], "https://hq.example:8443")
    yield hq, field, wall
    field.close()
    hq.close()


def asked(pair: Pair) -> en.Request:
    hq, field, _ = pair
    return en.request(field, en.invite(hq, ADMIN, "FIELD", ROLES), "https://field.example:8443", ["field.example"])


def test_three_files_make_a_site_belong(pair: Pair) -> None:
    hq, field, _ = pair
    invitation = en.from_file(en.to_file(en.invite(hq, ADMIN, "FIELD", ROLES)), en.Invitation)
    request = en.from_file(en.to_file(en.request(field, invitation, names=["10.0.0.7"])), en.Request)
    assert en.words(hq, request) == en.words(field, request)
    assert len(en.words(hq, request)) == 6
    answer = en.from_file(en.to_file(en.approve(hq, ADMIN, request)), en.Answer)
    assert identity(field.settings) is None
    en.install(field, answer)

    shown = identity(field.settings)
    assert shown is not None
    client_context(shown.authority, shown.cert, shown.key)
    for file in (shown.key, shown.cert):
        assert file.stat().st_mode & 0o077 == 0
    cert = x509.load_pem_x509_certificate(shown.cert.read_bytes())
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["field.dunant"]
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["urn:dunant:site:FIELD"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.7"]
    assert set(cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.SERVER_AUTH,
    }


def test_the_new_site_knows_the_mission_before_it_has_spoken_to_anybody(pair: Pair) -> None:
    hq, field, _ = pair
    en.install(field, en.approve(hq, ADMIN, asked(pair)))
    trust = Trusting(field).now()
    assert {code: site.state for code, site in trust.sites.items()} == {"MHQ": "ACTIVE", "FIELD": "ACTIVE"}
    assert trust.sites["MHQ"].keys == {hq.key.id: bytes(hq.key.public)}
    mine = en.site_row(hq, "FIELD")
    assert mine is not None
    assert trust.door("FIELD", mine["tls"]) is None
    assert trust.door("FIELD", "0" * 64) == "site_unknown"
    assert trust.sites["FIELD"].roles == ("receiving_facility",)


def test_keys_of_a_site_stay_in_its_folder(pair: Pair) -> None:
    hq, field, _ = pair
    request = asked(pair)
    answer = en.approve(hq, ADMIN, request)
    sent = en.to_file(request) + en.to_file(answer)
    secrets = [bytes(field.key.secret), field.seal_key.secret, bytes(hq.key.secret), hq.seal_key.secret]
    assert b"PRIVATE" not in sent
    for secret in secrets:
        assert secret.hex().encode() not in sent and base64.b64encode(secret) not in sent


def test_a_token_is_good_once(pair: Pair, tmp_path: Path) -> None:
    hq, field, wall = pair
    invitation = en.invite(hq, ADMIN, "FIELD", ROLES)
    en.approve(hq, ADMIN, en.request(field, invitation))
    thief = Site(Settings(data=tmp_path / "thief", site="FIELD"), wall)
    request = en.request(thief, invitation)
    thief.close()
    with pytest.raises(TokenUsed):
        en.approve(hq, ADMIN, request)


def test_a_token_ends_at_both_sides(pair: Pair) -> None:
    hq, field, wall = pair
    invitation = en.invite(hq, ADMIN, "FIELD", ROLES)
    request = en.request(field, invitation)
    wall.ahead = timedelta(minutes=16)
    with pytest.raises(TokenExpired):
        en.request(field, invitation)
    with pytest.raises(TokenExpired):
        en.approve(hq, ADMIN, request)
    en.approve(hq, ADMIN, en.request(field, en.invite(hq, ADMIN, "FIELD", ROLES)))


CHANGES: dict[str, Callable[[en.Request], en.Request]] = {
    "another address": lambda one: replace(one, address="https://elsewhere.example"),
    "another sealing key": lambda one: replace(one, seal_key="00" * 32),
    "another signing key": lambda one: replace(one, sign_key="00" * 32),
    "a key that is none": lambda one: replace(one, sign_key="zz"),
    "no proof": lambda one: replace(one, proof=""),
    "a proof that is none": lambda one: replace(one, proof="%"),
    "another mission": lambda one: replace(one, mission="OTHER"),
    "another site": lambda one: replace(one, site="BETA"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_request_that_was_changed_on_the_way_is_refused(pair: Pair, change: Callable[..., en.Request]) -> None:
    hq, _, _ = pair
    request = asked(pair)
    with pytest.raises(RequestInvalid):
        en.approve(hq, ADMIN, change(request))
    row = en.site_row(hq, "FIELD")
    assert row is not None and row["state"] == "INVITED"
    en.approve(hq, ADMIN, request)


def signed(site: Site, request: en.Request) -> en.Request:
    """As a site would that means harm: with a proof of its own."""
    bare = replace(request, proof="")
    return replace(bare, proof=base64.b64encode(site.key.sign(canonical(bare))).decode())


def test_a_site_cannot_ask_for_the_name_of_another(pair: Pair) -> None:
    hq, field, _ = pair
    invitation = en.invite(hq, ADMIN, "FIELD", ROLES)
    with pytest.raises(RequestInvalid) as refused:
        en.approve(hq, ADMIN, en.request(field, invitation, names=["mhq.dunant"]))
    assert refused.value.params["rule"] == "own_names_only"


@pytest.mark.parametrize("broken", ["", "no certificate", "-----BEGIN CERTIFICATE REQUEST-----\n"])
def test_a_request_without_a_readable_csr_is_refused(pair: Pair, broken: str) -> None:
    hq, field, _ = pair
    with pytest.raises(RequestInvalid):
        en.approve(hq, ADMIN, signed(field, replace(asked(pair), csr_pem=broken)))


def test_a_guessed_token_is_refused(pair: Pair) -> None:
    hq, field, _ = pair
    with pytest.raises(RequestInvalid) as refused:
        en.approve(hq, ADMIN, signed(field, replace(asked(pair), token="guessed")))
    assert refused.value.params == {"field": "token", "rule": "of_an_invitation"}


ANSWERS: dict[str, Callable[[en.Answer], en.Answer]] = {
    "another key of the authority": lambda one: replace(one, authority=replace(one.authority, sign_key="00" * 32)),
    "other roles": lambda one: replace(one, roles=("mission_hq",)),
    "no list of sites": lambda one: replace(one, config=()),
    "no proof": lambda one: replace(one, proof=""),
    "another site": lambda one: replace(one, site="BETA"),
    "no certificate": lambda one: replace(one, cert_pem=""),
    "no authority": lambda one: replace(one, ca_pem=""),
}


@pytest.mark.parametrize("change", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_was_changed_on_the_way_is_refused(pair: Pair, change: Callable[..., en.Answer]) -> None:
    hq, field, _ = pair
    answer = en.approve(hq, ADMIN, asked(pair))
    with pytest.raises(RequestInvalid):
        en.install(field, change(answer))
    assert identity(field.settings) is None
    assert set(Trusting(field).now().sites) == {"FIELD"}
    en.install(field, answer)


def test_an_answer_of_another_authority_is_refused(pair: Pair, tmp_path: Path) -> None:
    _, field, wall = pair
    false = Site(Settings(data=tmp_path / "false", site="MHQ"), wall)
    en.begin(false, ADMIN, ["mission_hq"], "https://false.example")
    theirs = en.approve(false, ADMIN, en.request(field, en.invite(false, ADMIN, "FIELD", ROLES)))
    false.close()
    asked(pair)
    with pytest.raises(RequestInvalid) as refused:
        en.install(field, theirs)
    assert refused.value.params["rule"] == "as_invited"


def test_an_answer_that_was_not_asked_for_is_refused(pair: Pair) -> None:
    hq, field, _ = pair
    answer = en.approve(hq, ADMIN, asked(pair))
    en.install(field, answer)
    with pytest.raises(RequestInvalid):
        en.install(field, answer)


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b'{"v": 1}', b"[" * 100_000])
def test_a_file_that_is_none_is_refused(raw: bytes) -> None:
    for shape in (en.Invitation, en.Request, en.Answer):
        with pytest.raises(RequestInvalid):
            en.from_file(raw, shape)


def test_a_file_of_a_later_version_is_refused(pair: Pair) -> None:
    request = replace(asked(pair), v=2)
    with pytest.raises(RequestInvalid) as refused:
        en.from_file(en.to_file(request), en.Request)
    assert refused.value.params == {"field": "v", "rule": "known_version"}


def test_only_the_authority_takes_sites_in(pair: Pair) -> None:
    _, field, _ = pair
    request = asked(pair)
    refusals: list[Callable[[], object]] = [
        lambda: en.begin(field, ADMIN, [], ""),
        lambda: en.invite(field, ADMIN, "BETA", ROLES),
        lambda: en.approve(field, ADMIN, request),
        lambda: en.say(field, ADMIN, c.SuspendSite(site=site_subject("DEMO", "MHQ"), reason="no")),
    ]
    for refused in refusals:
        with pytest.raises(NotTheAuthority):
            refused()


def test_an_invitation_is_for_one_code(pair: Pair) -> None:
    hq, field, _ = pair
    with pytest.raises(RequestInvalid):
        en.request(field, en.invite(hq, ADMIN, "BETA", ROLES))


def test_somebody_who_is_no_administrator_takes_nobody_in(pair: Pair) -> None:
    hq, _, _ = pair
    medic = Author(actor=Actor(user=UserId("u-medic"), role="medic", device=""), source="")
    with pytest.raises(Denied) as denied:
        en.invite(hq, medic, "FIELD", ROLES)
    assert type(denied.value) is Denied
    with pytest.raises(DunantError):
        en.approve(hq, medic, asked(pair))


def test_a_code_that_belongs_is_not_invited_again(pair: Pair) -> None:
    hq, _, _ = pair
    en.approve(hq, ADMIN, asked(pair))
    for code in ("FIELD", "MHQ"):
        with pytest.raises(OrderOfSiteStates):
            en.invite(hq, ADMIN, code, ROLES)


def test_beginning_twice_changes_nothing_for_those_who_trust(pair: Pair) -> None:
    hq, field, _ = pair
    invitation = en.invite(hq, ADMIN, "FIELD", ROLES)
    mine = identity(hq.settings)
    assert mine is not None
    en.begin(hq, ADMIN, ["mission_hq"], "https://hq.example:8443", ["hq.example"])
    assert en.begin(hq, ADMIN, ["mission_hq"], "https://hq.example:8443") == invitation.ca_fingerprint
    assert names_of(mine.cert.read_bytes(), "MHQ") == ["hq.example"]
    en.install(field, en.approve(hq, ADMIN, en.request(field, invitation)))


def test_a_code_of_a_strange_form_is_refused(pair: Pair) -> None:
    hq, _, _ = pair
    for code in ("", "field", "A B", "A" * 40):
        with pytest.raises(Invalid):
            en.invite(hq, ADMIN, code, ROLES)


def test_the_words_are_2048_and_apart(pair: Pair) -> None:
    listed = pair[0].policies.shelf.raw("words.txt").decode().split()
    assert len(listed) == len(set(listed)) == 2048
    assert all(word.isascii() and word.islower() and len(word) == 4 for word in listed)


def test_certificates_of_the_mission_speak_to_each_other(pair: Pair) -> None:
    hq, field, _ = pair
    en.install(field, en.approve(hq, ADMIN, asked(pair)))
    mine, theirs = identity(field.settings), identity(hq.settings)
    assert mine is not None and theirs is not None
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(theirs.cert, theirs.key)
    server.load_verify_locations(theirs.authority)
    server.verify_mode = ssl.CERT_REQUIRED
    client = client_context(mine.authority, mine.cert, mine.key)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    calling = client.wrap_bio(down, up, server_hostname="mhq.dunant")
    called = server.wrap_bio(up, down, server_side=True)
    for side in (calling, called, calling, called):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = called.getpeercert()
    assert shown is not None and (("commonName", "FIELD"),) in shown["subject"]


def test_a_replaced_key_is_believed_for_as_long_as_the_pack_says(pair: Pair) -> None:
    hq, field, _ = pair
    en.approve(hq, ADMIN, asked(pair))
    subject = site_subject("DEMO", "FIELD")
    en.say(hq, ADMIN, c.RotateSiteKey(site=subject, sign_key="55" * 32))
    row = en.site_row(hq, "FIELD")
    assert row is not None
    [h] = row["replaced"].values()
    trust = Trusting(hq).now()
    days = timedelta(days=hq.policies.sites.overlap_days)
    assert trust.key(field.key.id, later(h, days)) == ("FIELD", bytes(field.key.public))
    assert trust.key(field.key.id, later(h, days + timedelta(milliseconds=1))) is None


def test_a_revocation_on_the_screen_names_what_is_held(pair: Pair) -> None:
    hq, _, _ = pair
    en.approve(hq, ADMIN, asked(pair))
    held = hq._held("MHQ")
    assert [(stream, q > 0) for _, stream, q in held] == [("config", True)]
    assert hq._held("FIELD") == ()


# ── again ──


def test_an_answer_that_was_lost_is_given_again(pair: Pair) -> None:
    hq, field, _ = pair
    request = asked(pair)
    en.approve(hq, ADMIN, request)
    events = hq._held("MHQ")
    en.install(field, en.approve(hq, ADMIN, request))
    assert hq._held("MHQ") == events
    assert identity(field.settings) is not None


def belongs(pair: Pair) -> None:
    hq, field, _ = pair
    en.install(field, en.approve(hq, ADMIN, asked(pair)))


def test_a_certificate_is_renewed_under_the_same_names_and_nothing_else_changes(pair: Pair) -> None:
    hq, field, _ = pair
    belongs(pair)
    before, events = identity(field.settings), hq._held("MHQ")
    assert before is not None
    old = before.cert.read_bytes()
    en.install(field, en.approve(hq, ADMIN, en.renewal(field)))
    new = before.cert.read_bytes()
    assert new != old
    assert names_of(new, "FIELD") == names_of(old, "FIELD") == ["field.example"]
    assert hq._held("MHQ") == events
    client_context(before.authority, before.cert, before.key)


def test_a_site_changes_its_keys_in_the_name_of_the_old_one(pair: Pair) -> None:
    hq, field, wall = pair
    belongs(pair)
    old, row = field.key, en.site_row(hq, "FIELD")
    request = en.renewal(field, new_keys=True)
    assert en.renewal(field, new_keys=True).sign_key == request.sign_key != bytes(old.public).hex()
    answer = en.approve(hq, ADMIN, request)
    assert load_key(field.settings.data).id == old.id
    en.install(field, answer)

    fresh = load_key(field.settings.data)
    now = en.site_row(hq, "FIELD")
    assert row is not None and now is not None
    assert now["sign_key"] == bytes(fresh.public).hex() == request.sign_key
    assert (now["seal_key"], now["state"]) == (row["seal_key"], "ACTIVE") and now["tls"] != row["tls"]
    trust = Trusting(hq).now()
    assert trust.key(fresh.id) and trust.key(old.id)
    assert trust.door("FIELD", row["tls"]) is None is trust.door("FIELD", now["tls"])
    wall.ahead = timedelta(days=hq.policies.sites.overlap_days, minutes=1)
    later_on = Trusting(hq).now()
    assert (later_on.door("FIELD", row["tls"]), later_on.door("FIELD", now["tls"])) == ("site_unknown", None)
    wall.ahead = timedelta()
    mine = identity(field.settings)
    assert mine is not None
    client_context(mine.authority, mine.cert, mine.key)
    left = {file.name for file in field.settings.data.rglob("*") if file.name.endswith((".next", ".json"))}
    assert left == {"witness.json"}
    again = Site(field.settings, wall)
    assert again.key.id == fresh.id
    again.close()


RENEWALS: dict[str, Callable[[Site, en.Request], en.Request]] = {
    "vouched for by nobody": lambda field, one: signed(field, replace(one, vouched="")),
    "vouched for by a key that is not known": lambda field, one: signed(field, replace(one, vouched=one.proof)),
    "another sealing key": lambda field, one: signed(field, replace(one, seal_key="00" * 32)),
}


@pytest.mark.parametrize("change", RENEWALS.values(), ids=RENEWALS)
def test_a_renewal_that_the_known_key_does_not_vouch_for_is_refused(
    pair: Pair, change: Callable[[Site, en.Request], en.Request]
) -> None:
    hq, field, _ = pair
    belongs(pair)
    request = en.renewal(field)
    with pytest.raises(RequestInvalid):
        en.approve(hq, ADMIN, change(field, request))
    en.approve(hq, ADMIN, request)


def test_only_who_belongs_renews_and_the_authority_begins_again_instead(pair: Pair) -> None:
    hq, field, _ = pair
    with pytest.raises(RequestInvalid):
        en.renewal(field)
    with pytest.raises(OrderOfSiteStates):
        en.renewal(hq)
    belongs(pair)
    request = en.renewal(field)
    en.say(hq, ADMIN, c.RevokeSite(site=site_subject("DEMO", "FIELD"), reason="lost"))
    with pytest.raises(RequestInvalid) as refused:
        en.approve(hq, ADMIN, request)
    assert refused.value.params["rule"] == "must_belong"


@pytest.mark.parametrize("address", ["https://a\r\x1b[2Kelsewhere", "http://field", "https://a b"])
def test_nothing_that_a_terminal_would_obey_is_shown_to_who_compares_words(pair: Pair, address: str) -> None:
    hq, field, _ = pair
    with pytest.raises(Invalid):
        en.check(hq, signed(field, replace(asked(pair), address=address)))


def test_a_revocation_that_names_nothing_is_written_on_either_database(settings: Settings, tmp_path: Path) -> None:
    """It looks up what is held while it is being written."""
    wall = Wall()
    hq, field = Site(replace(settings, site="MHQ"), wall), Site(Settings(data=tmp_path / "field", site="FIELD"), wall)
    en.begin(hq, ADMIN, ["mission_hq"], "")
    en.approve(hq, ADMIN, en.request(field, en.invite(hq, ADMIN, "FIELD", ROLES)))
    en.say(hq, ADMIN, c.RevokeSite(site=site_subject("DEMO", "FIELD"), reason="lost"))
    row = en.site_row(hq, "FIELD")
    assert row is not None and (row["state"], row["cutoffs"]) == ("REVOKED", [])
    field.close()
    hq.close()
