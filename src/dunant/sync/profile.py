"""How a link is used: sizes, connections, waits. A mission's values come from the pack `link.toml`."""

from collections.abc import Iterator

from msgspec import Struct

from dunant.kernel.policy import Pack, Sourced, repeated


class Mode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way of filling a link. Frames are counted in compressed bytes, never in events.

    `in_flight_bytes`: most bytes under way at once; 0 means that the number of connections alone decides.
    """

    frame_bytes: int
    connections: int
    in_flight_bytes: int = 0


class Profile(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of link. Names that end in `_s` are seconds.

    `retry_silent_s`: longest wait after an attempt that nobody answered, which has waited already: there may be no
    link, and nobody says when it is back. `alert_s`: how long after the last event of lane 0 the link stays in alert
    mode. `floor_low`: share of bytes that lanes 2 and 3 never fall below within `floor_window_s`; of that,
    `floor_lowest` is lane 3's. `first_streams`: what everything else is believed by, so it comes first. `slow_level`
    and `fast_level`: zstd below and above `fast_bit_s`, where bytes stop being dearer than time.
    """

    code: str
    catch_up: Mode
    alert: Mode
    urgent_bytes: int
    alert_s: float
    hello_s: float
    listen_s: float
    retry_first_s: float
    retry_last_s: float
    retry_silent_s: float
    timeout_least_s: float
    timeout_rtts: float
    floor_low: float
    floor_lowest: float
    floor_window_s: float
    first_streams: tuple[str, ...]
    slow_level: int
    fast_level: int
    fast_bit_s: int


class Links(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    profile: tuple[Profile, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("profile.code", (row.code for row in self.profile))

    def get(self, code: str) -> Profile | None:
        return next((row for row in self.profile if row.code == code), None)
