"""The casualty card (DD1380) as a structure: what was written on paper becomes commands, and facts become a card again.

A card that is read in, recorded and read out again says the same: nothing on it is lost (casualty §9.3). A letter of a
section and a printed line belong to whoever prints; a picture of the paper is an attachment.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.care import CarePack
from dunant.casualty.model import Casualty, CasualtyPolicy
from dunant.casualty.model.care import Care
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import At, Command, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.merge import union

Evac = Literal["URGENT", "PRIORITY", "ROUTINE"]
# Columns of vital signs on one sheet; more go on a second card (casualty §9.3).
SIGNS_PER_SHEET = 4
UNTIMED = At(p="UNKNOWN")
# The precedence that a card asks for is the category of the same urgency (casualty §7).
_CATEGORY: dict[Evac, Literal["T1", "T2", "T3"]] = {"URGENT": "T1", "PRIORITY": "T2", "ROUTINE": "T3"}
_EVAC: dict[str, Evac] = {category: evac for evac, category in _CATEGORY.items()}
_SCHEME = "CLINICAL"
_IDENTITY = {"name": "NAME", "last4": "TCC_SERVICE_NO", "roster": "ZAP"}
_RESPONDER = {"responder": "CARD_RESPONDER", "responder_last4": "CARD_RESPONDER_LAST4"}
_NOTE = "CARE"


class Injured(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mark on the body, front or back."""

    kind: str
    region: str
    side: Literal["L", "R"] | None = None
    face: Literal["FRONT", "BACK"] | None = None
    tbsa_pct: float | None = None
    mechanism: str | None = None
    note: str = ""
    at: At = UNTIMED


