"""Verifying every copy of every log held here: chain, columns, salts, tips, and the signatures of checkpoints."""

from collections.abc import Callable, Iterator
from contextlib import closing

from sqlalchemy import Connection, select

from dunant.kernel.log import Checkpoint, Fault, LogName, Stored, faults
from dunant.store import rows
from dunant.store.engine import Database
from dunant.store.schema import checkpoint, event
from dunant.store.schema import tip as tip_table

# Is this signature good, by a key that is known here?
Verify = Callable[[Checkpoint], bool]
Progress = Callable[[int, int], None]


def logs(connection: Connection) -> list[LogName]:
    """Every log that any table speaks of, the ones whose events are gone included."""
    found: set[LogName] = set()
    for table in (event, tip_table, checkpoint):
        found.update((o, e, st) for o, e, st in connection.execute(select(table.c.o, table.c.e, table.c.st).distinct()))
    return sorted(found)


def chain_faults(database: Database, verify: Verify, progress: Progress = lambda _done, _all: None) -> list[Fault]:
    """All faults of all logs. Reads one consistent moment, so the site may go on writing."""
    with database.reading() as connection:
        names = logs(connection)
        found: list[Fault] = []
        for done, name in enumerate(names):
            progress(done, len(names))
            found += _of_log(connection, name, verify)
        progress(len(names), len(names))
    return found


def damaged(connection: Connection, name: LogName) -> int | None:
    """Where a copy of a log stops being sound; None if it is whole. Signatures are left to `chain_faults`.

    What stands before it is good. Withdrawn from there on, the rest can be asked for again at any peer that holds it.
    """
    keys, salts = rows.block_keys(connection, name), rows.salts(connection, name)
    with closing(rows.of_log(connection, name)) as held:
        found = next(faults(name, held, keys, salts), None)
    return found.q if found else None


def _of_log(connection: Connection, name: LogName, verify: Verify) -> Iterator[Fault]:
    points = {point.q: point for point in rows.checkpoints(connection, name)}
    last: list[Stored] = []

    def passing() -> Iterator[Stored]:
        for row in rows.of_log(connection, name):
            last[:] = [row]
            if (point := points.pop(row.q, None)) is not None:
                wrong.extend(_of_point(name, point, row.head, verify))
            yield row

    wrong: list[Fault] = []
    yield from faults(name, passing(), rows.block_keys(connection, name), rows.salts(connection, name))
    yield from wrong
    yield from _of_end(connection, name, last[0] if last else None)
    # Checkpoints left over vouch for events that are not there.
    yield from (Fault(log=name, q=q, rule="missing") for q in points)


def _of_point(name: LogName, point: Checkpoint, head: bytes, verify: Verify) -> Iterator[Fault]:
    if point.head != head:
        yield Fault(log=name, q=point.q, rule="checkpoint")
    if not verify(point):
        yield Fault(log=name, q=point.q, rule="signature")


def _of_end(connection: Connection, name: LogName, last: Stored | None) -> Iterator[Fault]:
    tip = rows.tip(connection, name)
    ends = (last.q, last.head) if last else None
    if (tip and (tip.q, tip.head)) != ends:
        yield Fault(log=name, q=tip.q if tip else (last.q if last else 0), rule="tip")
