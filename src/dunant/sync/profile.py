"""How a link is used: sizes, connections, waits. A mission's values come from the pack `link.toml`."""

from msgspec import Struct


class Mode(Struct, frozen=True, kw_only=True):
    """One way of filling a link. Frames are counted in compressed bytes, never in events."""

    frame_bytes: int
    connections: int
    # Most bytes under way at once; 0 means that the number of connections alone decides.
    in_flight_bytes: int = 0


class Profile(Struct, frozen=True, kw_only=True):
    """Link profile. Times in seconds.

    `floor_low`: share of bytes that lanes 2 and 3 never fall below within `floor_window_s`; of that, `floor_lowest` is
    lane 3's. `alert_s`: how long after the last event of lane 0 the link stays in alert mode.
    """

    catch_up: Mode = Mode(frame_bytes=18_000, connections=4)
    alert: Mode = Mode(frame_bytes=10_000, connections=2, in_flight_bytes=21_000)
    urgent_bytes: int = 2_000
    # Streams that everything else is believed by, so they come first.
    first_streams: tuple[str, ...] = ("config",)
    alert_s: float = 600.0
    hello_s: float = 60.0
    listen_s: float = 55.0
    retry_first_s: float = 1.0
    retry_last_s: float = 30.0
    timeout_least_s: float = 10.0
    timeout_rtts: float = 4.0
    floor_low: float = 0.10
    floor_lowest: float = 0.20
    floor_window_s: float = 60.0
    # zstd level below and above the bandwidth (bit/s) at which bytes stop being dearer than time.
    slow_level: int = 19
    fast_level: int = 3
    fast_bit_s: int = 1_000_000
