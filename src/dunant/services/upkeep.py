"""What an administrator does to a site: back up, restore, check. Plain functions; `cli` gives them words and bars."""

import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from dunant.config import Settings
from dunant.kernel.errors import NotFound
from dunant.kernel.log import Checkpoint, Fault, signed_bytes
from dunant.services.build import WITNESS_FILE, event_registry, store_of, view_tables
from dunant.services.keys import SiteKey, key_id
from dunant.services.policies import load_policies
from dunant.store import Database
from dunant.store import backup as archives
from dunant.store.backup import Summary
from dunant.store.boot import known_keys, revision
from dunant.store.check import chain_faults
from dunant.store.rebuild import differing, outdated, rebuild

Progress = Callable[[int, int], None]


class Restored(Struct, frozen=True, kw_only=True):
    """What was restored, under its new epoch, and what was wrong with its logs already when it was saved."""

    summary: Summary
    faults: tuple[Fault, ...]


def backup(settings: Settings, file: Path, progress: Progress = lambda _done, _all: None) -> Summary:
    """Save a site into one file, while it goes on working.

    Raises
    ------
    NotFound
        There is no site here.
    NotEmpty
        The file is there already.
    OtherVersion
        The database belongs to another version of Dunant.
    """
    with closing(_existing(settings)) as database:
        return archives.backup(database, file, progress)


def restore(file: Path, settings: Settings, progress: Progress = lambda _done, _all: None) -> Restored:
    """Make a site from a backup, under a new epoch, in the empty place that the settings name.

    Raises
    ------
    NotEmpty
        There is a site already.
    Malformed
        The file is no backup, or is damaged.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    policies = load_policies(settings.mission, settings.packs)
    with closing(store_of(settings)) as database:
        summary = archives.restore(file, database, secrets.token_hex(4), progress)
        # What an earlier life of this folder had seen says nothing about the new one.
        (settings.data / WITNESS_FILE).unlink(missing_ok=True)
        tables = view_tables(policies, database)
        rebuild(database, event_registry(), tables, outdated(database, tables), progress)
        return Restored(summary=summary, faults=tuple(check_chains(database)))


def check_chains(
    database: Database, key: SiteKey | None = None, progress: Progress = lambda _done, _all: None
) -> list[Fault]:
    """Every fault of every log held: chain, columns, salts, ends, and the signatures of all checkpoints.

    Parameters
    ----------
    key : the site's own key; without it, its public half is taken from the database, which whoever wrote to the
        database may have exchanged
    """
    public = {name: half for name, half in known_keys(database).items() if key_id(half) == name}
    if key is not None:
        public[key.id] = bytes(key.public)

    def verify(point: Checkpoint) -> bool:
        try:
            VerifyKey(public[point.key]).verify(signed_bytes(point), point.sig)
        except (KeyError, ValueError, BadSignatureError):
            return False
        return True

    return chain_faults(database, verify, progress)


def check_views(settings: Settings) -> list[str]:
    """Views whose rows are not what the log says, or that are of another version and will be rebuilt at start."""
    policies = load_policies(settings.mission, settings.packs)
    with closing(_existing(settings)) as database:
        tables = view_tables(policies, database)
        stale = outdated(database, tables)
        return sorted({*stale, *differing(database, event_registry(), tables, set(tables.views) - set(stale))})


def _existing(settings: Settings) -> Database:
    """The database of a site that is there; looking for one must not make one."""
    if not settings.db and not settings.data.is_dir():
        raise NotFound(field="data", rule="site_exists")
    database = store_of(settings)
    if revision(database) is None:
        database.close()
        raise NotFound(field="data", rule="site_exists")
    return database
