"""What a site holds, as rows for a file: casualties, requests, events. Identities and clinical content stay inside.

Everything is judged as of the newest event, so that the same log gives the same file.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from dunant.kernel.clock import rfc3339
from dunant.kernel.disclosure import released
from dunant.kernel.events import Body, Event, Header, Unknown
from dunant.kernel.gate import Gate
from dunant.services.build import Site
from dunant.services.reading.board import Here, board_page
from dunant.services.reading.gate import gate_outside
from dunant.store.listing import AUDIT, events_in_order, newest_arrival
from dunant.store.snapshot import snapshot

Row = dict[str, Any]
# Resources whose content leaves the site only by a door that audits it.
WITHHELD = {"identity", "clinical"}
_BLANK: Row = {field.encode_name: None for field in msgspec.structs.fields(Header)}
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def casualties(site: Site) -> Iterator[Row]:
    """Board rows with their clocks."""
    as_of = newest_arrival(site.database) or rfc3339(site.clock.now())
    with snapshot(site.database, site.views, site.registry) as look:
        here = Here(site=site.row.code, now=datetime.fromisoformat(as_of), clocks={})
        rows = board_page(look, look.rows("board"), site.policies, here)
        gate = gate_outside(look, site.policies.notification, here.now)
        yield from ({"as_of": as_of, **_released(row, gate)} for row in rows)


def requests(site: Site) -> Iterator[Row]:
    as_of = newest_arrival(site.database) or rfc3339(site.clock.now())
    with snapshot(site.database, site.views, site.registry) as look:
        gate = gate_outside(look, site.policies.notification, datetime.fromisoformat(as_of))
        yield from ({"as_of": as_of, **_released(row, gate)} for row in look.rows("requests"))


def events(site: Site) -> Iterator[Row]:
    """The log in order of arrival, without the audit stream. Of identities and clinical facts only the envelope.

    What a release hold covers is out of the bodies as well.
    """
    with snapshot(site.database, site.views, site.registry) as look:
        as_of = newest_arrival(site.database) or rfc3339(site.clock.now())
        gate = gate_outside(look, site.policies.notification, datetime.fromisoformat(as_of))
    for event, arrived in events_in_order(site.database, site.registry):
        if event.header.st == AUDIT:
            continue
        yield {
            **_header(event),
            "rx": arrived,
            "withheld": not may_leave(event),
            "body": released(_body(event), gate, event.header.s),
        }


def audit(site: Site) -> Iterator[Row]:
    """Who looked at what, signed in, was refused or took something out; the audit stream in order of arrival."""
    for event, arrived in events_in_order(site.database, site.registry):
        if event.header.st == AUDIT:
            body = {} if isinstance(event.body, Unknown) else msgspec.to_builtins(event.body)
            yield {**_header(event), "rx": arrived, "body": body}


def _released(row: Row, gate: Gate) -> Row:
    """A row with all its columns; one that may not be told is empty, so that every line of a file has the same."""
    return {**dict.fromkeys(row), **released(row, gate)}


def _header(event: Event) -> Row:
    """Every field of the envelope, said or not, so that each row has the same columns."""
    return {**_BLANK, **msgspec.to_builtins(event.header)}


def may_leave(event: Event) -> bool:
    body = event.body
    if isinstance(body, Body) and body.KIND is not None:
        return body.RESOURCE not in WITHHELD
    return event.header.st not in WITHHELD and isinstance(body, Body)


def _body(event: Event) -> Row | None:
    body: Row | None = msgspec.to_builtins(event.body) if may_leave(event) else None
    return body


WHAT = {"casualties": casualties, "requests": requests, "events": events, "audit": audit}


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON list, one row on a line."""
    yield "["
    for n, row in enumerate(rows):
        yield f"{',' if n else ''}\n{msgspec.json.encode(row).decode()}"
    yield "\n]\n"


def as_csv(rows: Iterable[Row]) -> Iterator[str]:
    """Every row has the columns of the first; what is not a plain value stands as JSON in its cell."""
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(out, list(row), extrasaction="raise")
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield out.getvalue()
        out.seek(0)
        out.truncate()


FORMATS = {"json": as_json, "csv": as_csv}


def _cell(value: object) -> object:
    """A text that a spreadsheet would calculate gets an apostrophe in front; numbers are left alone."""
    if isinstance(value, Mapping | list | tuple):
        return msgspec.json.encode(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
