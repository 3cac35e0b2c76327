"""`dunant export …`: what a site holds, for its local administrator; also while it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dunant.cli.settings import Config, Data, Db, existing_site

if TYPE_CHECKING:
    from dunant.services.build import Site


def export(
    what: Annotated[Literal["casualties", "requests", "events", "audit"], typer.Argument(help="Which rows.")],
    format: Annotated[Literal["json", "csv"], typer.Option(help="A JSON list, or comma-separated values.")] = "json",
    out: Annotated[
        Path | None, typer.Option(help="File to write; standard output if left out.", dir_okay=False)
    ] = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Write what a site holds. Names, numbers and clinical content are never part of it."""
    from dunant.services import export as rows

    with existing_site(config, data, db) as site:
        _write_down(site, what, format)
        text = rows.FORMATS[format](rows.WHAT[what](site))
        if out is None:
            sys.stdout.writelines(text)
        else:
            with out.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text)


def _write_down(site: "Site", what: str, format: str) -> None:
    """What leaves the site is in its audit stream; a full disk must not keep anybody from getting their data out."""
    from dunant.kernel.access import Actor
    from dunant.kernel.errors import ReadOnly, StorageFull

    try:
        site.audit.exported(Actor(user="local", role="administrator"), what, format)
    except (StorageFull, ReadOnly) as failure:
        typer.echo(f"dunant: this export could not be written to the audit stream ({failure.code})", err=True)
