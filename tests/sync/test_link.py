"""The link of `dunant demo`: its arithmetic, and bytes that really pass through it."""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from dunant.sync.link import linked
from dunant.sync.satellite import HEADERS, SEGMENT, Direction, Flow, Shape, resumes, segments, stall

NEVER = Shape(rate=256_000, delay_s=0.3)


def no_loss() -> float:
    return 1.0


def test_segments_hold_what_fits_into_a_packet() -> None:
    assert segments(0) == []
    assert segments(SEGMENT) == [SEGMENT]
    assert segments(2 * SEGMENT + 1) == [SEGMENT, SEGMENT, 1]


def test_a_segment_takes_its_time_and_then_travels() -> None:
    assert Direction(NEVER, no_loss).send(SEGMENT, 10.0, 0.6) == pytest.approx(10 + 1400 * 8 / 256_000 + 0.3)


def test_connections_share_the_rate() -> None:
    direction = Direction(NEVER, no_loss)
    flows = [Flow(direction) for _ in range(4)]
    arrivals = [flow.send(32_000 - 24 * HEADERS, 0.0, 0.6) for flow in flows]
    assert arrivals == pytest.approx([1.3, 2.3, 3.3, 4.3], abs=0.01)
    assert direction.ip_bytes == pytest.approx(128_000, abs=8 * HEADERS)


