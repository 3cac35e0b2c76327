"""Rules of legs. A reported leg state is also a milestone of everybody aboard, in the same commit."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import IsClosed, OnAnotherLeg, OrderOfStates
from dunant.casualty.model import WAITING, Leg
from dunant.casualty.rules.asking import milestone
from dunant.casualty.rules.decisions import retasked_first
from dunant.casualty.rules.guarding import is_planned_dark, of_diversion, of_loading, of_plan, overridden
from dunant.casualty.rules.kinds import one_kind
from dunant.casualty.rules.requests import all_known, has_reached
from dunant.casualty.rules.theatre import found_on_arrival
from dunant.kernel.clock import is_plausible, rfc3339
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId

# Which milestone of a casualty a leg state is the evidence of (casualty §4.3).
MILESTONE = {
    "NOTIFIED": "M6",
    "LAUNCHED": "M7",
    "ON_SCENE": "M8",
    "PATIENT_LOADED": "M10",
    # Whoever left the scene was loaded, reported or not.
    "DEPARTED": "M10",
    "ARRIVED": "M11",
    "HANDED_OVER": "M12",
}


def plan_leg(asked: c.PlanLeg, known: Facts, context: Context) -> Iterator[Fact]:
    """Plan a leg, or plan it again.

    Raises
    ------
    ExerciseMixed
        A casualty is of the other kind than the leg.
    IsClosed
        The leg is over.
    OnAnotherLeg
        Another leg is on its way to fetch one of them. One that has loaded them does not hinder: this is then the next.
    DecisionNotAllowed
        The aircraft is committed to somebody else, and nobody has approved that it is retasked.
    ModuleClosed, NightLeg, NotAdmitted
        A guard says no and `override` does not name it.
    """
    leg = Leg(known)
    if leg.plan and leg.is_overtaken:
        raise IsClosed(field="leg", rule="must_be_open")
    all_known(asked.casualties, context)
    above = {"casualties": asked.casualties, "request": (asked.request,), "leg": (asked.leg,)}
    exercise = one_kind(asked.exercise, context, **above)
    for other in context.rows("legs", active=True):
        is_waited_for = other["status"] in WAITING and not set(asked.casualties).isdisjoint(other["casualties"])
        if other["subject"] != asked.leg and is_waited_for:
            raise OnAnotherLeg(field="casualties", rule="one_active_leg", leg=other["subject"])
    retasked_first(asked, context)
    times = {step: _instant(step, text) for step, text in asked.plan.items()}
    timed = replace(asked, plan=times)
    override = overridden(of_plan(timed, context), asked.override)
    yield Fact(
        subject=asked.leg,
        body=e.LegPlanned(
            request=asked.request,
            asset=asked.asset,
            origin=asked.origin,
            destination=asked.destination,
            casualties=asked.casualties,
            skilled_care_aboard=asked.skilled_care_aboard,
            plan=times,
            exercise=exercise,
            crew=asked.crew,
            amet=asked.amet,
            nvg=asked.nvg,
            override=override,
            dark=is_planned_dark(timed, context),
        ),
        base=context.seen(leg.planned),
    )


def _instant(step: str, text: str) -> str:
    """A planned time in the one form that screens and clocks read."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(field=f"plan.{step}", rule="rfc3339") from None
    if not is_plausible(at):
        raise Invalid(field=f"plan.{step}", rule="zone_required" if at.tzinfo is None else "year_1971_to_2199")
    return rfc3339(at)


def report_leg(asked: c.ReportLeg, known: Facts, context: Context) -> Iterator[Fact]:
    """Report progress. A skipped state is accepted; a repeated one adds nothing.

    Raises
    ------
    OrderOfStates
        The leg was aborted, so it cannot go on.
    """
    leg = Leg(known)
    if leg.plan is None:
        raise NotFound(field="leg", rule="exists")
    if leg.status == "ABORTED":
        raise OrderOfStates(field="state", rule="not_after_abort")
    if asked.state in leg.reached:
        return
    yield Fact(subject=asked.leg, body=e.LegProgressed(state=asked.state))
    yield from _milestones(asked, leg, leg.plan, context)


