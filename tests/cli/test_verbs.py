"""Verbs one by one: what they do, what they refuse, and in which words."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from dunant.cli import app
from dunant.cli.settings import existing_site
from dunant.cli.users import accounts_of
from dunant.config import PREFIX, Settings, SettingsInvalid, load
from dunant.services.build import Site
from dunant.services.export import as_csv, events
from dunant.services.scenario import SCENARIO, Scenario
from dunant.services.simulator import Simulator, script
from dunant.store import PackShelf
from tests.cli.conftest import PASSWORD, ROOT, Run

SAMPLE = ROOT / "tests/samples/cot/medevac_two_patients.xml"


def verbs(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from verbs(inner, (*words, name))


ALL = sorted(verbs(typer.main.get_command(app)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with one account."""
    Site(Settings(data=tmp_path / "site")).close()
    return tmp_path / "site"


# ── every verb ──


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_verb_has_help(run: Run, words: tuple[str, ...]) -> None:
    shown = run(*words, "--help", env={"COLUMNS": "120"})
    assert shown.exit_code == 0
    assert len(shown.stdout.splitlines()) > 5


def test_the_verbs_are_those_that_were_promised() -> None:
    named = {words[0] for words in ALL if words}
    assert named == {
        "serve", "demo", "user", "import", "export", "check", "backup", "restore", "site", "sync", "version",
        "exercise",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("user", "list"),
        ("export", "events"),
        ("import", "cot", SAMPLE),
        ("check", "chains"),
        ("check", "views"),
        ("exercise",),
    ],
    ids=str,
)
def test_a_folder_without_a_site_is_refused_and_left_alone(run: Run, tmp_path: Path, words: tuple[Any, ...]) -> None:
    refused = run(*words, "--data", tmp_path / "typo")
    assert refused.exit_code == 2
    assert refused.stderr == f"dunant: data: no site in {tmp_path / 'typo'} (config.invalid)\n"
    assert not (tmp_path / "typo").exists()


# ── settings ──


def test_a_flag_beats_the_environment_and_the_environment_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('port = 1001\nhost = "127.0.0.2"\nsite = "FROM-FILE"\n', encoding="utf-8")
    found = load({"port": 1003, "host": None}, {"DUNANT_PORT": "1002", "DUNANT_HOST": "127.0.0.3"}, file)
    assert (found.port, found.host, found.site) == (1003, "127.0.0.3", "FROM-FILE")


