"""One clinical row for each casualty: what a handover needs first. Ages are computed when it is read."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dunant.casualty.mist import AtMist, at_mist
from dunant.casualty.model import Casualty, CasualtyPolicy
from dunant.casualty.model.care import Care, Tourniquet
from dunant.casualty.views.care import care_of
from dunant.casualty.views.custody import tie_columns, ties
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View

# Where somebody belongs may be held back until the family knows; it is no part of a summary.
BELONGS = frozenset({"service", "unit"})
GIVEN = ("drug", "blood", "fluid")


def clinical_summary(policy: CasualtyPolicy) -> View:
    """AT-MIST for the coordination cell; the rest for those who treat, and those who oversee them."""

    def rows(facts: Facts) -> Sequence[Row]:
        casualty = facts.once(Casualty, policy)
        return [_row(casualty, care_of(facts))] if casualty.reported else []

    return View(
        name="clinical_summary",
        version=1,
        resource="clinical",
        rows={"casualty": rows},
        columns=(
            Column(name="subject", key=True),
            Column(name="author", group="mist"),
            *tie_columns("mist"),
            Column(name="triage", group="precedence"),
            Column(name="at_mist", type="json", group="mist"),
            *(Column(name=name, type="json", group="summary") for name in (
                "vitals", "tourniquets", "given", "treatments", "allergies", "details", "mechanisms", "handover",
            )),
        ),
    )  # fmt: skip


def _row(casualty: Casualty, care: Care) -> Row:
    assert casualty.reported is not None
    return {
        "subject": casualty.facts.subject,
        "author": casualty.reported.header.by.user,
        **ties(casualty.custody),
        "triage": casualty.triage.value,
        "at_mist": _at_mist(at_mist(casualty, care)),
        "vitals": [_told(event) for event in care.last_vitals],
        "tourniquets": [_tourniquet(one) for one in care.tourniquets],
        "given": [_told(event) for event in care.interventions if any(getattr(event.body, n) for n in GIVEN)],
        "treatments": [_told(event) for event in care.interventions],
        "allergies": [_told(event) for event in care.allergies],
        "details": {name: value for name, value in care.personal.items() if name not in BELONGS},
        "mechanisms": care.mechanisms,
        "handover": _told(care.handover) if care.handover else None,
    }


def _at_mist(known: AtMist) -> dict[str, Any]:
    lo, hi = known.time
    return {
        "age_years": known.age_years,
        "age_band": known.age_band,
        "child": known.child,
        "sex": known.sex,
        "time": {"lo": lo, "hi": hi},
        "mechanisms": known.mechanisms,
        "injuries": [_told(event) for event in known.injuries],
        "signs": _told(known.signs) if known.signs else None,
        "treatments": [_told(event) for event in known.treatments],
        "said": [_told(event) for event in known.said],
    }


def _told(event: Event) -> dict[str, Any]:
    """What a fact says, with its id, its moment and the role of its author."""
    body: dict[str, Any] = msgspec.to_builtins(event.body)
    return {**body, "event": event.id, "at": moment_of(event), "p": event.header.at.p, "by_role": event.header.by.role}


def _tourniquet(one: Tourniquet) -> dict[str, Any]:
    return {
        "event": one.on.id,
        "limb": one.body.limb,
        "device": one.body.device,
        "on": moment_of(one.on),
        "p": one.on.header.at.p,
        "off": moment_of(one.off) if one.off else None,
    }
