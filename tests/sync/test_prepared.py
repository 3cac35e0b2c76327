"""What was found out about a frame before the log was held is believed only as long as it hangs on the same things."""

from msgspec.structs import replace
from nacl.signing import SigningKey

from dunant.kernel.log import LogName
from dunant.services.keys import SiteKey
from dunant.sync.intake import Prepared, Verdict
from dunant.sync.trust import SiteTrust
from tests.simulation.post import Post
from tests.sync.test_intake_properties import CODEC, KEYS, ROLES, a_post, frames_of, written

GIVER = written(40)
RAW = frames_of(GIVER, 100_000)[0]
OTHER = SiteKey(secret=SigningKey(b"somebody else".ljust(32)))


def prepared(post: Post, raw: bytes = RAW) -> Prepared:
    return post.intake.prepare(post.trust(), raw, "BOR", lambda *_: {})


def judged(post: Post, made: Prepared) -> Verdict:
    def job() -> Verdict:
        return post.intake.judge(post.disk, post.trust(), made, "BOR")

    verdict: Verdict = post.do(job)
    return verdict


def knowing(bor: SiteTrust) -> Post:
    our = KEYS["AMB"]
    amb = SiteTrust(code="AMB", keys={our.id: bytes(our.public)}, roles=ROLES["AMB"])
    return a_post("AMB", {"AMB": amb, "BOR": bor})


def test_a_frame_prepared_before_is_taken_without_verifying_again() -> None:
    taker = a_post("AMB")
    made = prepared(taker)
    assert made.signer == ("BOR", bytes(KEYS["BOR"].public))
    assert judged(taker, made).outcome == "applied"


def test_the_key_must_still_be_the_signers() -> None:
    made = prepared(a_post("AMB"))
    gone = knowing(SiteTrust(code="BOR", keys={OTHER.id: bytes(OTHER.public)}, roles=ROLES["BOR"]))
    assert judged(gone, made).code == "site_unknown"
    # The same name of a key, another key: nobody's word until it has been verified with that one.
    swapped = knowing(SiteTrust(code="BOR", keys={KEYS["BOR"].id: bytes(OTHER.public)}, roles=ROLES["BOR"]))
    assert judged(swapped, made).code == "bad_signature"


def test_a_site_revoked_meanwhile_is_refused() -> None:
    made = prepared(a_post("AMB"))
    known = SiteTrust(code="BOR", keys={KEYS["BOR"].id: bytes(KEYS["BOR"].public)}, roles=ROLES["BOR"], state="REVOKED")
    assert judged(knowing(known), made).code == "site_revoked"


def test_a_site_that_was_refused_and_is_known_by_now_is_verified_then() -> None:
    stranger = knowing(SiteTrust(code="BOR", state="SUSPENDED"))
    made = prepared(stranger)
    assert made.events is None
    assert judged(a_post("AMB"), made).outcome == "applied"


def test_keys_found_since_are_what_counts() -> None:
    taker = a_post("AMB")
    frame = CODEC.decode(RAW)
    assert frame.checkpoint is not None
    bare = CODEC.encode(replace(frame, keys={}), level=1)
    made = prepared(taker, bare)
    assert made.events is None
    assert judged(a_post("AMB"), made).code == "bad_chain"

    def found(_log: LogName, _first: int, _last: int) -> dict[int, bytes]:
        return frame.keys

    early = taker.intake.prepare(taker.trust(), bare, "BOR", found)
    assert early.events is not None
    # The log that it comes to knows no such keys: what was computed with them says nothing here.
    assert judged(taker, early).code == "bad_chain"
