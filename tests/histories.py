"""Random but real histories: numbers become commands, commands go through the write path of two or three sites.

One number is one step, so that a failing history shrinks to a few small numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from dunant.casualty import CASUALTY_EVENTS, DERIVED_RULES, RULES, casualty_views
from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.triage import Observations
from dunant.kernel.access import Policy
from dunant.kernel.events import At, Command, Event, Registry
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.kernel.places import Position
from dunant.services.asked import Asked
from dunant.services.handle import Author, Handler
from dunant.services.policies import Policies, load_policies
from dunant.services.reactions import REACTIONS
from dunant.store.tables import ViewTables
from tests.builders import a_subject, as_actor, new_id
from tests.fakes import NOON, FixedClock, MemoryLog

POLICIES: Policies = load_policies("mission_demo.toml")
REGISTRY = Registry((*KERNEL_EVENTS, *LINK_EVENTS, *CASUALTY_EVENTS))
TABLES = ViewTables(casualty_views(POLICIES.casualty), "?")
ROLES = ("medic", "casevac_cell", "clinician", "duty_officer", "commander")
CASUALTIES = [a_subject(n) for n in range(3)]
INCIDENT, REQUEST, ALERT, LEG, ASSET, FACILITY = (a_subject(n) for n in range(10, 16))
OTHER_FACILITY, SLOT, RESERVATION, ADMISSION = (a_subject(n) for n in range(30, 34))
GO_ON = c.Override(rule="all", reason="nobody else can come")


class Everybody(Policy):
    """Lets everybody do everything: these histories are about what happened, not about who may."""

    def __init__(self) -> None:
        super().__init__((), (), (), {})

    def may(self, actor: object, action: str) -> bool:
        return True


class Dice:
    """Reads choices off a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def roll(self, sides: int) -> int:
        self._number, face = divmod(self._number, sides)
        return face

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[self.roll(len(choices))]


Make = Callable[[Dice, SubjectId, Sequence[Event]], Command]


def _error(dice: Dice, casualty: SubjectId, known: Sequence[Event]) -> Command:
    wrong = dice.pick(known) if known else None
    subject = wrong.header.s if wrong else casualty
    return c.EnterInError(subject_id=subject, event=wrong.id if wrong else EventId(new_id(1)), reason="typed twice")


def _refute(dice: Dice, casualty: SubjectId, known: Sequence[Event]) -> Command:
    asserted = [event for event in known if isinstance(event.body, e.AllergyAsserted)]
    wrong = dice.pick(asserted) if asserted else None
    subject = wrong.header.s if wrong else casualty
    return c.RefuteAllergy(casualty=subject, allergy=wrong.id if wrong else EventId(new_id(1)), reason="was a cough")


def _settle(dice: Dice, casualty: SubjectId, _: Sequence[Event]) -> Command:
    field, values = dice.pick(
        (
            ("triage", ("T1", "T3")),
            ("affiliation", ("UN_MIL:XAA", "HOST_CIV")),
            ("presence", ("MISSING", "LOCATED")),
            ("position", ({"lat": 9.0, "lon": 29.8}, None)),
        )
    )
    return c.ResolveConflict(subject_id=casualty, field=field, value=dice.pick(values), reason="asked the medic")


def _hand_over(dice: Dice, casualty: SubjectId, _: Sequence[Event]) -> Command:
    step, offer = dice.roll(5), dice.pick(("offer-001", "offer-002"))
    if step < 2:
        return c.OfferCustody(casualty=casualty, nonce=offer, mode="QR")
    if step < 4:
        return c.AcceptCustody(casualty=casualty, nonce=dice.pick((None, offer, offer)), mode="QR")
    return c.RefuseCustody(casualty=casualty, nonce=dice.pick((None, offer)), reason="no bed")


