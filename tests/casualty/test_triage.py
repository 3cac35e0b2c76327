"""Triage schemes on the published vectors, with unknowns, and ever further from normal."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty.triage import INDETERMINATE, Observations, Scheme, TriagePack, all_schemes, disagree, triage
from dunant.store.packs import PackShelf
from scripts.make_triage_vectors import FILE, text

PACK = PackShelf().read("triage.toml", TriagePack)
REFERENCE = Path(__file__).parents[1] / "references" / "triage_vectors_from_casualty_section_10.json"
VECTORS: list[dict[str, Any]] = json.loads(REFERENCE.read_text())["vectors"]
EVERY = [pytest.param(scheme, id=scheme.id) for scheme in PACK.enabled]
WELL = Observations(
    walks=False, breathes=True, rr=16, hr=80, radial=True, crt_s=1, obeys=True, unconscious=False, gcs=15, avpu="A",
    pulse=True, distress=False, bleeding_controlled=True, minor_only=False, survivable=True,
)  # fmt: skip


def scheme(code: str) -> Scheme:
    found = PACK.get(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("seen", "code", "category"),
    [
        pytest.param(vector["seen"], code, category, id=f"{n}-{code}")
        for n, vector in enumerate(VECTORS)
        for code, category in vector.items()
        if code != "seen"
    ],
)
def test_published_vectors(seen: dict[str, Any], code: str, category: str) -> None:
    assert triage(scheme(code), Observations(**seen)).category == category


@pytest.mark.parametrize("code", ["START", "SIEVE", "SIEVE_MIL", "MPTT"])
def test_a_walking_casualty_with_alarming_vitals_is_green_with_a_warning(code: str) -> None:
    outcome = triage(scheme(code), Observations(**VECTORS[3]["seen"]))
    assert (outcome.category, outcome.warnings) == ("T3", ("vitals_disagree",))


@pytest.mark.parametrize("code", ["START", "SIEVE", "SIEVE_MIL", "MPTT"])
def test_an_unknown_breathing_rate_leaves_two_categories_and_is_asked_for(code: str) -> None:
    seen = Observations(walks=False, breathes=True, radial=True, obeys=True, gcs=15, hr=90)
    outcome = triage(scheme(code), seen)
    assert (outcome.category, outcome.possible, outcome.missing) == (INDETERMINATE, ("T1", "T2"), ("rr",))


def test_an_unknown_that_cannot_change_the_result_is_not_asked_for() -> None:
    assert triage(scheme("START"), Observations(walks=True)).category == "T3"
    assert triage(scheme("SIEVE"), Observations(walks=False, breathes=True, hr=130)).category == "T1"


def test_capillary_refill_stands_in_for_a_pulse_that_nobody_felt() -> None:
    unfelt = replace(WELL, radial=None)
    assert triage(scheme("START"), replace(unfelt, crt_s=3)).category == "T1"
    assert triage(scheme("START"), unfelt).category == "T2"
    assert triage(scheme("START"), replace(unfelt, crt_s=None)).missing == ("radial",)


def test_breathing_only_after_the_airway_is_opened_is_immediate_in_start() -> None:
    choking = replace(WELL, breathes=False, breathes_after_airway=True)
    assert triage(scheme("START"), choking).category == "T1"
    assert triage(scheme("START"), replace(choking, breathes_after_airway=None)).missing == ("breathes_after_airway",)


def test_careflight_asks_for_obedience_first() -> None:
    careflight = scheme("CAREFLIGHT")
    assert triage(careflight, WELL).category == "T2"
    assert triage(careflight, replace(WELL, radial=False)).category == "T1"
    assert triage(careflight, replace(WELL, obeys=False)).category == "T1"
    outcome = triage(careflight, replace(WELL, obeys=False, breathes=False, breathes_after_airway=False))
    assert (outcome.category, outcome.path[-1]) == ("DEAD", "default")


def test_a_child_that_does_not_breathe_gets_five_breaths_before_it_is_given_up() -> None:
    jumpstart = scheme("JUMPSTART")
    still = replace(WELL, breathes=False, breathes_after_airway=False)
    assert triage(jumpstart, replace(still, pulse=True, breathes_after_rescue=True)).category == "T1"
    assert triage(jumpstart, replace(still, pulse=True, breathes_after_rescue=False)).category == "DEAD"
    assert triage(jumpstart, replace(still, pulse=False)).category == "DEAD"
    unfelt = triage(jumpstart, replace(still, pulse=None))
    assert (unfelt.possible, unfelt.missing) == (("DEAD", "T1"), ("pulse", "breathes_after_rescue"))


@pytest.mark.parametrize(("rr", "category"), [(14, "T1"), (15, "T2"), (45, "T2"), (46, "T1")])
def test_a_child_breathes_faster_than_a_grown_person(rr: int, category: str) -> None:
    assert triage(scheme("JUMPSTART"), replace(WELL, rr=rr)).category == category


@pytest.mark.parametrize(("avpu", "category"), [("A", "T2"), ("V", "T2"), ("P", "T1"), ("U", "T1")])
def test_a_child_that_answers_to_pain_at_most_is_immediate(avpu: Any, category: str) -> None:
    assert triage(scheme("JUMPSTART"), replace(WELL, avpu=avpu, obeys=None)).category == category


def test_salt_asks_what_is_wrong_and_then_whether_it_can_be_survived_here() -> None:
    salt = scheme("SALT")
    assert triage(salt, replace(WELL, minor_only=True)).category == "T3"
    assert triage(salt, WELL).category == "T2"
    for wrong in ({"obeys": False}, {"radial": False}, {"distress": True}, {"bleeding_controlled": False}):
        seen = replace(WELL, **wrong)
        assert triage(salt, seen).category == "T1", wrong
        assert triage(salt, replace(seen, survivable=False)).category == "T4", wrong
        assert triage(salt, replace(seen, survivable=None)).missing == ("survivable",), wrong


def test_a_scheme_without_a_sourced_table_answers_nothing() -> None:
    sacco = PACK.get("SACCO")
    assert sacco is not None and sacco.disabled == "no_sourced_table"
    assert "SACCO" not in {outcome.scheme for outcome in all_schemes(PACK, WELL)}


def test_the_path_ends_with_the_step_that_decided() -> None:
    assert triage(scheme("SIEVE"), replace(WELL, rr=8)).path == ("walks", "not_breathing", "breathing")


def test_schemes_that_disagree_are_shown_as_such() -> None:
    assert disagree(all_schemes(PACK, Observations(**VECTORS[0]["seen"])))
    assert not disagree(all_schemes(PACK, WELL))


def test_of_two_contradicting_categories_the_living_and_more_urgent_one_is_shown() -> None:
    assert sorted(["T3", "DEAD", "T1", "T4", "T2"], key=PACK.severity, reverse=True) == ["T1", "T2", "T4", "T3", "DEAD"]


def test_contradictory_observations_still_get_an_answer() -> None:
    odd = Observations(walks=False, breathes=False, breathes_after_airway=False, obeys=True)
    assert triage(scheme("START"), odd).category == "DEAD"


@pytest.mark.parametrize("one", EVERY)
def test_nothing_known_means_nothing_decided(one: Scheme) -> None:
    outcome = triage(one, Observations())
    assert outcome.category == INDETERMINATE
    # SALT first looks who still breathes: walking decides only in which order people are looked at.
    assert outcome.missing[0] == ("breathes" if one.id == "SALT" else "walks")


complete = st.builds(
    Observations,
    walks=st.booleans(),
    breathes=st.booleans(),
    breathes_after_airway=st.booleans(),
    rr=st.integers(0, 60),
    hr=st.integers(20, 200),
    radial=st.booleans(),
    crt_s=st.integers(0, 6),
    obeys=st.booleans(),
    unconscious=st.booleans(),
    gcs=st.integers(3, 15),
    avpu=st.sampled_from("AVPU"),
    pulse=st.booleans(),
    breathes_after_rescue=st.booleans(),
    distress=st.booleans(),
    bleeding_controlled=st.booleans(),
    minor_only=st.booleans(),
    survivable=st.booleans(),
)
WORSENING = ("T3", "T2", "T1", "T4", "DEAD")
NORMAL = {"rr": (12, 20), "hr": (60, 100), "crt_s": (0, 2), "gcs": (15, 15)}
WORSE: dict[str, Any] = {
    **dict.fromkeys(["walks", "breathes", "breathes_after_airway", "radial", "obeys", "pulse"], False),
    **dict.fromkeys(["breathes_after_rescue", "bleeding_controlled", "minor_only", "survivable"], False),
    "unconscious": True,
    "distress": True,
    "avpu": "U",
}


def further_out(name: str, value: Any, step: int) -> Any:
    """One observation moved away from its normal band; a value inside the band leaves it on the alarming side."""
    if name in WORSE:
        return WORSE[name]
    lowest, highest = NORMAL[name]
    if value < lowest or name == "gcs":
        return max(value - step, 3 if name == "gcs" else 0)
    return max(value, highest) + step


@given(complete, st.sampled_from([*NORMAL, *WORSE]), st.integers(1, 40), st.sampled_from(PACK.enabled))
def test_moving_one_observation_further_from_normal_never_lowers_the_category(
    seen: Observations, name: str, step: int, one: Scheme
) -> None:
    worse = replace(seen, **{name: further_out(name, getattr(seen, name), step)})
    before, after = triage(one, seen).category, triage(one, worse).category
    assert WORSENING.index(after) >= WORSENING.index(before)


def made_consistent(seen: Observations) -> Observations:
    """Nobody obeys without breath or while unconscious, and refill agrees with the pulse."""
    obeys = bool(seen.obeys and (seen.breathes or seen.breathes_after_airway))
    return replace(
        seen,
        obeys=obeys,
        unconscious=bool(seen.unconscious and not obeys),
        gcs=15 if obeys else min(seen.gcs or 13, 13),
        avpu="A" if obeys else "U" if seen.unconscious else "P",
        crt_s=1 if seen.radial else 4,
    )


@given(
    complete.map(made_consistent),
    st.sets(st.sampled_from(Observations.__struct_fields__)),
    st.sampled_from(PACK.enabled),
)
def test_the_answer_with_gaps_allows_the_answer_without(seen: Observations, forgotten: set[str], one: Scheme) -> None:
    partly = triage(one, replace(seen, **dict.fromkeys(forgotten)))
    assert triage(one, seen).category in partly.possible


def test_what_the_phone_is_held_to_is_what_the_schemes_say() -> None:
    assert text() == FILE.read_bytes(), "run scripts/make_triage_vectors.py"
