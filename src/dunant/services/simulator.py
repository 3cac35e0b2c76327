"""Plays a scenario: turns it into entries for the write door and hands them in when the mission's clock says so.

Same scenario and seed, same ids and the same facts. Nothing here is special to the site: the simulator stands before
the door like everybody else, with the roles of the people it plays.
"""

import asyncio
import hashlib
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import msgspec
from msgspec import Struct

from dunant.casualty import RULES
from dunant.casualty import commands as c
from dunant.exchange.cot.xml import instant_text
from dunant.kernel.access import Actor
from dunant.kernel.clock import rfc3339, unix_ms
from dunant.kernel.errors import PackInvalid
from dunant.kernel.events import At, Command
from dunant.kernel.ids import EventId, SubjectId, UserId, derived, uuid7
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import Position
from dunant.services.asked import Asked, Outcome
from dunant.services.build import Site
from dunant.services.clock import MissionClock
from dunant.services.handle import Author
from dunant.services.scenario import Message, Scenario, Step, Track, along, is_clock

log = logging.getLogger(__name__)

COMMANDS = {command.__struct_config__.tag: command for command in RULES}
# Commands that bring a subject into being.
BEGINNINGS = {
    c.OpenIncident,
    c.RecordAlert,
    c.ReportCasualty,
    c.RequestEvacuation,
    c.PlanLeg,
    c.ProgressReservation,
    c.Admit,
    c.ReportTheatre,
}
# Longest sleep: a clock whose pace changes must not be slept through.
_NAP_S = 0.5
# A 9-line of a peer stays on a map this long.
_STALE = timedelta(hours=24)


class Cue(Struct, frozen=True, kw_only=True):
    """An entry and the moment it reaches the site."""

    due: datetime
    entry: Asked
    author: Author


def script(scenario: Scenario, mission: MissionPack, seed: int, users: Mapping[str, UserId] | None = None) -> list[Cue]:
    """Everything the scenario says, in the order in which it arrives.

    Parameters
    ----------
    users : login → account, where there are accounts; else pseudonyms made from the seed

    Raises
    ------
    PackInvalid
        A step names a command, field, subject or time that there is not.
    """
    return sorted(_Writer(scenario, mission, seed, users or {}).cues(), key=lambda cue: (cue.due, cue.entry.id))


def cast(scenario: Scenario, mission: MissionPack, seed: int) -> Mapping[str, Actor]:
    """Login → who acts under it."""
    return _Writer(scenario, mission, seed, {}).people


def subjects(scenario: Scenario, mission: MissionPack, seed: int) -> Mapping[str, SubjectId]:
    """Name in the scenario → id, for every subject there is."""
    writer = _Writer(scenario, mission, seed, {})
    return {name: writer.subject(name) for name in writer.named}


