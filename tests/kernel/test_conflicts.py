"""The pack of contradictions: the longest name wins, and a slip of the pen is refused."""

import pytest

from dunant.kernel.conflicts import ConflictPack
from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import decode_pack
from dunant.store import PackShelf

PACK = PackShelf().read("conflicts.toml", ConflictPack)


@pytest.mark.parametrize(
    ("field", "role"),
    [
        ("triage", "clinician"),
        ("identity.UN_INDEX", "registrar"),
        ("sex", "casevac_cell"),
        ("line.freq", "casevac_cell"),
        ("of_tomorrow", "casevac_cell"),
    ],
)
def test_a_field_goes_to_the_role_of_its_kind(field: str, role: str) -> None:
    assert PACK.kind_of(field).role == role


def test_several_values_may_be_true_where_the_pack_says_so() -> None:
    assert PACK.allows_several("identity.NAME") and not PACK.allows_several("identity.UN_INDEX")
    assert PACK.allows_several("remarks") and not PACK.allows_several("triage")


def test_fields_of_a_person_are_shown_by_rank() -> None:
    assert {"sex", "identity."} <= set(PACK.ranked) and "triage" not in PACK.ranked
    assert PACK.ranks["registrar"] > PACK.ranks["medic"]


def test_an_unknown_kind_refuses_the_pack() -> None:
    raw = PackShelf().raw("conflicts.toml").replace(b'kind = "clinical"', b'kind = "clinic"', 1)
    with pytest.raises(PackInvalid):
        decode_pack("conflicts.toml", raw, ConflictPack)
