"""Rules of legs. A reported leg state is also a milestone of everybody aboard, in the same commit."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import ExerciseMixed, IsClosed, OrderOfStates
from dunant.casualty.model import Facility, Leg
from dunant.casualty.rules.requests import has_reached, milestone, same_kind
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts

# Which milestone of a casualty a leg state is the evidence of (casualty §4.3).
MILESTONE = {
    "NOTIFIED": "M6",
    "LAUNCHED": "M7",
    "ON_SCENE": "M8",
    "PATIENT_LOADED": "M10",
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
    """
    leg = Leg(known)
    exercise = asked.exercise or context.exercise
    if leg.plan and leg.is_overtaken:
        raise IsClosed(field="leg", rule="must_be_open")
    if leg.plan and leg.exercise != exercise:
        raise ExerciseMixed(field="leg", rule="same_exercise")
    for casualty in asked.casualties:
        same_kind(context.known(casualty), exercise)
    yield Fact(
        subject=asked.leg,
        body=e.LegPlanned(
            request=asked.request,
            asset=asked.asset,
            origin=asked.origin,
            destination=asked.destination,
            casualties=asked.casualties,
            skilled_care_aboard=asked.skilled_care_aboard,
            plan=asked.plan,
            exercise=exercise,
        ),
    )


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
    yield from _milestones(asked, leg.plan, context)


def _milestones(asked: c.ReportLeg, plan: e.LegPlanned, context: Context) -> Iterator[Fact]:
    code = MILESTONE.get(asked.state)
    if code is None:
        return
    arrived = asked.state == "ARRIVED" and plan.destination
    modules = Facility(context.known(plan.destination)).open_modules if arrived and plan.destination else ()
    for casualty in plan.casualties:
        # What was open at a later facility says nothing about the first one.
        is_next = code == "M11" and has_reached(context.known(casualty), "M11")
        yield milestone(
            casualty,
            "M15" if is_next else code,
            leg=asked.leg,
            facility=plan.destination if arrived else None,
            open_modules=modules,
        )
        if asked.state == "ON_SCENE" and plan.skilled_care_aboard:
            yield milestone(casualty, "M9", leg=asked.leg)


def abort_leg(asked: c.AbortLeg, known: Facts, context: Context) -> Iterator[Fact]:
    leg = Leg(known)
    if leg.plan is None:
        raise NotFound(field="leg", rule="exists")
    if leg.is_overtaken:
        raise IsClosed(field="leg", rule="must_be_open")
    yield Fact(subject=asked.leg, body=e.LegAborted(reason=asked.reason))


RULES: Rules = {c.PlanLeg: plan_leg, c.ReportLeg: report_leg, c.AbortLeg: abort_leg}