class _Writer:
    """Names become ids, clock times become instants."""

    def __init__(self, scenario: Scenario, mission: MissionPack, seed: int, users: Mapping[str, UserId]) -> None:
        self._scenario = scenario
        self._mission = mission
        self._seed = f"{scenario.pack.name}/{seed}"
        self.people = {
            row.login: Actor(
                user=users.get(row.login) or derived("simulation", self._seed, row.login),
                role=row.role,
                unit=row.unit,
                contingent=row.contingent,
                facility=self.subject(row.facility) if row.facility else None,
                device=f"simulation:{row.login}",
            )
            for row in scenario.person
        }
        self._steps = {row.name: n for n, row in enumerate(scenario.step) if row.name}
        self._places: dict[str, Position] = {row.code: row.position for row in mission.place}
        self._places.update({row.code: row.position for row in mission.facility})
        self.named = {*(row.code for row in mission.facility), *(row.code for row in mission.asset), *self._born()}

    def cues(self) -> Iterator[Cue]:
        yield from self._registers()
        yield from (self._cue(n, step) for n, step in enumerate(self._scenario.step))
        for track in self._scenario.track:
            yield from self._fixes(track)

    def subject(self, name: str) -> SubjectId:
        """Id of a named subject. Ids of the same seed sort like the names were first said."""
        return SubjectId(uuid7(unix_ms(self._scenario.moment(self._first_said(name))), 0, self._bits("subject", name)))

    def _first_said(self, name: str) -> str:
        for step in self._scenario.step:
            if step.fields.get(_about(step.do)) == f"@{name}":
                return step.rec or step.sent
        return self._scenario.opens

    def _born(self) -> set[str]:
        said = (step.fields.get(_about(step.do)) for step in self._scenario.step if COMMANDS.get(step.do) in BEGINNINGS)
        return {name.removeprefix("@") for name in said if isinstance(name, str)}

    def _bits(self, *parts: str) -> int:
        return int.from_bytes(hashlib.sha256("\x1f".join((self._seed, *parts)).encode()).digest()[:8], "big")

    def _event(self, place: int) -> EventId:
        step = self._scenario.step[place]
        recorded = self._scenario.moment(step.rec or step.sent)
        return EventId(uuid7(unix_ms(recorded), place, self._bits("step", str(place))))

    def _cue(self, place: int, step: Step) -> Cue:
        field = f"step[{place}]"
        kind = COMMANDS.get(step.do)
        if kind is None:
            raise self._wrong(f"{field}.do", f"unknown: {step.do}")
        try:
            command = msgspec.convert({"t": step.do, **self._resolved(step.fields, f"{field}.with")}, kind)
        except msgspec.ValidationError as wrong:
            rule, _, path = str(wrong).partition(" - at ")
            raise self._wrong(f"{field}.with{path.strip('`').removeprefix('$')}", rule) from None
        entry = Asked(
            id=self._event(place),
            command=command,
            at=self._scenario.at(step.at),
            rec=self._scenario.moment(step.rec or step.sent),
            base=None if step.seen is None else tuple(self._event(self._steps[name]) for name in step.seen),
        )
        return self._from(step.by, self._scenario.moment(step.sent), entry)

    def _resolved(self, value: Any, field: str) -> Any:
        if isinstance(value, dict):
            return {name: self._resolved(item, f"{field}.{name}") for name, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item, f"{field}[{n}]") for n, item in enumerate(value)]
        if isinstance(value, str) and value.startswith("@"):
            if value[1:] not in self.named:
                raise self._wrong(field, f"unknown: {value}")
            return self.subject(value[1:])
        if isinstance(value, str) and value.startswith("at ") and is_clock(value[3:]):
            return rfc3339(self._scenario.moment(value[3:]))
        return value

    def _registers(self) -> Iterator[Cue]:
        """Facilities and assets of the mission pack, written down by the registrar before anything happens."""
        opens = self._scenario.moment(self._scenario.opens)
        commands: list[tuple[str, Command]] = []
        for row in self._mission.facility:
            command = c.RegisterFacility(
                facility=self.subject(row.code),
                name=row.name,
                level=row.level,
                position=row.position,
                modules=tuple(sorted(row.modules)),
                hlz=c.LandingZone(surface=row.hlz.surface, lights=row.hlz.lights, size=row.hlz.size)
                if row.hlz
                else None,
                hours="" if row.hours == "24/7" else row.hours,
                accepts=tuple(code.upper() for code in row.accepts),
                external=row.level == "L4",
            )
            commands.append((row.code, command))
        for unit in self._mission.asset:
            asset = c.RegisterAsset(
                asset=self.subject(unit.code),
                callsign=unit.callsign,
                kind=unit.kind,
                litters=unit.litters,
                seats=unit.seats,
                ntm_day_min=unit.ntm_day_min,
                ntm_night_min=unit.ntm_night_min,
                night_capable=unit.night_cap,
                cruise_km_h=unit.cruise_kmh,
                caveats=unit.caveats,
                nvg=unit.nvg,
                amet=unit.amet,
                range_km=unit.range_km,
            )
            standing = c.ReportAssetPosition(asset=self.subject(unit.code), position=self._places[unit.base])
            commands += [(unit.code, asset), (f"{unit.code} at base", standing)]
        for n, (name, made) in enumerate(commands):
            entry = Asked(id=EventId(uuid7(unix_ms(opens), n, self._bits("register", name))), command=made, rec=opens)
            yield self._from(self._scenario.registrar, opens, entry)

    def _fixes(self, track: Track) -> Iterator[Cue]:
        """Position reports every `fix_every_s` of mission time, as noisy as a receiver is."""
        noise = random.Random(f"{self._seed}/{track.asset}/{track.points[0].at}")
        asset = self.subject(track.asset)
        for n, (due, where) in enumerate(self._way(track)):
            command = c.ReportAssetPosition(asset=asset, position=_shaken(where, self._scenario.fix_error_m, noise))
            bits = self._bits("fix", track.asset, rfc3339(due))
            entry = Asked(id=EventId(uuid7(unix_ms(due), n, bits)), command=command, at=At(t=due), rec=due)
            yield self._from(track.by, due, entry)

    def _way(self, track: Track) -> Iterator[tuple[datetime, Position]]:
        stops = [(self._scenario.moment(point.at), self._place(point.place)) for point in track.points]
        for (left, start), (arrives, end) in pairwise(stops):
            if start == end:
                continue
            legs = max(1, round((arrives - left).total_seconds() / self._scenario.fix_every_s))
            yield from ((left + (arrives - left) * (n / legs), along(start, end, n / legs)) for n in range(1, legs + 1))

    def _place(self, code: str) -> Position:
        if code not in self._places:
            raise self._wrong("track.points.place", f"unknown: {code}")
        return self._places[code]

    def _from(self, login: str, due: datetime, entry: Asked) -> Cue:
        return Cue(due=due, entry=entry, author=Author(actor=self.people[login], source="simulation"))

    def _wrong(self, field: str, rule: str) -> PackInvalid:
        return PackInvalid(file=f"{self._scenario.pack.name}.toml", field=field, rule=rule)


