"""A site in a process of its own: started, signed in to, exported from while it runs, stopped."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from dunant.services.build import Site
from tests.builders import new_id
from tests.cli.conftest import PASSWORD, ROOT, Process, Run, signed_in

Start = Callable[..., Process]
QUIET = ("--port", "0", "--cot-port", "0")


def test_an_empty_folder_becomes_a_site_that_says_how_to_begin(start: Start, tmp_path: Path) -> None:
    server = start("serve", "--data", tmp_path / "new", "--site", "BENTIU", *QUIET)
    url = server.wait_for(r"Dunant BENTIU \(exercise\): (\S+)")[1]
    server.wait_for(r"dunant user add --data \S+ --role administrator NAME")
    assert httpx.get(f"{url}/health", trust_env=False).json()["status"] == "ok"


def test_export_shows_what_a_running_server_has_just_taken_in(start: Start, run: Run, tmp_path: Path) -> None:
    run("user", "add", "--data", tmp_path, "--role", "casevac_cell", "anna", env={"DUNANT_PASSWORD": PASSWORD})
    url = start("serve", "--data", tmp_path, *QUIET).wait_for(r"Dunant \S+ \(exercise\): (\S+)")[1]
    with signed_in(url, "anna") as client:
        entry = {"id": new_id(), "command": {"t": "casualty.report_casualty", "casualty": new_id()}}
        assert client.post("/api/v1/commands", json=[entry]).json()[0]["outcome"] == "accepted"
    exported = json.loads(run("export", "casualties", "--data", tmp_path).stdout)
    assert [row["subject"] for row in exported] == [entry["command"]["casualty"]]  # type: ignore[index]


def test_a_file_taken_in_beside_a_running_server_is_on_its_board(start: Start, run: Run, tmp_path: Path) -> None:
    run("user", "add", "--data", tmp_path, "--role", "casevac_cell", "anna", env={"DUNANT_PASSWORD": PASSWORD})
    url = start("serve", "--data", tmp_path, *QUIET).wait_for(r"Dunant \S+ \(exercise\): (\S+)")[1]
    with signed_in(url, "anna") as client:
        run("import", "cot", ROOT / "tests/samples/cot/medevac_two_patients.xml", "--data", tmp_path)
        assert len(client.get("/api/v1/views/board").json()["rows"]) == 2
        # The server writes on, behind the other process.
        entry = {"id": new_id(), "command": {"t": "casualty.report_casualty", "casualty": new_id()}}
        assert client.post("/api/v1/commands", json=[entry]).json()[0]["outcome"] == "accepted"
    assert run("check", "chains", "--data", tmp_path).exit_code == 0


@pytest.mark.parametrize(("option", "other"), [("port", "cot-port"), ("cot-port", "port")])
def test_a_port_that_is_taken_is_one_line(start: Start, tmp_path: Path, option: str, other: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = start("serve", "--data", tmp_path, f"--{option}", port, f"--{other}", 0)
        assert refused.ends() == 2
    assert refused.said.startswith(f"dunant: {option.replace('-', '_')}: cannot listen on 127.0.0.1:{port}")
    assert refused.said.count("\n") == 1


def test_a_stopped_server_leaves_a_whole_site(start: Start, run: Run, tmp_path: Path) -> None:
    server = start("serve", "--data", tmp_path, *QUIET)
    server.wait_for("Cursor-on-Target")
    assert server.stop() == 0
    assert run("check", "views", "--data", tmp_path).exit_code == 0


def test_the_demo_has_casualties_moving_within_seconds(start: Start) -> None:
    demo = start("demo", "--headless", *QUIET, "--speed", "240", DUNANT_DEMO_PASSWORD=PASSWORD)
    url = demo.wait_for(r"(http://127\.0\.0\.1:\d+)/desk/ops")[1]
    folder = Path(demo.wait_for(r"Data: (\S+)")[1])
    with signed_in(url, "cell") as client:
        assert client.get("/api/v1/me").json()["clock"]["speed"] == 240
        assert client.get("/api/v1/me").json()["mission"]["exercise"] is True
        deadline = time.monotonic() + 30
        while not {"medic", "system_client"} <= {
            row["reported_by_role"] for row in client.get("/api/v1/views/board").json()["rows"]
        }:
            assert time.monotonic() < deadline, "neither the convoy nor the 9-line of the peer arrived"
            time.sleep(0.2)
        waiting = [row for row in client.get("/api/v1/views/alerts").json()["rows"] if row["channel"] == "COT"]
        assert [row["acknowledged"] for row in waiting] == [[]]
        assert folder.is_dir()
    assert demo.stop() == 0
    assert not folder.exists()


def test_every_login_of_the_demo_opens_its_own_role(start: Start) -> None:
    demo = start("demo", "--headless", *QUIET, DUNANT_DEMO_PASSWORD=PASSWORD)
    url = demo.wait_for(r"(http://127\.0\.0\.1:\d+)/desk/ops")[1]
    demo.wait_for("Password of all")
    rows = [line.split()[:2] for line in demo.said.splitlines() if line[:1].isalpha() and "  " in line]
    logins = dict(pair for pair in rows if pair[0] not in {"login", "Dunant", "Password"})
    assert {"medic", "cell", "duty", "clinician", "fmo", "commander", "hq", "tcc", "epi"} <= set(logins)
    for login in ("medic", "duty", "tcc", "admin"):
        with signed_in(url, login) as client:
            assert client.get("/api/v1/me").json()["role"] == logins[login]


def test_a_password_of_the_demo_is_made_anew_and_long_enough(start: Start) -> None:
    said = [start("demo", "--headless", *QUIET).wait_for(r"Password of all: (\S+)")[1] for _ in range(2)]
    assert said[0] != said[1]
    assert min(map(len, said)) >= 12


def test_the_version_comes_at_once_and_loads_no_server() -> None:
    code = (
        "import sys; from dunant.cli import main; sys.argv=['dunant','version']\ntry: main()\nexcept SystemExit: pass\n"
    )
    code += "print(sorted({'litestar','sqlalchemy','uvicorn','alembic','cryptography'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[1:] == ["[]"]


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_the_folder_can_be_opened_again(start: Start, tmp_path: Path, how: str) -> None:
    from dunant.config import Settings

    server = start("serve", "--data", tmp_path, *QUIET)
    server.wait_for("Cursor-on-Target")
    server.stop() if how == "stop" else server.kill()
    site = Site(Settings(data=tmp_path))
    assert site.row.code == "SITE-1"
    site.close()