def test_the_same_holds_for_a_verb(run: Run, tmp_path: Path) -> None:
    for name in ("file", "environment", "flag"):
        Site(Settings(data=tmp_path / name, site=name.upper())).close()
    config = tmp_path / "dunant.toml"
    config.write_text(f'data = "{tmp_path / "file"}"\n', encoding="utf-8")
    environment = {"DUNANT_DATA": str(tmp_path / "environment")}

    def site_of(n: int, *words: object, **more: Any) -> str:
        saved = tmp_path / f"{n}.dunant"
        said = run("backup", saved, "--config", config, *words, **more).stdout
        return str(said).split("site ")[1].split(",")[0]

    assert site_of(1) == "FILE"
    assert site_of(2, env=environment) == "ENVIRONMENT"
    assert site_of(3, "--data", tmp_path / "flag", env=environment) == "FLAG"


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (("--port", "70000"), {}, "port: Expected `int` <= 65535"),
        ((), {"DUNANT_PORT": "many"}, "port: Expected `int`, got `str`"),
        (("--host", "0.0.0.0"), {}, "host: tls_cert and tls_key needed beyond loopback"),
        (("--cot-allow", "nonsense"), {}, "cot_allow: 'nonsense' does not appear to be an IPv4 or IPv6 network"),
        (("--cot-server", "tak"), {}, "cot_server: host:port or tls://host:port"),
        (("--cot-mesh", "everywhere"), {}, "cot_mesh: IPv4 address, or address:port"),
        (("--db", "mysql://here/there"), {}, "db: postgresql://…"),
        (("--site", "lower"), {}, "site: Expected `str` matching regex"),
        (("--tls-cert", "/nowhere.pem"), {}, "tls_cert: no file /nowhere.pem"),
        (("--mission", "moon.toml"), {}, "moon.toml: $: absent"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name_and_rule(
    run: Run, tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    refused = run("serve", "--data", tmp_path / "site", *words, env=environment)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"dunant: {told}")
    assert refused.stderr.count("\n") == 1


def test_an_unknown_setting_in_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text("prot = 8000\n", encoding="utf-8")
    with pytest.raises(SettingsInvalid) as refused:
        load({}, {}, file)
    assert "prot" in str(refused.value.params["rule"])


def test_every_setting_is_an_option_of_serve() -> None:
    options = {parameter.name for parameter in typer.main.get_command(app).commands["serve"].params}  # type: ignore[attr-defined]
    assert set(Settings.__struct_fields__) <= options
    assert PREFIX == "DUNANT_"


# ── accounts ──


def test_a_password_comes_from_a_prompt_the_environment_or_standard_input(run: Run, tmp_path: Path) -> None:
    add = ("user", "add", "--data", tmp_path, "--role", "medic")
    assert run(*add, "one", input=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    assert run(*add, "two", env={"DUNANT_PASSWORD": PASSWORD}).exit_code == 0
    assert run(*add, "three", "--password-stdin", input=f"{PASSWORD}\n").exit_code == 0
    listed = run("user", "list", "--data", tmp_path).stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["one", "three", "two"]


def test_no_option_takes_a_password_as_its_value() -> None:
    for command in typer.main.get_command(app).commands["user"].commands.values():  # type: ignore[attr-defined]
        for parameter in command.params:
            assert "password" not in parameter.name or parameter.is_flag


@pytest.mark.parametrize(
    ("words", "password", "told"),
    [
        (("--role", "medic", "a"), "short", "password: min_length limit=12"),
        (("--role", "general", "a"), PASSWORD, "role: known_role"),
        (("--role", "medic", "a b"), PASSWORD, "login: format"),
    ],
)
def test_a_refused_account_names_field_and_rule(
    run: Run, tmp_path: Path, words: tuple[str, ...], password: str, told: str
) -> None:
    refused = run("user", "add", "--data", tmp_path, *words, env={"DUNANT_PASSWORD": password})
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"dunant: {told}")
    assert password not in refused.output


def test_an_account_is_shut_and_opened_again(run: Run, tmp_path: Path) -> None:
    run("user", "add", "--data", tmp_path, "--role", "medic", "anna", env={"DUNANT_PASSWORD": PASSWORD})
    assert run("user", "disable", "anna", "--data", tmp_path).exit_code == 0
    assert "disabled" in run("user", "list", "--data", tmp_path).stdout
    assert run("user", "enable", "anna", "--data", tmp_path).exit_code == 0
    assert "active" in run("user", "list", "--data", tmp_path).stdout
    new = run("user", "password", "anna", "--data", tmp_path, env={"DUNANT_PASSWORD": "another lantern, another ford"})
    assert new.exit_code == 0
    assert run("user", "disable", "nobody", "--data", tmp_path).stderr == "dunant: login: exists (kernel.not_found)\n"


def test_a_lost_phone_is_listed_and_shut(run: Run, tmp_path: Path) -> None:
    phone = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"
    run("user", "add", "--data", tmp_path, "--role", "medic", "anna", env={"DUNANT_PASSWORD": PASSWORD})
    with existing_site(None, tmp_path, None) as site:
        accounts_of(site).sign_in("anna", PASSWORD, address="", device="browser", device_id=phone)
    listed = run("user", "device", "list", "--data", tmp_path).stdout
    assert listed.startswith(f"{phone}\tanna\t")
    assert listed.endswith("active\n")
    grant = run("user", "grant", "list", "anna", "--data", tmp_path).stdout.partition("\t")[0]
    assert run("user", "grant", "revoke", "anna", grant, "--data", tmp_path).exit_code == 0
    assert "revoked" in run("user", "grant", "list", "anna", "--data", tmp_path).stdout
    assert run("user", "device", "revoke", phone, "--data", tmp_path).stdout == f"{phone} is revoked.\n"
    assert "revoked" in run("user", "device", "list", "--data", tmp_path).stdout
    assert run("user", "device", "held", "--data", tmp_path).stdout == ""
    again = run("user", "device", "revoke", phone, "--data", tmp_path)
    assert (again.exit_code, again.stderr) == (2, "dunant: device: exists (kernel.not_found)\n")


# ── import ──


def test_an_import_says_what_became_of_each_message(run: Run, folder: Path, tmp_path: Path) -> None:
    once = SAMPLE.read_bytes().strip()
    amended = once.replace(b'obstacles="Power line E 40 m"', b'obstacles="Power line E 30 m"')
    assert amended != once
    file = tmp_path / "many.xml"
    file.write_bytes(once + b"\n" + once + amended + b"<event broken")
    told = "4 messages: 1 accepted, 1 amended, 1 duplicate, 1 kept in tray"
    dry = run("import", "cot", file, "--data", folder, "--dry-run")
    assert dry.stdout == f"{told} (dry run, nothing stored)\n"
    assert run("import", "cot", file, "--data", folder).stdout == f"{told}\n"
    assert len(json.loads(run("export", "casualties", "--data", folder).stdout)) == 2


def test_a_protobuf_stream_is_read_too(run: Run, folder: Path, tmp_path: Path) -> None:
    from dunant.exchange.cot.model import CotMessage
    from dunant.exchange.cot.proto import write_frame
    from dunant.exchange.cot.xml import parse_event

    message = parse_event(SAMPLE.read_bytes().strip())
    assert isinstance(message, CotMessage)
    file = tmp_path / "stream.pb"
    file.write_bytes(write_frame(message) * 2)
    assert run("import", "cot", file, "--data", folder).stdout == "2 messages: 1 accepted, 1 duplicate\n"


def test_text_messages_are_taken_in_one_by_one(run: Run, folder: Path, tmp_path: Path) -> None:
    nine = "DN1 9 4KQ2MB @9.45000,29.55000~50 F46.55 P1.1.1.0.0 QHX L2.1.0 S1 M4:IR strobe Nm2,c1 K0 *0A92"
    file = tmp_path / "inbox.txt"
    file.write_text(f"{nine}\n{nine}\nhelp us\n{nine.replace('46', '47')}\n", encoding="utf-8")
    words = ("--sender", "+211900", "--data", folder)
    told = "4 messages: 1 accepted, 1 damaged, 1 duplicate, 1 free text\n"
    assert run("import", "sms", file, *words).stdout == told
    assert run("import", "dn1", file, "--email", *words).stdout == "3 messages: 2 already here, 1 damaged\n"


# ── export ──


@pytest.fixture(scope="module")
def convoy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night convoy up to 20:30."""
    from dunant.services.clock import MissionClock

    night = PackShelf().read(SCENARIO, Scenario)
    where = tmp_path_factory.mktemp("convoy")
    clock = MissionClock(night.moment(night.opens), 0)
    site = Site(Settings(data=where, site="BENTIU"), clock)
    Simulator(site, clock, night, script(night, site.policies.mission, 1)).play_until(night.moment("20:30"))
    site.close()
    return where


def test_casualties_are_a_json_list_with_their_clocks_as_of_the_newest_fact(run: Run, convoy: Path) -> None:
    rows = json.loads(run("export", "casualties", "--data", convoy).stdout)
    assert len(rows) == 11
    assert {row["as_of"][:16] for row in rows} == {"2026-11-23T20:30"}
    assert {clock["code"] for row in rows for clock in row["clocks"]} == {"C10", "C60", "C120"}


def test_an_export_is_the_same_twice(run: Run, convoy: Path) -> None:
    for what in ("casualties", "requests", "events"):
        assert run("export", what, "--data", convoy).stdout == run("export", what, "--data", convoy).stdout


def test_requests_as_csv_have_one_row_each(run: Run, convoy: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "requests", "--format", "csv", "--data", convoy).stdout)))
    assert [json.loads(row["lines"])["title"] for row in rows].count("CONVOY-6") == 2


def test_identities_and_clinical_content_stay_inside(run: Run, folder: Path) -> None:
    run("import", "cot", SAMPLE, "--data", folder)
    for what in ("casualties", "requests", "events"):
        for form in ("json", "csv"):
            said = run("export", what, "--format", form, "--data", folder).stdout
            assert said
            assert not [secret for secret in ("UN1234", "UNK-A", "Amputation", "No Radial") if secret in said]
    rows = json.loads(run("export", "events", "--data", folder).stdout)
    withheld = {row["t"] for row in rows if row["withheld"]}
    assert withheld == {"casualty.identity_asserted", "casualty.mist_reported"}
    assert all(row["body"] is None for row in rows if row["withheld"])


def test_a_formula_in_a_cell_stays_a_text(tmp_path: Path) -> None:
    said = "".join(
        as_csv([{"a": "=1+1", "b": "@x", "c": -3, "d": "+4", "e": "-5", "f": "\t=1", "g": "plain", "h": None}])
    )
    assert next(iter(csv.DictReader(io.StringIO(said)))) == {
        "a": "'=1+1", "b": "'@x", "c": "-3", "d": "'+4", "e": "'-5", "f": "'\t=1", "g": "plain", "h": "",
    }  # fmt: skip


def test_a_site_without_facts_exports_an_empty_list(run: Run, folder: Path) -> None:
    assert json.loads(run("export", "events", "--data", folder).stdout) == []
    assert run("export", "events", "--format", "csv", "--data", folder).stdout == ""


def test_an_export_to_a_file_is_the_export(run: Run, convoy: Path, tmp_path: Path) -> None:
    run("export", "events", "--data", convoy, "--out", tmp_path / "log.json")
    assert (tmp_path / "log.json").read_text(encoding="utf-8") == run("export", "events", "--data", convoy).stdout


def test_events_come_in_order_of_arrival_in_any_number(convoy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dunant.store.listing._PIECE", 7)
    site = Site(Settings(data=convoy, site="BENTIU"))
    arrivals = [row["rx"] for row in events(site)]
    site.close()
    assert arrivals == sorted(arrivals)
    assert len(arrivals) > 100


# ── check, backup, restore ──


def test_every_shipped_pack_is_sound(run: Run) -> None:
    shown = run("check", "packs")
    assert shown.exit_code == 0
    assert "scenarios/bentiu_night_convoy.toml" in shown.stdout
    assert "WRONG" not in shown.stdout


def test_a_careless_pack_is_named_with_field_and_rule(run: Run, tmp_path: Path) -> None:
    roles = PackShelf().raw("roles.toml").decode().replace('relation = "own"', 'relation = "cousin"', 1)
    (tmp_path / "roles.toml").write_text(roles, encoding="utf-8")
    (tmp_path / "surprise.toml").write_text("source = 'nobody'\n", encoding="utf-8")
    shown = run("check", "packs", "--packs", tmp_path)
    assert shown.exit_code == 1
    wrong = [line for line in shown.stdout.splitlines() if line.startswith("WRONG")]
    assert [line.split()[1] for line in wrong] == ["roles.toml", "surprise.toml"]
    assert "cousin" in wrong[0]


def test_a_changed_fact_is_found(run: Run, folder: Path) -> None:
    import sqlite3
    from contextlib import closing

    run("import", "cot", SAMPLE, "--data", folder)
    with closing(sqlite3.connect(folder / "dunant.sqlite3")) as database, database:
        database.execute(
            "UPDATE event SET body = CAST(replace(body, 'CASEVAC', 'TRANSFER') AS BLOB) WHERE t LIKE '%evac_requested'"
        )
    shown = run("check", "chains", "--data", folder)
    assert shown.exit_code == 1
    assert shown.stdout.startswith("WRONG  SITE-1/")
    assert run("check", "views", "--data", folder).exit_code == 1


def test_a_backup_becomes_a_site_again_under_a_new_epoch(run: Run, convoy: Path, tmp_path: Path) -> None:
    saved = run("backup", tmp_path / "night.dunant", "--data", convoy)
    assert "site BENTIU" in saved.stdout
    assert run("restore", tmp_path / "night.dunant", "--data", tmp_path / "again").exit_code == 0
    before = json.loads(run("export", "events", "--data", convoy).stdout)
    after = json.loads(run("export", "events", "--data", tmp_path / "again").stdout)
    assert before == after
    assert run("check", "chains", "--data", tmp_path / "again").exit_code == 0
    assert run("backup", tmp_path / "night.dunant", "--data", convoy).exit_code == 2
    assert run("restore", tmp_path / "night.dunant", "--data", convoy).exit_code == 2


# ── certificates ──


def test_a_certificate_can_be_checked_with_its_authority(run: Run, tmp_path: Path) -> None:
    import socket
    import ssl
    import threading

    made = run("site", "cert", "--name", "localhost", "--name", "127.0.0.1", "--data", tmp_path)
    assert made.exit_code == 0
    tls = tmp_path / "tls"
    assert {oct(file.stat().st_mode & 0o777) for file in tls.iterdir()} == {"0o600"}
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tls / "server.pem", tls / "server.key")
    client = ssl.create_default_context(cafile=tls / "ca.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as raw, server.wrap_socket(raw, server_side=True) as spoken:
                spoken.sendall(b"hello")

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            socket.create_connection(listener.getsockname(), timeout=10) as raw,
            client.wrap_socket(raw, server_hostname="127.0.0.1") as spoken,
        ):
            assert spoken.recv(5) == b"hello"
        thread.join()


def test_the_authority_stays_when_the_certificate_is_renewed(run: Run, tmp_path: Path) -> None:
    first = run("site", "cert", "--name", "a.example", "--out", tmp_path)
    authority, cert = (tmp_path / "ca.pem").read_bytes(), (tmp_path / "server.pem").read_bytes()
    second = run("site", "cert", "--name", "b.example", "--out", tmp_path)
    assert (tmp_path / "ca.pem").read_bytes() == authority
    assert (tmp_path / "server.pem").read_bytes() != cert
    assert first.stdout.splitlines()[1] == second.stdout.splitlines()[1]


def test_a_name_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    refused = run("site", "cert", "--name", "http://x y/", "--out", tmp_path)
    assert refused.stderr == "dunant: name: host name or address (command.invalid)\n"


# ── PostgreSQL ──


def test_the_same_verbs_work_on_either_engine(run: Run, tmp_path: Path, address: str) -> None:
    where = ("--data", tmp_path / "data", *(("--db", address) if address.startswith("postgresql") else ()))
    added = run("user", "add", *where, "--role", "medic", "anna", env={"DUNANT_PASSWORD": PASSWORD})
    assert added.exit_code == 0, added.output
    assert run("import", "cot", SAMPLE, *where).stdout == "1 messages: 1 accepted\n"
    assert len(json.loads(run("export", "casualties", *where).stdout)) == 2
    assert run("check", "chains", *where).exit_code == 0
    assert run("check", "views", *where).exit_code == 0
    assert run("backup", tmp_path / "saved", *where).exit_code == 0
    restored = run("restore", tmp_path / "saved", "--data", tmp_path / "again")
    assert restored.exit_code == 0
    assert len(json.loads(run("export", "casualties", "--data", tmp_path / "again").stdout)) == 2


def test_a_restored_site_is_whole_at_once(run: Run, convoy: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "b.dunant", "--data", convoy)
    run("restore", tmp_path / "b.dunant", "--data", tmp_path / "again")
    assert run("check", "views", "--data", tmp_path / "again").exit_code == 0


def test_what_a_site_keeps_is_for_its_owner_only(run: Run, convoy: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "b.dunant", "--data", convoy)
    kept = [
        tmp_path / "b.dunant",
        *(file for file in convoy.iterdir() if file.name.startswith(("dunant.sqlite3", "site"))),
    ]
    assert {file.name: oct(file.stat().st_mode & 0o077) for file in kept if file.stat().st_mode & 0o077} == {}


def test_an_export_is_in_the_audit_stream_and_the_audit_stream_can_be_exported(run: Run, convoy: Path) -> None:
    run("export", "requests", "--data", convoy)
    entries = json.loads(run("export", "audit", "--data", convoy).stdout)
    assert [row["body"]["what"] for row in entries if row["t"] == "audit.data_exported"][-2:] == ["requests", "audit"]


def test_every_event_has_every_column_in_a_spreadsheet(run: Run, convoy: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "events", "--format", "csv", "--data", convoy).stdout)))
    assert {"c", "p", "base", "x", "bl", "dev", "for", "body"} <= rows[0].keys()
    assert all(None not in row.values() for row in rows)


def test_an_exercise_pack_is_not_made_real_by_a_flag(run: Run, tmp_path: Path) -> None:
    refused = run("user", "list", "--data", tmp_path / "new", env={"DUNANT_EXERCISE": "false"})
    assert refused.exit_code == 2
