"""How alike two records are: what agrees speaks for one person, what differs against, what is not known for nothing."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty.matching import Traits, match
from dunant.kernel.places import Position
from tests.casualty.deciding import POLICIES
from tests.fakes import NOON

PACK = POLICIES.matching
HERE, THERE = Position(lat=9.2, lon=29.8), Position(lat=9.9, lon=29.8)
MEDICS_NOTE = Traits(
    tag="D-4KQ2M-B", zap=frozenset({"AB1234"}), sex="M", age="ADULT", unit="UN_MIL:XAA",
    injuries=frozenset({"GSW.ARM_UPPER"}), place=HERE, time=NOON,
)  # fmt: skip
SETS = st.frozensets(st.sampled_from(["a", "b", "c"]), max_size=2)
TRAITS = st.builds(
    Traits,
    tag=st.sampled_from(["", "D-1", "D-2"]), number=SETS, verified=SETS, zap=SETS, name=SETS,
    sex=st.sampled_from(["", "F", "M"]), age=st.sampled_from(["", "ADULT", "CHILD"]),
    unit=st.sampled_from(["", "UN_MIL", "UN_MIL:XAA", "UN_MIL:XAB", "HOST_CIV"]), injuries=SETS,
    place=st.sampled_from([None, HERE, THERE]), time=st.sampled_from([None, NOON, NOON + timedelta(hours=1)]),
    exercise=st.booleans(),
)  # fmt: skip


def score(a: Traits, b: Traits) -> float:
    return match(a, b, PACK).score


def test_two_medics_who_wrote_down_the_same_person_are_proposed() -> None:
    other = replace(MEDICS_NOTE, tag="D-7B01F-8", time=NOON + timedelta(minutes=10))
    found = match(MEDICS_NOTE, other, PACK)
    assert found.score >= PACK.scale.propose
    assert found.agrees == ("zap", "sex", "age", "unit", "injuries", "place", "time") and found.differs == ()


def test_two_comrades_hurt_at_one_place_are_not() -> None:
    other = replace(
        MEDICS_NOTE, tag="D-7B01F-8", zap=frozenset({"CD5678"}), injuries=frozenset({"BURN.HAND"}), time=NOON
    )
    assert score(MEDICS_NOTE, other) < PACK.scale.propose


def test_records_that_say_nothing_of_each_other_are_not_alike() -> None:
    assert score(Traits(), Traits()) == 0
    assert score(Traits(sex="F"), Traits(sex="F")) < PACK.scale.propose


@pytest.mark.parametrize(
    "other",
    [
        replace(MEDICS_NOTE, exercise=True),
        replace(MEDICS_NOTE, number=frozenset({"2"}), verified=frozenset({"2"})),
    ],
)
def test_an_exercise_and_two_verified_numbers_are_never_one_person(other: Traits) -> None:
    known = replace(MEDICS_NOTE, number=frozenset({"1"}), verified=frozenset({"1"}))
    assert score(known, other) == 0


@pytest.mark.parametrize(
    ("field", "apart"),
    [
        ("place", [Position(lat=9.2 + n / 200, lon=29.8) for n in range(6)]),
        ("time", [NOON + timedelta(minutes=30 * n) for n in range(6)]),
    ],
)
def test_the_further_apart_the_less_alike(field: str, apart: list[Any]) -> None:
    weak = replace(MEDICS_NOTE, tag="", zap=frozenset())
    scores = [score(weak, replace(weak, **{field: one})) for one in apart]
    assert all(one >= other for one, other in pairwise(scores)) and scores[0] > scores[-1]


def test_a_class_without_a_country_contradicts_none() -> None:
    found = match(MEDICS_NOTE, replace(MEDICS_NOTE, unit="UN_MIL"), PACK)
    assert "unit" not in (*found.agrees, *found.differs)


def test_a_name_is_one_name_in_any_case_and_spacing() -> None:
    a, b = Traits(name=frozenset({"Amal  QUILL"})), Traits(name=frozenset({"amal quill", "A. Quill"}))
    assert match(a, b, PACK).agrees == ("name",)


@given(TRAITS, TRAITS)
def test_the_score_is_between_nought_and_one_and_the_same_both_ways(a: Traits, b: Traits) -> None:
    assert match(a, b, PACK) == match(b, a, PACK)
    assert 0 <= score(a, b) <= 1


@given(TRAITS, TRAITS, st.sampled_from(["tag", "zap", "name", "sex", "age", "unit", "place", "time"]))
def test_what_becomes_known_and_is_the_same_never_makes_them_less_alike(a: Traits, b: Traits, field: str) -> None:
    value = getattr(a, field)
    if value and not getattr(b, field):
        assert score(a, replace(b, **{field: value})) >= score(a, b)
