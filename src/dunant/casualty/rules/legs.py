"""Rules of legs. A reported leg state is also a milestone of everybody aboard, in the same commit."""

from collections.abc import Collection, Iterator
from datetime import datetime

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import IsClosed, OnAnotherLeg, OrderOfStates
from dunant.casualty.model import WAITING, Facility, Leg
from dunant.casualty.rules.kinds import one_kind
from dunant.casualty.rules.requests import all_known, has_reached, milestone
from dunant.kernel.clock import is_plausible, rfc3339
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts

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
    yield Fact(
        subject=asked.leg,
        body=e.LegPlanned(
            request=asked.request,
            asset=asked.asset,
            origin=asked.origin,
            destination=asked.destination,
            casualties=asked.casualties,
            skilled_care_aboard=asked.skilled_care_aboard,
            plan={step: _instant(step, text) for step, text in asked.plan.items()},
            exercise=exercise,
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
    yield from _milestones(asked, leg.plan, leg.reached, context)


def _milestones(asked: c.ReportLeg, plan: e.LegPlanned, reached: Collection[str], context: Context) -> Iterator[Fact]:
    code = MILESTONE.get(asked.state)
    if code is None or (asked.state == "DEPARTED" and "PATIENT_LOADED" in reached):
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
            # From the loading on, the facility it is bound for may read what it must get ready for.
            facility=plan.destination if arrived or code == "M10" else None,
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
