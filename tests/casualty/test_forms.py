"""What a form needs before anybody may fly for it, and that its pack says nothing twice."""

import msgspec
import pytest

from dunant.casualty.forms import FormPack
from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import decode_pack
from dunant.store import PackShelf

PACK = PackShelf().read("forms.toml", FormPack)


def test_four_lines_suffice_to_launch() -> None:
    assert PACK.missing("FOUR_LINE", ["pickup", "freq", "counts", "security"]) == ()
    assert PACK.missing("FOUR_LINE", ["pickup", "title", "counts", "security"]) == ()
    assert PACK.missing("FOUR_LINE", ["pickup", "counts"]) == (("title", "freq"), ("security",))


@pytest.mark.parametrize("dialect", ["UN", "NATO", "US_ATP", "US_5LEVEL", "ATAK", "UN_9LINE"])
def test_a_nine_line_of_any_dialect_needs_its_first_five_lines(dialect: str) -> None:
    said = ["pickup", "freq", "counts", "equipment", "litter"]
    assert PACK.missing(dialect, said) == ()
    for name in said:
        assert PACK.missing(dialect, [one for one in said if one != name])


def test_a_dialect_that_no_pack_describes_asks_for_nothing() -> None:
    assert PACK.form_of("x") is None
    assert PACK.missing("x", []) == ()


def test_a_form_cannot_need_a_field_it_does_not_have() -> None:
    broken = msgspec.to_builtins(PACK)
    broken["form"][0]["launch_min_fields"] = [["shoe_size"]]
    with pytest.raises(PackInvalid) as refused:
        decode_pack("forms.json", msgspec.json.encode(broken), FormPack)
    assert refused.value.params["rule"] == "unknown: shoe_size"


def test_two_codes_never_share_a_letter() -> None:
    broken = msgspec.to_builtins(PACK)
    broken["letters"][0]["codes"]["HOIST"] = "A"
    with pytest.raises(PackInvalid):
        decode_pack("forms.json", msgspec.json.encode(broken), FormPack)
