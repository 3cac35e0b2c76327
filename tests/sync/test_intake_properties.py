"""Frames may come in any order, twice, overlapping, cut short or forged: never an error, never a gap, never a lie."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from nacl.signing import SigningKey

from dunant.casualty import events as e
from dunant.kernel.ids import Tag
from dunant.kernel.log import signed_bytes
from dunant.services.keys import SiteKey
from dunant.sync.frames import Codec, Frame
from dunant.sync.offer import build
from dunant.sync.rows import Row
from dunant.sync.trust import SiteTrust
from tests.simulation.disk import Disk
from tests.simulation.post import BEGIN, Fact, Post

CODEC = Codec()
FACILITY = ("receiving_facility", "treating_facilities")
KEYS = {code: SiteKey(secret=SigningKey(code.ljust(32).encode())) for code in ("MHQ", "BOR", "AMB", "CELL")}
ROLES = {"MHQ": ("mission_hq",), "BOR": FACILITY, "AMB": FACILITY, "CELL": ("casevac_cell",)}


def a_post(code: str, known: dict[str, SiteTrust] | None = None) -> Post:
    """A site with a disk in memory and whom it knows."""
    sites = known or {
        one: SiteTrust(code=one, keys={key.id: bytes(key.public)}, roles=ROLES[one]) for one, key in KEYS.items()
    }
    dice = Random(code)
    noon_ms = int(BEGIN.timestamp() * 1000)
    disk = Disk(code, KEYS[code], lambda: noon_ms, lambda: None, dice.randbytes)
    post = Post(code, ROLES[code], disk, lambda: sites, dice, lambda: 0.0, 0)
    post.restart()
    return post


def id_of(number: int) -> str:
    return f"01a0c450-6c00-7000-8000-{number:012x}"


def written(count: int) -> Post:
    """A clinic with facts in two streams."""
    post = a_post("BOR")
    for number in range(count):
        stream = ("casualty", "clinical")[number % 2]
        body = e.CasualtyReported(tag=Tag("X1")) if stream == "casualty" else e.MistReported(signs=str(number))
        post.do(lambda s=stream, b=body, n=number: post._state(id_of(n), Fact(s, id_of(0), b)))  # type: ignore[misc]
    return post


def frames_of(post: Post, size: int) -> list[bytes]:
    found = []
    for log in post.disk.vector():
        after = 0
        while (built := build(post.disk, CODEC, log, after, size, level=1)) is not None:
            found.append(built.raw)
            after = built.q_to
    return found


def is_whole(post: Post) -> bool:
    """Without a gap, and each end the word of its origin."""
    for log, rows in post.disk.state.logs.items():
        if [row.q for row in rows] != list(range(1, len(rows) + 1)):
            return False
        if rows and log[0] != post.code and rows[-1].q not in post.disk.state.points[log]:
            return False
    return True


GIVER = written(30)
FRAMES = [raw for size in (400, 900, 4_000) for raw in frames_of(GIVER, size)]
ALL = {log: tip for log, tip in GIVER.disk.vector().items() if log[2] != "audit"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, len(FRAMES) - 1), max_size=30), st.randoms(use_true_random=False))
def test_any_order_any_repeats_any_cut(order: list[int], dice: Random) -> None:
    taker = a_post("AMB")
    for number in order:
        raw = FRAMES[number]
        if dice.random() < 0.2:
            raw = raw[: dice.randrange(len(raw))]
        elif dice.random() < 0.2:
            at = dice.randrange(len(raw))
            raw = raw[:at] + bytes([raw[at] ^ 1 << dice.randrange(8)]) + raw[at + 1 :]
        taker.take(raw, None)
        assert is_whole(taker)
    for raw in FRAMES:
        taker.take(raw, "BOR")
    held = taker.disk.vector()
    assert {log: held[log] for log in ALL} == ALL
    assert not any(taker.disk.parked(log) for log in ALL)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_an_error(raw: bytes) -> None:
    taker = a_post("AMB")
    assert taker.take(raw, None).outcome in ("quarantined", "refused", "applied")
    assert taker.take(FRAMES[0][:40] + raw, None).outcome in ("quarantined", "refused", "parked")
    assert not taker.disk.vector()


def a_frame() -> Frame:
    """The first of the clinic's casualty log."""
    return next(frame for raw in FRAMES if (frame := CODEC.decode(raw)).st == "casualty" and frame.q_from == 1)


