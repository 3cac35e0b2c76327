"""Guards of a leg: what speaks against it, each with a rule that an override can name.

The same function refuses a local command and flags a fact that came by sync: those are never refused (casualty §6).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from dunant.casualty.model import Asset, Facility
from dunant.casualty.needs import EvacuationPolicy, Marking
from dunant.kernel.facilities import OPEN
from dunant.kernel.places import Position
from dunant.kernel.sun import is_night

ALL = "all"


class Broken(Struct, frozen=True, kw_only=True):
    """A guard that says no. `detail`: the module, resource or code it is about."""

    rule: str
    detail: str = ""


class Landing(Struct, frozen=True, kw_only=True):
    """One place where the leg is to land, and when. `facility` None: out in the field, marked as line 7 says."""

    at: datetime
    position: Position | None = None
    facility: Facility | None = None
    marking: Marking | None = None


def closed_modules(facility: Facility, needed: Iterable[str]) -> Iterator[Broken]:
    """Modules that a destination needs and has not open (invariant 9); nobody knows of one that is not registered."""
    if facility.registered is None:
        return
    if facility.is_shut:
        yield Broken(rule="module", detail=str(facility.status.value))
    for module in needed:
        if facility.modules.get(module) not in OPEN:
            yield Broken(rule="module", detail=module)


def night_landings(
    asset: Asset, landings: Sequence[Landing], nvg: bool | None, policy: EvacuationPolicy
) -> list[Broken]:
    """What speaks against flying by night (invariant 17): the asset, a dark landing zone, a marking nobody sees."""
    known = asset.registered
    if known is None:
        return []
    dark = [one for one in landings if is_dark(one, policy)]
    found = [Broken(rule="night", detail="ASSET")] if dark and not known.night_capable else []
    if known.kind in policy.pack.reading.landing:
        sees = bool(known.nvg) if nvg is None else nvg
        found += [broken for one in dark if (broken := _unlit(one, sees, policy))]
    return list(dict.fromkeys(found))


def is_dark(landing: Landing, policy: EvacuationPolicy) -> bool:
    return landing.position is not None and is_night(landing.at, landing.position, policy.night_below_deg)


def _unlit(landing: Landing, sees_infrared: bool, policy: EvacuationPolicy) -> Broken | None:
    marking = landing.marking
    if landing.facility is not None:
        known = landing.facility.registered
        is_lit = known is None or (known.hlz is not None and known.hlz.lights)
        open_at_night = set(policy.pack.reading.night_modules) & set(landing.facility.open_modules)
        return None if is_lit or open_at_night else Broken(rule="night", detail="HLZ")
    if marking is None or not marking.at_night:
        return Broken(rule="marking", detail=marking.code if marking else "UNKNOWN")
    return Broken(rule="marking", detail=marking.code) if marking.needs_nvg and not sees_infrared else None


def position_of(value: object) -> Position | None:
    """A place as a fact or a form holds it; whatever is none is nowhere."""
    try:
        return msgspec.convert(value, Position | None, from_attributes=True)
    except msgspec.ValidationError:
        return None
