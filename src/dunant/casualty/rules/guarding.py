"""Guards of a leg at the moment somebody asks for it: refused with the rule's name, unless the author overrides it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import ModuleClosed, NightLeg, NoRoom, NotAdmitted
from dunant.casualty.guards import (
    ALL,
    Broken,
    Craft,
    Landing,
    Spot,
    closed_modules,
    is_dark,
    night_landings,
    no_room,
    position_of,
)
from dunant.casualty.model import Asset, Casualty, Facility, Leg, Request
from dunant.casualty.needs import EvacuationPolicy, evacuation_policy, needs_of_lines
from dunant.kernel.deciding import Context
from dunant.kernel.errors import Refused
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position

_ERRORS: Mapping[str, type[Refused]] = {
    "module": ModuleClosed,
    "night": NightLeg,
    "marking": NightLeg,
    "admission": NotAdmitted,
    "room": NoRoom,
}


def overridden(broken: Sequence[Broken], said: c.Override | None) -> e.Override | None:
    """The override as a fact, if it answers every guard that says no.

    Raises
    ------
    ModuleClosed, NightLeg, NotAdmitted, NoRoom
        The first guard that nobody overrode; `rule` is what an override has to name, `broken` lists all.
    """
    for one in broken:
        if said is None or said.rule not in {one.rule, ALL}:
            listed = [f"{each.rule}:{each.detail}" for each in broken]
            raise _ERRORS[one.rule](field="override", rule=one.rule, detail=one.detail, broken=listed)
    if said is None:
        return None
    return e.Override(rule=said.rule, reason=said.reason, broken=tuple(f"{one.rule}:{one.detail}" for one in broken))


def of_plan(asked: c.PlanLeg, context: Context) -> list[Broken]:
    """What speaks against a plan: modules of the destination, night, and who is not admitted where it begins."""
    policy = evacuation_policy(context.pack)
    request = Request(context.known(asked.request)) if asked.request else None
    found = [*_closed(asked.destination, asked.casualties, request, policy, context)]
    if craft := craft_of(asked.asset, context):
        found += night_landings(craft, landings_of(asked, context), asked.nvg, policy)
    return [*found, *not_admitted(asked.origin, asked.casualties, context)]


def landings_of(asked: c.PlanLeg, context: Context) -> list[Landing]:
    """Where the leg is to land, and when: at the casualty and at the destination."""
    policy = evacuation_policy(context.pack)
    request = Request(context.known(asked.request)) if asked.request else None
    steps = {step: datetime.fromisoformat(text) for step, text in asked.plan.items()}
    return [*_pickup(asked, request, steps, policy, context), *_arrival(asked.destination, steps, context)]


def is_planned_dark(asked: c.PlanLeg, context: Context) -> bool | None:
    """Whether a landing of the plan is by night; None where no place is known."""
    policy = evacuation_policy(context.pack)
    known = [one for one in landings_of(asked, context) if one.position is not None]
    return any(is_dark(one, policy) for one in known) if known else None


def of_diversion(leg: Leg, destination: SubjectId, context: Context) -> list[Broken]:
    """What speaks against another destination for those aboard."""
    plan = leg.plan
    if plan is None:
        return []
    policy = evacuation_policy(context.pack)
    request = Request(context.known(plan.request)) if plan.request else None
    aboard = [SubjectId(one) for one in leg.carried]
    found = [*_closed(destination, aboard, request, policy, context)]
    if craft := craft_of(plan.asset, context):
        found += night_landings(craft, _arrival(destination, {}, context), plan.nvg, policy)
    return found


def of_loading(leg: Leg, casualty: SubjectId, place: str, context: Context) -> list[Broken]:
    """More litters or seats than the asset has (invariant 4). An asset that nobody registered is not counted."""
    craft = craft_of(leg.plan.asset if leg.plan else None, context)
    places = {**leg.aboard, casualty: place}.values()
    return [one for one in no_room(craft, places) if one.detail == place] if craft else []


def not_admitted(origin: SubjectId | None, casualties: Iterable[SubjectId], context: Context) -> Iterator[Broken]:
    """A transfer begins at an open admission of the facility it leaves, or at the scene (invariant 10)."""
    if spot_of(origin, context) is None:
        return
    here = {row["casualty"] for row in context.rows("admissions", facility=origin, open=True)}
    yield from (Broken(rule="admission", detail="NONE") for casualty in casualties if casualty not in here)


def _closed(
    destination: SubjectId | None,
    casualties: Iterable[SubjectId],
    request: Request | None,
    policy: EvacuationPolicy,
    context: Context,
) -> Iterator[Broken]:
    spot = spot_of(destination, context)
    if spot is None:
        return
    needs = set(needs_of_lines(request.lines)) if request else set()
    for casualty in casualties:
        needs |= policy.needs_of(context.known(casualty))
    yield from closed_modules(spot, policy.pack.modules(needs))


def _pickup(
    asked: c.PlanLeg,
    request: Request | None,
    steps: Mapping[str, datetime],
    policy: EvacuationPolicy,
    context: Context,
) -> Iterator[Landing]:
    at = next((steps[step] for step in ("M8", "M10", "M7") if step in steps), _asked_at(context))
    origin = spot_of(asked.origin, context)
    if origin is not None:
        yield Landing(at=at, position=origin.position, spot=origin)
        return
    where = position_of(request.pickup.value) if request else None
    where = where or next((found for one in asked.casualties if (found := _where(context.known(one), policy))), None)
    yield Landing(at=at, position=where, marking=policy.pack.marking_of(request.lines) if request else None)


def _arrival(destination: SubjectId | None, steps: Mapping[str, datetime], context: Context) -> list[Landing]:
    spot = spot_of(destination, context)
    if spot is None:
        return []
    at = next((steps[step] for step in ("M11", "M15") if step in steps), _asked_at(context))
    return [Landing(at=at, position=spot.position, spot=spot)]


def spot_of(facility: SubjectId | None, context: Context) -> Spot | None:
    """What guards know of a facility; None for one that nobody has registered."""
    place = Facility(context.known(facility)) if facility else None
    known = place.registered if place else None
    if place is None or known is None:
        return None
    lights = known.hlz is not None and known.hlz.lights
    return Spot(position=known.position, modules=place.modules, status=place.status.value, lights=lights)


def craft_of(asset: SubjectId | None, context: Context) -> Craft | None:
    """What guards know of an asset; None for one that nobody has registered."""
    known = Asset(context.known(asset)).registered if asset else None
    if known is None:
        return None
    return Craft(
        kind=known.kind,
        night_capable=known.night_capable,
        nvg=bool(known.nvg),
        litters=known.litters,
        seats=known.seats,
    )


def _where(known: Facts, policy: EvacuationPolicy) -> Position | None:
    return position_of(Casualty(known, policy.severity).position.value)


def _asked_at(context: Context) -> datetime:
    return context.at.t or context.rec
