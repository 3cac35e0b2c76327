"""The launch matrix, row by row, against a copy that was written from casualty §11 by hand; and who is refused."""

from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from dunant.casualty.authority import ALWAYS, NON_UN, STEPS, UN, Authority, Case, LaunchPack, MatrixRow, authority_in
from dunant.kernel.missions import Launch, MissionPack
from dunant.kernel.places import Position
from dunant.services.policies import load_policies
from tests.fakes import NOON

POLICIES = load_policies("mission_demo.toml")
DMS, CMO, FMO, DUTY, SECTOR = (
    "mission_support", "chief_medical_officer", "force_medical_officer", "duty_officer", "commander",
)  # fmt: skip
KINDS = ("CASEVAC", "MEDEVAC_EMERG", "MEDEVAC_NONEMERG", "TRANSFER", "REPATRIATION")


def matrix(name: str) -> Authority:
    chosen = replace(POLICIES.mission, launch=Launch(matrix=name, source="test"))

    def pack(shape: Any) -> Any:
        return chosen if shape is MissionPack else POLICIES.pack(shape)

    return authority_in(pack)


CENTRAL, DELEGATED = matrix("CENTRAL"), matrix("DELEGATED")


# What a request of this kind, of a patient of this class, in this posture and light asks for: mode, who in which order,
# who may on somebody's word, minutes until the next is asked.
@pytest.mark.parametrize(
    ("authority", "step", "case", "mode", "roles", "delegates", "minutes"),
    [
        (CENTRAL, "LAUNCH", {"light": "DAY"}, "REQUIRED", (DMS, CMO), (DUTY,), 15),
        (CENTRAL, "LAUNCH", {"light": "NIGHT"}, "REQUIRED", (DMS, CMO), (DUTY, "air_operations"), 15),
        (CENTRAL, "LAUNCH", {"posture": "MASCAL"}, "REQUIRED", (DUTY, DMS, CMO), (), 5),
        (CENTRAL, "LAUNCH", {"posture": "HEIGHTENED", "light": "DAY"}, "REQUIRED", (DMS, CMO), (DUTY,), 15),
        (CENTRAL, "LAUNCH", {"patient_class": NON_UN}, "REQUIRED", (DMS, CMO), (DUTY,), 15),
        (CENTRAL, "LAUNCH", {"patient_class": NON_UN, "posture": "MASCAL"}, "REQUIRED", (DMS, CMO), (DUTY,), 15),
        (CENTRAL, "LAUNCH", {"kind": "MEDEVAC_EMERG", "light": "NIGHT"}, "REQUIRED", (DMS, CMO),
         (DUTY, "air_operations"), 15),
        (CENTRAL, "LAUNCH", {"kind": "TRANSFER"}, "REQUIRED", (DMS, CMO), (DUTY,), 60),
        (CENTRAL, "MEDICAL_VALIDATION", {}, "NOT_REQUIRED", (DUTY, FMO), (), 0),
        (CENTRAL, "MEDICAL_VALIDATION", {"kind": "MEDEVAC_EMERG"}, "REQUIRED", (DUTY, CMO), (), 60),
        (CENTRAL, "MEDICAL_VALIDATION", {"kind": "REPATRIATION"}, "REQUIRED", (CMO,), (FMO,), 480),
        (CENTRAL, "RECEIVING_ACCEPTANCE", {}, "NOT_REQUIRED", ("clinician", DUTY), (), 0),
        (CENTRAL, "RECEIVING_ACCEPTANCE", {"kind": "TRANSFER"}, "REQUIRED", ("clinician",), (DUTY,), 60),
        (CENTRAL, "COST", {"kind": "REPATRIATION"}, "REQUIRED", (DMS,), (), 1440),
        (CENTRAL, "COST", {}, "NOT_REQUIRED", (DMS,), (), 0),
        (CENTRAL, "RETASK", {}, "REQUIRED", (DMS,), ("air_operations", DUTY), 10),
        (CENTRAL, "FLIGHT_CLEARANCE", {}, "NOT_REQUIRED", ("air_operations",), (), 0),
        (DELEGATED, "LAUNCH", {}, "REQUIRED", (DUTY, SECTOR, DMS), (), 15),
        (DELEGATED, "LAUNCH", {"light": "NIGHT"}, "REQUIRED", (DUTY, SECTOR, DMS), (), 15),
        (DELEGATED, "LAUNCH", {"posture": "MASCAL", "category": "URGENT"}, "AUTO", (), (), 0),
        (DELEGATED, "LAUNCH", {"posture": "MASCAL", "category": "ROUTINE"}, "REQUIRED", (DUTY, SECTOR, DMS), (), 15),
        (DELEGATED, "LAUNCH", {"patient_class": NON_UN}, "REQUIRED", (DMS, SECTOR), (DUTY,), 15),
        (DELEGATED, "LAUNCH", {"patient_class": NON_UN, "posture": "MASCAL", "category": "URGENT"}, "REQUIRED",
         (DMS, SECTOR), (DUTY,), 15),
        (DELEGATED, "LAUNCH", {"kind": "MEDEVAC_EMERG"}, "REQUIRED", (DUTY, SECTOR, DMS), (), 30),
        (DELEGATED, "LAUNCH", {"kind": "REPATRIATION"}, "REQUIRED", (DUTY, DMS), (), 240),
        (DELEGATED, "MEDICAL_VALIDATION", {}, "NOT_REQUIRED", (DUTY, FMO), (), 0),
        (DELEGATED, "MEDICAL_VALIDATION", {"kind": "MEDEVAC_NONEMERG"}, "REQUIRED", (DUTY, FMO), (), 60),
        (DELEGATED, "RECEIVING_ACCEPTANCE", {"kind": "TRANSFER"}, "REQUIRED", ("clinician", DUTY), (), 60),
        (DELEGATED, "COST", {"kind": "MEDEVAC_NONEMERG"}, "REQUIRED", (DMS,), (), 1440),
        (DELEGATED, "RETASK", {"posture": "MASCAL"}, "REQUIRED", (DMS,), ("air_operations", DUTY, SECTOR), 10),
    ],
)  # fmt: skip
def test_the_matrix_asks_whom_the_copy_says(
    authority: Authority, step: str, case: dict[str, str], mode: str, roles: tuple[str, ...],
    delegates: tuple[str, ...], minutes: float,
) -> None:  # fmt: skip
    row = authority.row_for(step, Case(**{"kind": "CASEVAC", "posture": "NORMAL", "light": "DAY", **case}))
    assert row is not None
    assert (row.mode, row.roles, row.delegates, row.timer_min) == (mode, roles, delegates, minutes)


