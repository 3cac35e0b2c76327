"""Options that verbs share, and how they become settings: flag over environment over file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunant.config import Settings, SettingsInvalid, load

if TYPE_CHECKING:
    from dunant.services.build import Site

Data = Annotated[Path | None, typer.Option(help="Folder of the site.", show_default="dunant-data")]
Db = Annotated[str | None, typer.Option(help="PostgreSQL address; without it the site is a SQLite file in its folder.")]
Config = Annotated[
    Path | None, typer.Option(help="TOML file with settings.", envvar="DUNANT_CONFIG", exists=True, dir_okay=False)
]


def settings(config: Path | None, **flags: Any) -> Settings:
    return load(flags, os.environ, config)


def existing(config: Path | None, data: Path | None, db: str | None) -> Settings:
    """Settings of a site that is there; a mistyped folder does not become a new one."""
    from dunant.services.build import DATABASE_FILE

    found = settings(config, data=data, db=db)
    if not found.db and not (found.data / DATABASE_FILE).exists():
        raise SettingsInvalid(field="data", rule=f"no site in {found.data}")
    return found


@contextmanager
def existing_site(config: Path | None, data: Path | None, db: str | None) -> Iterator["Site"]:
    with opened(existing(config, data, db)) as site:
        yield site


@contextmanager
def opened(found: Settings) -> Iterator["Site"]:
    """Open a site, with a progress bar if its views are rebuilt first."""
    from dunant.cli.progress import bar
    from dunant.services.build import Site

    with bar("Rebuilding views") as progress:
        site = Site(found, progress=progress)
    try:
        yield site
    finally:
        site.close()
