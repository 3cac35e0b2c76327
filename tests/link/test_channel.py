"""The arithmetic of the emulated link."""

import random

import pytest

from tests.link.channel import Channel, Shape


def channel(**shape: float) -> Channel:
    return Channel(Shape(**shape), random.Random(1))  # type: ignore[arg-type]


def test_a_packet_takes_its_time_then_travels() -> None:
    link = channel(rate=112_000, delay_s=0.3)
    link.enter(bytes(1400), 5.0)
    link.enter(bytes(1400), 5.0)
    assert link.next() == pytest.approx(5.4)
    assert link.leave(5.39) == []
    assert len(link.leave(5.401)) == 1
    assert len(link.leave(5.501)) == 1
    assert link.counts.delivered_bytes == link.counts.sent_bytes == 2800


def test_a_full_queue_drops() -> None:
    link = channel(rate=112_000, queue=2800)
    for _ in range(3):
        link.enter(bytes(1400), 0.0)
    assert link.counts.dropped == 1
    link.enter(bytes(1400), 0.11)
    assert link.counts.sent == 3


@pytest.mark.parametrize("burst", [0, 8])
def test_the_share_lost_is_what_was_asked(burst: float) -> None:
    link = channel(rate=10**9, loss=0.05, burst=burst)
    for n in range(100_000):
        link.enter(b"x", float(n))
    assert link.counts.lost / 100_000 == pytest.approx(0.05, rel=0.1)


def test_bursts_are_as_long_as_asked() -> None:
    link = channel(rate=10**9, loss=0.05, burst=8)
    fates = [link._is_lost() for _ in range(100_000)]
    starts = sum(now and not before for before, now in zip([False, *fates], fates, strict=False))
    assert sum(fates) / starts == pytest.approx(8, rel=0.1)


def test_the_same_seed_loses_the_same_packets() -> None:
    shape = Shape(loss=0.3)
    one, other = Channel(shape, random.Random(7)), Channel(shape, random.Random(7))
    assert [one._is_lost() for _ in range(1000)] == [other._is_lost() for _ in range(1000)]


def test_a_link_that_goes_down_loses_what_is_on_it() -> None:
    link = channel()
    link.enter(b"x", 0.0)
    link.down()
    link.enter(b"x", 0.1)
    link.up()
    assert link.leave(9.0) == []
    assert link.counts.cut == 2
    link.enter(b"y", 9.0)
    assert link.leave(10.0) == [b"y"]


def test_a_shorter_delay_makes_no_packet_overtake() -> None:
    link = channel(delay_s=1.0)
    link.enter(b"first", 0.0)
    link.set(0.1, delay_s=0.0)
    link.enter(b"second", 0.1)
    assert link.leave(2.0) == [b"first", b"second"]
