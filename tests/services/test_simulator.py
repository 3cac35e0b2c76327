"""The night convoy, played through a real site, says what casualty section 22.1 says."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dunant.config import Settings
from dunant.exchange.cot.codes import core_codes
from dunant.exchange.cot.lines import LINE_NAMES, lines_of, medevac_of_lines
from dunant.kernel.access import Actor
from dunant.kernel.errors import PackInvalid
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import Position, great_circle_km
from dunant.services.build import Site
from dunant.services.clock import MissionClock
from dunant.services.reading import Query
from dunant.services.scenario import SCENARIO, Message, Scenario, Step, along
from dunant.services.simulator import Simulator, cast, script, subjects
from dunant.store import PackShelf
from dunant.store.snapshot import snapshot

NIGHT = PackShelf().read(SCENARIO, Scenario)
MISSION = PackShelf().read(NIGHT.mission, MissionPack)
AS_IS = json.loads(Path("tests/references/c1_night_convoy_from_casualty_section_22_1.json").read_text(encoding="utf-8"))
CELL = Actor(user="reader", role="casevac_cell")


class Stage:
    """A site with the scenario on it, stopped at any minute."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.clock = MissionClock(NIGHT.moment(NIGHT.opens), 0)
        settings = Settings(data=folder, site=NIGHT.site, tag_block=NIGHT.tag_block, exercise=True)
        self.site = Site(settings, self.clock)
        self.cues = script(NIGHT, self.site.policies.mission, seed)
        self.simulator = Simulator(self.site, self.clock, NIGHT, self.cues)
        self.seed = seed
        self.refused: list[str] = []

    def at(self, clock: str) -> "Stage":
        outcomes = self.simulator.play_until(NIGHT.moment(clock))
        self.refused += [f"{one.code} {one.params}" for one in outcomes if one.outcome != "accepted"]
        return self

    def rows(self, view: str, **equal: str) -> list[dict[str, Any]]:
        return self.site.pages.read(CELL, Query(view=view, equal=equal, limit=1000)).rows

    def named(self, name: str) -> str:
        return subjects(NIGHT, MISSION, self.seed)[name]

    def reached(self, name: str) -> dict[str, tuple[str, str]]:
        """Milestone → earliest and latest clock time."""
        with snapshot(self.site.database, self.site.views, self.site.registry) as look:
            row = look.rows("board", subject=self.named(name))[0]
        return {code: ((span["lo"] or "")[11:16], span["hi"][11:16]) for code, span in row["milestones"].items()}

    def casualty(self, name: str) -> dict[str, Any]:
        return self.rows("casualty", subject=self.named(name))[0]

    def ledger(self) -> dict[str, Any]:
        return next(row for row in self.rows("ledger") if row["type"] == "IED")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    opened = Stage(tmp_path / "site")
    yield opened
    opened.site.close()


def clock_of(row: dict[str, Any], code: str) -> dict[str, Any]:
    return next(clock for clock in row["clocks"] if clock["code"] == code)


