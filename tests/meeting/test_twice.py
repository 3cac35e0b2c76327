"""Sites that were restored, copied, or both: no number is used twice unnoticed, and no fact is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Ledger, Node, alert, casualty, until


def meet(node: Node, hq: Node) -> None:
    node.peers = {HQ: hq.sync_url}
    node.start()


def own(node: Node, code: str = CLINIC) -> dict[tuple[str, str, str], tuple[int, bytes]]:
    """The logs of a site that matter here, as held somewhere."""
    return {log: tip for log, tip in node.heads().items() if log[0] == code}


@pytest.mark.slow
def test_a_site_restored_from_an_old_backup_begins_anew_and_gets_the_rest_back(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path
) -> None:
    hq, clinic = mission[HQ].start(), mission[CLINIC]
    meet(clinic, hq)
    ledger.post(clinic, [casualty() for _ in range(5)])
    clinic.cli("backup", tmp_path / "old.sqlite3")
    ledger.post(clinic, [casualty() for _ in range(5)])
    until(lambda: own(clinic).items() <= own(hq).items())
    clinic.stop()
    fresh = Node(CLINIC, tmp_path / "restored")
    fresh.cli("restore", tmp_path / "old.sqlite3")
    # Key and certificates are in the folder, not in the backup.
    for name in ("site.key", "seal.key"):
        shutil.copy(clinic.folder / name, fresh.folder / name)
    shutil.copytree(clinic.folder / "tls", fresh.folder / "tls", dirs_exist_ok=True)
    back_with_everything(fresh, hq, ledger, tmp_path)


def test_a_database_put_back_behind_our_back_without_a_witness_is_found_out_by_the_first_peer(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path
) -> None:
    hq, clinic = mission[HQ].start(), mission[CLINIC]
    meet(clinic, hq)
    ledger.post(clinic, [casualty() for _ in range(5)])
    clinic.stop()
    shutil.copytree(clinic.folder, tmp_path / "image")
    meet(clinic, hq)
    ledger.post(clinic, [casualty() for _ in range(5)])
    until(lambda: own(clinic).items() <= own(hq).items())
    clinic.stop()
    shutil.rmtree(clinic.folder)
    (tmp_path / "image" / "witness.json").unlink(missing_ok=True)
    back_with_everything(Node(CLINIC, tmp_path / "image"), hq, ledger, tmp_path)


def back_with_everything(fresh: Node, hq: Node, ledger: Ledger, folder: Path) -> None:
    before = {log[1] for log in own(hq)}
    try:
        meet(fresh, hq)
        until(lambda: own(hq).items() <= own(fresh).items(), "the missing tail did not come back")
        until(lambda: fresh.status()["site"]["epoch"] not in before, "no new epoch")
        ledger.post(fresh, [casualty() for _ in range(5)])
        until(lambda: own(fresh).items() <= own(hq).items())
        assert ledger.compare({HQ: hq, CLINIC: fresh}) == 15
        assert hq.status()["forks"] == fresh.status()["forks"] == []
        for node in (hq, fresh):
            node.independent(folder)
            assert node.quarantined() == {}
    finally:
        fresh.kill()


# Whoever gets to hold both branches first sounds the alarm: headquarters, or the copy itself when it has less to tell.
@pytest.mark.parametrize(("count", "finds_out"), [(5, HQ), pytest.param(2, CLINIC, marks=pytest.mark.slow)])
def test_two_copies_of_one_site_are_found_out_and_both_their_facts_count_once(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path, count: int, finds_out: str
) -> None:
    hq, clinic, ambulance = mission[HQ].start(), mission[CLINIC], mission[AMBULANCE]
    meet(ambulance, hq)
    meet(clinic, hq)
    ledger.post(clinic, [alert(), casualty()])
    until(lambda: own(clinic).items() <= own(hq).items())
    clinic.stop()
    shutil.copytree(clinic.folder, tmp_path / "twin")
    twin = Node(CLINIC, tmp_path / "twin")
    try:
        for one, facts in ((clinic, 3), (twin, count)):
            one.peers = {}
            one.start()
            ledger.post(one, [casualty() for _ in range(facts)])
            one.stop()
        meet(clinic, hq)
        until(lambda: own(clinic).items() <= own(hq).items())
        clinic.stop()
        meet(twin, hq)
        finder = hq if finds_out == HQ else twin
        # The copy that finds itself out finds its other logs too.
        fork = until(lambda: about_casualties(finder), "no alarm at the first peer that holds both")
        assert fork["o"] == CLINIC
        # Everybody hears of it: the alarm travels with the alerts.
        until(lambda: alarms(ambulance), "the alarm does not travel")
        assert finder.quarantined()["fork"] >= 1
        head = hq.sql(
            "SELECT head FROM event WHERE o = ? AND e = ? AND st = ? AND q = ?",
            fork["o"],
            fork["e"],
            fork["st"],
            fork["q"],
        )
        hq.cli(
            "site",
            "close-fork",
            CLINIC,
            "--epoch",
            fork["e"],
            "--stream",
            fork["st"],
            "--q",
            fork["q"],
            "--head",
            bytes(head[0][0]).hex(),
            "--reason",
            "a copied disk",
            "--yes",
        )
        # Orders travel with the next greeting; a site that begins to speak greets at once.
        twin.stop()
        meet(twin, hq)
        until(lambda: own(twin) == own(hq), f"the copies do not agree: {own(twin)} {own(hq)}", 60)
        until(lambda: hq.status()["forks"] == [])
        everything = {name for _, _, name in ledger.entries()}
        until(lambda: everything <= twin.held().keys(), "a branch is missing")
        reported = {row["subject"] for row in hq.rows("board")}
        assert len(reported) == 4 + count == len(twin.rows("board"))
        for node in (hq, twin, ambulance):
            node.independent(tmp_path)
            assert node.cli("check", "chains") and node.cli("check", "views")
    finally:
        twin.kill()


def about_casualties(node: Node) -> Any:
    return next((one for one in node.status()["forks"] if one["st"] == "casualty"), None)


def alarms(node: Node) -> int:
    return len(node.sql("SELECT id FROM event WHERE t = 'sync.log_fork_detected'"))
