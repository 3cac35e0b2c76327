"""The write path: one outcome per entry, reactions once, codes held to the packs at the door of people only."""

import msgspec
import pytest

from dunant.casualty import commands as c
from dunant.services.asked import Asked, Outcome
from dunant.services.build import Site
from dunant.services.reading import Query
from dunant.store.rebuild import differing, rebuild
from tests.builders import a_subject, as_actor, asked, new_id, send

CAS, INCIDENT, ALERT, REQUEST = (a_subject(n) for n in range(400, 404))


@pytest.fixture
def engine() -> str:
    return "sqlite"


def door(site: Site, **command: object) -> Asked | Outcome:
    """What the door for people makes of an entry."""
    (found,) = site.reader.read(msgspec.json.encode([{"id": new_id(), "command": command}]))
    return found


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"t": "casualty.open_incident", "incident": INCIDENT, "type": "ZEPPELIN"}, "command.type"),
        ({"t": "casualty.report_casualty", "casualty": CAS, "affiliation": "UN_MIL:xaa"}, "command.affiliation"),
        (
            {"t": "casualty.report_facility", "facility": CAS, "status": "FULL", "modules": {"RESUS": "SHUT"}},
            "command.modules.RESUS",
        ),
        ({"t": "casualty.report_estimate", "incident": INCIDENT, "total": 1, "by_category": {"B": 1}}, None),
        ({"t": "casualty.record_disposition", "casualty": CAS, "type": "ADMITTED"}, "command.type"),
    ],
)
def test_a_code_that_no_list_has_is_refused_by_field_and_rule(
    site: Site, fields: dict[str, object], field: str | None
) -> None:
    outcome = door(site, **fields)
    assert isinstance(outcome, Outcome)
    assert outcome.params["rule"] == "known_code" and outcome.params["field"] == (field or "command.by_category")


def test_a_country_goes_with_the_affiliation(site: Site) -> None:
    assert isinstance(door(site, t="casualty.report_casualty", casualty=CAS, affiliation="UN_MIL:XAA"), Asked)


def test_a_reaction_runs_once_however_often_its_cause_is_sent_or_read(site: Site) -> None:
    acknowledged = asked(c.AcknowledgeAlert(alert=ALERT))
    send(
        site,
        c.OpenIncident(incident=INCIDENT, type="IED"),
        c.RecordAlert(alert=ALERT, channel="VOICE", incident=INCIDENT),
        c.ReportCasualty(casualty=CAS, incident=INCIDENT),
        acknowledged,
        acknowledged,
    )
    assert [one.outcome for one in send(site, acknowledged)] == ["duplicate"]
    rebuild(site.database, site.registry, site.views, list(site.views.views))
    assert differing(site.database, site.registry, site.views) == []
    story = site.pages.read(as_actor("casevac_cell@HQ"), Query(view="timeline", equal={"subject": CAS})).rows
    assert [row["facts"]["code"] for row in story if row["t"] == "casualty.milestone_recorded"] == ["M3"]


def test_a_bare_letter_is_refused_and_the_alert_sounds_all_the_same(site: Site) -> None:
    alert, request = send(
        site,
        c.RecordAlert(alert=ALERT, channel="VOICE"),
        c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", alert=ALERT, lines={"counts": {"B": 1}}),
    )
    assert (alert.outcome, request.code) == ("accepted", "casualty.dialect_required")
    assert site.pages.read(as_actor("casevac_cell@HQ"), Query(view="alerts")).rows
