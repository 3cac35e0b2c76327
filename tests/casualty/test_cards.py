"""A card that is read in, recorded and read out again says the same; and what a peer's short form makes of it."""

import string
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty import RULES
from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.cards import Card, Injured, Signs, Treatment, by_letter, card_of, normal, said_by, sheets
from dunant.casualty.mist import at_mist, zmist
from dunant.casualty.model import Casualty
from dunant.casualty.model.care import Care
from dunant.kernel.events import At
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId
from dunant.services.asked import Asked
from dunant.services.handle import Author, Handler
from tests.builders import a_subject, as_actor, new_id
from tests.fakes import NOON, FixedClock, MemoryLog
from tests.histories import POLICIES, REGISTRY, Everybody

CAS = a_subject(720)
LISTS = POLICIES.care.lists
MECHANISMS = POLICIES.enumerations.get("mechanism").codes


def recorded(card: Card) -> Facts:
    """The facts that the card becomes, through the write path of a site."""
    log = MemoryLog("ALPHA", REGISTRY)
    handler = Handler(RULES, Everybody(), POLICIES.labels, (), FixedClock(), exercise=False, packs=POLICIES.pack)
    author = Author(actor=as_actor("medic@ALPHA"), source="import")
    told: list[Any] = [Asked(id=EventId(new_id()), command=c.ReportCasualty(casualty=CAS))]
    told += [Asked(id=EventId(new_id()), command=said.command, at=said.at) for said in said_by(card, CAS)]
    outcomes = handler.handle(log, [(one, author) for one in told])  # type: ignore[arg-type]
    assert [one for one in outcomes if one.outcome != "accepted"] == []
    return log.facts(CAS)


# ── any card ──

words = st.text(string.ascii_letters + string.digits + " .-éдم", max_size=12).map(str.strip)
said = words.filter(bool)
times = st.one_of(
    st.just(At(p="UNKNOWN")),
    st.integers(-600, 0).map(lambda minute: At(t=NOON + timedelta(minutes=minute), p="MINUTE")),
    st.integers(-600, 0).map(lambda minute: At(t=NOON + timedelta(minutes=minute), p="EXACT")),
)
sides = st.sampled_from(("L", "R", None))
routes = st.sampled_from((None, *LISTS["care.route"].codes))


def code(name: str) -> Any:
    return st.sampled_from(LISTS[name].codes)


def number(low: int, high: int) -> Any:
    return st.none() | st.integers(low, high).map(float)


injuries = st.builds(
    Injured,
    kind=code("care.injury"),
    region=code("care.region"),
    side=sides,
    face=st.sampled_from(("FRONT", "BACK", None)),
    tbsa_pct=number(0, 100),
    mechanism=st.none() | st.sampled_from(MECHANISMS),
    note=words,
    at=times,
)
columns = st.builds(
    Signs,
    at=times,
    hr=st.integers(0, 300).map(float),
    hr_site=st.none() | code("care.pulse_site"),
    sbp=number(0, 300),
    dbp=number(0, 200),
    rr=number(0, 80),
    spo2=number(0, 100),
    avpu=st.sampled_from(("A", "V", "P", "U", None)),
    pain=st.none() | st.integers(0, 10),
    note=words,
)
treatments = st.builds(
    Treatment,
    code=code("care.intervention"),
    at=times,
    limb=st.none() | code("care.limb"),
    side=sides,
    device=words,
    off=st.booleans(),
    performer=st.none() | code("care.performer"),
    drug=st.none()
    | st.builds(c.DrugGiven, name=words, dose=number(0, 500) | words.filter(bool), unit=words, route=routes),
    blood=st.none()
    | st.builds(
        c.BloodGiven,
        product=st.none() | code("care.blood_product"),
        ml=number(0, 900),
        unit_no=words,
        group=st.none() | code("care.blood_group"),
        route=routes,
    ),
    fluid=st.none() | st.builds(c.FluidGiven, name=words, ml=number(0, 2000), route=routes),
    note=words,
)
cards = st.builds(
    Card,
    evac=st.sampled_from(("URGENT", "PRIORITY", "ROUTINE", None)),
    name=words,
    last4=words,
    roster=words,
    sex=st.sampled_from(("F", "M", "X", None)),
    injured_at=st.none() | times,
    service=words,
    unit=words,
    allergies=st.lists(said, max_size=3).map(tuple),
    mechanisms=st.lists(st.sampled_from(MECHANISMS), max_size=3).map(tuple),
    injuries=st.lists(injuries, max_size=3).map(tuple),
    signs=st.lists(columns, max_size=6).map(tuple),
    treatments=st.lists(treatments, max_size=5).map(tuple),
    notes=st.lists(said, max_size=3).map(tuple),
    responder=words,
    responder_last4=words,
)