def minutes(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60


def elapsed(clock: dict[str, Any]) -> list[Any]:
    """Shortest and longest minutes and the verdict, as section 22.1 prints them."""
    t0, stop = clock["t0"], clock["stop"]
    return [minutes(t0["hi"], stop["lo"]), minutes(t0["lo"], stop["hi"]), clock["verdict"]]


def test_nothing_in_the_scenario_is_refused(stage: Stage) -> None:
    stage.at(NIGHT.ends)
    assert stage.refused == []


def test_the_clocks_of_c1_end_as_section_22_1_prints_them(stage: Stage) -> None:
    row = stage.at(NIGHT.ends).casualty("C1")
    assert {code: elapsed(clock_of(row, code)) for code in ("C10", "C60", "C120")} == {
        code: AS_IS["as_is"][code] for code in ("C10", "C60", "C120")
    }


def test_the_milestones_of_c1_are_those_of_the_column_as_is(stage: Stage) -> None:
    printed = {code: clock for code, clock in AS_IS["as_is"].items() if code.startswith("M")}
    expected = {"M1": "19:44", "M2": "19:49", "M3": "19:46", "M4": "19:52", "M6": "20:07", **printed}
    reached = stage.at(NIGHT.ends).reached("C1")
    assert reached.pop("M0") == (AS_IS["injury"]["lo"], AS_IS["injury"]["hi"])
    assert reached == {code: (clock, clock) for code, clock in expected.items()}


def test_the_ledger_goes_from_nine_over_eight_to_nine(stage: Stage) -> None:
    counts = [
        (row["tracked"], row["unaccounted"])
        for row in (stage.at(clock).ledger() for clock in ("20:08", "20:10", "20:17", "20:26"))
    ]
    assert counts == [(8, 1), (9, 0), (8, 1), (9, 0)]


def test_the_second_record_of_c4_is_the_duplicate_whatever_the_seed(tmp_path: Path) -> None:
    for seed in (1, 2, 3):
        stage = Stage(tmp_path / str(seed), seed).at("20:17")
        assert (stage.casualty("C4")["status"], stage.casualty("C4b")["status"]) == ("AWAITING_EVAC", "DUPLICATE")
        stage.site.close()


def test_the_first_plan_can_still_be_met_and_the_night_plan_cannot(stage: Stage) -> None:
    first = clock_of(stage.at("20:08").casualty("C1"), "C120")
    then = clock_of(stage.at("20:14").casualty("C1"), "C120")
    assert first["predicted_verdict"] == "BREACH_POSSIBLE_PREDICTED"
    assert then["predicted_verdict"] == "BREACH_CERTAIN_PREDICTED"
    assert then["unavoidable_at"][11:16] == "20:41"


def test_c9_is_found_dies_at_the_scene_and_takes_no_seat(stage: Stage) -> None:
    row = stage.at(NIGHT.ends).casualty("C9")
    assert row["status"] == "DECEASED"
    assert row["facility"] is None
    assert {clock["code"]: clock["verdict"] for clock in row["clocks"]} == {
        "C10": "BREACH_CERTAIN",
        "C60": "ENDED_BY_DEATH",
        "C120": "ENDED_BY_DEATH",
    }


def test_the_options_of_the_night_say_what_section_22_1_says(stage: Stage) -> None:
    """C1 can only be late, by which delays, and what would have been the cheapest way to be in time."""
    night = stage.at("20:12")
    (page,) = night.rows("options", request=night.named("R1"), casualty=night.named("C1"))
    table, best = AS_IS["as_is"], page["ranked"][0]
    assert (best["callsign"], best["name"]) == ("UN-811", "Bentiu Level 2")
    for step in ("M7", "M8", "M9", "M10", "M11", "M12", "M14"):
        assert best["plan"][step][11:16] == table[step], step
    for code in ("C10", "C60", "C120"):
        low, high, verdict = table[code]
        assert (best["elapsed"][code], best["verdicts"][code]) == ({"lo_min": low, "hi_min": high}, verdict)
    assert [(one["gap"], one["excess_min"]) for one in page["binding"]] == [(["M5", "M7"], 30), (["M4", "M5"], 4)]
    assert page["cheapest"] == {"C10": None, "C60": "AMET_FORWARD", "C120": "NTM_AND_AUTHORITY"}
    why = {one["name"]: {broken["rule"] for broken in one["failing"]} for one in page["rejected"] if not one["asset"]}
    assert "report_age" in why["Wau Level 2"]
    assert {"module", "report_age"} <= why["Yambio Level 1"]
    assert "module" in why["Rumbek Level 1"]


def test_c2_goes_on_to_malakal_and_bentiu_remains_its_first_facility(stage: Stage) -> None:
    row = stage.at(NIGHT.ends).casualty("C2")
    reached = stage.reached("C2")
    assert row["facility"]["name"] == "Malakal Level 2"
    assert [reached[code][0] for code in ("M11", "M15", "M14")] == ["21:44", "23:01", "23:21"]


def test_who_was_written_down_after_the_acknowledgement_was_answered_for_too(stage: Stage) -> None:
    reached = stage.at("19:55").reached("C7")
    assert [reached[code][0] for code in ("M1", "M3", "M4")] == ["19:44", "19:46", "19:52"]


def test_two_medics_who_disagree_leave_a_conflict_that_shows_the_more_severe(stage: Stage) -> None:
    row = stage.at("20:10").casualty("C3")
    assert row["triage"] == "T1"
    assert {value["value"] for value in row["conflicts"][0]["values"]} == {"T1", "T2"}
    assert [conflict["field"] for conflict in stage.rows("conflicts")] == ["triage"]


def test_the_illness_is_refused_in_bentiu_and_then_accepted(stage: Stage) -> None:
    decided = [step.fields["decision"] for step in NIGHT.step if step.fields.get("step") == "RECEIVING_ACCEPTANCE"][:2]
    assert decided == ["DENIED", "APPROVED"]
    row = stage.at(NIGHT.ends).casualty("P1")
    assert (row["status"], row["facility"]["name"]) == ("AT_FACILITY", "Bentiu Level 2")


def test_a_facility_that_has_not_reported_for_long_is_stale(stage: Stage) -> None:
    stale = {row["name"]: row["stale"] for row in stage.at(NIGHT.begins).rows("facilities")}
    assert {name for name, old in stale.items() if old} == {"Wau Level 2", "Yambio Level 1"}


def test_aircraft_move_along_the_way(stage: Stage) -> None:
    def where() -> tuple[float, float]:
        position = next(row["position"] for row in stage.rows("assets") if row["callsign"] == "UN-811")
        return position["lat"], position["lon"]

    seen = []
    for clock in ("21:05", "21:07", "21:08", "21:09", "21:19"):
        stage.at(clock)
        seen.append(where())
    assert len(set(seen)) == len(seen)


def test_half_the_way_is_half_the_distance() -> None:
    start, end = Position(lat=4.85, lon=31.6), Position(lat=9.26, lon=29.8)
    middle = along(start, end, 0.5)
    assert great_circle_km(start, middle) == pytest.approx(great_circle_km(start, end) / 2, rel=1e-9)
    assert great_circle_km(start, along(start, end, 1)) == pytest.approx(great_circle_km(start, end), rel=1e-9)
    assert along(start, start, 0.3) == start


def test_the_same_seed_makes_the_same_entries_and_another_seed_others() -> None:
    assert script(NIGHT, MISSION, 5) == script(NIGHT, MISSION, 5)
    assert {cue.entry.id for cue in script(NIGHT, MISSION, 5)}.isdisjoint(
        cue.entry.id for cue in script(NIGHT, MISSION, 6)
    )


def test_the_same_seed_makes_the_same_facts(tmp_path: Path) -> None:
    def facts(folder: str) -> list[dict[str, Any]]:
        stage = Stage(tmp_path / folder, seed=3).at("20:30")
        rows = stage.rows("board")
        stage.site.close()
        return rows

    assert facts("one") == facts("other")


def test_every_fact_of_a_simulation_says_so(stage: Stage) -> None:
    rows = stage.at("20:30").rows("board")
    assert {row["source"] for row in rows} == {"simulation"}
    assert all(row["exercise"] and row["tag"].startswith("X-") for row in rows)


def test_every_request_of_the_story_is_a_form_that_other_systems_can_read(stage: Stage) -> None:
    for row in stage.at("20:30").rows("requests"):
        assert set(row["lines"]) <= LINE_NAMES
        lines = lines_of(medevac_of_lines(row["lines"]))
        assert lines == row["lines"]
        patients = sum(row["lines"]["counts"].values())
        assert patients == row["lines"].get("litter", 0) + row["lines"].get("ambulatory", 0)
        assert patients == sum(row["lines"].get("nationality", {"": patients}).values())
        assert set(row["lines"].get("nationality", {})) <= set(core_codes().line8.values())


def test_every_role_of_the_cast_exists() -> None:
    roles = {actor.role for actor in cast(NIGHT, MISSION, 1).values()}
    assert {"medic", "casevac_cell", "duty_officer", "clinician", "administrator", "auditor"} <= roles


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"do": "casualty.fly_away"}, "step[0].do"),
        ({"fields": {"facility": "@WAU-L2", "status": "GONE"}}, "step[0].with.status"),
        ({"fields": {"facility": "@NOWHERE", "status": "NORMAL"}}, "step[0].with.facility"),
    ],
)
def test_a_slip_in_a_scenario_is_named(change: dict[str, Any], field: str) -> None:
    first: Step = replace(NIGHT.step[0], **change)
    with pytest.raises(PackInvalid) as refused:
        script(replace(NIGHT, step=(first, *NIGHT.step[1:])), MISSION, 1)
    assert refused.value.params["field"] == field


def test_times_and_names_of_a_scenario_are_checked_when_it_is_read() -> None:
    wrong = replace(NIGHT, ends="25:99", registrar="nobody", message=(Message(sent="8", door="cot", text=""),))
    assert {path for path, _ in wrong.problems()} == {"ends", "registrar[0]", "message[0].sent"}


def test_at_the_end_the_clock_goes_on_at_the_pace_of_the_real_one(stage: Stage) -> None:
    stage.at("23:20")
    stage.clock.pace(3600)
    asyncio.run(stage.simulator.play())
    assert stage.clock.speed == 1.0
    assert stage.clock.now() >= NIGHT.moment(NIGHT.ends)
    assert stage.casualty("C2")["clocks"][2]["stop"]["lo"][11:16] == "23:21"
