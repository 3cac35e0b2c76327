"""`dunant exercise`: rehearse. Everything it writes is marked as an exercise and never counts."""

from pathlib import Path
from typing import Annotated

import typer

from dunant.cli.progress import bar
from dunant.cli.settings import Config, Data, Db, existing_site


def exercise(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario in the packs.")] = "bentiu_night_convoy",
    speed: Annotated[float, typer.Option(min=1, max=60, help="Minutes of the scenario in a minute.")] = 1.0,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Play a scenario into a working site, beside `serve`, as an exercise: injects come when their time has come."""
    from dunant.services.exercise import injects, play
    from dunant.services.scenario import Scenario

    with existing_site(config, data, db) as site, bar("Playing") as progress:
        told = site.policies.shelf.read(str(Path("scenarios") / f"{scenario}.toml"), Scenario)
        cues = injects(told, site.policies.mission, site.clock.now(), speed)
        refused = play(site, cues, lambda done: progress(done, len(cues)))
    typer.echo(f"{len(cues)} injects played, {len(refused)} refused. Everything is marked as an exercise.")
