"""Rows as they go out: of the declared shape for every view, and within the policy for every role."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dunant.casualty import commands as c
from dunant.kernel.errors import Denied, Invalid
from dunant.kernel.events import At
from dunant.kernel.places import Position
from dunant.services.build import Site
from dunant.services.reading import Query
from dunant.services.reading.pages import COMPOSED
from dunant.services.reading.wire import ROWS
from tests.builders import a_subject, as_actor, as_author, asked, send
from tests.fakes import NOON, FixedClock

CAS, OTHER, INCIDENT, REQUEST, ALERT, LEG, ASSET, FACILITY = (a_subject(n) for n in range(300, 308))
BENTIU = Position(lat=9.45, lon=29.55)


@pytest.fixture
def engine() -> str:
    """What the screens read does not depend on the engine; the store's own tests cover both."""
    return "sqlite"


@pytest.fixture
def told(site: Site) -> Site:
    outcomes = send(
        site,
        c.OpenIncident(incident=INCIDENT, type="IED", estimate=2, position=BENTIU),
        c.RecordAlert(alert=ALERT, channel="VOICE", incident=INCIDENT),
        c.ReportCasualty(casualty=CAS, incident=INCIDENT, tag=None, position=Position(lat=29.55, lon=9.45)),
        c.RequestEvacuation(
            request=REQUEST,
            kind="CASEVAC",
            dialect="UN",
            casualties=(CAS,),
            pickup=BENTIU,
            lines={"counts": {"URGENT": 1, "ROUTINE": 1}, "litter": 1},
        ),
        c.PlanLeg(leg=LEG, casualties=(CAS,), plan={"M11": "2026-03-14T13:00:00Z"}),
        c.AssertIdentity(casualty=CAS, kind="NAME", value="canary"),
        c.ReportMist(casualty=CAS, title="Z1", mechanism="GSW"),
        author=as_author("medic@A", "medic"),
    )
    outcomes += send(
        site,
        c.RegisterAsset(asset=ASSET, callsign="DUSTOFF", kind="HELI"),
        c.RegisterFacility(facility=FACILITY, name="R2", level="L2+", position=BENTIU),
        c.PlanLeg(leg=LEG, casualties=(CAS,), asset=ASSET, plan={"M11": "2026-03-14T13:00:00Z"}),
        author=as_author("casevac_cell@HQ"),
    )
    assert [one for one in outcomes if one.outcome != "accepted" and one.code != "access.denied"] == []
    return site


def row(site: Site, view: str = "board", who: str = "casevac_cell@HQ", **equal: str) -> dict[str, Any]:
    (found,) = site.pages.read(as_actor(who), Query(view=view, equal=equal)).rows
    return found


def test_every_row_of_every_view_has_its_declared_shape(told: Site) -> None:
    roles = [one.code for one in told.policies.roles.role]
    read: set[str] = set()
    for role in roles:
        for view in told.pages.names:
            equal = {"subject": CAS} if view in {"timeline", "casualty"} else {}
            try:
                page = told.pages.read(as_actor(role), Query(view=view, equal=equal))
            except (Denied, Invalid):
                continue
            except Exception as error:
                assert type(error).__name__ == "NotFound"
                continue
            for found in page.rows:
                msgspec.convert(found, ROWS[view])
                read.add(view)
    assert read >= {"board", "timeline", "incidents", "ledger", "alerts", "requests", "legs", "assets", "facilities"}


def test_no_role_sees_more_columns_than_its_groups(told: Site) -> None:
    """A commander knows tags and states, and nothing that could be read out of a joined row."""
    found = row(told, who="commander")
    assert not {"triage", "category", "position", "clocks", "leg", "facility", "conflicts"} & found.keys()
    assert "category" not in found["request"]


def test_a_hidden_column_is_no_filter_and_gives_no_order(told: Site) -> None:
    for name in ("triage", "urgency_rank", "position", "no_such"):
        with pytest.raises(Invalid):
            told.pages.read(as_actor("commander"), Query(view="board", equal={name: "T1"}))


