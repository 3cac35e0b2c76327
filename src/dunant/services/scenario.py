"""A scenario as a pack: who acts, what is said when, what moves, which message arrives from outside.

Times are clock times of the scenario's day ("19:44"), so that a page of doctrine can be read beside the file. Subjects
have names ("@C1"); ids are made from the seed when the scenario is played.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct

from dunant.kernel.events import At, Precision
from dunant.kernel.places import EARTH_RADIUS_KM, Position, great_circle_km
from dunant.kernel.policy import Pack, repeated, unknown

SCENARIO = "scenarios/bentiu_night_convoy.toml"


class Person(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fictional user of the simulated mission; each becomes an account of the demo."""

    login: str
    display: str
    role: str
    unit: str | None = None
    contingent: str | None = None
    facility: str | None = None


class Moment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When something happened, in clock times of the scenario's day."""

    t: str
    p: Precision = "EXACT"
    lo: str | None = None
    hi: str | None = None


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command.

    `sent`: when it reaches the site; `rec`: when it was recorded, if that was earlier, on a device without a link.
    `seen`: names of the steps whose facts the author had seen; absent = everything held here, empty = nothing.
    In `fields`, "@name" is a subject and "at 21:06" a time.
    """

    sent: str
    by: str
    do: str
    fields: dict[str, Any] = msgspec.field(name="with")
    name: str = ""
    at: Moment | None = None
    rec: str = ""
    seen: tuple[str, ...] | None = None


class Point(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an asset is at a time: a facility or place of the mission pack, by code."""

    at: str
    place: str


class Track(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Position reports of an asset along great circles between its points."""

    asset: str
    by: str
    points: tuple[Point, ...]


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes of another system, sent through its own door. `{time}` and `{stale}` become the mission's times."""

    sent: str
    door: Literal["cot"]
    text: str


class Scenario(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`opens`: when the registers are filled; `begins`: what is before it is history when the curtain rises.

    After `ends` the mission's clock runs at the pace of the real one.
    """

    mission: str
    site: str
    tag_block: int
    day: date
    opens: str
    begins: str
    ends: str
    registrar: str
    fix_every_s: float
    fix_error_m: float
    person: tuple[Person, ...]
    step: tuple[Step, ...] = ()
    track: tuple[Track, ...] = ()
    message: tuple[Message, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        logins = [row.login for row in self.person]
        names = [row.name for row in self.step if row.name]
        yield from repeated("person.login", logins)
        yield from repeated("step.name", names)
        yield from unknown("registrar", [self.registrar], logins)
        yield from unknown("step.by", (row.by for row in self.step), logins)
        yield from unknown("track.by", (row.by for row in self.track), logins)
        for n, row in enumerate(self.step):
            yield from unknown(f"step[{n}].seen", row.seen or (), names)
        for path, text in self._times():
            if not is_clock(text):
                yield path, "clock time such as 19:44 or 19:44:30"

    def moment(self, clock: str) -> datetime:
        """The instant of a clock time, UTC."""
        hour, minute, second = (*(int(part) for part in clock.split(":")), 0)[:3]
        return datetime.fromisoformat(f"{self.day}T00:00:00Z") + timedelta(hours=hour, minutes=minute, seconds=second)

    def at(self, stated: Moment | None) -> At | None:
        if stated is None:
            return None
        lo, hi = (self.moment(bound) if bound else None for bound in (stated.lo, stated.hi))
        return At(t=self.moment(stated.t), p=stated.p, lo=lo, hi=hi)

    def _times(self) -> Iterable[tuple[str, str]]:
        yield from (("opens", self.opens), ("begins", self.begins), ("ends", self.ends))
        for n, step in enumerate(self.step):
            yield f"step[{n}].sent", step.sent
            yield from ((f"step[{n}].rec", text) for text in (step.rec,) if text)
            if step.at:
                times = {"t": step.at.t, "lo": step.at.lo, "hi": step.at.hi}
                yield from ((f"step[{n}].at.{name}", text) for name, text in times.items() if text)
        for n, track in enumerate(self.track):
            yield from ((f"track[{n}].points[{m}].at", point.at) for m, point in enumerate(track.points))
        yield from ((f"message[{n}].sent", row.sent) for n, row in enumerate(self.message))


def is_clock(text: str) -> bool:
    parts = text.split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() and len(part) == 2 for part in parts):
        return False
    return all(int(part) < 60 for part in parts[1:])


def along(start: Position, end: Position, share: float) -> Position:
    """Point at a share (0 to 1) of the great circle from start to end."""
    angle = great_circle_km(start, end) / EARTH_RADIUS_KM
    if angle == 0:
        return start
    a, b = (math.sin(part * angle) / math.sin(angle) for part in (1 - share, share))
    one, other = _unit(start), _unit(end)
    x, y, z = (a * one[axis] + b * other[axis] for axis in range(3))
    return Position(lat=math.degrees(math.atan2(z, math.hypot(x, y))), lon=math.degrees(math.atan2(y, x)))


def _unit(where: Position) -> tuple[float, float, float]:
    lat, lon = math.radians(where.lat), math.radians(where.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
