"""`dunant demo`: a simulated mission in a folder that is thrown away, with one login for each role."""

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.serve import CotPort, Port
from dunant.config import Settings, load

if TYPE_CHECKING:
    from dunant.kernel.ids import UserId
    from dunant.services.build import Site
    from dunant.services.clock import MissionClock
    from dunant.services.scenario import Scenario
    from dunant.services.simulator import Cue
    from dunant.services.syncing.demo import DemoLink
    from dunant.sync.satellite import Shape
    from dunant.web.server import Addresses

    Ready = Callable[[Addresses, Addresses], None]

PASSWORD = "DUNANT_DEMO_PASSWORD"
HEADQUARTERS = "MHQ"
# Crockford's letters without those that look alike.
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


def demo(
    seed: Annotated[int, typer.Option(help="Same seed, same mission.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="Mission minutes per minute.")] = 60.0,
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
    port: Port = None,
    cot_port: CotPort = None,
    hq_port: Annotated[
        int | None, typer.Option(help="Port of headquarters' web interface; 0 picks a free one.", show_default="8001")
    ] = None,
    link: Annotated[
        str, typer.Option(help="Link to headquarters: kbit/s, round trip in ms, loss in percent.")
    ] = "256,600,3",
) -> None:
    """Run a simulated mission, "Bentiu night convoy", at a field site and its headquarters. Everything is fictional."""
    from dunant.services.clock import MissionClock
    from dunant.services.scenario import SCENARIO, Scenario
    from dunant.services.simulator import Simulator
    from dunant.services.syncing.demo import DemoLink, found_mission
    from dunant.store import PackShelf
    from dunant.sync.link import linked

    shape = _shape(link)
    scenario = PackShelf().read(SCENARIO, Scenario)
    password = os.environ.get(PASSWORD) or _password()
    clock = MissionClock(scenario.moment(scenario.opens), 0)
    with (
        _folder() as folder,
        _site(scenario, folder / "field", clock, scenario.site, port, cot_port) as site,
        _site(scenario, folder / "hq", clock, HEADQUARTERS, hq_port, -1) as hq,
    ):
        simulator = Simulator(site, clock, scenario, _cues(site, scenario, seed, password))
        _people(hq, scenario, seed, password)
        found_mission(hq, site)
        simulator.play_until(scenario.moment(scenario.begins))
        clock.pace(speed)
        acting: list[asyncio.Task[None]] = []

        def ready(where: "Addresses", at_hq: "Addresses") -> None:
            acting.append(asyncio.get_running_loop().create_task(simulator.play(where.cot_port)))
            _announce(scenario, where, at_hq, folder, password, link)
            if not headless:
                _open_browser(where.url)

        with linked(("127.0.0.1", hq.settings.sync_port), shape, seed=seed) as switch:
            _serve(site, hq, DemoLink(switch, shape), ready)


def _shape(text: str) -> "Shape":
    """Raises typer.BadParameter for anything but three numbers."""
    from dunant.sync.satellite import Shape

    try:
        kbit_s, rtt_ms, loss = (float(part) for part in text.split(","))
        return Shape(rate=round(1000 * kbit_s), delay_s=rtt_ms / 2000, loss=loss / 100)
    except ValueError:
        raise typer.BadParameter("kbit/s,ms,percent such as 256,600,3", param_hint="--link") from None


def _serve(site: "Site", hq: "Site", link: "DemoLink", ready: "Ready") -> None:
    """Both sites in one process; the field site calls headquarters through the emulated link."""
    from dunant.web.server import run, running, stopped

    async def both() -> None:
        stop = stopped()
        async with running(hq, hq.settings, link) as at_hq, running(site, site.settings, link) as where:
            where.syncing.call(HEADQUARTERS, f"https://{link.address[0]}:{link.address[1]}")
            ready(where, at_hq)
            await stop.wait()

    run(both())


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dunant-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _site(
    scenario: "Scenario", folder: Path, clock: "MissionClock", code: str, port: int | None, cot_port: int | None
) -> Iterator["Site"]:
    from dunant.services.build import Site

    is_hq = code == HEADQUARTERS
    flags = {
        "data": folder,
        "site": code,
        "tag_block": scenario.tag_block + is_hq,
        "mission": scenario.mission,
        "exercise": True,
        "port": _free(Settings().port + is_hq) if port is None else port,
        "sync_port": _any_port() if is_hq else -1,
        "cot_port": _free(Settings().cot_port) if cot_port is None else cot_port,
        # Whoever looks at a demo should not be thrown out of it.
        "session_idle_min": 12 * 60,
    }
    settings = load(flags, environment={})
    site = Site(settings, clock)
    try:
        yield site
    finally:
        site.close()


def _cues(site: "Site", scenario: "Scenario", seed: int, password: str) -> "list[Cue]":
    """The script, spoken by accounts of this site."""
    from dunant.services.simulator import script

    return script(scenario, site.policies.mission, seed, _people(site, scenario, seed, password))


def _people(site: "Site", scenario: "Scenario", seed: int, password: str) -> "dict[str, UserId]":
    """An account for everybody in the scenario, and one for whoever looks after the site."""
    from dunant.kernel.ids import UserId
    from dunant.services.accounts import Accounts
    from dunant.services.clock import SystemClock
    from dunant.services.simulator import cast

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
    return users


def _announce(
    scenario: "Scenario", where: "Addresses", at_hq: "Addresses", folder: Path, password: str, link: str
) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("login", "role", "who", box=None, padding=(0, 2, 0, 0))
    for person in scenario.person:
        table.add_row(person.login, person.role, person.display)
    console.print(f"[bold]Dunant demo[/] (exercise, all fictional): [bold]{where.url}/desk/ops[/]", soft_wrap=True)
    console.print(f"Headquarters, over a link of {link} (kbit/s, ms, %): [bold]{at_hq.url}/desk/ops[/]", soft_wrap=True)
    console.print(f"A phone: [bold]{where.url}/field/[/]    Links and their state: [bold]{where.url}/desk/site[/]")
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


def _any_port() -> int:
    """One that nobody has now; the link has to know it before anybody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _open_browser(url: str) -> None:
    """Only where there is a screen: a text browser would take the terminal."""
    import sys
    import webbrowser

    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"darwin", "win32"}:
        webbrowser.open(f"{url}/desk/ops")