class Signs(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column of the table of signs."""

    at: At = UNTIMED
    hr: float | None = None
    hr_site: str | None = None
    sbp: float | None = None
    dbp: float | None = None
    rr: float | None = None
    spo2: float | None = None
    avpu: Literal["A", "V", "P", "U"] | None = None
    pain: int | None = None
    note: str = ""


class Treatment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tourniquet, dressing, airway, fluid, blood product, drug or anything else that was done."""

    code: str
    at: At = UNTIMED
    limb: str | None = None
    side: Literal["L", "R"] | None = None
    device: str = ""
    off: bool = False
    performer: str | None = None
    drug: c.DrugGiven | None = None
    blood: c.BloodGiven | None = None
    fluid: c.FluidGiven | None = None
    note: str = ""


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Front and back of one casualty's card. `name`, `last4` and `roster` say who somebody is: guarded as identity."""

    evac: Evac | None = None
    name: str = ""
    last4: str = ""
    roster: str = ""
    sex: Literal["F", "M", "X"] | None = None
    injured_at: At | None = None
    service: str = ""
    unit: str = ""
    allergies: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    injuries: tuple[Injured, ...] = ()
    signs: tuple[Signs, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    notes: tuple[str, ...] = ()
    responder: str = ""
    responder_last4: str = ""

    @property
    def tourniquets(self) -> tuple[Treatment, ...]:
        """The four fields of the front, and those of the back: by limb, junctional or truncal."""
        return tuple(one for one in self.treatments if one.code == "TQ")


class Said(Struct, frozen=True, kw_only=True):
    """A command that a line of the card stands for, and when it happened; None where the line states no time."""

    command: Command
    at: At | None = None


def normal(card: Card) -> Card:
    """The same card with its lists in order: by time, then by what they say. A mechanism named once is enough."""
    named = {*card.mechanisms, *(one.mechanism for one in card.injuries if one.mechanism)}
    return replace(
        card,
        mechanisms=tuple(sorted(named)),
        allergies=tuple(sorted(card.allergies)),
        notes=tuple(sorted(card.notes)),
        injuries=_ordered(card.injuries),
        signs=_ordered(card.signs),
        treatments=_ordered(card.treatments),
    )


def sheets(card: Card) -> list[Card]:
    """The cards it takes on paper: what does not fit into the table of signs goes on a second one."""
    parts = [card.signs[at : at + SIGNS_PER_SHEET] for at in range(0, len(card.signs), SIGNS_PER_SHEET)]
    return [replace(card, signs=part) for part in parts] or [card]


def by_letter(card: Card, pack: CarePack) -> dict[str, list[Treatment]]:
    """Treatments by their letter of MARCH-PAWS; a code that the pack does not know stands under ""."""
    found: dict[str, list[Treatment]] = {}
    for one in card.treatments:
        act = pack.act(one.code)
        found.setdefault(act.letter if act else "", []).append(one)
    return found


# ── card → commands ──


def said_by(card: Card, casualty: SubjectId) -> Iterator[Said]:
    """Everything the card says, as commands about this casualty, who has been reported before."""
    yield from _about_the_person(card, casualty)
    if card.injured_at is not None:
        yield Said(command=c.EstimateInjuryTime(casualty=casualty, evidence="CARD"), at=card.injured_at)
    if card.evac is not None:
        yield Said(command=c.AssignTriage(casualty=casualty, category=_CATEGORY[card.evac], scheme=_SCHEME))
    for injury in card.injuries:
        yield Said(command=c.RecordInjury(casualty=casualty, **_fields(injury)), at=injury.at)
    for signs in card.signs:
        yield Said(command=c.RecordVitals(casualty=casualty, **_fields(signs)), at=signs.at)
    for done in card.treatments:
        yield Said(command=c.RecordIntervention(casualty=casualty, **_fields(done)), at=done.at)
    for text in card.notes:
        yield Said(command=c.AddNote(casualty=casualty, text=text))
    for field, about in _RESPONDER.items():
        if text := getattr(card, field):
            yield Said(command=c.AddNote(casualty=casualty, text=text, about=about))


def _about_the_person(card: Card, casualty: SubjectId) -> Iterator[Said]:
    for field, kind in _IDENTITY.items():
        if value := getattr(card, field):
            yield Said(command=c.AssertIdentity(casualty=casualty, kind=kind, value=value))  # type: ignore[arg-type]
    if card.sex is not None:
        yield Said(command=c.RecordDetails(casualty=casualty, sex=card.sex))
    if card.service or card.unit or card.mechanisms:
        yield Said(
            command=c.RecordClinicalDetails(
                casualty=casualty,
                service=card.service or None,
                unit=card.unit or None,
                mechanisms=card.mechanisms,
            )
        )
    for substance in card.allergies:
        yield Said(command=c.AssertAllergy(casualty=casualty, substance=substance))


def _fields(line: Struct) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__struct_fields__ if name != "at"}


# ── facts → card ──


def card_of(facts: Facts, policy: CasualtyPolicy) -> Card:
    """The card that these facts fill, lists in order. Where two values stand against each other, the one shown."""
    casualty, care = Casualty(facts, policy), Care(facts)
    injured = facts.last(e.InjuryTimeEstimated)
    card = Card(
        evac=_EVAC.get(casualty.triage.value or ""),
        sex=casualty.detail("sex").value,
        injured_at=injured.header.at if injured else None,
        service=care.detail("service").value or "",
        unit=care.detail("unit").value or "",
        allergies=tuple(str(getattr(event.body, "substance", "")) for event in care.allergies),
        mechanisms=tuple(care.mechanisms),
        injuries=tuple(_injured(event) for event in care.injuries),
        signs=tuple(_signs(event) for event in care.vitals),
        treatments=tuple(_treatment(event) for event in care.interventions),
        notes=tuple(_notes(facts, _NOTE)),
        **{field: _asserted(facts, kind) for field, kind in _IDENTITY.items()},
        **{field: next(iter(_notes(facts, about)), "") for field, about in _RESPONDER.items()},
    )
    return normal(card)


def _asserted(facts: Facts, kind: str) -> str:
    """The last that was said under this kind of identity."""
    said = [event for event in union(facts, e.IdentityAsserted) if getattr(event.body, "kind", "") == kind]
    return str(getattr(said[-1].body, "value", "")) if said else ""


def _notes(facts: Facts, about: str) -> list[str]:
    bodies = (event.body for event in union(facts, e.ClinicalNoteAdded))
    return [body.text for body in bodies if isinstance(body, e.ClinicalNoteAdded) and body.about == about]


def _injured(event: Event) -> Injured:
    return Injured(at=event.header.at, **_taken(event, Injured))


def _signs(event: Event) -> Signs:
    return Signs(at=event.header.at, **_taken(event, Signs))


def _treatment(event: Event) -> Treatment:
    body = event.body
    assert isinstance(body, e.InterventionRecorded)
    return Treatment(
        at=event.header.at,
        **{
            **_taken(event, Treatment),
            "drug": c.DrugGiven(**_stated(body.drug)) if body.drug else None,
            "blood": c.BloodGiven(**_stated(body.blood)) if body.blood else None,
            "fluid": c.FluidGiven(**_stated(body.fluid)) if body.fluid else None,
        },
    )


def _taken(event: Event, line: type[Struct]) -> dict[str, Any]:
    """The fields of the fact that a line of the card has."""
    return {name: getattr(event.body, name) for name in line.__struct_fields__ if name != "at"}


def _stated(given: Struct) -> dict[str, Any]:
    """What was said; a code that was left out is an empty word in the fact."""
    codes = {"route", "product", "group"}
    fields = {name: getattr(given, name) for name in given.__struct_fields__}
    return {name: None if name in codes and value == "" else value for name, value in fields.items()}


def _ordered(lines: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sorted(lines, key=lambda line: (_time(line.at), repr(line))))


def _time(at: At) -> str:
    moment = at.t or at.hi or at.lo
    return rfc3339(moment) if moment else ""
