"""A peer's edit of a sum is told in our codes, and adds up to what the peer said."""

from hypothesis import given
from hypothesis import strategies as st

from dunant.exchange.cot.codes import core_codes
from dunant.exchange.cot.unfold import line3_target, line8_target, unfolded

CODES = core_codes()
LINE8 = line8_target(CODES)
SUMS = sorted({LINE8(code) for code in CODES.line8 if code != "source"})
OWN = st.dictionaries(
    st.sampled_from([*(code for code in CODES.line8 if code != "source"), "UN_MIL:IND", "us_military"]),
    st.integers(0, 9),
)


def folded(counts: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, count in counts.items():
        found[LINE8(code)] = found.get(LINE8(code), 0) + count
    return found


@given(OWN, st.dictionaries(st.sampled_from(SUMS), st.integers(0, 20)))
def test_added_up_again_it_is_what_the_peer_said(own: dict[str, int], said: dict[str, int]) -> None:
    after = folded(unfolded(own, said, LINE8))
    assert {name: after.get(name, 0) for name in said} == said
    assert {name: count for name, count in after.items() if name not in said} == {
        name: count for name, count in folded(own).items() if name not in said
    }


@given(OWN)
def test_what_the_peer_left_alone_stays(own: dict[str, int]) -> None:
    assert unfolded(own, folded(own), LINE8) == own


def test_who_is_known_to_need_surgery_stays_known() -> None:
    target = line3_target(CODES)
    own = {"URGENT_SURGICAL": 1, "URGENT": 2}
    assert unfolded(own, {"URGENT": 4}, target) == {"URGENT_SURGICAL": 1, "URGENT": 3}
    assert unfolded(own, {"URGENT": 0}, target) == {"URGENT_SURGICAL": 0, "URGENT": 0}
