"""A site whose clock is days off: both sides sound the alarm, its facts are kept, nobody's clock follows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dunant.kernel.clock import ticked_at
from tests.meeting.mission import CLINIC, HQ, Ledger, Node, alert, casualty, until


@pytest.mark.parametrize("days", [2, pytest.param(-400, marks=pytest.mark.slow)])
def test_a_site_two_days_off_is_an_alarm_on_both_sites(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path, days: int
) -> None:
    hq, clinic = mission[HQ], mission[CLINIC]
    hq.start()
    clinic.peers = {HQ: hq.sync_url}
    clinic.start(wrap=lambda command: [*command[:1], "-c", SHIFTED.format(days=days), *command[3:]])
    told = ledger.post(clinic, [alert(), casualty(), casualty()])
    until(lambda: set(told) <= hq.held().keys(), "its facts are not kept")

    theirs = dict(hq.sql("SELECT id, h FROM event WHERE o = ?", CLINIC))
    off = [ticked_at(theirs[name]) - datetime.now(UTC) for name in told]
    assert all(abs(one - timedelta(days=days)) < timedelta(hours=1) for one in off) or days < 0
    # Headquarters writes on by its own clock, after having seen theirs.
    mine = ledger.post(hq, [alert()])
    [(h,)] = hq.sql("SELECT h FROM event WHERE id = ?", mine[0])
    assert abs(ticked_at(h) - datetime.now(UTC)) < timedelta(minutes=1)

    for node, peer in ((hq, CLINIC), (clinic, HQ)):
        found = until(
            lambda node=node, peer=peer: next(  # type: ignore[misc]
                (one for one in node.status()["peers"] if one["code"] == peer and one["clock_suspect"]), None
            ),
            f"no alarm at {node.code}",
        )
        sign = days if node is hq else -days
        assert abs(found["clock_diff_ms"] / 86_400_000 - sign) < 0.1
        # And as a fact that everybody hears of.
        until(lambda node=node: node.sql("SELECT id FROM event WHERE o = ? AND t = 'sync.clock_suspect'", node.code))  # type: ignore[misc]


# The same program on a machine whose clock somebody has set wrong.
SHIFTED = """
import sys, datetime, time
real = datetime.datetime
class Wrong(real):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz) + datetime.timedelta(days={days})
import dunant.services.clock as clock
clock.datetime = Wrong
from dunant.cli import main
sys.argv = ['dunant', *sys.argv[1:]]
main()
"""