def _notified(dice: Dice, casualty: SubjectId, known: Sequence[Event]) -> Command:
    """Something of the chain that tells who somebody is, or keeps it in."""
    kind = dice.roll(6)
    if kind == 0:
        return c.PlaceReleaseHold(casualty=casualty, scope=dice.pick(("NAME", "ALL")), reason="asked for")
    if kind == 1:
        return c.LiftReleaseHold(casualty=casualty, reason="no longer so")
    if kind == 2:
        return _judged(dice, casualty, known)
    states: Any = ("DRAFT", "MEDICALLY_CLEARED", "SENT_HQ", "NOK_CONFIRMED", "AMENDED", "WITHDRAWN")
    return c.ProgressNoticas(casualty=casualty, state=dice.pick(states))


def _judged(dice: Dice, casualty: SubjectId, known: Sequence[Event]) -> Command:
    said = [event for event in known if event.header.t == "casualty.identity_asserted"]
    assertion = dice.pick(said).id if said else EventId(new_id(1))
    subject = next((event.header.s for event in said if event.id == assertion), casualty)
    if dice.roll(2):
        return c.DisputeIdentity(casualty=subject, assertion=assertion, reason="not so")
    return c.VerifyIdentity(casualty=subject, assertion=assertion)


def _place(dice: Dice) -> Position:
    return Position(lat=9 + dice.roll(3), lon=29.5 + dice.roll(2), ce=dice.pick((None, 10.0)))