def _about(command: str) -> str:
    return COMMANDS[command].ABOUT if command in COMMANDS else ""


def _shaken(where: Position, error_m: float, noise: random.Random) -> Position:
    """Moved by a circular normal error; one degree of latitude is 111 km, and near the equator one of longitude too."""
    north, east = (noise.gauss(0, error_m / 2 / 111_000) for _ in range(2))
    return Position(lat=round(where.lat + north, 6), lon=round(where.lon + east, 6), ce=error_m)


class Simulator:
    """Plays a script at a site whose clock it may set."""

    def __init__(self, site: Site, clock: MissionClock, scenario: Scenario, cues: Sequence[Cue]) -> None:
        self._site = site
        self._clock = clock
        self._scenario = scenario
        self._cues = list(cues)

    def play_until(self, end: datetime) -> list[Outcome]:
        """Play everything up to an instant at once, the clock standing at each arrival in turn."""
        outcomes: list[Outcome] = []
        while self._cues and self._cues[0].due <= end:
            due = self._cues[0].due
            self._clock.jump(due)
            outcomes += self._site.send(self._take(due)).result()
        self._clock.jump(end)
        return outcomes

    async def play(self, cot_port: int | None = None) -> None:
        """Play what is left in time with the clock, then let the clock go on at the pace of the real one."""
        messages = sorted(self._scenario.message, key=lambda row: row.sent)
        ends = self._scenario.moment(self._scenario.ends)
        is_over = False
        while not is_over:
            now = self._clock.now()
            # The last look comes after the end, so that a slow machine leaves nothing of the story out.
            is_over = now >= ends
            entries = self._take(now)
            if entries:
                outcomes = await asyncio.wrap_future(self._site.send(entries))
                _note(outcomes)
            while messages and self._scenario.moment(messages[0].sent) <= now:
                await self._transmit(messages.pop(0), cot_port)
            await asyncio.sleep(0 if is_over else self._pause(messages, ends))
        self._clock.pace(1.0)

    def _take(self, now: datetime) -> list[tuple[Asked, Author]]:
        due = [cue for cue in self._cues if cue.due <= now]
        del self._cues[: len(due)]
        return [(cue.entry, cue.author) for cue in due]

    def _pause(self, messages: Sequence[Message], ends: datetime) -> float:
        coming = [
            ends,
            *(cue.due for cue in self._cues[:1]),
            *(self._scenario.moment(row.sent) for row in messages[:1]),
        ]
        seconds = (min(coming) - self._clock.now()).total_seconds() / self._clock.speed
        return min(max(seconds, 0.0), _NAP_S)

    async def _transmit(self, message: Message, port: int | None) -> None:
        """Speak to the CoT port like any radio gateway does."""
        if port is None:
            return
        now = self._clock.now()
        text = message.text.replace("{time}", instant_text(now)).replace("{stale}", instant_text(now + _STALE))
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(text.strip().encode())
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except OSError as wrong:
            log.warning("simulated peer could not connect", extra={"reason": type(wrong).__name__})


def _note(outcomes: Sequence[Outcome]) -> None:
    """Visitors may have done a step themselves; whatever else is refused deserves a line."""
    for code, group in groupby(sorted(one.code for one in outcomes if one.outcome == "rejected")):
        log.info("simulated entries refused", extra={"code": code, "count": len(list(group))})