@settings(max_examples=100, deadline=None)
@given(cards)
def test_card_to_events_to_card_loses_nothing(card: Card) -> None:
    assert card_of(recorded(card), POLICIES.casualty) == normal(card)


def test_a_table_of_signs_that_is_full_goes_on_with_a_second_card() -> None:
    for count, wanted in ((0, [0]), (4, [4]), (5, [4, 1]), (9, [4, 4, 1])):
        card = Card(name="Doe", signs=tuple(Signs(hr=60.0 + n) for n in range(count)))
        parts = sheets(card)
        assert [len(part.signs) for part in parts] == wanted
        assert tuple(one for part in parts for one in part.signs) == card.signs
        assert {part.name for part in parts} == {"Doe"}


# ── one card, as a medic fills it ──

WRITTEN = Card(
    evac="URGENT",
    name="Doe",
    sex="M",
    injured_at=At(t=NOON - timedelta(minutes=20), p="MINUTE"),
    allergies=("PENICILLIN",),
    mechanisms=("IED", "BLAST"),
    injuries=(
        Injured(kind="AMPUTATION", region="LEG_LOWER", side="L", face="FRONT"),
        Injured(kind="BURN", region="CHEST", tbsa_pct=18),
    ),
    signs=(Signs(at=At(t=NOON), hr=130, sbp=80, rr=28, spo2=92, avpu="A", pain=8),),
    treatments=(
        Treatment(code="TQ", limb="LL", device="CAT", at=At(t=NOON - timedelta(minutes=5))),
        Treatment(code="ANALGESIC", drug=c.DrugGiven(name="ketamine", dose=50, unit="mg", route="IM"), at=At(t=NOON)),
    ),
    notes=("no radial pulse at first",),
    responder="Smith",
)


def test_the_acts_of_a_card_stop_the_clocks_that_they_are_evidence_for() -> None:
    casualty = Casualty(recorded(WRITTEN), POLICIES.casualty)
    assert casualty.milestones["M2"].hi == NOON - timedelta(minutes=5)
    assert casualty.milestones["M0"].hi == NOON - timedelta(minutes=20)
    assert casualty.triage.value == "T1"


def test_treatments_stand_under_their_letter() -> None:
    found = by_letter(WRITTEN, POLICIES.care)
    assert {letter: [one.code for one in acts] for letter, acts in found.items()} == {"M": ["TQ"], "P": ["ANALGESIC"]}
    assert [one.limb for one in WRITTEN.tourniquets] == ["LL"]


def test_a_peer_that_knows_four_fields_still_learns_what_was_found_and_done() -> None:
    facts = recorded(WRITTEN)
    known = at_mist(Casualty(facts, POLICIES.casualty), Care(facts))
    assert zmist(known, "ZMIST1") == e.MistReported(
        title="ZMIST1",
        mechanism="BLAST",
        mechanism_text="IED",
        injuries=("AMPUTATION", "BURN", "TOURNIQUET"),
        injuries_text="AMPUTATION LEG_LOWER L FRONT; BURN CHEST 18%",
        signs="HR130 RR28 SPO2-92 BP80/P A",
        treatment="TQ LL 1155Z; ANALGESIC ketamine 1200Z",
    )


def test_no_name_of_a_card_is_in_the_words_for_a_peer() -> None:
    facts = recorded(WRITTEN)
    told = repr(zmist(at_mist(Casualty(facts, POLICIES.casualty), Care(facts))))
    assert "Doe" not in told and "Smith" not in told