COMMANDS: tuple[Make, ...] = (
    lambda d, s, _: c.ReportCasualty(
        casualty=s, incident=d.pick((None, INCIDENT)), position=d.pick((None, _place(d))), child=d.pick((False, True))
    ),
    lambda d, s, _: c.AssignTriage(casualty=s, category=d.pick(("T1", "T2", "T3", "T4", "DEAD")), scheme="SIEVE"),
    lambda d, s, _: c.AssignTriage(
        casualty=s, category=d.pick(("T1", "T2")), scheme="START", observations=Observations(walks=False, rr=30.0)
    ),
    lambda d, s, _: c.OverrideTriage(casualty=s, category=d.pick(("T1", "T3")), scheme="SORT", reason="bleeds again"),
    lambda d, s, _: c.RecordMilestone(
        casualty=s, code=d.pick(("M1", "M2", "M4", "M9", "M10", "M11", "M12", "M15")), facility=d.pick((None, FACILITY))
    ),
    lambda d, s, _: c.RecordDetails(
        casualty=s,
        affiliation=d.pick((None, "UN_MIL:XAA", "HOST_CIV")),
        child=d.pick((None, True, False)),
        sex=d.pick((None, "F", "M")),
        needs_surgery=d.pick((None, True)),
    ),
    lambda d, s, _: c.EstimateInjuryTime(casualty=s, last_known_well=d.pick((False, False, True))),
    lambda d, s, _: c.LocateCasualty(casualty=s, position=_place(d)),
    lambda d, s, _: c.ReportMissing(casualty=s),
    lambda d, s, _: c.PronounceDeath(casualty=s, place="R2"),
    lambda d, s, _: c.ReportMist(casualty=s, title="ZMIST1", mechanism=d.pick((None, "GSW")), signs="BP 90"),
    lambda d, s, _: c.AssertIdentity(casualty=s, kind="ZAP", value=d.pick(("AB1234", "CD5678"))),
    lambda d, s, _: c.LinkSubjects(casualty=s, other=d.pick(CASUALTIES), score=d.pick((None, 0.5, 1.0))),
    lambda d, s, _: c.UnlinkSubjects(casualty=s, other=d.pick(CASUALTIES)),
    lambda d, s, _: c.UnlinkSubjects(casualty=s, other=d.pick(CASUALTIES)),
    # Among so many commands the two would hardly ever meet.
    lambda d, s, _: c.LinkSubjects(casualty=s, other=d.pick(CASUALTIES)),
    lambda d, s, _: c.UnlinkSubjects(casualty=s, other=d.pick(CASUALTIES)),
    _hand_over,
    lambda d, s, _: c.RecordDisposition(casualty=s, type="RTD"),
    lambda d, s, _: c.AttributeDelay(casualty=s, gap=("M4", "M7"), code="WEATHER", minutes=float(d.roll(90))),
    lambda d, s, _: c.RecordInjury(
        casualty=s, kind=d.pick(("BURN", "GSW")), region="CHEST", tbsa_pct=d.pick((None, 18.0))
    ),
    lambda d, s, _: c.RecordIntervention(
        casualty=s, code="TQ", limb=d.pick(("LL", "RL")), off=d.pick((False, False, True)), performer="MEDIC"
    ),
    lambda d, s, _: c.RecordIntervention(
        casualty=s, code=d.pick(("BLOOD", "NPA")), performer=d.pick((None, "DOCTOR")), blood=c.BloodGiven(ml=250.0)
    ),
    lambda d, s, _: c.RecordVitals(casualty=s, hr=float(60 + d.roll(90)), sbp=d.pick((None, 90.0))),
    lambda d, s, _: c.RecordClinicalDetails(
        casualty=s, weight_kg=d.pick((None, 70.0, 80.0)), pregnant=d.pick((True, False)), mechanisms=("BLAST",)
    ),
    lambda d, s, _: c.AssertAllergy(casualty=s, substance=d.pick(("PENICILLIN", "MORPHINE"))),
    _refute,
    lambda d, s, _: c.AddNote(casualty=s, text="cold hands"),
    lambda d, s, _: c.WriteHandover(casualty=s, text="needs theatre", isolation=d.pick((None, "CONTACT"))),
    _notified,
    _error,
    _error,
    _settle,
    lambda d, s, _: c.OpenIncident(incident=INCIDENT, type=d.pick(("IED", "OTHER")), estimate=d.pick((None, 3))),
    lambda d, s, _: c.AmendIncident(incident=INCIDENT, type=d.pick(("IED", "MINE")), threat=d.pick((None, "HIGH"))),
    lambda d, s, _: c.ReportEstimate(incident=INCIDENT, total=d.roll(5)),
    lambda d, s, _: c.CloseIncident(incident=INCIDENT, unaccounted=0),
    lambda d, s, _: c.ReopenIncident(incident=INCIDENT, reason="one more found"),
    lambda d, s, _: c.RecordAlert(alert=ALERT, channel=d.pick(("VOICE", "SMS")), incident=INCIDENT, request=REQUEST),
    lambda d, s, _: c.AcknowledgeAlert(alert=ALERT),
    lambda d, s, _: c.RequestEvacuation(
        request=REQUEST, kind="CASEVAC", dialect="NATO", casualties=(s,), pickup=_place(d), lines={"security": "N"}
    ),
    lambda d, s, _: c.AmendRequest(
        request=REQUEST,
        casualties=d.pick(((), (s,))),
        lines={d.pick(("security", "marking", "freq")): d.pick(("N", "E", 40.5, 41.0, None))},
    ),
    lambda d, s, _: c.Decide(
        request=REQUEST,
        step=d.pick(("LAUNCH", "MEDICAL_VALIDATION")),
        decision=d.pick(("APPROVED", "DENIED")),
        reason="weather",
        next_step="road",
    ),
    lambda d, s, _: c.RequestEvacuation(
        request=REQUEST, kind="MEDEVAC_EMERG", dialect="UN", casualties=(s,), draft=True
    ),
    lambda d, s, _: c.SubmitRequest(request=REQUEST),
    lambda d, s, _: c.ValidateRequest(request=REQUEST),
    lambda d, s, _: c.SelfAuthorise(request=REQUEST, reason="bleeding"),
    lambda d, s, _: d.pick(
        (
            c.HoldRequest(request=REQUEST, reason="storm"),
            c.ResumeRequest(request=REQUEST),
            c.ResumeRequest(request=REQUEST),
        )
    ),
    lambda d, s, _: d.pick(
        (
            c.CancelRequest(request=REQUEST, reason="walked"),
            c.ProgressRequest(request=REQUEST, state="COMPLETED"),
            c.ProgressRequest(request=REQUEST, state=d.pick(("TASKED", "EXECUTING")), leg=LEG),
        )
    ),
    lambda d, s, _: c.ReviewSelfAuthorisation(request=REQUEST, finding=d.pick(("JUSTIFIED", "NOT_JUSTIFIED"))),
    lambda d, s, _: c.ContactRole(request=REQUEST, role="duty_officer", channel="PHONE", reached=d.pick((True, False))),
    lambda d, s, _: c.EscalateDecision(request=REQUEST, step="LAUNCH", to_role="commander", attempt=d.pick((1, 2))),
    lambda d, s, _: c.EscalateAlert(alert=ALERT, to_role="commander", attempt=d.pick((1, 2))),
    lambda d, s, _: c.SetPosture(posture=d.pick(("NORMAL", "HEIGHTENED", "MASCAL"))),
    lambda d, s, _: c.PlanLeg(leg=LEG, casualties=(s,), asset=ASSET, destination=FACILITY, amet=True, override=GO_ON),
    lambda d, s, _: c.ReportLeg(leg=LEG, state=d.pick(("LAUNCHED", "ON_SCENE", "PATIENT_LOADED", "ARRIVED"))),
    lambda d, s, _: c.AbortLeg(leg=LEG, reason="hail"),
    lambda d, s, _: c.LoadCasualty(leg=LEG, casualty=s, place=d.pick(("LITTER", "SEAT")), override=GO_ON),
    lambda d, s, _: c.UnloadCasualty(leg=LEG, casualty=s),
    lambda d, s, _: c.DivertLeg(
        leg=LEG, destination=d.pick((FACILITY, OTHER_FACILITY)), reason="storm", override=GO_ON
    ),
    lambda d, s, _: c.ReportCapacity(
        facility=FACILITY, rows=(c.StockCount(resource=d.pick(("WARD", "OR_TABLE")), staffed=d.roll(9), occupied=1),)
    ),
    lambda d, s, _: c.ChangeCapacity(facility=FACILITY, resource="WARD", occupied=d.pick((1, -1, 2))),
    lambda d, s, _: c.ReportTheatre(
        slot=SLOT, facility=FACILITY, state=d.pick(("PLANNED", "IN_USE", "TURNOVER", "CLOSED")), casualty=s, reason="x"
    ),
    lambda d, s, _: c.ProgressReservation(
        reservation=RESERVATION,
        state=d.pick(("REQUESTED", "ACCEPTED", "CONFIRMED", "REFUSED", "CONSUMED")),
        facility=FACILITY,
        casualty=s,
        resource="OR_TABLE",
        eta="2026-03-14T13:00:00Z",
        reason="full",
    ),
    lambda d, s, _: c.Admit(admission=ADMISSION, casualty=s, facility=FACILITY, resource="WARD", bed=d.pick(("", "1"))),
    lambda d, s, _: c.CloseAdmission(admission=ADMISSION, reason="TRANSFERRED"),
    lambda d, s, _: c.RegisterAsset(asset=ASSET, callsign="DUSTOFF", kind="HELI", litters=d.roll(4)),
    lambda d, s, _: c.ReportAsset(asset=ASSET, state=d.pick(("AVAILABLE", "COMMITTED", "WEATHER_HOLD"))),
    lambda d, s, _: c.ReportAssetPosition(asset=ASSET, position=_place(d), kind=d.pick((None, "HELI"))),
    lambda d, s, _: c.RegisterFacility(
        facility=FACILITY, name="R2", level="L2", position=_place(d), modules=("RESUS",)
    ),
    lambda d, s, _: c.ReportFacility(facility=FACILITY, status=d.pick(("NORMAL", "FULL")), modules={"RESUS": "FULL"}),
)


