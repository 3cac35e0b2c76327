"""`dunant export …`: what a site holds, for its local administrator; also while it runs."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from dunant.cli.settings import Config, Data, Db, existing_site


def export(
    what: Annotated[Literal["casualties", "requests", "events"], typer.Argument(help="Which rows.")],
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
        text = rows.FORMATS[format](rows.WHAT[what](site))
        if out is None:
            sys.stdout.writelines(text)
        else:
            with out.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text)