def test_a_cursor_cannot_be_forged_or_used_elsewhere(told: Site) -> None:
    send(told, c.ReportCasualty(casualty=OTHER, incident=INCIDENT))
    actor = as_actor("casevac_cell@HQ")
    mark = told.pages.read(actor, Query(view="board", limit=1)).next
    assert mark
    forged = ("A" if mark[0] != "A" else "B") + mark[1:]
    for after, view in ((forged, "board"), (mark, "incidents"), ("é", "board"), ("", "board")):
        if after:
            with pytest.raises(Invalid):
                told.pages.read(actor, Query(view=view, limit=1, after=after))
    assert len(told.pages.read(actor, Query(view="board", limit=1, after=mark)).rows) == 1


def test_clocks_of_an_uncategorised_casualty_are_shown_as_provisional(told: Site) -> None:
    clocks = row(told)["clocks"]
    assert [(one["in_population"], one["provisional"]) for one in clocks] == [(False, True)] * 3
    send(told, c.AssignTriage(casualty=CAS, category="T3", scheme="SIEVE"))
    assert [one["provisional"] for one in row(told)["clocks"]] == [False] * 3


def test_the_request_says_the_highest_category_it_counts(told: Site) -> None:
    assert row(told)["request"]["category"] == "URGENT"
    assert row(told, "requests")["category"] == "URGENT"


def test_swapped_coordinates_and_disagreeing_counts_are_marked_and_refused_nothing(told: Site) -> None:
    assert {"confirm_position", "counts_disagree"} <= set(row(told)["flags"])
    assert row(told, "requests")["flags"] == ["counts_disagree", "launch_fields_missing"]
    send(told, c.AmendRequest(request=REQUEST, lines={"litter": 2}))
    assert row(told, "requests")["flags"] == ["launch_fields_missing"]


def test_a_used_tag_marks_both_and_shows_as_surplus(told: Site) -> None:
    tag = row(told)["tag"]
    send(told, c.ReportCasualty(casualty=OTHER, incident=INCIDENT, tag=tag))
    send(told, c.ReportEstimate(incident=INCIDENT, total=1))
    rows = told.pages.read(as_actor("casevac_cell@HQ"), Query(view="board")).rows
    assert all("duplicate_tag" in one["flags"] for one in rows) and len(rows) == 2
    ledger = row(told, "ledger")
    assert (ledger["surplus"], ledger["unaccounted"], set(ledger["suspected"])) == (1, -1, {CAS, OTHER})
    send(told, c.LinkSubjects(casualty=CAS, other=OTHER))
    assert row(told, "ledger")["surplus"] == 0
    rows = told.pages.read(as_actor("casevac_cell@HQ"), Query(view="board")).rows
    assert not any("duplicate_tag" in one["flags"] for one in rows)


def test_late_and_future_and_long_before_are_marked(site: Site, clock: FixedClock) -> None:
    send(site, c.OpenIncident(incident=INCIDENT, type="IED"))
    clock.advance(minutes=14)
    send(site, asked(c.ReportCasualty(casualty=CAS, incident=INCIDENT), rec=NOON))
    found = row(site)
    assert found["late_min"] == 14 and "late" in found["flags"]
    send(site, asked(c.RecordMilestone(casualty=CAS, code="M2"), at=At(t=NOON + timedelta(days=1))))
    send(site, asked(c.EstimateInjuryTime(casualty=CAS), at=At(t=NOON - timedelta(days=2))))
    assert {"time_in_future", "before_incident"} <= set(row(site)["flags"])


def test_a_lower_category_without_a_newer_look_is_refused_and_one_that_merged_is_marked(told: Site) -> None:
    send(told, asked(c.AssignTriage(casualty=CAS, category="T1", scheme="SIEVE"), at=At(t=NOON)))
    lower = c.AssignTriage(casualty=CAS, category="T3", scheme="SIEVE")
    before = At(t=NOON - timedelta(minutes=5))
    assert send(told, asked(lower, at=before))[0].code == "casualty.downgrade_unproven"
    # Whoever did not know the higher one is not refused: two values, for a person to settle.
    assert send(told, asked(lower, at=before, base=()))[0].outcome == "accepted"
    assert row(told)["triage"] == "T1" and "conflict" in row(told)["flags"]


def test_composed_pages_are_read_from_real_views(site: Site) -> None:
    assert set(COMPOSED.values()) <= set(site.views.views)
