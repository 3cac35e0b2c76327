"""Rules of triage: a person decides; what was seen and what every scheme makes of it is kept beside the decision."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.care import CarePack
from dunant.casualty.errors import AlreadyHandedOver, DowngradeUnproven, ExpectantNotAllowed, ReasonRequired
from dunant.casualty.intervals import interval_of
from dunant.casualty.model import NO_POLICY, Casualty, Incident
from dunant.casualty.rules.care import within_range
from dunant.casualty.rules.casualties import reported
from dunant.casualty.triage import INDETERMINATE, Observations, TriagePack, all_schemes
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts


def assign_triage(asked: c.AssignTriage, known: Facts, context: Context) -> Iterator[Fact]:
    """Record the category that a person chose; with observations, also what each scheme makes of them.

    Raises
    ------
    AlreadyHandedOver
        The receiving facility now owns the category: whoever may override one may still assign it.
    ExpectantNotAllowed
        Expectant is for mass casualty situations and medical officers only.
    DowngradeUnproven
        A lower category that was not seen later than the one it replaces (invariant 7).
    """
    reported(known)
    if _handed_over(known) and not context.may(c.OverrideTriage.ACTION):
        raise AlreadyHandedOver(field="category", rule="receiving_facility_decides")
    pack = context.pack(TriagePack)
    not_given_up(asked.category, known, context)
    _newer(asked.category, pack, known, context)
    yield Fact(
        subject=asked.casualty,
        body=e.TriageAssigned(category=asked.category, scheme=asked.scheme),
        base=context.seen(_read(known).triage),
    )
    if asked.observations is not None and asked.observations != Observations():
        yield Fact(subject=asked.casualty, body=_assessed(asked.scheme, asked.observations, pack, context))


def override_triage(asked: c.OverrideTriage, known: Facts, context: Context) -> Iterator[Fact]:
    """Another category, for a stated reason. What holds for assigning expectant and lower ones holds here too."""
    reported(known)
    if not asked.reason:
        raise ReasonRequired(field="reason", rule="required")
    pack = context.pack(TriagePack)
    not_given_up(asked.category, known, context)
    _newer(asked.category, pack, known, context)
    yield Fact(
        subject=asked.casualty,
        body=e.TriageOverridden(category=asked.category, scheme=asked.scheme, reason=asked.reason),
        base=context.seen(_read(known).triage),
    )


def _assessed(scheme: str, seen: Observations, pack: TriagePack, context: Context) -> e.TriageAssessed:
    within_range(context.pack(CarePack), {name: getattr(seen, name) for name in ("rr", "hr", "gcs", "crt_s")})
    chosen = pack.get(scheme)
    if chosen is not None and chosen.disabled:
        raise Invalid(field="scheme", rule=chosen.disabled)
    outcomes = {outcome.scheme: outcome for outcome in all_schemes(pack, seen)}
    mine = outcomes.get(scheme)
    return e.TriageAssessed(
        scheme=scheme,
        version=mine.version if mine else "",
        observations={name: value for name, value in asdict(seen).items() if value is not None},
        result=mine.category if mine else INDETERMINATE,
        possible=mine.possible if mine else (),
        missing=mine.missing if mine else (),
        by_scheme={name: outcome.category for name, outcome in sorted(outcomes.items())},
    )


def not_given_up(category: Any, known: Facts, context: Context) -> None:
    """Raises ExpectantNotAllowed where this would give somebody up who must not be, or by whom it must not be."""
    rule = context.pack(TriagePack).expectant
    if category != rule.category:
        return
    if context.actor.role not in rule.roles:
        raise ExpectantNotAllowed(field="category", rule="medical_officer_only", who_can=list(rule.roles))
    if not {_incident_state(known, context), *_postures(context)} & set(rule.postures):
        raise ExpectantNotAllowed(field="category", rule="mascal_only", postures=list(rule.postures))


def _postures(context: Context) -> list[str]:
    """The posture of the whole mission, if somebody has set one."""
    return [str(row["posture"]) for row in context.rows("postures")]


def _incident_state(known: Facts, context: Context) -> str | None:
    """MASCAL where the incident of the casualty is in that state."""
    casualty = _read(known)
    incident = casualty.report.incident if casualty.report else None
    return Incident(context.known(incident)).status if incident else None


def _newer(category: str, pack: TriagePack, known: Facts, context: Context) -> None:
    """Refused is what was certainly seen before; what may have been seen at the same time is only flagged."""
    triage = _read(known).triage
    seen = set(context.seen(triage))
    now = interval_of(context.at, 0)
    for head in triage.heads:
        before = interval_of(head.event.header.at, 0)
        if head.event.id not in seen or now.hi is None or before.lo is None:
            continue
        if pack.severity(str(head.value)) > pack.severity(category) and now.hi < before.lo:
            raise DowngradeUnproven(field="category", rule="newer_assessment_needed")


def _handed_over(known: Facts) -> bool:
    return any(getattr(event.body, "code", "") == "M12" for event in known.of(e.MilestoneRecorded))


def _read(known: Facts) -> Casualty:
    return Casualty(known, NO_POLICY)


RULES: Rules = {c.AssignTriage: assign_triage, c.OverrideTriage: override_triage}
