"""Guards of a leg: what speaks against it, each with a rule that an override can name.

The same functions refuse a local command and flag a fact that came by sync: those are never refused (casualty §6).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from dunant.casualty.daylight import is_night
from dunant.casualty.needs import EvacuationPolicy, Marking
from dunant.kernel.facilities import OPEN
from dunant.kernel.places import Position

ALL = "all"


class Broken(Struct, frozen=True, kw_only=True):
    """A guard that says no. `detail`: the module, resource or code it is about."""

    rule: str
    detail: str = ""


class Craft(Struct, frozen=True, kw_only=True):
    """What guards know of an asset."""

    kind: str
    night_capable: bool
    nvg: bool
    litters: int
    seats: int


class Spot(Struct, frozen=True, kw_only=True):
    """What guards know of a facility. `lights`: its landing zone is lit."""

    position: Position
    modules: Mapping[str, str]
    status: str | None = None
    lights: bool = False

    def is_lit(self, policy: EvacuationPolicy) -> bool:
        return self.lights or any(self.modules.get(module) in OPEN for module in policy.pack.reading.night_modules)


class Landing(Struct, frozen=True, kw_only=True):
    """One place where the leg is to land, and when. Without `spot`: out in the field, marked as line 7 says."""

    at: datetime
    position: Position | None = None
    spot: Spot | None = None
    marking: Marking | None = None


def closed_modules(spot: Spot, needed: Iterable[str]) -> Iterator[Broken]:
    """What a destination needs and has not open (invariant 9)."""
    if spot.status is not None and spot.status not in OPEN:
        yield Broken(rule="module", detail=spot.status)
    for module in needed:
        if spot.modules.get(module) not in OPEN:
            yield Broken(rule="module", detail=module)


def night_landings(
    craft: Craft, landings: Sequence[Landing], nvg: bool | None, policy: EvacuationPolicy
) -> list[Broken]:
    """What speaks against flying by night (invariant 17): the asset, a dark landing zone, a marking nobody sees."""
    dark = [one for one in landings if is_dark(one, policy)]
    found = [Broken(rule="night", detail="ASSET")] if dark and not craft.night_capable else []
    if craft.kind in policy.pack.reading.landing:
        sees = craft.nvg if nvg is None else nvg
        found += [broken for one in dark if (broken := _unlit(one, sees, policy))]
    return list(dict.fromkeys(found))


def no_room(craft: Craft, places: Iterable[str]) -> list[Broken]:
    """More on litters or seats than the asset has (invariant 4). `places`: LITTER or SEAT of each aboard."""
    taken = list(places)
    room = {"LITTER": craft.litters, "SEAT": craft.seats}
    return [Broken(rule="room", detail=place) for place, number in room.items() if taken.count(place) > number]


def is_dark(landing: Landing, policy: EvacuationPolicy) -> bool:
    return landing.position is not None and is_night(landing.position, landing.at, policy.night_below_deg)


def _unlit(landing: Landing, sees_infrared: bool, policy: EvacuationPolicy) -> Broken | None:
    if landing.spot is not None:
        return None if landing.spot.is_lit(policy) else Broken(rule="night", detail="HLZ")
    marking = landing.marking
    if marking is None or not marking.at_night:
        return Broken(rule="marking", detail=marking.code if marking else "UNKNOWN")
    return Broken(rule="marking", detail=marking.code) if marking.needs_nvg and not sees_infrared else None


def position_of(value: object) -> Position | None:
    """A place as a fact or a form holds it; whatever is none is nowhere."""
    try:
        return msgspec.convert(value, Position | None, from_attributes=True)
    except msgspec.ValidationError:
        return None
