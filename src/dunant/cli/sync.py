"""`dunant sync …`: carrying facts by hand between sites that have no link, and how far they have come."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.progress import bar
from dunant.cli.settings import Config, Data, Db, existing_site

if TYPE_CHECKING:
    from dunant.services.syncing import Syncing

app = typer.Typer(help="Exchange with other sites of the mission, by stick.", no_args_is_help=True)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="File to write, such as day.dunant.")],
    to: Annotated[list[str], typer.Option(help="Code of a site that shall be able to open it; may be repeated.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Also what they have signed for, as after a restore from a backup.")
    ] = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Write what these sites lack, as far as their receipts say, sealed for them alone."""
    from dunant.services.syncing.bundles import export_bundle

    with _syncing(config, data, db) as syncing, bar("Writing") as progress:
        made = export_bundle(syncing.station, file, to, progress, everything=everything)
    streams = ", ".join(f"{stream} {count}" for stream, count in sorted(made.streams.items())) or "nothing new"
    typer.echo(f"{file}: {made.events} events in {made.frames} frames, {made.bytes} bytes, for {', '.join(to)}")
    typer.echo(f"  {streams}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file from a stick.")],
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Take in a file: in any order, any number of times, partly damaged. Ends with 1 if a part was not taken in."""
    from dunant.services.accounts import Accounts
    from dunant.services.clock import SystemClock
    from dunant.services.syncing.bundles import import_bundle
    from dunant.services.taking import import_outbox

    with _syncing(config, data, db) as syncing:
        site = syncing.site
        accounts = Accounts(site.database, site.policies.roles, site.settings, SystemClock())

        def entries(content: bytes) -> Counter[str]:
            return Counter(one.outcome for one in import_outbox(site, accounts, content, syncing.station.trust())[0])

        found = import_bundle(syncing.station, file.read_bytes(), entries)
    typer.echo(
        f"{file}: {found.parts} parts: {found.accepted} accepted ({found.events} events), "
        f"{found.duplicate} known already, {found.parked} waiting for what comes before"
    )
    for outcome, count in sorted(found.entries.items()):
        typer.echo(f"  entries of phones: {count} {outcome}")
    for refusal in found.refused:
        numbers = ", ".join(map(str, refusal.parts))
        typer.echo(f"  not taken in: {refusal.count} ({refusal.rule}), part {numbers}")
    if found.refused:
        raise typer.Exit(1)


@app.command()
def status(data: Data = None, db: Db = None, config: Config = None) -> None:
    """How far other sites have signed for what this one holds, what waits here, and what nobody could believe."""
    from dunant.services.syncing.looking import look

    with _syncing(config, data, db) as syncing:
        seen = look(syncing)
    own = seen.site
    typer.echo(f"{own.code} of {own.mission}, epoch {own.epoch}: {own.events} events, as of {seen.as_of}")
    typer.echo(f"  waiting: {own.parked_frames} frames; quarantine: {own.quarantined}; open forks: {len(seen.forks)}")
    for known in seen.sites:
        typer.echo(f"  {known.code}\t{known.state}\tlast heard {known.last_heard or 'never'}")
    for receipt in seen.receipts:
        behind = receipt.ours - receipt.q
        told = f"{behind} to go" if behind else "all"
        typer.echo(f"  {receipt.receiver} has {receipt.stream} up to {receipt.q} ({told}), signed {receipt.at}")


@app.command()
def peers(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Whom this site calls, and where."""
    with _syncing(config, data, db) as syncing:
        routes = syncing.routes()
    for route in routes:
        typer.echo(f"{route.peer}\t{route.address}")
    if not routes:
        typer.echo("Nobody. `sync_peers` names them: CODE=https://host:port")


@contextmanager
def _syncing(config: Path | None, data: Path | None, db: str | None) -> Iterator["Syncing"]:
    """A site without any conversation; one that is running beside it goes on."""
    from dunant.services.syncing import Syncing

    with existing_site(config, data, db) as site:
        syncing = Syncing(site, calls=False)
        site.commit.submit(syncing.alarms.settle, alone=True).result()
        yield syncing
        syncing.close()
