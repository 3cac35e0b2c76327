"""Guards of a leg at the moment somebody asks for it: refused with the rule's name, unless the author overrides it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import ModuleClosed, NightLeg, NoRoom, NotAdmitted
from dunant.casualty.guards import ALL, Broken, Landing, closed_modules, night_landings, position_of
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
    steps = {step: datetime.fromisoformat(text) for step, text in asked.plan.items()}
    found = [*_closed(asked.destination, asked.casualties, request, policy, context)]
    if asked.asset:
        landings = [*_pickup(asked, request, steps, policy, context), *_arrival(asked.destination, steps, context)]
        found += night_landings(Asset(context.known(asked.asset)), landings, asked.nvg, policy)
    return [*found, *not_admitted(asked.origin, asked.casualties, context)]


def of_diversion(leg: Leg, destination: SubjectId, context: Context) -> list[Broken]:
    """What speaks against another destination for those aboard."""
    plan = leg.plan
    if plan is None:
        return []
    policy = evacuation_policy(context.pack)
    request = Request(context.known(plan.request)) if plan.request else None
    aboard = [SubjectId(one) for one in leg.carried]
    found = [*_closed(destination, aboard, request, policy, context)]
    if plan.asset:
        landing = _arrival(destination, {}, context)
        found += night_landings(Asset(context.known(plan.asset)), landing, plan.nvg, policy)
    return found


def of_loading(leg: Leg, casualty: SubjectId, place: str, context: Context) -> list[Broken]:
    """More litters or seats than the asset has (invariant 4). An asset that nobody registered is not counted."""
    asset = Asset(context.known(leg.plan.asset)).registered if leg.plan and leg.plan.asset else None
    if asset is None:
        return []
    taken = sum(1 for one, where in leg.aboard.items() if where == place and one != casualty)
    room = asset.litters if place == "LITTER" else asset.seats
    return [Broken(rule="room", detail=place)] if taken + 1 > room else []


def not_admitted(origin: SubjectId | None, casualties: Iterable[SubjectId], context: Context) -> Iterator[Broken]:
    """A transfer begins at an open admission of the facility it leaves, or at the scene (invariant 10)."""
    if origin is None or Facility(context.known(origin)).registered is None:
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
    if destination is None:
        return
    needs = set(needs_of_lines(request.lines)) if request else set()
    for casualty in casualties:
        needs |= policy.needs_of(context.known(casualty))
    yield from closed_modules(Facility(context.known(destination)), policy.pack.modules(needs))


def _pickup(
    asked: c.PlanLeg,
    request: Request | None,
    steps: Mapping[str, datetime],
    policy: EvacuationPolicy,
    context: Context,
) -> Iterator[Landing]:
    at = next((steps[step] for step in ("M8", "M10", "M7") if step in steps), _asked_at(context))
    origin = Facility(context.known(asked.origin)) if asked.origin else None
    if origin and origin.registered:
        yield Landing(at=at, position=origin.registered.position, facility=origin)
        return
    where = position_of(request.pickup.value) if request else None
    where = where or next((found for one in asked.casualties if (found := _where(context.known(one), policy))), None)
    yield Landing(at=at, position=where, marking=policy.pack.marking_of(request.lines) if request else None)


def _arrival(destination: SubjectId | None, steps: Mapping[str, datetime], context: Context) -> list[Landing]:
    facility = Facility(context.known(destination)) if destination else None
    if facility is None or facility.registered is None:
        return []
    at = next((steps[step] for step in ("M11", "M15") if step in steps), _asked_at(context))
    return [Landing(at=at, position=facility.registered.position, facility=facility)]


def _where(known: Facts, policy: EvacuationPolicy) -> Position | None:
    return position_of(Casualty(known, policy.severity).position.value)


def _asked_at(context: Context) -> datetime:
    return context.at.t or context.rec