def test_a_lost_segment_is_paid_for_twice_and_holds_up_its_own_connection_only() -> None:
    rolls = iter([0.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    direction = Direction(Shape(rate=0, delay_s=0.3, loss=0.03), lambda: next(rolls))
    hit, spared = Flow(direction), Flow(direction)
    assert hit.send(SEGMENT, 0.0, 0.6) == pytest.approx(0.3 + 0.8)
    assert spared.send(SEGMENT, 0.0, 0.6) == pytest.approx(0.3)
    assert hit.send(SEGMENT, 0.1, 0.6) == pytest.approx(1.1)
    assert direction.lost == 1
    assert direction.ip_bytes == 4 * 1400
    assert direction.payload == 3 * SEGMENT


def test_stalls_are_those_of_tcp() -> None:
    assert stall(0, 0.6, 0) == 0
    assert stall(1, 0.6, 3) == 0.6
    assert stall(1, 0.6, 2) == pytest.approx(0.8)
    assert stall(3, 0.6, 3) == pytest.approx(0.6 + 1.6 + 3.2)


def test_the_share_that_is_lost_is_what_was_asked_and_repeats() -> None:
    def lost(seed: int) -> int:
        direction = Direction(Shape(rate=0, loss=0.03), random.Random(seed).random)
        direction.send(100_000 * SEGMENT, 0.0, 0.6)
        return direction.lost

    assert lost(1) == lost(1)
    assert lost(1) / 103_000 == pytest.approx(0.03, rel=0.05)


def test_a_full_queue_says_when_there_is_room() -> None:
    direction = Direction(Shape(rate=80_000, queue=10_000), no_loss)
    direction.send(9_000, 0.0, 0.6)
    waiting = direction.waiting(0.0)
    assert waiting == 9_000 + 7 * HEADERS
    assert direction.room_in(600, 0.0) == 0
    assert direction.room_in(5_000, 0.0) == pytest.approx((waiting - 5_000) / 10_000)
    assert direction.room_in(50_000, 0.0) == pytest.approx(waiting / 10_000)


def test_a_change_of_rate_counts_for_what_waits() -> None:
    direction = Direction(Shape(rate=80_000, delay_s=0), no_loss)
    direction.send(10_000 - 8 * HEADERS, 0.0, 0.6)
    direction.change(Shape(rate=8_000, delay_s=0), 0.5)
    assert direction.waiting(0.5) == pytest.approx(5_000, abs=10)
    assert direction.send(948, 0.5, 0.6) == pytest.approx(0.5 + 5 + 1, abs=0.02)


def test_an_outage_ends_for_a_connection_when_its_timer_fires() -> None:
    assert resumes(0.1, 0.6) == pytest.approx(0.7)
    # 0.8, 2.4, 5.6, 12
    assert resumes(6.0, 0.6) == pytest.approx(6.0)


@pytest.mark.parametrize("bad", [{"rate": -1}, {"loss": 1.0}, {"delay_s": -0.1}, {"queue": 100}])
def test_a_link_that_cannot_be_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="link"):
        Shape(**bad)  # type: ignore[arg-type]


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """Answers each connection with what it says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                while data := connection.recv(65536):
                    connection.sendall(data)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_bytes_pass_at_the_rate_and_after_the_delay(echo: tuple[str, int]) -> None:
    text = random.Random(1).randbytes(30_000)
    with linked(echo, Shape(rate=400_000, delay_s=0.05), seed=1) as link:
        began = time.monotonic()
        assert exchange(link.address, text) == text
        took = time.monotonic() - began
        counters = link.counters()
    # Handshake and one way there and back; the echo starts while the rest still comes.
    assert 0.2 + 0.6 <= took <= 0.2 + 0.6 + 0.6
    assert counters.there == counters.back == len(text) + 1
    assert counters.there_ip > len(text) * 1400 / SEGMENT


def test_loss_delays_but_nothing_is_missing(echo: tuple[str, int]) -> None:
    text = random.Random(2).randbytes(60_000)
    with linked(echo, Shape(rate=0, delay_s=0.005, loss=0.2), seed=2) as link:
        assert exchange(link.address, text) == text
        assert link.counters().there_lost > 0


def test_a_short_outage_holds_a_connection_up(echo: tuple[str, int]) -> None:
    with linked(echo, Shape(rate=0, delay_s=0.01), seed=1) as link, connected(link.address) as connection:
        connection.sendall(b"a")
        assert connection.recv(1) == b"a"
        link.down()
        assert not link.is_up
        connection.sendall(b"b")
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(5)
        link.up()
        assert connection.recv(1) == b"b"
        assert link.counters().cut == 0


def test_a_long_outage_cuts_it(echo: tuple[str, int]) -> None:
    with (
        linked(echo, Shape(rate=0, delay_s=0), seed=1, cut_after_s=0.2) as link,
        connected(link.address) as connection,
    ):
        connection.sendall(b"a")
        assert connection.recv(1) == b"a"
        link.down()
        assert gone(connection)
        link.up()
        assert link.counters().cut == 2
        assert exchange(link.address, b"again") == b"again"


def test_while_it_is_down_new_connections_are_refused_or_hang(echo: tuple[str, int]) -> None:
    with linked(echo, Shape(rate=0, delay_s=0), seed=1) as link:
        link.down("refuse")
        with connected(link.address) as connection:
            assert gone(connection)
        assert link.counters().refused == 1
        link.down("hang")
        with connected(link.address) as connection:
            connection.sendall(b"a")
            connection.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(5)
            link.up()
            assert connection.recv(1) == b"a"


def test_it_can_be_made_another_link_while_it_runs(echo: tuple[str, int]) -> None:
    with linked(echo, Shape(rate=0, delay_s=0), seed=1) as link, connected(link.address) as connection:
        connection.sendall(b"a")
        assert connection.recv(1) == b"a"
        link.set(there=Shape(rate=0, delay_s=0.3))
        began = time.monotonic()
        connection.sendall(b"b")
        assert connection.recv(1) == b"b"
        assert time.monotonic() - began >= 0.3


def test_a_target_that_is_not_there_ends_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nowhere = server.getsockname()
    with linked(nowhere, Shape(rate=0, delay_s=0), seed=1) as link, connected(link.address) as connection:
        assert gone(connection)


def connected(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, 5)


def gone(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def exchange(address: tuple[str, int], text: bytes) -> bytes:
    with connected(address) as connection:
        connection.settimeout(10)

        def say() -> None:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=say)
        sender.start()
        parts = []
        while data := connection.recv(65536):
            parts.append(data)
        sender.join(5)
    return b"".join(parts)
