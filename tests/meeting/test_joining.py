"""Enrolment over a link: a stranger asks with a token, a person compares six words, the certificate is fetched."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.meeting.mission import CLINIC, HQ, ROOT, Node, peer_client, until

NEW = "POST-7"


def invited(hq: Node, folder: Path, code: str = NEW, *more: object) -> Path:
    file = folder / f"{code}.json"
    hq.cli("site", "invite", code, "--role", "field", "--out", file, *more)
    text = file.read_text().replace('"address": ""', f'"address": "{hq.sync_url}"')
    file.write_text(text)
    return file


def asks(node: Node, file: Path) -> "subprocess.Popen[str]":
    words = ["site", "enrol", "--invitation", str(file), *map(str, node.where)]
    return subprocess.Popen(
        [sys.executable, "-m", "dunant", *words],
        env={**os.environ, **node.environment, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_site_asks_over_the_link_is_approved_and_belongs(mission: dict[str, Node], tmp_path: Path) -> None:
    hq, new = mission[HQ].start(), Node(NEW, tmp_path / "new")
    new.cli("site", "init")
    file = invited(hq, tmp_path)
    asking = asks(new, file)
    try:
        listed = until(lambda: hq.cli("site", "requests"), "nobody asks")
        assert asking.poll() is None and listed.startswith(f"{NEW}\t")
        hq.cli("site", "approve", NEW, "--yes")
        said, _ = asking.communicate(timeout=30)
    finally:
        asking.kill()
        asking.communicate()
    assert asking.returncode == 0, said
    assert "belongs to DEMO" in said
    # Both saw the same words, and the request is gone from the list.
    shown = re.search(r"Words to compare: (.*)", said)
    assert shown and shown[1] in listed
    assert hq.cli("site", "requests") == ""
    with new.as_peer(hq) as client:
        assert client.get("/hello").status_code == 200
    # The token is good once: another asks with the same invitation.
    thief = Node(NEW, tmp_path / "thief")
    thief.cli("site", "init")
    assert "sync.token_used" in thief.cli("site", "enrol", "--invitation", file, code=None)


def test_the_door_for_strangers_gives_nothing_away(mission: dict[str, Node], tmp_path: Path) -> None:
    hq = mission[HQ].start()
    with peer_client(hq, mission[CLINIC].folder / "tls" / "mission.pem") as client:
        for body in (b"", b"{}", b"[" * 50_000, b"x" * 70_000):
            answer = client.post("/enrol", content=body)
            assert answer.status_code in (403, 413), answer.text
        new = Node(NEW, tmp_path / "new")
        new.cli("site", "init")
        file = invited(hq, tmp_path)
        new.cli("site", "request", file, "--out", tmp_path / "two.json")
        asked = (tmp_path / "two.json").read_bytes()
        assert client.post("/enrol", content=asked).status_code == 202
        assert client.post("/enrol", content=asked).status_code == 202
        # Another's name on it, or another address, is not what was signed.
        forged = asked.replace(NEW.encode(), CLINIC.encode())
        assert (client.post("/enrol", content=forged).status_code) == 403
    assert "sync.request_invalid" in other_authority(mission, hq, tmp_path)


def other_authority(mission: dict[str, Node], hq: Node, folder: Path) -> str:
    """An invitation whose fingerprint is not that of who answers."""
    new = Node(NEW, folder / "fooled")
    new.cli("site", "init")
    file = invited(hq, folder)
    text = re.sub(r'"ca_fingerprint": "..', '"ca_fingerprint": "00', file.read_text())
    file.write_text(text)
    return new.cli("site", "enrol", "--invitation", file, code=None)


def test_only_the_authority_takes_sites_in(mission: dict[str, Node], tmp_path: Path) -> None:
    clinic, new = mission[CLINIC].start(), Node(NEW, tmp_path / "new")
    new.cli("site", "init")
    new.cli("site", "request", invited(mission[HQ], tmp_path), "--out", tmp_path / "two.json")
    with peer_client(clinic, mission[CLINIC].folder / "tls" / "mission.pem") as client:
        answer = client.post("/enrol", content=(tmp_path / "two.json").read_bytes())
    assert (answer.status_code, answer.json()["code"]) == (403, "sync.not_authority")
