"""What is still missing here."""

from dunant.kernel.log import Tip
from dunant.kernel.replication import missing
from tests.kernel.test_log import NAME


def test_missing_is_what_they_hold_beyond_us() -> None:
    alert = ("ALPHA", "00000001", "alert")
    ours = {NAME: Tip(5, b""), ("ZULU", "1", "x"): Tip(9, b"")}
    theirs = {NAME: Tip(8, b""), alert: Tip(2, b""), ("ZULU", "1", "x"): Tip(4, b"")}
    assert missing(ours, theirs) == {NAME: (6, 8), alert: (1, 2)}
    assert missing(ours, ours) == {}
