"""Values with a unit and a source, and packs that refuse to be careless."""

import pytest

from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import PolicyValue, Thresholds, decode_pack, rows

HEADER = b'[pack]\nname = "limits"\nversion = "7"\nsource = "a document"\n'
VALUE = b'[[value]]\nkey = "wait.green_to"\nvalue = 10\nunit = "min"\nsource = "design"\n'
AMBER = b'[[value]]\nkey = "wait.amber_to"\nvalue = 15\nunit = "min"\nsource = "design"\n'


def refusal(raw: bytes) -> dict[str, object]:
    with pytest.raises(PackInvalid) as caught:
        decode_pack("limits.toml", raw, Thresholds)
    return caught.value.params


def limits(*more: bytes) -> Thresholds:
    return decode_pack("limits.toml", HEADER + VALUE + b"".join(more), Thresholds)


def test_a_value_carries_the_version_of_its_pack() -> None:
    assert limits().get("wait.green_to").version == "7"


def test_a_value_without_source_refuses_the_pack_and_is_named() -> None:
    assert refusal(HEADER + VALUE.replace(b'"design"', b'" "')) == {
        "file": "limits.toml",
        "field": "$.value[0]",
        "rule": "source.required",
    }


def test_a_missing_field_is_named() -> None:
    params = refusal(HEADER + VALUE.replace(b'unit = "min"\n', b""))
    assert (params["field"], "unit" in str(params["rule"])) == ("$.value[0]", True)


def test_an_unknown_field_is_refused() -> None:
    assert "colour" in str(refusal(HEADER + VALUE + b'colour = "red"\n')["rule"])


def test_a_key_given_twice_is_refused() -> None:
    assert refusal(HEADER + VALUE + VALUE)["rule"] == "repeated: wait.green_to"


@pytest.mark.parametrize("raw", [b"value = ", b"\xff\xfe", b""])
def test_a_file_that_cannot_be_read_names_itself(raw: bytes) -> None:
    assert refusal(raw)["file"] == "limits.toml"


def test_a_key_that_is_not_there_is_an_error_and_not_a_default() -> None:
    with pytest.raises(PackInvalid) as caught:
        limits().number("wait.red")
    assert caught.value.params == {"file": "limits", "field": "wait.red", "rule": "missing"}


@pytest.mark.parametrize(
    ("measured", "light"), [(0, "GREEN"), (10, "GREEN"), (10.1, "AMBER"), (15, "AMBER"), (15.1, "RED")]
)
def test_a_measurement_equal_to_a_bound_is_inside(measured: float, light: str) -> None:
    assert limits(AMBER).light("wait", measured) == light


def test_a_bound_may_be_exclusive() -> None:
    strict = limits(AMBER).replaced(
        PolicyValue(key="wait.green_to", value=10, unit="min", bound="BELOW", source="mission order 4")
    )
    assert strict.light("wait", 10) == "AMBER"


def test_a_mission_changes_one_value_and_says_by_what() -> None:
    change = PolicyValue(key="wait.green_to", value=5, unit="min", source="mission order 4", version="order-4")
    changed = limits(AMBER).replaced(change)
    assert (changed.number("wait.green_to"), changed.get("wait.green_to").version) == (5, "order-4")
    assert changed.number("wait.amber_to") == 15


def test_a_mission_cannot_change_the_unit() -> None:
    with pytest.raises(PackInvalid) as caught:
        limits().replaced(PolicyValue(key="wait.green_to", value=1, unit="h", source="mission order 4"))
    assert caught.value.params["rule"] == "unit_changed"


def test_a_text_is_not_a_number() -> None:
    with pytest.raises(PackInvalid):
        PolicyValue(key="k", value="ten", unit="code", source="design").number()


def test_every_row_of_a_pack_is_found_with_its_path() -> None:
    assert [path for path, _ in rows(limits())] == ["$.pack", "$.value[0]"]
