"""The clinical record, fact by fact. Each row names its author, who treats and who holds: the policy asks for them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from dunant.casualty import events as e
from dunant.casualty.model import Custody
from dunant.casualty.model.care import Care
from dunant.casualty.views.custody import tie_columns, ties
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View

# What is read without regard to any policy is read once.
_ALWAYS = object()
Told = Callable[[Care], Sequence[tuple[Event, Mapping[str, Any]]]]


def care_of(facts: Facts) -> Care:
    """The care read off these facts, once for all the views that show some of it."""
    return facts.once(_care, _ALWAYS)


def _care(facts: Facts, _: object) -> Care:
    return Care(facts)


def _tied(facts: Facts, _: object) -> Row:
    return ties(Custody(facts))


def injuries() -> View:
    fields = ("kind", "region", "side", "face", "mechanism", "note")
    return _view("injuries", "injuries", _plain("injuries"), *_texts(fields), _column("tbsa_pct", "real"))


def interventions() -> View:
    fields = ("code", "performer", "limb", "side", "device", "note")
    documents = (_column(name, "json") for name in ("drug", "blood", "fluid"))
    until = (_column("off", "bool"), _column("off_at"))

    def told(care: Care) -> Sequence[tuple[Event, Mapping[str, Any]]]:
        released = {one.on.id: moment_of(one.off) for one in care.tourniquets if one.off}
        return [
            (event, {**msgspec.to_builtins(event.body), "off_at": released.get(event.id)})
            for event in care.interventions
        ]

    return _view("interventions", "treatments", told, *_texts(fields), *documents, *until)


def vitals() -> View:
    numbers = ("hr", "sbp", "dbp", "rr", "spo2", "temp_c", "etco2", "crt_s")
    points = ("gcs_e", "gcs_v", "gcs_m", "pain")
    return _view(
        "vitals",
        "vitals",
        _plain("vitals"),
        *(_column(name, "real") for name in numbers),
        *(_column(name, "integer") for name in points),
        _column("o2", "bool"),
        *_texts(("hr_site", "avpu", "note")),
    )


def assessments() -> View:
    def precedence(name: str, kind: Any = "text") -> Column:
        return Column(name=name, type=kind, group="precedence")

    return _view(
        "assessments",
        "vitals",
        _plain("assessments"),
        precedence("scheme"),
        precedence("version"),
        precedence("result"),
        *(precedence(name, "json") for name in ("possible", "missing", "by_scheme")),
        _column("observations", "json"),
    )


def allergies() -> View:
    def told(care: Care) -> Sequence[tuple[Event, Mapping[str, Any]]]:
        refuted = care.refuted
        return [
            (
                event,
                {
                    **msgspec.to_builtins(event.body),
                    "standing": event.id not in refuted,
                    "refuted_reason": getattr(refuted[event.id].body, "reason", "") if event.id in refuted else None,
                },
            )
            for event in care.facts.of(e.AllergyAsserted)
        ]

    return _view(
        "allergies", "notes", told, *_texts(("substance", "reaction", "refuted_reason")), _column("standing", "bool")
    )


def clinical_notes() -> View:
    """Notes and handover texts: words of the record, each as it was written."""

    def told(care: Care) -> Sequence[tuple[Event, Mapping[str, Any]]]:
        handovers = care.facts.of(e.HandoverWritten)
        return [
            *((event, {"kind": "NOTE", **msgspec.to_builtins(event.body)}) for event in care.notes),
            *((event, {"kind": "HANDOVER", **msgspec.to_builtins(event.body)}) for event in handovers),
        ]

    fields = ("kind", "text", "about", "next_appointment", "next_destination", "isolation", "escort")
    return _view("clinical_notes", "notes", told, *_texts(fields))


def _view(name: str, group: str, told: Told, *columns: Column) -> View:
    """A view of one row for each fact, guarded as clinical; `group` is that of every column that names none."""
    mine = tuple(msgspec.structs.replace(c, group=group) if c.group == "tag" else c for c in columns)
    fixed = ("at", "p", "by_role", "author")

    def rows(facts: Facts) -> Sequence[Row]:
        found = told(care_of(facts))
        tied = facts.once(_tied, _ALWAYS) if found else {}
        return [_row(event, values, tied, facts, mine) for event, values in found]

    return View(
        name=name,
        version=1,
        resource="clinical",
        rows={"casualty": rows},
        order=("at",),
        columns=(
            Column(name="subject", key=True),
            Column(name="event", key=True),
            *(Column(name=one, group=group) for one in fixed),
            *tie_columns(group),
            *mine,
        ),
    )


def _row(
    event: Event, values: Mapping[str, Any], tied: Mapping[str, Any], facts: Facts, columns: Sequence[Column]
) -> Row:
    header = event.header
    return {
        "subject": facts.subject,
        "event": event.id,
        "at": moment_of(event),
        "p": header.at.p,
        "by_role": header.by.role,
        "author": header.by.user,
        **tied,
        **{column.name: _filled(column, values.get(column.name)) for column in columns},
    }


def _filled(column: Column, value: Any) -> Any:
    """A fact leaves out what it does not say; a row says false and nothing."""
    return False if value is None and column.name == "off" else value


def _plain(name: str) -> Told:
    """Rows that say what the facts say, field by field."""

    def told(care: Care) -> Sequence[tuple[Event, Mapping[str, Any]]]:
        found: Sequence[Event] = getattr(care, name)
        return [(event, msgspec.to_builtins(event.body)) for event in found]

    return told


def _column(name: str, kind: Any = "text") -> Column:
    return Column(name=name, type=kind)


def _texts(names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(_column(name) for name in names)