def _milestones(asked: c.ReportLeg, leg: Leg, plan: e.LegPlanned, context: Context) -> Iterator[Fact]:
    code = MILESTONE.get(asked.state)
    is_loading = asked.state in {"PATIENT_LOADED", "DEPARTED"}
    if code is None or (is_loading and ("PATIENT_LOADED" in leg.reached or leg.was_loaded_singly)):
        return
    arrived = SubjectId(leg.destination) if asked.state == "ARRIVED" and leg.destination else None
    bound_for = SubjectId(leg.destination) if leg.destination else None
    for casualty in leg.carried:
        # What was open at a later facility says nothing about the first one.
        is_next = code == "M11" and has_reached(context.known(SubjectId(casualty)), "M11")
        yield milestone(
            casualty,
            "M15" if is_next else code,
            leg=asked.leg,
            # From the loading on, the facility it is bound for may read what it must get ready for.
            facility=arrived or (bound_for if code == "M10" else None),
            open_modules=found_on_arrival(arrived, casualty, leg.carried, context) if arrived else (),
        )
        if asked.state == "ON_SCENE" and (plan.skilled_care_aboard or plan.amet):
            yield milestone(casualty, "M9", leg=asked.leg)


def abort_leg(asked: c.AbortLeg, known: Facts, context: Context) -> Iterator[Fact]:
    leg = Leg(known)
    if leg.plan is None:
        raise NotFound(field="leg", rule="exists")
    if leg.is_overtaken:
        raise IsClosed(field="leg", rule="must_be_open")
    yield Fact(subject=asked.leg, body=e.LegAborted(reason=asked.reason))


def divert_leg(asked: c.DivertLeg, known: Facts, context: Context) -> Iterator[Fact]:
    """Send those aboard elsewhere. A reaction moves what had been reserved for them.

    Raises
    ------
    ModuleClosed, NightLeg
        A guard says no to the new destination, and `override` does not name it.
    """
    leg = _under_way(known)
    if leg.destination == asked.destination:
        return
    override = overridden(of_diversion(leg, asked.destination, context), asked.override)
    body = e.LegDiverted(destination=asked.destination, reason=asked.reason, override=override)
    yield Fact(subject=asked.leg, body=body)
    if leg.status not in WAITING or leg.was_loaded_singly:
        redirected = e.CasualtyRedirected(leg=asked.leg, facility=asked.destination)
        yield from (Fact(subject=SubjectId(casualty), body=redirected) for casualty in leg.carried)


def load_casualty(asked: c.LoadCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    """Take somebody aboard, which is M10; said again for the same place it adds nothing.

    Raises
    ------
    OnAnotherLeg
        Another leg that is under way has the casualty aboard.
    NoRoom
        No litter or seat is left, and `override` does not name it.
    """
    leg = _under_way(known)
    all_known((asked.casualty,), context)
    one_kind(leg.exercise, context, casualty=(asked.casualty,), leg=(asked.leg,))
    if leg.aboard.get(asked.casualty) == asked.place:
        return
    for other in context.rows("legs", active=True):
        if other["subject"] != asked.leg and any(one["casualty"] == asked.casualty for one in other["aboard"]):
            raise OnAnotherLeg(field="casualty", rule="one_active_leg", leg=other["subject"])
    override = overridden(of_loading(leg, asked.casualty, asked.place, context), asked.override)
    body = e.CasualtyLoaded(casualty=asked.casualty, place=asked.place, override=override)
    yield Fact(subject=asked.leg, body=body)
    bound_for = SubjectId(leg.destination) if leg.destination else None
    yield milestone(asked.casualty, "M10", leg=asked.leg, facility=bound_for)


def unload_casualty(asked: c.UnloadCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    """Take somebody off; who is not aboard is not taken off."""
    leg = Leg(known)
    if leg.plan is None:
        raise NotFound(field="leg", rule="exists")
    if asked.casualty not in leg.aboard:
        raise NotFound(field="casualty", rule="aboard")
    yield Fact(subject=asked.leg, body=e.CasualtyUnloaded(casualty=asked.casualty))


def _under_way(known: Facts) -> Leg:
    """The leg, if it is not over. Raises NotFound or IsClosed."""
    leg = Leg(known)
    if leg.plan is None:
        raise NotFound(field="leg", rule="exists")
    if not leg.is_active:
        raise IsClosed(field="leg", rule="must_be_open")
    return leg


RULES: Rules = {
    c.PlanLeg: plan_leg,
    c.ReportLeg: report_leg,
    c.AbortLeg: abort_leg,
    c.DivertLeg: divert_leg,
    c.LoadCasualty: load_casualty,
    c.UnloadCasualty: unload_casualty,
}
