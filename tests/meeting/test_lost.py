"""A laptop is lost: every connected site refuses it within a minute, what it says afterwards is put aside."""

import json
import time
from pathlib import Path

from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Ledger, Node, alert, casualty, until


def test_a_revoked_site_is_refused_everywhere_within_a_minute_and_its_later_word_put_aside(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path
) -> None:
    hq, clinic, lost = mission[HQ].start(), mission[CLINIC], mission[AMBULANCE]
    clinic.peers = lost.peers = {HQ: hq.sync_url}
    clinic.start()
    # It also calls the clinic: a second door that has to be shut.
    lost.peers = {**lost.peers, CLINIC: clinic.sync_url}
    lost.start()
    believed = ledger.post(lost, [alert(), casualty()])
    until(lambda: set(believed) <= hq.held().keys() and set(believed) <= clinic.held().keys())
    forged = ledger.post(lost, [alert(), alert(), casualty()])
    until(lambda: set(forged) <= hq.held().keys() and set(forged) <= clinic.held().keys())
    logs = hq.sql("SELECT e, st, min(q) FROM event WHERE o = ? AND id IN (?, ?, ?) GROUP BY e, st", AMBULANCE, *forged)

    cut = [word for e, st, q in logs for word in ("--cutoff", f"{e}:{st}={q - 1}")]
    began = time.monotonic()
    shown = hq.cli("site", "revoke", AMBULANCE, "--reason", "stolen", "--yes", *cut)
    assert "put aside 2" in shown and "put aside 1" in shown
    for door in (hq, clinic):
        with lost.as_peer(door) as client:
            until(lambda client=client: client.get("/hello").status_code == 403, "still let in", 60)  # type: ignore[misc]
            assert client.get("/hello").json()["code"] == "sync.site_revoked"
    assert time.monotonic() - began < 60
    # The notice is an alert: it overtakes whatever else is waiting.
    assert clinic.sql("SELECT st FROM event WHERE t = 'sync.site_revoked_notice'") == [("alert",)]
    for node in (hq, clinic):
        until(lambda node=node: not set(forged) & node.held().keys(), "the cut-off changed nothing")  # type: ignore[misc]
        assert set(believed) <= node.held().keys()
        kept = node.sql("SELECT header FROM withdrawn WHERE rule = 'site_revoked'")
        assert {json.loads(bytes(header))["id"] for (header,) in kept} == set(forged)
        assert len(node.rows("alerts")) == 1 and len(node.rows("board")) == 1
        assert node.cli("check", "chains") and node.cli("check", "views")
        node.independent(tmp_path)
    # It goes on writing, and keeps it; nobody takes it.
    late = ledger.post(lost, [alert()])
    time.sleep(2)
    assert late[0] in lost.held() and late[0] not in hq.held()
    peers = {peer["code"]: peer for peer in lost.status()["peers"]}
    assert (peers[HQ]["state"], peers[HQ]["reason"]) == ("refused", "site_revoked")
