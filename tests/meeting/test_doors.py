"""What strangers, traitors and damaged frames get at the doors between sites: the right answer, and nothing stored."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import msgspec
import pytest
from nacl.signing import SigningKey

from dunant.casualty import commands as c
from dunant.kernel.ids import SubjectId
from dunant.services.bell import Bell
from dunant.services.build import Site
from dunant.services.keys import SiteKey
from dunant.sync.seal import seal
from dunant.web.sync import OPEN, create_sync_app
from tests.builders import new_id, send
from tests.meeting.forging import CODEC, changed, frame_of, log_of, opened, signed_by, with_header
from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Node, copied, join, peer_client, until
from tests.sync.mission import Authority


@pytest.fixture(scope="module")
def nodes(founded: dict[str, Node], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Node]]:
    """Headquarters answers; the others are in our hands."""
    made = copied(founded, tmp_path_factory.mktemp("doors"))
    made[HQ].start()
    yield made
    made[HQ].kill()


@pytest.fixture(scope="module")
def frames(nodes: dict[str, Node]) -> SimpleNamespace:
    """Of the clinic: alerts as they should be, and the keys of the other site."""

    def tell(site: Site) -> None:
        send(site, *(c.RecordAlert(alert=SubjectId(new_id()), channel="VOICE") for _ in range(3)))
        send(site, *(c.ReportCasualty(casualty=SubjectId(new_id())) for _ in range(3)))

    with opened(nodes[AMBULANCE]) as ambulance:
        key: SiteKey = ambulance.key
        tell(ambulance)
        theirs = frame_of(ambulance, "casualty")
    with opened(nodes[CLINIC]) as clinic:
        tell(clinic)
        return SimpleNamespace(
            alert=frame_of(clinic, "alert"),
            casualty=frame_of(clinic, "casualty"),
            log=log_of(clinic, "alert"),
            own=clinic.key.secret,
            other=key.secret,
            seal_key=clinic.seal_key.public,
            theirs=theirs,
        )


def stored(hq: Node) -> int:
    [(count,)] = hq.sql("SELECT count(*) FROM event WHERE st <> 'audit'")
    return int(count)


def refused(hq: Node) -> list[str]:
    """Who was refused what, in the audit log."""
    rows = hq.sql("SELECT header, body FROM event WHERE t = 'audit.access_denied'")
    return [f"{msgspec.json.decode(head)['by']['user']} {msgspec.json.decode(body)['actions']}" for head, body in rows]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ── who ──


def doors() -> list[tuple[str, str]]:
    """Every route of the application for sites, but those that are open on purpose."""
    app = create_sync_app(SimpleNamespace(), Bell())  # type: ignore[arg-type]
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.opt.get("action") != OPEN:
                path = route.path.removeprefix("/sync/v1").replace("{sha256:str}", "0" * 64)
                found += [(method, path) for method in handler.http_methods if method != "OPTIONS"]
    return found


def test_every_door_is_shut_to_whoever_shows_no_certificate(nodes: dict[str, Node]) -> None:
    before = stored(nodes[HQ])
    assert len(doors()) >= 8
    with peer_client(nodes[HQ], nodes[CLINIC].folder / "tls" / "mission.pem") as client:
        for method, path in doors():
            answer = client.request(method, path, content=b"x" if method in ("POST", "PUT") else None)
            assert answer.status_code == 403, (method, path)
            assert method == "HEAD" or code(answer) == (403, "sync.site_unknown")
    assert stored(nodes[HQ]) == before
    until(lambda: any(row.startswith("nobody") for row in refused(nodes[HQ])))


def test_a_certificate_of_another_authority_gets_no_connection(nodes: dict[str, Node], tmp_path: Path) -> None:
    cert, key, _ = Authority(tmp_path).certify(CLINIC)
    ca = nodes[CLINIC].folder / "tls" / "mission.pem"
    with peer_client(nodes[HQ], ca, cert, key) as client, pytest.raises(httpx.HTTPError):
        client.get("/hello")


@pytest.mark.parametrize(("verb", "word"), [("suspend", "site_suspended"), ("revoke", "site_revoked")])
def test_a_site_that_was_sent_away_is_not_let_in(nodes: dict[str, Node], tmp_path: Path, verb: str, word: str) -> None:
    hq, lost = nodes[HQ], Node(f"LOST-{verb[0].upper()}", tmp_path / "lost")
    join(hq, lost, tmp_path, ("--role", "field"))
    with lost.as_peer(hq) as client:
        until(lambda: client.get("/hello").status_code == 200)
        hq.cli("site", verb, lost.code, "--reason", "test", *(["--yes"] if verb == "revoke" else []))
        until(lambda: client.get("/hello").status_code == 403, seconds=5)
        for method, path in doors():
            assert client.request(method, path, content=b"x" if method != "GET" else None).status_code == 403
        assert code(client.get("/hello")) == (403, f"sync.{word}")
    until(lambda: any(f"site:{lost.code}" in row and word in row for row in refused(hq)))


# ── what ──


def test_a_frame_is_taken_once(nodes: dict[str, Node], frames: SimpleNamespace) -> None:
    with nodes[CLINIC].as_peer(nodes[HQ]) as client:
        first = client.post("/batch", content=frames.alert)
        assert first.status_code == 200
        before = stored(nodes[HQ])
        again = client.post("/urgent", content=frames.alert)
        assert (again.status_code, msgspec.msgpack.decode(again.content)["outcome"]) == (200, "duplicate")
    assert stored(nodes[HQ]) == before


def damaged(frames: SimpleNamespace) -> dict[str, tuple[bytes, int, str]]:
    frame = CODEC.decode(frames.casualty)
    forged = changed(frame)
    return {
        "truncated": (frames.casualty[:-7], 422, "undecodable"),
        "no frame at all": (b"PK\x03\x04 something else", 422, "undecodable"),
        "changed under the old signature": (CODEC.encode(forged), 422, "bad_signature"),
        "signed by another site": (signed_by(forged, frames.other), 422, "bad_signature"),
        "signed by nobody we know": (signed_by(forged, SigningKey.generate()), 403, "site_unknown"),
        "for somebody else": (seal(frames.casualty, {CLINIC: frames.seal_key}), 422, "undecodable"),
        "a bomb": (with_header(frames.casualty, raw_len=15_000_000), 413, "too_large"),
        "larger than anything may be": (with_header(frames.casualty, raw_len=2**40), 413, "too_large"),
        "longer than it says": (with_header(frames.casualty, raw_len=10), 422, "undecodable"),
        "another number": (with_header(frames.casualty, q_from=2, q_to=4), 422, "bad_chain"),
        "another log": (with_header(frames.casualty, st="alert"), 422, "bad_chain"),
    }


DAMAGE = (
    "truncated",
    "no frame at all",
    "changed under the old signature",
    "signed by another site",
    "signed by nobody we know",
    "for somebody else",
    "a bomb",
    "larger than anything may be",
    "longer than it says",
    "another number",
    "another log",
)


@pytest.mark.parametrize("what", DAMAGE)
def test_what_cannot_be_believed_is_put_aside_whole(nodes: dict[str, Node], frames: SimpleNamespace, what: str) -> None:
    hq = nodes[HQ]
    raw, status, word = damaged(frames)[what]
    before, aside = stored(hq), sum(hq.quarantined().values())
    with nodes[CLINIC].as_peer(hq) as client:
        assert code(client.post("/batch", content=raw)) == (status, f"sync.{word}")
    assert stored(hq) == before
    assert sum(hq.quarantined().values()) - aside == (status != 403)
    if status != 403:
        [(kept,)] = hq.sql("SELECT frame FROM quarantine ORDER BY n DESC LIMIT 1")
        assert bytes(kept) == raw


def test_a_stream_that_the_caller_may_not_carry_is_refused_and_written_down(
    nodes: dict[str, Node], frames: SimpleNamespace
) -> None:
    hq = nodes[HQ]
    before = stored(hq)
    with nodes[AMBULANCE].as_peer(hq) as client:
        assert code(client.post("/batch", content=frames.casualty)) == (403, "sync.stream_not_authorised")
        o, e, _ = frames.log
        query = {"o": o, "e": e, "st": "casualty", "after": "0", "upto": "3"}
        assert code(client.get("/batch", params=query)) == (403, "sync.stream_not_authorised")
        # What is its own is taken.
        assert client.post("/batch", content=frames.theirs).status_code == 200
    assert stored(hq) == before + 3
    until(lambda: any(f"site:{AMBULANCE}" in row and "stream:casualty" in row for row in refused(hq)))


def test_orders_that_the_authority_did_not_give_are_refused(nodes: dict[str, Node], frames: SimpleNamespace) -> None:
    forged = with_header(frames.alert, st="config")
    with nodes[CLINIC].as_peer(nodes[HQ]) as client:
        assert code(client.post("/batch", content=forged)) == (403, "sync.stream_not_authorised")


@pytest.mark.parametrize("query", ["max_bytes=x", "after=-1e9", "listen=%00", "listen=AAAA", "wait=nan"])
def test_questions_that_make_no_sense_are_answered_all_the_same(nodes: dict[str, Node], query: str) -> None:
    with nodes[CLINIC].as_peer(nodes[HQ]) as client:
        assert client.get(f"/batch?{query}").status_code in (204, 400, 403)
        assert client.get("/blob/../../../etc/passwd").status_code in (403, 404)
