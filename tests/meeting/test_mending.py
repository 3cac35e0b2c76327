"""A flipped byte in a database: found by the nightly check, put aside, and fetched again from a peer."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dunant.services.syncing.mending import mend
from tests.meeting.forging import opened
from tests.meeting.mission import CLINIC, HQ, Ledger, Node, casualty, until

DAMAGE = "UPDATE event SET body = x'7b7d' WHERE o = ? AND st = 'casualty' AND q = 4"


@pytest.mark.slow
@pytest.mark.parametrize("hurt", [HQ, CLINIC])
def test_a_damaged_row_is_found_put_aside_and_fetched_again(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path, hurt: str
) -> None:
    hq, clinic = mission[HQ].start(), mission[CLINIC]
    clinic.peers = {HQ: hq.sync_url}
    clinic.start()
    ledger.post(clinic, [casualty() for _ in range(8)])

    def signed_for() -> bool:
        rows = [row for row in clinic.status()["receipts"] if row["stream"] == "casualty"]
        return bool(rows) and all(row["q"] == row["ours"] for row in rows)

    until(signed_for)
    sound = {log: tip for log, tip in hq.heads().items() if log[0] == CLINIC}
    for node in (hq, clinic):
        node.stop()
    with closing(sqlite3.connect(mission[hurt].folder / "dunant.sqlite3")) as raw:
        assert raw.execute(DAMAGE, (CLINIC,)).rowcount == 1
        raw.commit()
    with opened(mission[hurt]) as site:
        [damage] = mend(site)
        assert (damage.log[0], damage.log[2], damage.q, damage.withdrawn) == (CLINIC, "casualty", 4, 5)
        assert mend(site) == []
    assert mission[hurt].quarantined() == {"damaged": 1}
    hq.start()
    clinic.start()
    until(lambda: sound.items() <= mission[hurt].heads().items(), "it is not fetched again")
    assert ledger.compare({HQ: hq, CLINIC: clinic}) == 8
    for node in (hq, clinic):
        node.independent(tmp_path)
        assert node.cli("check", "chains") and node.cli("check", "views")


def test_what_nobody_else_holds_is_not_thrown_away(mission: dict[str, Node], ledger: Ledger) -> None:
    clinic = mission[CLINIC].start()
    ledger.post(clinic, [casualty() for _ in range(6)])
    clinic.stop()
    with closing(sqlite3.connect(clinic.folder / "dunant.sqlite3")) as raw:
        raw.execute(DAMAGE, (CLINIC,))
        raw.commit()
    with opened(clinic) as site:
        [damage] = mend(site)
    assert (damage.q, damage.withdrawn) == (4, 0)
    assert len(clinic.held()) > 6
