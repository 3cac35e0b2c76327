"""Derived scores against charts and papers: each bound on both sides, and nothing where something is missing."""

from typing import Any

import pytest

from dunant.casualty.scores import score, scores
from dunant.casualty.triage import TriagePack
from dunant.store.packs import PackShelf

PACK = PackShelf().read("triage.toml", TriagePack)
ROWS = {row.id: row for row in PACK.score}
# Nothing wrong: no point in either early-warning band.
WELL: dict[str, Any] = {"rr": 16, "spo2": 97, "o2": False, "sbp": 120, "hr": 80, "avpu": "A", "temp_c": 37.0}


def value(code: str, **measured: Any) -> float | None:
    return score(ROWS[code], measured).value


# Royal College of Physicians 2017, chart 1, SpO2 scale 1.
@pytest.mark.parametrize(
    ("name", "measured", "points"),
    [
        ("rr", 8, 3), ("rr", 9, 1), ("rr", 11, 1), ("rr", 12, 0), ("rr", 20, 0), ("rr", 21, 2), ("rr", 24, 2),
        ("rr", 25, 3), ("spo2", 91, 3), ("spo2", 92, 2), ("spo2", 93, 2), ("spo2", 94, 1), ("spo2", 95, 1),
        ("spo2", 96, 0), ("o2", True, 2), ("sbp", 90, 3), ("sbp", 91, 2), ("sbp", 100, 2), ("sbp", 101, 1),
        ("sbp", 110, 1), ("sbp", 111, 0), ("sbp", 219, 0), ("sbp", 220, 3), ("hr", 40, 3), ("hr", 41, 1),
        ("hr", 50, 1), ("hr", 51, 0), ("hr", 90, 0), ("hr", 91, 1), ("hr", 110, 1), ("hr", 111, 2), ("hr", 130, 2),
        ("hr", 131, 3), ("avpu", "V", 3), ("avpu", "P", 3), ("avpu", "U", 3), ("temp_c", 35.0, 3),
        ("temp_c", 35.1, 1), ("temp_c", 36.0, 1), ("temp_c", 36.1, 0), ("temp_c", 38.0, 0), ("temp_c", 38.1, 1),
        ("temp_c", 39.0, 1), ("temp_c", 39.1, 2),
    ],
)  # fmt: skip
def test_news2_of_one_value_off_its_band(name: str, measured: Any, points: int) -> None:
    assert value("NEWS2", **WELL) == 0
    assert value("NEWS2", **{**WELL, name: measured}) == points


# Champion et al. 1989: coded values, added.
@pytest.mark.parametrize(
    ("gcs", "sbp", "rr", "sum_"), [(15, 120, 16, 12), (12, 89, 30, 9), (8, 75, 9, 6), (5, 49, 5, 3), (3, 0, 0, 0)]
)
def test_the_trauma_score(gcs: int, sbp: int, rr: int, sum_: int) -> None:
    assert value("RTS", gcs=gcs, sbp=sbp, rr=rr) == sum_


def test_the_shock_index_is_pulse_over_pressure_and_nothing_without_a_pressure() -> None:
    assert value("SHOCK_INDEX", hr=120, sbp=80) == 1.5
    assert value("SHOCK_INDEX", hr=120, sbp=0) is None
    assert score(ROWS["SHOCK_INDEX"], {"hr": 120}).missing == ("sbp",)


def test_a_score_of_which_nothing_was_measured_is_not_shown() -> None:
    assert scores(PACK.score, {"pain": 3}) == []
    assert [one.id for one in scores(PACK.score, {"hr": 90})] == ["SHOCK_INDEX", "NEWS2"]


def test_an_unverified_table_says_so() -> None:
    assert {code for code, row in ROWS.items() if not row.verified} == {"NEWS2", "RTS"}