def judged(frame: Frame, post: Post | None = None, peer: str | None = "BOR") -> tuple[str, str, int]:
    """Outcome, code, and how much lies in quarantine; nothing has got into a log."""
    taker = post or a_post("AMB")
    verdict = taker.take(CODEC.encode(frame, level=1), peer)
    assert not any(taker.disk.state.logs.values())
    return verdict.outcome, verdict.code, len(taker.disk.state.aside)


def test_another_body_under_the_old_signature_is_put_aside() -> None:
    frame = a_frame()
    rows = (*frame.rows[:-1], Row(frame.rows[-1].header, b'{"tag":"F0"}'))
    assert judged(replace(frame, rows=rows)) == ("quarantined", "bad_signature", 1)


def test_one_signed_again_by_somebody_else_is_put_aside() -> None:
    frame = a_frame()
    assert frame.checkpoint is not None
    taker = written_checkpoint(frame, "CELL")
    assert judged(taker) == ("quarantined", "bad_signature", 1)
    theirs = replace(frame.checkpoint, key="0" * 16)
    assert judged(replace(frame, checkpoint=theirs))[:2] == ("refused", "site_unknown")


def written_checkpoint(frame: Frame, by: str) -> Frame:
    """The frame with a checkpoint that another site of the mission has signed, rightly, for this log."""
    assert frame.checkpoint is not None
    head = GIVER.disk.head_at(frame.log, frame.q_to)
    assert head is not None
    point = replace(frame.checkpoint, head=head, key=KEYS[by].id, sig=b"")
    return replace(frame, checkpoint=replace(point, sig=KEYS[by].sign(signed_bytes(point))))


def test_a_frame_moved_to_another_place_is_put_aside() -> None:
    frame = a_frame()
    assert frame.checkpoint is not None
    point = replace(frame.checkpoint, q=frame.q_to + 1)
    moved = replace(frame, q_from=2, q_to=frame.q_to + 1, checkpoint=point)
    assert judged(moved)[:2] == ("quarantined", "bad_chain")


def test_a_stream_that_we_may_not_hold_is_refused() -> None:
    clinical = next(frame for raw in FRAMES if (frame := CODEC.decode(raw)).st == "clinical")
    assert judged(clinical, a_post("CELL"))[:2] == ("refused", "stream_not_authorised")
    assert judged(clinical, peer="CELL")[:2] == ("refused", "stream_not_authorised")


def test_a_revoked_site_says_nothing_beyond_its_cut_off() -> None:
    epoch = GIVER.disk.state.epoch
    known = {one: SiteTrust(code=one, keys={key.id: bytes(key.public)}, roles=ROLES[one]) for one, key in KEYS.items()}
    known["BOR"] = replace(known["BOR"], state="REVOKED", cutoffs={(epoch, "casualty"): 0})
    assert judged(a_frame(), a_post("AMB", known))[:2] == ("refused", "site_revoked")
    # By whichever way, and from its own hand too.
    assert judged(a_frame(), a_post("AMB", known), None)[:2] == ("refused", "site_revoked")
    assert judged(a_frame(), a_post("AMB", known), "MHQ")[:2] == ("refused", "site_revoked")


def test_a_replayed_frame_changes_nothing() -> None:
    taker = a_post("AMB")
    raw = CODEC.encode(a_frame(), level=1)
    assert taker.take(raw, "BOR").outcome == "applied"
    before = dict(taker.disk.vector())
    assert taker.take(raw, "MHQ").outcome == "duplicate"
    assert dict(taker.disk.vector()) == before
