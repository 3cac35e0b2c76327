"""A site that is one version ahead: what is not known here is carried on byte for byte, and shown once it is."""

import json
from pathlib import Path

import msgspec
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.kernel.ids import SubjectId
from dunant.sync.messages import PROTOCOL, Hello
from dunant.sync.rows import Row
from tests.builders import new_id, send
from tests.meeting.forging import CODEC, frame_of, opened, signed_by, with_header
from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Node, until


def ahead(raw: bytes) -> dict[str, object]:
    return {**json.loads(raw), "novel": {"depth": [1, 2]}}


def compact(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def test_types_and_fields_of_a_later_version_reach_a_third_site_unchanged(
    mission: dict[str, Node], tmp_path: Path
) -> None:
    hq, clinic = mission[HQ].start(), mission[CLINIC]
    clinic.peers = {HQ: hq.sync_url}
    clinic.start()
    with opened(mission[AMBULANCE]) as site:
        send(site, *(c.RecordAlert(alert=SubjectId(new_id()), channel="VOICE") for _ in range(3)))
        frame, key = CODEC.decode(frame_of(site, "alert")), site.key.secret
    first, second, third = frame.rows
    rows = (
        Row(compact(ahead(first.header)), compact(ahead(first.body))),
        Row(compact({**ahead(second.header), "t": "sync.weather_told", "v": 7}), b'{"wind":"NE"}'),
        third,
    )
    raw = with_header(signed_by(replace(frame, rows=rows), key), pv=PROTOCOL + 1, zz_novel=[1, {"a": b"b"}])
    with mission[AMBULANCE].as_peer(hq) as client:
        told = client.get("/hello", params={"pv": PROTOCOL + 1, "novel": "1"})
        assert told.status_code == 200
        answer = client.post("/batch", content=raw)
        assert (answer.status_code, msgspec.msgpack.decode(answer.content)["outcome"]) == (200, "applied"), answer.text
    log = (frame.o, frame.e, frame.st)
    until(lambda: log in clinic.heads(), "it is not carried on")
    for node in (hq, clinic):
        held = node.sql("SELECT header, body FROM event WHERE o = ? AND e = ? AND st = ? ORDER BY q", *log)
        assert [(bytes(header), bytes(body)) for header, body in held] == [(row.header, row.body) for row in rows]
        assert len(node.rows("alerts")) == 2
        assert node.cli("check", "chains") and node.cli("check", "views")
        node.independent(tmp_path)
        assert node.quarantined() == {}


def test_a_hello_of_another_version_is_understood_as_far_as_it_goes() -> None:
    hello = Hello(site="A", epoch="1", software="1", clock="", digest="")
    for pv in (PROTOCOL - 1, PROTOCOL + 1):
        told = {**msgspec.to_builtins(hello), "pv": pv, "novel": {"x": [1]}, "vector": [["A", "1", "alert", 3, b"", 9]]}
        heard = msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=Hello)
        assert (heard.pv, heard.site, heard.vector[0].q) == (pv, "A", 3)