@pytest.mark.parametrize("authority", [CENTRAL, DELEGATED], ids=["CENTRAL", "DELEGATED"])
def test_no_row_is_out_of_reach_and_a_launch_always_has_one(authority: Authority) -> None:
    cases = [
        Case(kind=kind, category=category, patient_class=who, posture=posture, light=light)
        for kind, category, who, posture, light in product(
            KINDS, ("", "URGENT", "PRIORITY"), (UN, NON_UN), ("NORMAL", "MASCAL"), ("DAY", "NIGHT")
        )
    ]
    reached = {row.code for step in STEPS for case in cases if (row := authority.row_for(step, case))}
    assert reached == {row.code for row in authority.matrix}
    assert all(authority.row_for(step, case) for step in ALWAYS for case in cases)


def test_nothing_of_first_aid_alerting_or_standby_is_a_step() -> None:
    assert set(STEPS) == {
        "MEDICAL_VALIDATION", "LAUNCH", "RETASK", "FLIGHT_CLEARANCE", "COST", "RECEIVING_ACCEPTANCE",
    }  # fmt: skip


@pytest.mark.parametrize("row", POLICIES.launch.row, ids=lambda row: str(row.code))
def test_a_row_names_roles_that_there_are_and_that_may_decide(row: MatrixRow) -> None:
    policy = POLICIES.roles.policy()
    deciding = set(policy.who_may("casualty.decide"))
    assert {*row.roles, *row.delegates} <= deciding
    if row.step in ALWAYS:
        assert not row.verified, "an example nobody has compared with a mission's own matrix"


