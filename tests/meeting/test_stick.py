"""Sites without any link: files carried by hand, in any order, twice, damaged, to the wrong one, and a receipt back."""

from pathlib import Path

from dunant.casualty import commands as c
from dunant.kernel.ids import SubjectId
from dunant.sync import bundle
from tests.builders import new_id, send
from tests.meeting.forging import opened
from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Ledger, Node


def record(node: Node, ledger: Ledger, number: int) -> None:
    """A day's work."""
    with opened(node) as site:
        for _ in range(number):
            for command in (
                c.ReportCasualty(casualty=SubjectId(new_id())),
                c.RecordAlert(alert=SubjectId(new_id()), channel="VOICE"),
            ):
                [outcome] = send(site, command)
                stream = "alert" if command.ABOUT == "alert" else "casualty"
                ledger.note(node.code, stream, outcome.events[0])


def test_days_carried_in_any_order_twice_and_damaged_arrive_once_and_are_signed_for(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path
) -> None:
    hq, clinic, ambulance = mission[HQ], mission[CLINIC], mission[AMBULANCE]
    files = []
    for day in range(2):
        record(clinic, ledger, 8)
        files.append(tmp_path / f"day{day}.dunant")
        clinic.cli("sync", "export", files[-1], "--to", HQ)
    assert "(8 to go)" not in clinic.cli("sync", "status")

    # Not for the ambulance: it can open nothing of it, and says so.
    said = ambulance.cli("sync", "import", files[0], code=1)
    assert "wrong_recipient" in said
    assert hq.heads().keys() & {log for log in clinic.heads() if log[0] == CLINIC} == set()

    # The later day first, one of its parts damaged; then the first; then the later one again, whole.
    raw = files[1].read_bytes()
    parts = list(bundle.read(raw))
    hurt = tmp_path / "hurt.dunant"
    at = raw.rindex(bundle.MARK) - 20
    hurt.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    said = hq.cli("sync", "import", hurt, code=1)
    assert f"{len(parts)} parts" in said and "(damaged)" in said
    for file in (files[0], files[1], files[0], files[1]):
        hq.cli("sync", "import", file)
    assert "(0 events)" in hq.cli("sync", "import", files[1])

    back = tmp_path / "back.dunant"
    hq.cli("sync", "export", back, "--to", CLINIC)
    assert f"{HQ} has casualty" not in clinic.cli("sync", "status")
    clinic.cli("sync", "import", back)
    told = clinic.cli("sync", "status")
    assert f"{HQ} has casualty up to 16 (all)" in told and f"{HQ} has alert up to 16 (all)" in told
    # And nothing is carried that has been signed for.
    assert "nothing new" in clinic.cli("sync", "export", tmp_path / "empty.dunant", "--to", HQ)
    assert ledger.compare({HQ: hq, CLINIC: clinic}) == 32
    for node in (hq, clinic, ambulance):
        node.independent(tmp_path)


def test_a_mule_carries_what_it_may_hold_between_two_that_never_meet(
    mission: dict[str, Node], ledger: Ledger, tmp_path: Path
) -> None:
    record(mission[CLINIC], ledger, 3)
    # Who else belongs is told by headquarters, by stick too.
    mission[HQ].cli("sync", "export", tmp_path / "zero.dunant", "--to", CLINIC)
    mission[CLINIC].cli("sync", "import", tmp_path / "zero.dunant")
    first, second = tmp_path / "one.dunant", tmp_path / "two.dunant"
    mission[CLINIC].cli("sync", "export", first, "--to", AMBULANCE)
    mission[AMBULANCE].cli("sync", "import", first)
    mission[AMBULANCE].cli("sync", "export", second, "--to", HQ)
    mission[HQ].cli("sync", "import", second)
    streams = {log[2] for log in mission[HQ].heads() if log[0] == CLINIC}
    assert streams == {"alert"}
    assert len([one for one in mission[HQ].held().values() if one[0][0] == "alert"]) == 3
