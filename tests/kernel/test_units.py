"""Stated strength of a unit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dunant.kernel.units import Strength, UnitCode

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def a_strength(**changes: Any) -> Strength:
    stated: dict[str, Any] = {
        "unit": UnitCode("ALPHA-BATT"), "location": "BTU", "start": DAY, "male": 700, "female": 80,
        "source": "MANIFEST", "confidence": 0.9, "as_of": DAY,
    }  # fmt: skip
    return Strength(**(stated | changes))


def test_strength_is_the_sum_of_all() -> None:
    assert a_strength(other=3).total == 783


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"female": -1}, "negative"),
        ({"confidence": 1.1}, "confidence"),
        ({"end": DAY - timedelta(days=1)}, "ends_before_start"),
    ],
)
def test_an_impossible_strength_is_refused(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        a_strength(**changes)
