"""Who is lost, how somebody died, when many are hurt at once, and where the minutes went."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.delays import Around, expected, proposals
from dunant.casualty.errors import OrderOfStates
from dunant.casualty.milestones import MilestonePack
from dunant.casualty.model import NO_POLICY, Casualty, Incident
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import Tag
from dunant.kernel.policy import Thresholds
from dunant.store import PackShelf
from tests.builders import a_casualty, a_subject, an_event
from tests.casualty.deciding import decide
from tests.fakes import NOON

ONE, INCIDENT = a_subject(800), a_subject(801)
PACK = PackShelf().read("milestones.toml", MilestonePack)
THRESHOLDS = PackShelf().read("thresholds.toml", Thresholds)


def an_incident(*later: Event) -> Facts:
    opened = an_event(e.IncidentOpened(tag=Tag("D-4KQ2M-B"), type="IED"), subject=INCIDENT)
    return Facts(INCIDENT, [opened, *later])


def read(facts: Facts) -> Casualty:
    return Casualty(facts, NO_POLICY)


# ── mass casualties ──


def test_the_mass_casualty_mode_is_declared_once_and_ended_once() -> None:
    (declared,) = decide(c.DeclareMascal(incident=INCIDENT), [an_incident()])
    first = an_event(declared, subject=INCIDENT, stream="alert")
    assert Incident(an_incident(first)).status == "MASCAL"
    assert decide(c.DeclareMascal(incident=INCIDENT), [an_incident(first)]) == []
    (ended,) = decide(c.EndMascal(incident=INCIDENT), [an_incident(first)])
    last = an_event(ended, subject=INCIDENT, stream="alert", base=[first.id])
    assert Incident(an_incident(first, last)).status == "OPEN"
    with pytest.raises(OrderOfStates):
        decide(c.EndMascal(incident=INCIDENT), [an_incident(first, last)])


def test_of_an_end_and_a_declaration_made_apart_the_mode_stays_and_both_are_shown() -> None:
    first = an_event(e.MascalDeclared(), subject=INCIDENT)
    ended = an_event(e.MascalEnded(), subject=INCIDENT, base=[first.id])
    again = an_event(e.MascalDeclared(reason="second bus"), subject=INCIDENT, base=[first.id])
    for order in ([first, ended, again], [again, ended, first]):
        incident = Incident(an_incident(*order))
        assert incident.status == "MASCAL"
        assert [one.field for one in incident.conflicts] == ["mascal"]


# ── the end of the way, and back ──


def test_only_who_had_reached_the_end_can_be_reopened_and_starts_again_as_reported() -> None:
    with pytest.raises(OrderOfStates):
        decide(c.ReopenCasualty(casualty=ONE, reason="fever"), [a_casualty(subject=ONE)])
    arrived = an_event(e.MilestoneRecorded(code="M11"), subject=ONE)
    ended = an_event(e.DispositionRecorded(type="RTD"), subject=ONE)
    known = a_casualty(arrived, ended, subject=ONE)
    assert read(known).status == "DISPOSED"
    (again,) = decide(c.ReopenCasualty(casualty=ONE, reason="fever"), [known])
    reopened = an_event(again, subject=ONE, base=[ended.id], at=NOON + timedelta(hours=1))
    assert read(a_casualty(arrived, ended, reopened, subject=ONE)).status == "REPORTED"
    later = an_event(e.MilestoneRecorded(code="M4"), subject=ONE, at=NOON + timedelta(hours=2))
    assert read(a_casualty(arrived, ended, reopened, later, subject=ONE)).status != "REPORTED"


@pytest.mark.parametrize(
    ("cause", "arrived", "manner"),
    [
        ("BATTLE", None, "DIED_KIA"),
        ("BATTLE", -5, "DIED_DOW"),
        ("BATTLE", 5, "DIED_KIA"),
        ("DISEASE", None, "DIED_NON_BATTLE"),
        (None, None, None),
    ],
)
def test_how_somebody_died_follows_from_cause_and_from_the_facility_reached_alive(
    cause: str | None, arrived: int | None, manner: str | None
) -> None:
    more: list[Any] = [an_event(e.DeathPronounced(place="ford"), subject=ONE)]
    if cause:
        more.append(an_event(e.CasualtyDetailsRecorded(cause=cause), subject=ONE))
    if arrived is not None:
        when = NOON + timedelta(minutes=arrived)
        more.append(an_event(e.MilestoneRecorded(code="M11"), subject=ONE, at=when))
    assert read(a_casualty(*more, subject=ONE)).manner == manner


# ── delays ──


def test_what_was_to_be_expected_comes_from_the_asset_the_plan_or_the_thresholds_and_says_so() -> None:
    plan = {"M7": NOON, "M8": NOON + timedelta(minutes=14)}
    found = expected(PACK.segment, THRESHOLDS, Around(plan=plan, ntm_min=60))
    assert (found["M5", "M7"].minutes, found["M5", "M7"].basis) == (60, "NTM")
    assert (found["M7", "M8"].minutes, found["M7", "M8"].basis) == (14, "PLAN")
    assert found["M4", "M5"].basis == "THRESHOLD"
    assert ("M8", "M10") not in found, "nobody planned it, so nothing is in excess"
    dark, light = (expected(PACK.segment, THRESHOLDS, Around(is_dark=dark))["M5", "M7"] for dark in (True, False))
    assert dark.basis == light.basis == "NTM_ASSUMED"
    assert dark.minutes > light.minutes


@given(
    st.builds(
        Around,
        asset_state=st.sampled_from([None, "COMMITTED", "WEATHER_HOLD", "CREW_REST", "AVAILABLE"]),
        is_dark=st.sampled_from([None, True, False]),
        night_capable=st.sampled_from([None, True, False]),
        refused=st.booleans(),
        skilled_care_aboard=st.sampled_from([None, True, False]),
    ),
    st.sampled_from([(row.start, row.end) for row in PACK.segment]),
)
def test_a_proposal_is_a_known_code_and_never_contradicts_the_record(around: Around, gap: tuple[str, str]) -> None:
    found = proposals(gap, around)
    assert len(found) == len(set(found))
    assert ("NIGHT_LIMIT" in found) <= (around.is_dark is True and around.night_capable is False)
    assert ("ASSET_TASKED" in found) == (gap == ("M5", "M7") and around.asset_state == "COMMITTED")
