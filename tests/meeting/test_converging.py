"""The link drops and all go on working; when it is back everything is everywhere it belongs, alerts first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dunant.sync.link import Switch
from tests.meeting.conftest import wired
from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Ledger, Node, alert, casualty, identity, until


def test_what_three_sites_record_while_apart_is_everywhere_it_belongs_alerts_first(
    mission: dict[str, Node], switch: Callable[[Node], Switch], ledger: Ledger, tmp_path: Path
) -> None:
    apart_and_together(mission, switch, ledger, tmp_path)


def test_the_same_with_headquarters_on_postgresql_in_two_web_processes(
    pg_mission: dict[str, Node], switch: Callable[[Node], Switch], ledger: Ledger, tmp_path: Path
) -> None:
    apart_and_together(pg_mission, switch, ledger, tmp_path, processes=2)
    # The process that does not answer other sites shows what the other one has taken in.
    hq = pg_mission[HQ]
    assert len(hq.rows("board", process=1)) == len(hq.rows("board")) > 0


def apart_and_together(
    nodes: dict[str, Node], switch: Callable[[Node], Switch], ledger: Ledger, folder: Path, processes: int = 1
) -> None:
    hq, clinic, ambulance = nodes[HQ], nodes[CLINIC], nodes[AMBULANCE]
    hq.start(processes=processes)
    links = wired(nodes, switch)
    for node in (clinic, ambulance):
        node.start()
    first = ledger.post(clinic, [casualty()])
    until(lambda: first[0] in hq.held())

    for link in links.values():
        link.down()
    people = [casualty() for _ in range(60)]
    for node in nodes.values():
        mine = people[:20] if node is clinic else people[20:40] if node is ambulance else people[40:]
        ledger.post(node, mine)
        ledger.post(node, [identity(mine[0])], "doctor")
    late = {node.code: ledger.post(node, [alert(), alert()]) for node in nodes.values()}
    assert not any(name in hq.held() for code in (CLINIC, AMBULANCE) for name in late[code])
    until(lambda: all(link.counters().cut for link in links.values()))
    waiting = delivery(clinic, late[CLINIC][0])
    assert waiting["state"] == "AT_SITE"
    # The slow lanes come down with the next greeting, so the ambulance is let speak first.
    links[AMBULANCE].up()
    until(lambda: ambulance.heads().items() <= hq.heads().items(), "headquarters lacks something of the ambulance")
    links[CLINIC].up()
    until(lambda: converged(nodes), "the sites differ", 80)
    assert ledger.compare(nodes) == 1 + 60 + 3 + 6

    alerts_came_first(hq, clinic, late[CLINIC])
    receipts_are_right(nodes, late)
    for node in nodes.values():
        assert node.independent(folder)["receipts"] >= 1
        assert node.quarantined() == {}
        assert node.cli("check", "chains") and node.cli("check", "views")


def converged(nodes: dict[str, Node]) -> bool:
    """What two sites both hold they hold alike; headquarters holds all of it."""
    heads = {code: node.heads() for code, node in nodes.items()}
    hq = heads[HQ]
    mine = all(hq.get(log) == tip for code, here in heads.items() for log, tip in here.items())
    wanted = {code: {log for log in hq if log[2] in streams} for code, streams in HOLDS.items()}
    return mine and all(wanted[code] <= heads[code].keys() for code in wanted)


HOLDS = {
    CLINIC: {"alert", "casualty", "clinical", "config"},
    AMBULANCE: {"alert", "config"},
}


def alerts_came_first(hq: Node, clinic: Node, alerts: list[str]) -> None:
    """By the order of arrival: what was said last while apart came before what was said first."""
    arrived = dict(hq.sql("SELECT id, rx FROM event WHERE o = ?", CLINIC))
    backlog = [name for name, stream in clinic.sql("SELECT id, st FROM event WHERE o = ? AND st = 'casualty'", CLINIC)]
    later = sorted(arrived[name] for name in backlog)[1:]
    assert max(arrived[name] for name in alerts) <= later[0]


def receipts_are_right(nodes: dict[str, Node], alerts: dict[str, list[str]]) -> None:
    for code in (CLINIC, AMBULANCE):
        node = nodes[code]

        def all_signed_for(node: Node = node) -> bool:
            said: list[dict[str, Any]] = [
                row for row in node.status()["receipts"] if row["receiver"] == HQ and row["origin"] == node.code
            ]
            return bool(said) and all(row["q"] == row["ours"] for row in said if row["stream"] != "audit")

        until(all_signed_for, f"{HQ} has not signed for everything of {code}")
        for name in alerts[code]:
            found = delivery(node, name)
            assert found["state"] == "AT_DESTINATION"
            assert [one["site"] for one in found["received"]] == [HQ]
        peer = next(peer for peer in node.status()["peers"] if peer["code"] == HQ)
        assert (peer["state"], peer["clock_suspect"]) == ("up", False)
    told = {(row["delivery"]["site"], row["delivery"]["state"]) for row in nodes[CLINIC].rows("board")}
    # What headquarters recorded went the other way.
    assert told == {(CLINIC, "AT_DESTINATION"), (AMBULANCE, "AT_DESTINATION"), (HQ, "RELAYED")}


def delivery(node: Node, event: str) -> Any:
    """Of the alert that this event began."""
    [(subject,)] = node.sql("SELECT s FROM event WHERE id = ?", event)
    return next(row["delivery"] for row in node.rows("alerts") if row["subject"] == subject)
