"""What an arriving event is to the copy held here, and what is still missing."""

import pytest
from msgspec.structs import replace

from dunant.kernel.log import Tip
from dunant.kernel.replication import arrival, missing
from tests.kernel.test_log import NAME, a_log

LOG = a_log(3)
TIP = Tip(2, LOG[1].head)


@pytest.mark.parametrize(
    ("tip", "held", "incoming", "verdict"),
    [
        (None, None, LOG[0], "next"),
        (None, None, LOG[1], "gap"),
        (TIP, None, LOG[2], "next"),
        (TIP, None, replace(LOG[2], q=9), "gap"),
        (TIP, LOG[0], LOG[0], "duplicate"),
        (TIP, replace(LOG[0], body=None), LOG[0], "duplicate"),
        (TIP, LOG[0], replace(LOG[0], digest=b"other"), "fork"),
        (TIP, LOG[0], replace(LOG[0], header=b"other"), "fork"),
        (TIP, None, LOG[0], "fork"),
    ],
)
def test_what_an_arriving_event_is(tip: Tip | None, held: object, incoming: object, verdict: str) -> None:
    assert arrival(tip, held, incoming) == verdict  # type: ignore[arg-type]


def test_missing_is_what_they_hold_beyond_us() -> None:
    alert = ("ALPHA", "00000001", "alert")
    ours = {NAME: Tip(5, b""), ("ZULU", "1", "x"): Tip(9, b"")}
    theirs = {NAME: Tip(8, b""), alert: Tip(2, b""), ("ZULU", "1", "x"): Tip(4, b"")}
    assert missing(ours, theirs) == {NAME: (6, 8), alert: (1, 2)}
    assert missing(ours, ours) == {}
