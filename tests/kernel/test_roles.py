"""The roles pack as a policy: what the matrix shows, what it hides, and what careless rows meet."""

import msgspec
import pytest
from msgspec.structs import replace

from dunant.kernel.access import Actor
from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import decode_pack
from dunant.kernel.roles import CommandRightRow, GrantRow, RelationRow, RoleRow, Roles
from dunant.store.packs import PackShelf

ROLES = PackShelf().read("roles.toml", Roles)
POLICY = ROLES.policy()
# Interop section 9.3: role codes that have no row of their own and inherit none.
ELSEWHERE = {
    "reporter",
    "laboratory",
    "person",
    "peer",
    "conduct_focal",
    "telemedicine_coordinator",
    "member_state_focal",
}


def an_actor(role: str, **more: str) -> Actor:
    return Actor(user="u-1", role=role, **more)


def refusal(careless: Roles) -> dict[str, object]:
    with pytest.raises(PackInvalid) as caught:
        decode_pack("roles.json", msgspec.json.encode(careless), Roles)
    return caught.value.params


def test_the_one_list_of_roles_is_complete() -> None:
    assert {row.code for row in ROLES.role} == ELSEWHERE | {
        "medic", "clinician", "casevac_cell", "commander", "force_medical_officer", "epidemiologist", "counsellor",
        "mission_hq", "unhq_medical", "tcc_medical", "registrar", "system_client", "administrator", "auditor",
        "psychiatrist", "mtf_chief", "duty_officer", "chief_medical_officer", "mission_support", "air_operations",
        "personnel_focal_point", "config_editor",
    }  # fmt: skip


@pytest.mark.parametrize("role", sorted(ELSEWHERE))
def test_a_role_without_a_row_sees_nothing_of_a_casualty(role: str) -> None:
    assert all(POLICY.sight(an_actor(role), resource).is_blind for resource in ROLES.groups if resource != "session")


def test_the_cell_sees_tags_and_no_names() -> None:
    sight = POLICY.sight(an_actor("casevac_cell"), "identity")
    assert sight.groups({}, an_actor("casevac_cell")) == {"tag"}


def test_a_medic_reads_the_identity_of_own_casualties_only() -> None:
    medic = an_actor("medic")
    sight = POLICY.sight(medic, "identity")
    assert "name" in sight.groups({"author": "u-1"}, medic)
    assert sight.groups({"author": "u-2", "holder": "u-3"}, medic) == frozenset()


def test_a_clinician_reads_clinical_records_where_treating() -> None:
    clinician = an_actor("clinician", facility="BTU-L2")
    sight = POLICY.sight(clinician, "clinical")
    assert sight.groups({"treating": ["BTU-L2"]}, clinician)
    assert not sight.groups({"treating": ["JUB-L2P"], "holder": "u-9"}, clinician)


def test_a_commander_sees_tag_and_status_and_nothing_clinical() -> None:
    commander = an_actor("commander")
    assert POLICY.sight(commander, "evacuation").groups({}, commander) == {"tag", "status"}
    assert POLICY.sight(commander, "clinical").is_blind


def test_a_contingent_sees_its_own_only_after_release() -> None:
    tcc = an_actor("tcc_medical", contingent="XAA")
    sight = POLICY.sight(tcc, "identity")
    assert not sight.groups({"contingent": "XAA", "released_to": []}, tcc)
    assert sight.groups({"contingent": "XAA", "released_to": ["XAA"]}, tcc)


@pytest.mark.parametrize("resource", ["identity", "clinical", "evacuation", "capacity", "cases", "wellbeing"])
def test_an_administrator_sees_no_patient(resource: str) -> None:
    assert POLICY.sight(an_actor("administrator"), resource).is_blind


def test_aggregate_only_shows_no_row() -> None:
    assert POLICY.sight(an_actor("unhq_medical"), "evacuation").is_blind
    assert not POLICY.may(an_actor("unhq_medical"), "view.board")


def test_no_machine_ever_sees_wellbeing() -> None:
    assert POLICY.sight(an_actor("system_client"), "wellbeing").is_blind


def test_a_role_that_inherits_sees_and_does_at_least_as_much() -> None:
    for row in ROLES.role:
        if row.inherits:
            assert set(POLICY.actions(an_actor(row.inherits))) <= set(POLICY.actions(an_actor(row.code)))


def test_a_role_may_open_the_views_of_what_it_sees() -> None:
    assert POLICY.may(an_actor("casevac_cell"), "view.board")
    assert POLICY.may(an_actor("mission_hq"), "view.facilities")
    assert not POLICY.may(an_actor("auditor"), "view.board")


def test_an_action_nobody_named_is_refused() -> None:
    assert not POLICY.may(an_actor("duty_officer"), "casualty.delete_everything")
    assert not POLICY.may(an_actor("stranger"), "view.board")


def test_every_write_names_somebody_and_every_named_action_exists() -> None:
    named = {action for row in ROLES.command_right for action in row.actions}
    assert named == {row.name for row in ROLES.action if row.needs == "write"}


def test_who_writes_also_sees_the_resource_it_writes_to() -> None:
    resource = {row.name: row.resource for row in ROLES.action}
    for right in ROLES.command_right:
        for action in right.actions:
            assert not POLICY.sight(an_actor(right.role), resource[action]).is_blind, (right.role, action)


def test_careless_rows_are_named() -> None:
    row = GrantRow(role="medic", resource="cases", level="limited", source="x")
    assert refusal(replace(ROLES, grant=(row,)))["rule"] == "limited_needs_groups"
    row = GrantRow(role="medic", resource="gossip", level="full", source="x")
    assert refusal(replace(ROLES, grant=(row,)))["rule"] == "unknown: gossip"
    row = GrantRow(role="medic", resource="cases", level="aggregate", groups=("report",), source="x")
    assert refusal(replace(ROLES, grant=(row,)))["rule"] == "only_limited_and_full_have_groups"
    assert refusal(replace(ROLES, role=(*ROLES.role, RoleRow(code="medic", source="x"))))["rule"] == "repeated: medic"


def test_a_relation_without_condition_would_open_everything_and_is_refused() -> None:
    open_door = (*ROLES.relation, RelationRow(name="own_friends", source="x"))
    assert refusal(replace(ROLES, relation=open_door))["rule"] == "only_any_has_no_condition"


def test_a_right_to_an_unknown_action_is_refused() -> None:
    typo = (CommandRightRow(role="medic", actions=("casualty.asign_triage",), source="x"),)
    assert refusal(replace(ROLES, command_right=typo))["rule"] == "unknown: casualty.asign_triage"
