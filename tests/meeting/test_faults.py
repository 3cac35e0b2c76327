"""Killed, full, interrupted: whatever happens to either side in the middle, nothing is lost and nothing doubled."""

import hashlib
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.kernel.ids import SubjectId
from dunant.services.clock import SystemClock
from dunant.store import blobs
from dunant.sync.link import Switch
from dunant.sync.satellite import Shape
from tests.builders import as_author, new_id, send
from tests.meeting.forging import frame_of, opened
from tests.meeting.mission import CLINIC, HQ, Ledger, Node, casualty, until

# Slow enough that something is always under way.
SLOW = Shape(rate=400_000, delay_s=0.05, loss=0.0)


def test_either_side_is_killed_in_the_middle_and_nothing_is_lost_or_doubled(
    mission: dict[str, Node], switch: Callable[..., Switch], ledger: Ledger, tmp_path: Path
) -> None:
    survive(mission, switch, ledger, tmp_path, rounds=2)


@pytest.mark.slow
def test_twenty_times(mission: dict[str, Node], switch: Callable[..., Switch], ledger: Ledger, tmp_path: Path) -> None:
    survive(mission, switch, ledger, tmp_path, rounds=20)


def survive(nodes: dict[str, Node], switch: Callable[..., Switch], ledger: Ledger, folder: Path, rounds: int) -> None:
    hq, clinic = nodes[HQ], nodes[CLINIC]
    dice = random.Random(rounds)
    host, port = switch(hq, SLOW).address
    clinic.peers = {HQ: f"https://{host}:{port}"}
    hq.start()
    clinic.start()
    for number in range(rounds):
        ledger.post(clinic, [casualty() for _ in range(250)])
        ledger.post(hq, [casualty() for _ in range(50)])
        time.sleep(dice.uniform(0.0, 1.5))
        victim = (hq, clinic)[number % 2]
        victim.kill()
        victim.start()
    until(lambda: same(hq, clinic), "they do not agree", 60)
    assert ledger.compare({HQ: hq, CLINIC: clinic}) == 300 * rounds
    for node in (hq, clinic):
        node.independent(folder)
        assert node.quarantined() == {}
        assert node.cli("check", "chains") and node.cli("check", "views")


def same(one: Node, other: Node) -> bool:
    return one.heads() == other.heads()


def test_a_full_disk_at_the_receiver_is_an_answer_and_its_end_needs_nobody(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path
) -> None:
    hq, clinic = mission[HQ], mission[CLINIC]
    full = tmp_path / "full"
    hq.start(wrap=lambda command: [command[0], "-c", FULL, *command[3:]], DUNANT_TEST_FULL=str(full))
    clinic.peers = {HQ: hq.sync_url}
    clinic.start()
    first = ledger.post(clinic, [casualty()])
    until(lambda: first[0] in hq.held())
    full.touch()
    for _ in range(4):
        ledger.post(clinic, [casualty() for _ in range(100)])

    def told() -> dict[str, Any]:
        found: dict[str, Any] = next(peer for peer in clinic.status()["peers"] if peer["code"] == HQ)
        return found

    until(lambda: told()["reason"] == "storage_full", "the sender is not told")
    assert sum(lane["events"] for lane in told()["queue"]) > 0
    with clinic.as_peer(hq) as client:
        log = next(log for log in clinic.heads() if log[0] == CLINIC and log[2] == "casualty")
        [(last,)] = hq.sql("SELECT max(q) FROM event WHERE o = ? AND e = ? AND st = ?", *log)
        clinic.stop()
        with opened(clinic) as site:
            answer = client.post("/batch", content=frame_of(site, "casualty", after=last))
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
        # Whoever only reads is served.
        assert client.get("/hello").status_code == 200
    assert len(hq.rows("board")) >= 1
    full.unlink()
    clinic.start()
    until(lambda: same(hq, clinic), "it does not go on by itself", 60)
    assert ledger.compare({HQ: hq, CLINIC: clinic}) == 401
    hq.independent(tmp_path)


# The same program on a database that may not grow as long as a file is there: what SQLite says of a full disk.
FULL = """
import os, sys
from pathlib import Path
from sqlalchemy import Engine, event
full = Path(os.environ.pop('DUNANT_TEST_FULL'))
@event.listens_for(Engine, 'begin')
def limited(connection):
    raw = connection.connection.dbapi_connection
    raw.execute(f'PRAGMA max_page_count = {1 if full.exists() else 2**30}')
from dunant.cli import main
sys.argv = ['dunant', *sys.argv[1:]]
main()
"""


@pytest.mark.slow
def test_an_attachment_crosses_a_link_that_breaks_and_is_not_begun_anew(
    mission: dict[str, Node], switch: Callable[..., Switch]
) -> None:
    hq, clinic = mission[HQ], mission[CLINIC]
    content = random.Random(7).randbytes(200_000)
    name = hashlib.sha256(content).hexdigest()
    with opened(clinic) as site:
        site.commit.submit(lambda transaction: blobs.put(transaction, content, SystemClock().now())).result()
        command = c.ReceiveRequest(
            request=SubjectId(new_id()), peer="test", uid="one", dialect="NATO", content="x", blob=name
        )
        [outcome] = send(site, command, author=as_author("system_client"))
        assert outcome.outcome == "accepted", outcome
    hq.start()
    link = switch(hq, SLOW)
    host, port = link.address
    clinic.peers = {HQ: f"https://{host}:{port}"}
    clinic.start()

    # Attachments are asked for in a greeting; a site that begins to speak greets at once.
    until(lambda: hq.sql("SELECT sha256 FROM blob_want"), "the fact that speaks of it does not arrive")
    clinic.stop()
    clinic.start()

    def pieces() -> int:
        [(count,)] = hq.sql("SELECT count(*) FROM blob_piece WHERE sha256 = ?", name)
        return int(count)

    until(lambda: pieces() >= 4, "nothing of it crosses", 70)
    link.down()
    until(lambda: link.counters().cut)
    kept = pieces()
    assert 4 <= kept < 13
    before = link.counters().there
    link.up()
    until(lambda: hq.sql("SELECT sha256 FROM blob WHERE sha256 = ?", name), "it never arrives", 80)
    [(raw,)] = hq.sql("SELECT bytes FROM blob WHERE sha256 = ?", name)
    assert bytes(raw) == content
    assert link.counters().there - before < 200_000 - (kept - 1) * 16_384 + 60_000
    assert hq.sql("SELECT sha256 FROM blob_want") == []
