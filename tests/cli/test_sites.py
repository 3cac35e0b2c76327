"""Enrolment and revocation as operators do them: folders, files and verbs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run


class Desk:
    """One site's folder, and the verbs on it."""

    def __init__(self, run: Run, folder: Path, code: str) -> None:
        self._run = run
        self.folder = folder
        self._environment = {"DUNANT_SITE": code, "DUNANT_TAG_BLOCK": str(len(code))}

    def site(self, *words: object, fails: bool = False, **more: object) -> str:
        told = self._run("site", *words, "--data", self.folder, env=self._environment, **more)
        assert (told.exit_code != 0) == fails, told.output
        return told.output


@pytest.fixture
def hq(run: Run, tmp_path: Path) -> Desk:
    desk = Desk(run, tmp_path / "hq", "MHQ")
    desk.site("init", "--role", "mission_hq", "--address", "https://hq.example:8443")
    return desk


@pytest.fixture
def field(run: Run, tmp_path: Path) -> Desk:
    desk = Desk(run, tmp_path / "field", "FIELD")
    desk.site("init")
    return desk


@pytest.fixture
def together(hq: Desk, field: Desk, tmp_path: Path) -> Callable[[], None]:
    """The three files, one after the other."""

    def enrol() -> None:
        one, two, three = (tmp_path / name for name in ("one.json", "two.json", "three.json"))
        hq.site("invite", "FIELD", "--role", "receiving_facility", "--out", one)
        shown = field.site("request", one, "--address", "https://field.example:8443", "--out", two)
        compared = hq.site("approve", two, "--out", three, input="y\n")
        words = shown.partition("Words to compare: ")[2].split("\n")[0]
        assert len(words.split()) == 6 and words in compared
        assert "belongs to DEMO" in field.site("enrol", three)
        assert all(file.stat().st_mode & 0o077 == 0 for file in (one, two, three))

    return enrol


def test_three_files_make_a_site_belong(hq: Desk, field: Desk, together: Callable[[], None]) -> None:
    together()
    for desk in (hq, field):
        rows = [line.split("\t") for line in desk.site("list").splitlines()]
        assert [(row[0], row[1]) for row in rows] == [("FIELD", "ACTIVE"), ("MHQ", "ACTIVE")]
    assert {file.name for file in (field.folder / "tls").iterdir()} == {"mission.pem", "site.pem", "site.key"}


def test_words_that_differ_take_nobody_in(hq: Desk, field: Desk, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one.json", "two.json", "three.json"))
    hq.site("invite", "FIELD", "--role", "receiving_facility", "--out", one)
    field.site("request", one, "--out", two)
    hq.site("approve", two, "--out", three, input="n\n", fails=True)
    assert not three.exists()
    assert "FIELD\tINVITED" in hq.site("list")


def test_a_site_is_suspended_resumed_given_a_stream_and_sent_away(hq: Desk, together: Callable[[], None]) -> None:
    together()
    hq.site("suspend", "FIELD", "--reason", "its disk is full")
    assert "FIELD\tSUSPENDED" in hq.site("list")
    hq.site("resume", "FIELD")
    hq.site("grant", "FIELD", "surveillance.case")
    assert "surveillance.case" in hq.site("list")
    hq.site("withdraw", "FIELD", "surveillance.case")
    assert "surveillance.case" not in hq.site("list")
    hq.site("revoke", "FIELD", "--reason", "lost", input="field\n", fails=True)
    assert "FIELD\tACTIVE" in hq.site("list")
    shown = hq.site("revoke", "FIELD", "--reason", "lost", "--cutoff", "e1:casualty=7", input="FIELD\n")
    assert "e1\tcasualty\theld 0\tcounts up to 7\tput aside 0" in shown
    assert "FIELD\tREVOKED" in hq.site("list")
    hq.site("resume", "FIELD", fails=True)


@pytest.mark.parametrize("cutoff", ["casualty=7", "e1:casualty", "e1:casualty=x", ""])
def test_a_cut_off_that_is_none_changes_nothing(hq: Desk, together: Callable[[], None], cutoff: str) -> None:
    together()
    hq.site("revoke", "FIELD", "--reason", "lost", "--cutoff", cutoff, "--yes", fails=True)
    assert "FIELD\tACTIVE" in hq.site("list")


def test_a_site_that_is_not_the_authority_says_nothing_about_others(field: Desk, together: Callable[[], None]) -> None:
    together()
    for words in (("suspend", "MHQ", "--reason", "x"), ("revoke", "MHQ", "--reason", "x", "--yes"), ("invite", "B-1")):
        field.site(*words, fails=True)
    assert "MHQ\tACTIVE" in field.site("list")


def test_the_authority_is_not_sent_away_and_nobody_unknown_is(hq: Desk) -> None:
    hq.site("revoke", "MHQ", "--reason", "x", "--yes", fails=True)
    hq.site("suspend", "NOBODY", "--reason", "x", fails=True)


def test_an_invitation_on_the_screen_is_the_file(hq: Desk) -> None:
    shown = json.loads(hq.site("invite", "FIELD", "--role", "receiving_facility"))
    assert (shown["site"], shown["authority"], shown["roles"]) == ("FIELD", "MHQ", ["receiving_facility"])


def test_a_site_renews_its_certificate_and_its_keys(
    hq: Desk, field: Desk, together: Callable[[], None], tmp_path: Path
) -> None:
    two, three = tmp_path / "again.json", tmp_path / "answer.json"
    field.site("renew", "--out", two, fails=True)
    together()
    before = {name: (field.folder / name).read_bytes() for name in ("site.key", "seal.key", "tls/site.key")}
    field.site("renew", "--new-keys", "--out", two)
    hq.site("approve", two, "--out", three, "--yes")
    assert "good until" in field.site("enrol", three)
    assert {name for name, old in before.items() if (field.folder / name).read_bytes() == old} == {"seal.key"}
    assert "FIELD\tACTIVE" in hq.site("list")
    hq.site("renew", fails=True)
