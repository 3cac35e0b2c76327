"""`dunant check …`, `dunant backup`, `dunant restore`: looking after a site. A finding ends with exit code 1."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from dunant.cli.progress import bar
from dunant.cli.settings import Config, Data, Db, existing, settings

app = typer.Typer(help="Verify what a site is made of.", no_args_is_help=True)


@app.command()
def chains(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Verify the hash chain, the end and every signed checkpoint of every log. Only reads."""
    from dunant.services.build import store_of
    from dunant.services.keys import load_key
    from dunant.services.upkeep import check_chains

    found = existing(config, data, db)
    key = load_key(found.data) if (found.data / "site.key").exists() else None
    with closing(store_of(found)) as database, bar("Checking chains") as progress:
        faults = check_chains(database, key, progress)
    for fault in faults:
        typer.echo(f"WRONG  {'/'.join(fault.log)} at {fault.q}: {fault.rule}")
    if faults:
        raise typer.Exit(1)
    typer.echo("Every chain is whole.")


@app.command()
def views(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Compare every view with what the log says. Only reads; a view that differs is rebuilt at the next start."""
    from dunant.services.upkeep import check_views

    differing = check_views(existing(config, data, db))
    for name in differing:
        typer.echo(f"WRONG  {name}")
    if differing:
        raise typer.Exit(1)
    typer.echo("Every view says what the log says.")


@app.command()
def packs(
    packs: Annotated[Path | None, typer.Option(help="Folder with packs of your own.")] = None, config: Config = None
) -> None:
    """Read every pack and name the file, field and rule that is wrong."""
    from dunant.services.packs import check_packs
    from dunant.store import PackShelf

    own = settings(config, packs=packs).packs
    findings = list(check_packs(PackShelf(own) if own else PackShelf()))
    for found in findings:
        told = found.problem or f"{found.version}, {found.rows} rows, {found.unverified} unverified"
        typer.echo(f"{'WRONG' if found.problem else 'ok':5}  {found.file}  {told}")
    if any(found.problem for found in findings):
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.", dir_okay=False)],
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Save a site into one file, while it goes on working."""
    from dunant.services import upkeep

    with bar("Saving") as progress:
        saved = upkeep.backup(existing(config, data, db), file, progress)
    typer.echo(f"{file}: site {saved.site}, {saved.events} events.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Make a site from a backup, in an empty folder or database. It goes on under a new epoch."""
    from dunant.services import upkeep

    with bar("Restoring") as progress:
        made = upkeep.restore(file, settings(config, data=data, db=db), progress)
    typer.echo(f"Site {made.summary.site}, {made.summary.events} events, new epoch {made.summary.epoch}.")
    for fault in made.faults:
        typer.echo(f"WRONG  {'/'.join(fault.log)} at {fault.q}: {fault.rule} (already when it was saved)")
    if made.faults:
        raise typer.Exit(1)
