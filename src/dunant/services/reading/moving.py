"""Legs and assets as they stand now: how old the last word is, and which guards a fact from elsewhere breaks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dunant.casualty.guards import Broken, Craft, Landing, Spot, closed_modules, night_landings, no_room, position_of
from dunant.casualty.intervals import minutes
from dunant.casualty.model import WAITING
from dunant.casualty.needs import needs_of_lines
from dunant.kernel.clock import rfc3339
from dunant.kernel.places import Position
from dunant.kernel.policy import Thresholds
from dunant.services.policies import Policies
from dunant.services.reading.clocks import planned
from dunant.services.reading.options import needs_of_row
from dunant.store.snapshot import Snapshot

Row = dict[str, Any]
Whole = Mapping[str, Any]


def with_position_age(assets: Sequence[Row], thresholds: Thresholds, now: datetime) -> list[Row]:
    """`heard`: light of the age of its last position; null for one never heard. Red is "last heard" (casualty §5)."""
    return [{**row, "heard": _light("asset_position_age", _age(row, now), thresholds)} for row in assets]


def _age(asset: Row, now: datetime) -> float | None:
    where = asset.get("position")
    return minutes(now - datetime.fromisoformat(where["at"])) if where and where.get("at") else None


def with_beds(admissions: Sequence[Row], look: Snapshot) -> list[Row]:
    """`flags` of what two sites did apart: one casualty in two places, or two in one bed (invariant 10)."""
    is_open = look.rows("admissions", open=True)
    people = Counter(row["casualty"] for row in is_open)
    beds = Counter((row["facility"], row["bed"]) for row in is_open if row["bed"])
    made = []
    for row in admissions:
        twice = row.get("open") and "casualty" in row
        flags = ["admitted_twice"] if twice and people[row["casualty"]] > 1 else []
        flags += ["bed_taken_twice"] if twice and beds[row["facility"], row["bed"]] > 1 else []
        made.append({**row, "flags": flags})
    return made


def with_guards(legs: Sequence[Row], look: Snapshot, policies: Policies, now: datetime) -> list[Row]:
    """Active legs get `check_in`, the light of the crew's last word, `launch`, and `flags`: guards that do not hold.

    A guard that was overridden on this leg is no flag. What the reader may not see stays absent, and so do the flags.
    """
    active = look.rows("legs", active=True)
    waiting = _fetched_twice(active)
    return [_standing(row, look, policies, now, waiting) if row.get("active") else row for row in legs]


def _standing(row: Row, look: Snapshot, policies: Policies, now: datetime, twice: set[tuple[str, bool]]) -> Row:
    age = minutes(now - datetime.fromisoformat(row["heard_at"])) if row["heard_at"] else None
    made = {**row, "check_in": _light("crew_checkin", age, policies.thresholds) if _is_out(row) else None}
    if "carried" not in row:
        return made
    said = {rule for one in row["overrides"] for rule in (one["rule"], *(text.split(":")[0] for text in one["broken"]))}
    broken = [one for one in _broken(row, look, policies, now) if not said & {one.rule, "all"}]
    flags = {f"{one.rule}:{one.detail}" for one in broken}
    if any((casualty, row["status"] in WAITING) in twice for casualty in row["carried"]):
        flags.add("two_legs")
    return {**made, "flags": sorted(flags), "launch": _launch(row, look, policies, now)}


def _launch(leg: Row, look: Snapshot, policies: Policies, now: datetime) -> Row | None:
    """Notice to move from the word of authority: when the launch is due, and how far it is beyond (casualty §5)."""
    authorised = [
        row["milestones"]["M5"]["lo"] for row in look.rows_of("board", leg["carried"]) if "M5" in row["milestones"]
    ]
    assets = look.rows("assets", subject=leg["asset"]) if leg["asset"] else []
    if not assets or not any(authorised):
        return None
    hours = "night" if leg["is_dark"] else "day"
    agreed = assets[0][f"ntm_{hours}_min"]
    ntm = policies.thresholds.number(f"launch.ntm_assumed_{hours}_min") if agreed is None else agreed
    due = datetime.fromisoformat(min(one for one in authorised if one)) + timedelta(minutes=ntm)
    at = leg["actual"].get("LAUNCHED")
    over = round(minutes((datetime.fromisoformat(at) if at else now) - due), 1)
    light = policies.thresholds.light("launch.over_ntm", max(0.0, over))
    return {"due": rfc3339(due), "over_min": max(0.0, over), "light": light, "assumed": agreed is None}


def _is_out(row: Row) -> bool:
    return row["status"] in {"LAUNCHED", "ON_SCENE", "PATIENT_LOADED", "DEPARTED"}


def _light(group: str, age: float | None, thresholds: Thresholds) -> str | None:
    return None if age is None else thresholds.light(group, age)


def _fetched_twice(active: Sequence[Whole]) -> set[tuple[str, bool]]:
    """(casualty, still waited for) of those whom two legs are to fetch, or two have aboard (invariant 2)."""
    named = Counter((one, leg["status"] in WAITING) for leg in active for one in leg["carried"])
    return {key for key, number in named.items() if number > 1}


def _broken(leg: Row, look: Snapshot, policies: Policies, now: datetime) -> Iterator[Broken]:
    craft, target, origin = _craft(leg["asset"], look), _spot(leg["destination"], look), _spot(leg["origin"], look)
    requests: Sequence[Whole] = look.rows("requests", subject=leg["request"]) if leg["request"] else ()
    lines: Mapping[str, Any] = requests[0]["lines"] if requests else {}
    board = look.rows_of("board", leg["carried"])
    if target:
        needs = set(needs_of_lines(lines)).union(*(needs_of_row(row, policies) for row in board))
        yield from closed_modules(target, policies.evacuation.modules(needs))
    if craft:
        yield from no_room(craft, (one["place"] for one in leg["aboard"]))
        where = [requests[0]["pickup"]] if requests else []
        landings = _landings(leg, where, origin, target, lines, policies, now)
        yield from night_landings(craft, landings, leg["nvg"], policies.moving)
    if origin and leg["status"] in WAITING:
        here = {row["casualty"] for row in look.rows("admissions", facility=leg["origin"], open=True)}
        yield from (Broken(rule="admission", detail="NONE") for one in leg["carried"] if one not in here)


def _landings(
    leg: Row,
    pickup: Sequence[object],
    origin: Spot | None,
    target: Spot | None,
    lines: Mapping[str, Any],
    policies: Policies,
    now: datetime,
) -> list[Landing]:
    at = planned(leg, "M8", "M10", "M7") or now
    found = [Landing(at=planned(leg, "M11", "M15") or now, position=target.position, spot=target)] if target else []
    if origin:
        return [*found, Landing(at=at, position=origin.position, spot=origin)]
    where = next((place for one in pickup if (place := position_of(one))), None)
    return [*found, Landing(at=at, position=where, marking=policies.evacuation.marking_of(lines))]


def _craft(asset: str | None, look: Snapshot) -> Craft | None:
    rows = look.rows("assets", subject=asset) if asset else []
    if not rows or rows[0]["kind"] is None:
        return None
    row = rows[0]
    return Craft(
        kind=row["kind"],
        night_capable=bool(row["night_capable"]),
        nvg=bool(row["nvg"]),
        litters=row["litters"] or 0,
        seats=row["seats"] or 0,
    )


def _spot(facility: str | None, look: Snapshot) -> Spot | None:
    rows = look.rows("facilities", subject=facility) if facility else []
    if not rows:
        return None
    row = rows[0]
    return Spot(
        position=Position(lat=row["position"]["lat"], lon=row["position"]["lon"]),
        modules={module["code"]: module["status"] for module in row["modules"]},
        status=row["status"],
        lights=bool(row["hlz"] and row["hlz"].get("lights")),
    )