def entry(dice: Dice, known: Sequence[Event]) -> Asked:
    """A command with an author who saw everything, nothing, something, or something not yet heard of here."""
    command = dice.pick(COMMANDS)(dice, dice.pick(CASUALTIES), known)
    seen = dice.roll(4)
    base: tuple[EventId, ...] | None = None
    if seen or isinstance(command, c.ResolveConflict):
        some = tuple(dict.fromkeys(dice.pick(known).id for _ in range(dice.roll(4)))) if known else ()
        base = {1: (), 2: some, 3: (*some, EventId(new_id(dice.roll(40))))}.get(seen, some)
    minute = dice.roll(120)
    precision = dice.pick(("EXACT", "MINUTE", "ESTIMATED", "UNKNOWN"))
    happened = None if precision == "UNKNOWN" else NOON + timedelta(minutes=minute)
    at = At(t=happened, p=precision, lo=dice.pick((None, NOON)))
    return Asked(id=EventId(new_id()), command=command, base=base, at=dice.pick((None, at)))


class World:
    """Two or three sites that write apart and now and then hear from each other."""

    def __init__(self, sites: int) -> None:
        self.logs = [
            MemoryLog(name, REGISTRY, NOON + timedelta(days=skew))
            for name, skew in (("ALPHA", 0), ("BRAVO", -400), ("CHARLIE", 1))[:sites]
        ]
        self._handler = Handler(
            {**RULES, **DERIVED_RULES},
            Everybody(),
            POLICIES.labels,
            REACTIONS,
            FixedClock(),
            exercise=False,
            packs=POLICIES.pack,
        )

    def begin(self) -> None:
        """Three casualties of one incident, known everywhere."""
        first = self.logs[0]
        author = Author(actor=as_actor("casevac_cell"), source="voice")
        commands: list[Command] = [c.OpenIncident(incident=INCIDENT, type="IED", estimate=4)]
        commands += [c.ReportCasualty(casualty=casualty, incident=INCIDENT) for casualty in CASUALTIES]
        for command in commands:
            self._handler.handle(first, [(Asked(id=EventId(new_id()), command=command), author)])  # type: ignore[arg-type]
        for log in self.logs[1:]:
            log.receive(first.events)

    def step(self, number: int) -> None:
        dice = Dice(number)
        here = dice.pick(self.logs)
        kind = dice.roll(8)
        if kind == 0:
            there = dice.pick(self.logs)
            heard = there.events[: len(there.events) - dice.roll(3)]
            here.receive(event for event in heard if event.header.o == there.site or dice.roll(2))
            return
        asked = entry(dice, here.events)
        author = Author(actor=as_actor(dice.pick(ROLES)), source="voice")
        self._handler.handle(here, [(asked, author)])
        if kind == 1:
            # A phone that heard no answer sends its outbox again, to the next site it meets.
            self._handler.handle(dice.pick(self.logs), [(asked, author)])

    def do(self, command: Command) -> None:
        """Something that is asked for at the first site, by somebody who has seen all that is known there."""
        author = Author(actor=as_actor("casevac_cell"), source="voice")
        self._handler.handle(self.logs[0], [(Asked(id=EventId(new_id()), command=command), author)])  # type: ignore[arg-type]

    def events(self) -> list[Event]:
        """Every event of every site, once."""
        held = {event.header.identity: event for log in self.logs for event in log.events}
        return [held[identity] for identity in sorted(held)]


def a_world(numbers: Iterable[int], sites: int = 3) -> World:
    """A world that begins with something in common, and goes on by these numbers."""
    world = World(sites)
    world.begin()
    for number in numbers:
        world.step(number)
    return world


def told(facts: Facts) -> dict[str, Any]:
    """Everything that can be read off the facts of one subject: state, rows and conflicts."""
    return {
        "events": sorted(event.header.identity for event in facts),
        "kinds": facts.kinds,
        "void": sorted(event.id for event in facts if facts.is_void(event.id)),
        "twice": sorted(event.id for event in facts if facts.is_duplicate(event.id)),
        "rows": {view: sorted(rows, key=repr) for view, rows in TABLES.of(facts).items()},
    }
