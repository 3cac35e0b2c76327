"""`dunant demo`: a simulated mission in a folder that is thrown away, with one login for each role."""

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.serve import CotPort, Port
from dunant.config import Settings, load

if TYPE_CHECKING:
    from dunant.services.build import Site
    from dunant.services.scenario import Scenario
    from dunant.services.simulator import Cue
    from dunant.web.server import Addresses

PASSWORD = "DUNANT_DEMO_PASSWORD"
# Crockford's letters without those that look alike.
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


def demo(
    seed: Annotated[int, typer.Option(help="Same seed, same mission.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="Mission minutes per minute.")] = 60.0,
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
    port: Port = None,
    cot_port: CotPort = None,
) -> None:
    """Run a simulated mission: "Bentiu night convoy". Everything in it is fictional, and gone afterwards."""
    from dunant.services.clock import MissionClock
    from dunant.services.scenario import SCENARIO, Scenario
    from dunant.services.simulator import Simulator
    from dunant.store import PackShelf
    from dunant.web.server import serve

    scenario = PackShelf().read(SCENARIO, Scenario)
    password = os.environ.get(PASSWORD) or _password()
    with _folder() as folder, _site(scenario, folder, port, cot_port) as site:
        clock = site.clock
        assert isinstance(clock, MissionClock)
        simulator = Simulator(site, clock, scenario, _cues(site, scenario, seed, password))
        simulator.play_until(scenario.moment(scenario.begins))
        clock.pace(speed)
        acting: list[asyncio.Task[None]] = []

        def ready(where: "Addresses") -> None:
            acting.append(asyncio.get_running_loop().create_task(simulator.play(where.cot_port)))
            _announce(scenario, where, folder, password)
            if not headless:
                _open_browser(where.url)

        serve(site, site.settings, ready)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dunant-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _site(scenario: "Scenario", folder: Path, port: int | None, cot_port: int | None) -> Iterator["Site"]:
    from dunant.services.build import Site
    from dunant.services.clock import MissionClock

    flags = {
        "data": folder,
        "site": scenario.site,
        "tag_block": scenario.tag_block,
        "mission": scenario.mission,
        "exercise": True,
        "port": _free(Settings().port) if port is None else port,
        "cot_port": _free(Settings().cot_port) if cot_port is None else cot_port,
        # Whoever looks at a demo should not be thrown out of it.
        "session_idle_min": 12 * 60,
    }
    settings = load(flags, environment={})
    site = Site(settings, MissionClock(scenario.moment(scenario.opens), 0))
    try:
        yield site
    finally:
        site.close()


def _cues(site: "Site", scenario: "Scenario", seed: int, password: str) -> "list[Cue]":
    """The script, spoken by accounts of this site."""
    from dunant.kernel.ids import UserId
    from dunant.services.accounts import Accounts
    from dunant.services.clock import SystemClock
    from dunant.services.simulator import cast, script

    accounts = Accounts(site.database, site.policies.roles, site.settings, SystemClock())
    users: dict[str, UserId] = {}
    for login, actor in cast(scenario, site.policies.mission, seed).items():
        users[login] = accounts.add(
            login=login,
            display=next(row.display for row in scenario.person if row.login == login),
            role=actor.role,
            password=password,
            unit=actor.unit,
            contingent=actor.contingent,
            facility=actor.facility,
        )
    return script(scenario, site.policies.mission, seed, users)


def _announce(scenario: "Scenario", where: "Addresses", folder: Path, password: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("login", "role", "who", box=None, padding=(0, 2, 0, 0))
    for person in scenario.person:
        table.add_row(person.login, person.role, person.display)
    console.print(f"[bold]Dunant demo[/] (exercise, all fictional): [bold]{where.url}/desk/ops[/]", soft_wrap=True)
    console.print(table)
    console.print(f"Password of all: [bold]{password}[/]    Start with: [bold]cell[/]")
    if where.cot_port is not None:
        console.print(f"Cursor-on-Target: 127.0.0.1:{where.cot_port}    Data: {folder}", soft_wrap=True)
    console.print("Ctrl-C ends it.")


def _free(port: int) -> int:
    """The usual port, or any if somebody has it: a demo should not fail over that."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return port
    except OSError:
        return 0


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _open_browser(url: str) -> None:
    """Only where there is a screen: a text browser would take the terminal."""
    import sys
    import webbrowser

    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"darwin", "win32"}:
        webbrowser.open(f"{url}/desk/ops")
