"""An alert whose log has a gap before it is on the screen at once, said to be provisional, and settles by itself."""

from nacl.signing import SigningKey

from dunant.casualty import commands as c
from dunant.kernel.ids import SubjectId
from dunant.services.syncing.syncing import Syncing
from tests.builders import new_id, send
from tests.meeting.forging import CODEC, frame_of, opened, signed_by
from tests.meeting.mission import CLINIC, HQ, Node, until


def test_an_alert_beyond_a_gap_is_shown_as_provisional_until_the_gap_is_closed(mission: dict[str, Node]) -> None:
    hq, clinic = mission[HQ], mission[CLINIC]
    with opened(clinic) as site:
        told = [SubjectId(new_id()) for _ in range(3)]
        send(site, *(c.RecordAlert(alert=alert, channel="VOICE") for alert in told))
        first, last = frame_of(site, "alert", most=1), frame_of(site, "alert", after=2)
        middle = frame_of(site, "alert", after=1, most=1)
    hq.start()
    with clinic.as_peer(hq) as client:
        assert client.post("/batch", content=first).status_code == 200
        assert client.post("/batch", content=last).status_code == 202
        early = {row["subject"]: row for row in hq.rows("alerts")}
        assert set(early) == {told[0], told[2]}
        assert "provisional" in early[told[2]]["flags"]
        assert "provisional" not in early[told[0]]["flags"]
        assert client.post("/batch", content=middle).status_code == 200
    assert {row["subject"] for row in hq.rows("alerts")} == set(told)
    assert not [row for row in hq.rows("alerts") if "provisional" in row["flags"]]


def test_nothing_is_shown_early_that_its_origin_has_not_signed(mission: dict[str, Node]) -> None:
    hq, clinic = mission[HQ], mission[CLINIC]
    with opened(clinic) as site:
        send(site, *(c.RecordAlert(alert=SubjectId(new_id()), channel="VOICE") for _ in range(2)))
        frame = CODEC.decode(frame_of(site, "alert", after=1))
    forged = signed_by(frame, SigningKey.generate())
    hq.start()
    with clinic.as_peer(hq) as client:
        client.post("/batch", content=forged)
    assert hq.rows("alerts") == []


def test_a_screen_that_is_open_hears_of_an_alert_before_its_turn(mission: dict[str, Node]) -> None:
    hq, clinic = mission[HQ], mission[CLINIC]
    with opened(clinic) as site:
        told = [SubjectId(new_id()) for _ in range(2)]
        send(site, *(c.RecordAlert(alert=alert, channel="VOICE") for alert in told))
        last = frame_of(site, "alert", after=1)
    hq.start()
    with hq.client("cell").stream("GET", "/api/v1/live") as stream, clinic.as_peer(hq) as client:
        lines = stream.iter_lines()
        assert next(lines).startswith("id: ")
        assert client.post("/batch", content=last).status_code == 202
        change = next(line for line in lines if line.startswith("data:") and "alerts" in line)
    assert told[1] in change


def test_those_who_wait_for_news_are_woken_though_the_log_has_not_grown(mission: dict[str, Node]) -> None:
    with opened(mission[CLINIC]) as clinic:
        send(clinic, *(c.RecordAlert(alert=SubjectId(new_id()), channel="VOICE") for _ in range(2)))
        last = frame_of(clinic, "alert", after=1)
    with opened(mission[HQ]) as hq:
        heard: list[str] = []
        hq.commit.listen(lambda: heard.append("something"))
        syncing = Syncing(hq, calls=False)
        assert syncing.station.take(None, last).result().outcome == "parked"
        until(lambda: heard, "nobody is woken", 5)
        syncing.close()