def test_a_matrix_without_a_launch_for_everybody_is_no_matrix() -> None:
    rows = tuple(row for row in POLICIES.launch.row if row.code != "D-LAUNCH")
    problems = list(replace(POLICIES.launch, row=rows).problems())
    assert problems == [("row.DELEGATED", "no row for all of LAUNCH")]


def test_a_mission_chooses_its_posts_and_its_chain() -> None:
    own = replace(POLICIES.launch.post[0], code="SECTOR_MO")
    chosen = replace(
        POLICIES.mission, launch=Launch(matrix="CENTRAL", fan_out=(own,), alert_chain=("commander",), source="test")
    )

    def pack(shape: Any) -> Any:
        return chosen if shape is MissionPack else POLICIES.pack(shape)

    authority = authority_in(pack)
    assert [post.code for post in authority.posts] == ["SECTOR_MO"]
    assert authority.chain == ("commander",)
    assert len(DELEGATED.posts) == 5


# ── people and circumstances ──


def test_a_role_acts_as_the_one_it_extends_and_never_the_other_way_round() -> None:
    assert DELEGATED.is_a("mtf_chief", "clinician") and not DELEGATED.is_a("clinician", "mtf_chief")
    assert DELEGATED.is_a(CMO, FMO) and not DELEGATED.is_a(FMO, CMO)


def test_a_delegate_says_on_whose_word() -> None:
    row = CENTRAL.row_for("LAUNCH", Case(kind="CASEVAC", light="DAY"))
    assert row is not None
    assert not CENTRAL.may_decide(row, DUTY, "") and CENTRAL.may_decide(row, DUTY, "DMS, by phone")
    assert not CENTRAL.may_decide(row, "medic", "DMS, by phone")


@pytest.mark.parametrize(
    ("affiliations", "line8", "found"),
    [
        (["HOST_CIV"], None, NON_UN),
        (["DETAINEE", "HOST_FORCES"], None, NON_UN),
        (["HOST_CIV", "UN_MIL:XAA"], None, UN),
        ([], {"nonus_civilian": 1}, NON_UN),
        ([], {"nonus_civilian": 1, "us_military": 1}, UN),
        ([], {"child": 1}, UN),
        (["UNKNOWN"], {"nonus_civilian": 1}, UN),
        ([], None, UN),
    ],
)
def test_nobody_of_the_un_waits_for_the_papers_of_somebody_else(
    affiliations: list[str], line8: Any, found: str
) -> None:
    assert DELEGATED.class_of(affiliations, line8) == found


def test_somebody_nobody_has_looked_at_yet_counts_as_urgent() -> None:
    assert DELEGATED.is_urgent("") and DELEGATED.is_urgent("URGENT_SURGICAL") and not DELEGATED.is_urgent("PRIORITY")


def test_the_hour_and_the_place_tell_day_from_night() -> None:
    bentiu = Position(lat=9.26, lon=29.8)
    assert DELEGATED.light(bentiu, NOON) == "DAY"
    assert DELEGATED.light(bentiu, NOON.replace(hour=20)) == "NIGHT"
    assert DELEGATED.light(None, NOON.replace(hour=20)) == "NIGHT"


def test_the_pack_is_the_one_that_is_shipped() -> None:
    assert isinstance(POLICIES.launch, LaunchPack)
    assert POLICIES.launch.matrices == ("CENTRAL", "DELEGATED")
