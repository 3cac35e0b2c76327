"""Every role at every door, against a copy of the role table that was written from the specification by hand.

Interop §9.3 is the source of what may be read; the distribution of commands over roles is design. Whoever changes the
roles pack changes this file too, and somebody reads the difference.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dunant.casualty import RULES
from dunant.casualty import commands as c
from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position
from dunant.services.handle import Author
from dunant.services.policies import load_policies
from dunant.sites import SITE_COMMANDS
from dunant.sites.commands import RaiseClockAlarm, RaiseForkAlarm
from tests.builders import a_subject, as_actor, new_id
from tests.web.house import House, Person

# ── the copy ──

CHILDREN = {
    "psychiatrist": "clinician", "mtf_chief": "clinician", "duty_officer": "casevac_cell",
    "chief_medical_officer": "force_medical_officer", "mission_support": "mission_hq", "air_operations": "mission_hq",
    "personnel_focal_point": "mission_hq",
}  # fmt: skip
ROLES = [
    "medic", "clinician", "casevac_cell", "commander", "force_medical_officer", "epidemiologist", "counsellor",
    "mission_hq", "unhq_medical", "tcc_medical", "registrar", "system_client", "administrator", "auditor", *CHILDREN,
    "reporter", "laboratory", "config_editor", "person", "peer", "conduct_focal", "telemedicine_coordinator",
    "member_state_focal",
]  # fmt: skip
VIEWS = {
    "evacuation": [
        "board", "timeline", "casualty", "incidents", "ledger", "requests", "legs", "conflicts", "foreign_messages",
        "duplicates", "delays", "delay_reasons", "mascal", "replay",
        "custody", "decisions", "pipeline",
        "reservations", "admissions", "theatre", "arrivals", "violations",
    ],
    "aggregates": ["compliance"],
    "alert": ["alerts", "postures"],
    "capacity": ["assets", "facilities", "stocks", "capacity", "options"],
    "identity": ["identities", "identity_conflicts", "search"],
    "notification": ["holds", "notifications", "notice"],
    "clinical": [
        "mists", "injuries", "interventions", "vitals", "assessments", "allergies", "clinical_notes",
        "clinical_summary", "triage", "referrals", "card",
    ],
    "site": ["site_parked", "site_quarantine", "conflict_rate", "sites", "sync_alarms"],
    "tray": ["import_tray"],
    "account": ["held_entries", "site_devices"],
}  # fmt: skip
# Who may open the views of a resource at all; "aggregate only" (○) opens none of them.
READERS = {
    "evacuation": {
        "medic", "clinician", "casevac_cell", "force_medical_officer", "commander", "mission_hq", "tcc_medical",
        "system_client",
    },
    "alert": {
        "medic", "clinician", "casevac_cell", "force_medical_officer", "commander", "mission_hq", "system_client",
    },
    "capacity": {
        "medic", "clinician", "casevac_cell", "force_medical_officer", "counsellor", "mission_hq", "system_client",
    },
    "identity": {
        "medic", "clinician", "casevac_cell", "force_medical_officer", "epidemiologist", "counsellor", "commander",
        "mission_hq", "unhq_medical", "tcc_medical", "registrar", "system_client",
    },
    "notification": {"clinician", "casevac_cell", "force_medical_officer", "personnel_focal_point", "tcc_medical"},
    "clinical": {
        "medic", "clinician", "casevac_cell", "force_medical_officer", "epidemiologist", "unhq_medical", "tcc_medical",
        "system_client",
    },
    "site": {"administrator"},
    "account": {"administrator"},
    "tray": {"administrator", "casevac_cell"},
    # Figures, so "aggregate only" is enough.
    "aggregates": {
        "clinician", "force_medical_officer", "epidemiologist", "counsellor", "commander", "mission_hq", "unhq_medical",
        "tcc_medical", "auditor", "system_client",
    },
}  # fmt: skip
# What must be asked with a page, and which pages then answer that there is no such thing.
ASKED = {
    "timeline": {"subject": "mate"}, "casualty": {"subject": "mate"},
    "replay": {"incident": "nobody", "at": "2026-03-14T12:00:00Z"}, "notice": {"subject": "mate"},
    "search": {"q": "nobody at all"},
    "options": {"request": "nobody"}, "card": {"subject": "mate"},
}  # fmt: skip
NOT_THERE = {"replay", "notice", "options", "card"}
OWN, MATE, STRANGER = "own", "same site", "other contingent"
ALL, NONE = {OWN, MATE, STRANGER}, set[str]()
# Of three casualties (own: recorded by the reader; mate: by another, of the reader's contingent; stranger: by another,
# of another contingent) the ones whose row, name or MIST the reader sees.
BOARD = {
    "medic": ALL, "clinician": ALL, "casevac_cell": ALL, "force_medical_officer": ALL, "commander": ALL,
    "mission_hq": ALL, "tcc_medical": {OWN, MATE}, "system_client": {OWN},
}  # fmt: skip
NAMES = {"medic": {OWN}, "force_medical_officer": ALL, "registrar": ALL}
# Whoever reported a casualty has it in hands: a clinician treats what he holds.
MISTS = {"medic": {OWN}, "clinician": {OWN}, "casevac_cell": ALL, "system_client": {OWN}}
# What a board row shows. Columns of no other group may be there.
TAG = {"subject", "tag", "canonical", "exercise"}
STATUS = {"status", "lane", "incident", "reported_at", "late_min", "flags", "request", "manner", "disposition"}
TRIAGE = {"category", "triage", "scheme", "triage_event", "cause", "needs_surgery", "conflicts"}
PERSON = {"affiliation", "contingent", "child", "sex", "age_band", "detainee", "severity"}
CUSTODY = {
    "holder", "holder_role", "holder_facility", "holder_leg", "holder_since", "custody", "treating", "destination_id",
}  # fmt: skip
PLACE, MOVEMENT, CLOCKS = {"position"}, {"leg", "facility"} | CUSTODY, {"clocks"}
TRACE = {"reported_by_role", "source", "origin"}
WHOLE = TAG | STATUS | TRIAGE | PERSON | PLACE | MOVEMENT | CLOCKS | TRACE
COLUMNS = {
    "medic": WHOLE, "clinician": WHOLE, "casevac_cell": WHOLE, "force_medical_officer": WHOLE,
    "commander": TAG | STATUS, "mission_hq": TAG | STATUS, "tcc_medical": TAG | STATUS | TRIAGE | MOVEMENT | CLOCKS,
    "system_client": TAG | STATUS | TRIAGE | PERSON | PLACE | MOVEMENT,
}  # fmt: skip
# Doors of everybody who is signed in.
SESSION = ["/api/v1/me", "/api/v1/policy", "/api/v1/boundaries", "/api/v1/openapi.json"]

_MEDIC = {
    "offer_custody", "accept_custody", "refuse_custody",
    "open_incident", "amend_incident", "report_estimate", "record_alert", "report_casualty", "record_details",
    "estimate_injury_time", "report_missing", "locate_casualty", "assign_triage", "record_milestone",
    "request_evacuation", "amend_request", "self_authorise", "report_leg", "report_asset", "report_asset_position",
    "report_mist", "assert_identity", "enter_in_error", "declare_mascal", "load_casualty",
    "unload_casualty", "divert_leg", "submit_request", "contact_role",
    "record_injury", "record_intervention", "record_vitals",
    "record_clinical_details", "assert_allergy", "add_note", "write_handover",
}  # fmt: skip
_RECEPTION = {
    "report_capacity", "change_capacity", "report_theatre", "progress_reservation", "admit", "close_admission",
}  # fmt: skip
_CELL = {
    "create_placeholders",
    "reopen_casualty", "declare_mascal", "end_mascal",
    "open_incident", "amend_incident", "report_estimate", "close_incident", "reopen_incident", "record_alert",
    "acknowledge_alert", "cancel_alert", "report_casualty", "record_details", "estimate_injury_time", "report_missing",
    "locate_casualty", "cancel_casualty", "link_subjects", "unlink_subjects", "assign_triage", "record_milestone",
    "attribute_delay", "exclude_clock", "record_disposition", "resolve_conflict", "request_evacuation", "amend_request",
    "cancel_request", "self_authorise", "plan_leg", "report_leg", "abort_leg", "register_asset", "report_asset",
    "report_asset_position", "register_facility", "report_facility", "report_mist", "enter_in_error", "load_casualty",
    "submit_request", "hold_request", "resume_request",
    "supersede_request", "contact_role", "state_alert_dialect", "unload_casualty", "divert_leg", *_RECEPTION,
}  # fmt: skip
_CLINICIAN = _MEDIC | {
    "reopen_casualty",
    "acknowledge_alert", "pronounce_death", "override_triage", "report_facility", "record_disposition",
    "resolve_conflict", "decide", *_RECEPTION,
    "refute_allergy",
}  # fmt: skip
_CHAIN = {
    "progress_noticas", "place_release_hold", "lift_release_hold", "verify_identity", "dispute_identity",
}  # fmt: skip
_FMO = _CHAIN | {
    "reopen_casualty", "declare_mascal", "end_mascal",
    "open_incident", "amend_incident", "report_estimate", "close_incident", "reopen_incident", "acknowledge_alert",
    "pronounce_death", "override_triage", "assign_triage", "estimate_injury_time", "decide", "cancel_request",
    "attribute_delay", "exclude_clock", "resolve_conflict", "link_subjects", "unlink_subjects", "record_disposition",
    "register_facility", "report_facility", "resolve_identity", "report_capacity", "progress_reservation",
    "validate_request", "hold_request", "resume_request",
    "supersede_request", "review_self_authorisation", "contact_role", "state_alert_dialect", "set_posture",
}  # fmt: skip
RIGHTS: dict[str, set[str]] = {
    "medic": _MEDIC,
    "clinician": _CLINICIAN,
    "psychiatrist": _CLINICIAN,
    "mtf_chief": _CLINICIAN,
    "casevac_cell": _CELL,
    "duty_officer": _CELL | {"decide", "override_triage", "pronounce_death", "validate_request", "set_posture"},
    "force_medical_officer": _FMO,
    "chief_medical_officer": _FMO,
    "commander": {
        "open_incident", "report_estimate", "record_alert", "acknowledge_alert", "report_casualty", "report_missing",
        "locate_casualty", "request_evacuation", "self_authorise", "decide", "declare_mascal",
        "submit_request", "contact_role",
        "state_alert_dialect", "set_posture",
    },
    "mission_hq": {"acknowledge_alert"},
    "personnel_focal_point": _CHAIN | {"acknowledge_alert"},
    "mission_support": {
        "acknowledge_alert", "decide", "contact_role", "hold_request", "resume_request", "review_self_authorisation",
        "set_posture",
    },
    "air_operations": {
        "acknowledge_alert", "decide", "plan_leg", "report_leg", "abort_leg", "register_asset", "report_asset",
        "report_asset_position", "divert_leg", "contact_role",
    },
    "system_client": {
        "open_incident", "amend_incident", "report_estimate", "record_alert", "cancel_alert", "report_casualty",
        "record_details", "assign_triage", "request_evacuation", "amend_request", "cancel_request", "record_milestone",
        "report_asset_position", "receive_request", "report_mist", "assert_identity",
    },
    "registrar": {"assert_identity", "resolve_identity", "verify_identity", "dispute_identity"},
}  # fmt: skip
# Closing the gate is open to more roles than opening it.
for _role in ("clinician", "psychiatrist", "mtf_chief", "casevac_cell", "duty_officer"):
    RIGHTS[_role] = RIGHTS[_role] | {"place_release_hold"}
# Who belongs to the mission is the business of one role. Alarms of sites are nobody's: a site raises them by itself.
SITE_RIGHTS = {
    "administrator": {
        "invite_site", "enrol_site", "suspend_site", "resume_site", "rotate_site_key", "revoke_site", "retire_site",
        "grant_stream", "withdraw_stream", "close_fork",
    },
}  # fmt: skip


def like(role: str) -> str:
    return CHILDREN.get(role, role)


# ── the house they all come to ──

MATE_ID, STRANGER_ID = a_subject(900_001), a_subject(900_002)


def a_story(subject: SubjectId, contingent: str) -> list[Command]:
    return [
        c.ReportCasualty(casualty=subject, position=Position(lat=9.2, lon=29.8)),
        c.RecordDetails(casualty=subject, contingent=contingent, cause="BATTLE"),
        c.AssignTriage(casualty=subject, category="T1", scheme="SIEVE"),
        c.AssertIdentity(casualty=subject, kind="NAME", value=f"Name of {subject}"),
        c.ReportMist(casualty=subject, injuries=("GSW",), signs="pale"),
    ]


@pytest.fixture(scope="module")
def readers(house: House) -> Iterator[dict[str, tuple[Person, dict[SubjectId, str]]]]:
    """Somebody of each role, and the three casualties as that person knows them."""
    other = Author(actor=as_actor("medic@GHANBATT"), source="medic")
    house.happened(other, *a_story(MATE_ID, "EAST"), *a_story(STRANGER_ID, "WEST"))
    made = {}
    for number, role in enumerate(ROLES):
        person = house.person(role, contingent="EAST", unit="INDBATT")
        own = a_subject(910_000 + number)
        actor = as_actor(f"{role}@INDBATT", user=person.me["user"], contingent="EAST")
        house.happened(Author(actor=actor, source="medic"), *a_story(own, "EAST"))
        made[role] = (person, {own: OWN, MATE_ID: MATE, STRANGER_ID: STRANGER})
    yield made


def test_the_copy_and_the_pack_name_the_same_roles_and_views(house: House) -> None:
    assert sorted(ROLES) == sorted(row.code for row in house.site.policies.roles.role)
    assert sorted(name for names in VIEWS.values() for name in names) == house.site.pages.names


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_the_views_of_the_table_and_no_other(readers: Any, role: str) -> None:
    person, _ = readers[role]
    for resource, names in VIEWS.items():
        for name in names:
            query = {field: MATE_ID if value == "mate" else value for field, value in ASKED.get(name, {}).items()}
            answer = person.view(name, **query)
            if not {role, like(role)} & READERS[resource]:
                assert (answer.status_code, answer.json()["code"]) == (403, "access.denied"), name
                assert role not in answer.json()["params"]["who_can"]
            elif name in NOT_THERE or (query and name != "search" and MATE not in BOARD[like(role)]):
                assert (answer.status_code, answer.json()["code"]) == (404, "kernel.not_found"), name
            else:
                assert answer.status_code == 200, name
    for path in SESSION:
        assert person.get(path).status_code == 200


@pytest.mark.parametrize("role", sorted(BOARD) + sorted(set(CHILDREN) & set(ROLES)))
def test_a_role_sees_its_casualties_and_their_columns_and_no_other(readers: Any, role: str) -> None:
    person, known = readers[role]
    rows = {
        known[row["subject"]]: row for row in person.view("board", limit=1000).json()["rows"] if row["subject"] in known
    }
    seen = BOARD[like(role)]
    assert set(rows) == seen
    for row in rows.values():
        assert set(row) == COLUMNS[like(role)]
    for subject, name in known.items():
        for view in ("casualty", "timeline"):
            answer = person.view(view, subject=subject)
            assert answer.status_code == (200 if name in seen else 404), (view, name)
            if name not in seen:
                assert person.view(view, subject=new_id()).json()["params"] == answer.json()["params"]


@pytest.mark.parametrize("role", ROLES)
def test_names_and_clinical_words_are_seen_only_where_the_table_says_so(readers: Any, role: str) -> None:
    person, known = readers[role]
    for view, table, column in (("identities", NAMES, "value"), ("mists", MISTS, "signs")):
        answer = person.view(view, limit=1000)
        rows = answer.json()["rows"] if answer.status_code == 200 else []
        assert {known[row["subject"]] for row in rows if row["subject"] in known} == table.get(like(role), NONE), view
        assert all(column in row for row in rows)


@pytest.mark.parametrize("role", ROLES)
def test_a_timeline_tells_no_more_than_the_views(readers: Any, role: str) -> None:
    person, known = readers[role]
    for subject, name in known.items():
        answer = person.view("timeline", subject=subject)
        types = {row["t"] for row in answer.json()["rows"]} if answer.status_code == 200 else set()
        assert ("casualty.identity_asserted" in types) == (
            name in NAMES.get(like(role), NONE) & BOARD.get(like(role), NONE)
        )
        assert ("casualty.mist_reported" in types) == (name in MISTS.get(like(role), NONE))
        assert not [t for t in types if t.startswith("audit.")]


def test_a_filter_by_a_hidden_column_is_refused_and_so_is_a_guess_at_its_value(readers: Any) -> None:
    commander, _ = readers["commander"]
    for column, value in (("triage", "T1"), ("contingent", "WEST"), ("origin", "ALPHA"), ("author", "u-medic")):
        answer = commander.view("board", **{column: value})
        assert (answer.status_code, answer.json()["params"]["rule"]) == (422, "no_such_filter"), column


# ── writing ──


def a_value(wanted: Any, name: str) -> Any:
    """A code of the list that the field names, else the first of some plain values that it takes."""
    told = msgspec.inspect.type_info(wanted)
    if isinstance(told, msgspec.inspect.Metadata) and "codes" in (told.extra or {}):
        return CODES[str((told.extra or {})["codes"])]
    for value in (
        MATE_ID,
        "CODE",
        "M2",
        1,
        0.5,
        True,
        [MATE_ID],
        ["a", "b"],
        ["M2", "M3"],
        [{"resource": "WARD"}],
        {"lat": 9.2, "lon": 29.8},
        {},
        "0" * 64,
        "2026-03-01T12:00:00Z",
        None,
    ):
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError:
            continue
        return value
    literal = msgspec.inspect.type_info(wanted)
    if isinstance(literal, msgspec.inspect.LiteralType):
        return literal.values[0]
    raise AssertionError(name)


def any_command(kind: type[Command]) -> dict[str, Any]:
    fields = [field for field in msgspec.structs.fields(kind) if field.required]
    body = {field.encode_name: a_value(field.type, field.name) for field in fields}
    return {"t": kind.__struct_config__.tag, **body}


POLICIES = load_policies("mission_demo.toml")
CODES = {row.name: row.codes[0] for row in POLICIES.enumerations.enumeration}
CODES |= {name: row.codes[0] for name, row in POLICIES.care.lists.items()}
CODES["posture"] = POLICIES.launch.posture[0].code
CODES["precedence"] = POLICIES.precedence.canonical[0].code
COMMANDS = sorted([*RULES, *SITE_COMMANDS], key=lambda kind: str(kind.__struct_config__.tag))


def tags_of(role: str) -> set[str]:
    """Commands that the copy gives a role."""
    of_sites = {f"sites.{name}" for name in SITE_RIGHTS.get(role, set())}
    return of_sites | {f"casualty.{name}" for name in RIGHTS.get(role, set())}


def test_every_command_is_in_the_copy_and_names_an_action_of_its_own() -> None:
    tags = {str(kind.__struct_config__.tag) for kind in COMMANDS}
    assert {kind.ACTION for kind in RULES} | {"site.manage"} == {kind.ACTION for kind in COMMANDS}
    assert {kind.ACTION for kind in RULES} == {tag for tag in tags if tag.startswith("casualty.")}
    assert tags == set[str]().union(*(tags_of(role) for role in ROLES))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_send_the_commands_of_the_table_and_no_other(readers: Any, role: str) -> None:
    person, _ = readers[role]
    entries = [{"id": new_id(), "command": any_command(kind)} for kind in COMMANDS]
    answered = {
        kind.__struct_config__.tag: outcome for kind, outcome in zip(COMMANDS, person.send(*entries), strict=True)
    }
    unread = [o for o in answered.values() if str(o.get("params", {}).get("field", "")).startswith("command.")]
    assert unread == []
    let_in = {t for t, outcome in answered.items() if outcome.get("code") != "access.denied"}
    assert let_in == tags_of(role)


@pytest.mark.parametrize("kind", [RaiseForkAlarm, RaiseClockAlarm])
def test_nobody_raises_an_alarm_of_sites_at_a_door(readers: Any, kind: type[Command]) -> None:
    for role in ("administrator", "system_client", "casevac_cell"):
        person, _ = readers[role]
        [outcome] = person.send({"id": new_id(), "command": any_command(kind)})
        assert (outcome["outcome"], outcome["code"]) == ("rejected", "command.unknown_type")


def test_a_refusal_says_who_can(readers: Any) -> None:
    commander, _ = readers["commander"]
    [outcome] = commander.send(c.AssignTriage(casualty=MATE_ID, category="T1", scheme="SIEVE"))
    assert (outcome["outcome"], outcome["code"]) == ("rejected", "access.denied")
    assert "medic" in outcome["params"]["who_can"]


def test_what_a_page_offers_is_what_the_door_would_do(readers: Any) -> None:
    for role in ("casevac_cell", "commander", "medic"):
        person, _ = readers[role]
        for offer in person.view("board").json()["actions"]:
            assert offer["allowed"] == (offer["name"].removeprefix("casualty.") in RIGHTS[role])
            assert offer["allowed"] or role not in offer["who_can"]
