"""Codes against their lists."""

import pytest

from dunant.kernel.coding import Enumerations
from dunant.kernel.errors import PackInvalid
from dunant.store.packs import PackShelf

CODES = PackShelf().read("enumerations.toml", Enumerations)


@pytest.mark.parametrize(
    ("name", "code", "known"),
    [
        ("incident.type", "IED", True),
        ("incident.type", "ied", False),
        ("affiliation", "UN_MIL", True),
        ("affiliation", "UN_MIL:XAA", True),
        ("affiliation", "UN_MIL:xaa", False),
        ("affiliation", "HOST_CIV:SSD", False),
        ("disposition", "ADMITTED", False),
        ("facility.status", "FULL", True),
        ("delay", "UNATTRIBUTED", True),
    ],
)
def test_a_code_is_known_or_it_is_not(name: str, code: str, known: bool) -> None:
    assert CODES.holds(name, code) is known


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(PackInvalid):
        CODES.holds("weather", "RAIN")
