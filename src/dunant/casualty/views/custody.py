"""The chain of custody, and what ties a row about a casualty to those who may see it."""

from collections.abc import Iterator, Mapping, Sequence

from dunant.casualty import events as e
from dunant.casualty.model import Custody
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Body, Event
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View

_ASKED: Mapping[type[Body], str] = {e.CustodyOffered: "OFFERED", e.CustodyRefused: "REFUSED"}


def tie_columns(group: str) -> tuple[Column, ...]:
    """Columns by which the relations own, treating and at_facility of the roles pack find their rows."""
    return (
        Column(name="holder", group=group),
        Column(name="treating", type="json", group=group),
        Column(name="facility_id", group=group),
    )


def ties(custody: Custody) -> Row:
    """Who holds the casualty now, which facilities treat it, and the one it is at or on the way to."""
    return {"holder": custody.holder, "treating": custody.treating, "facility_id": custody.place}


def custody_row(custody: Custody) -> Row:
    """How custody stands, as the board shows it."""
    return {
        "holder": custody.holder,
        "holder_role": custody.role,
        "holder_facility": custody.facility,
        "holder_leg": custody.leg,
        "holder_since": rfc3339(custody.since) if custody.since else None,
        "custody": custody.state,
        "treating": custody.treating,
        "destination_id": custody.destination,
    }


CUSTODY_COLUMNS = (
    *(Column(name=name, group="movement") for name in ("holder", "holder_role", "holder_facility", "holder_leg")),
    Column(name="holder_since", group="movement"),
    Column(name="custody", group="movement"),
    Column(name="treating", type="json", group="movement"),
    Column(name="destination_id", group="movement"),
)


def custody() -> View:
    """One row for each who held, offered or refused a casualty."""

    def rows(facts: Facts) -> Sequence[Row]:
        read = Custody(facts)
        return [*_links(read), *_asked(read)]

    return View(
        name="custody",
        version=1,
        resource="evacuation",
        rows={"casualty": rows},
        order=("at",),
        columns=(
            Column(name="subject", key=True),
            Column(name="event", key=True),
            Column(name="state", group="movement"),
            Column(name="at", group="movement"),
            Column(name="holder", group="movement"),
            Column(name="role", group="movement"),
            Column(name="facility", group="movement"),
            Column(name="leg", group="movement"),
            Column(name="nonce", group="movement"),
            Column(name="mode", group="movement"),
            Column(name="evidence", group="movement"),
            Column(name="current", type="bool", group="movement"),
            Column(name="to_role", group="movement"),
            Column(name="reason", group="movement"),
        ),
    )


def _links(read: Custody) -> Iterator[Row]:
    for link in read.chain:
        yield {
            "subject": read.facts.subject,
            "event": link.event.id,
            "state": "REPORTED" if link.evidence == "REPORTED" else "ACCEPTED",
            "at": rfc3339(link.at),
            "holder": link.holder,
            "role": link.role,
            "facility": link.facility,
            "leg": link.leg,
            "nonce": link.nonce or None,
            "mode": link.mode or None,
            "evidence": link.evidence,
            "current": link.current,
        }


def _asked(read: Custody) -> Iterator[Row]:
    for kind, state in _ASKED.items():
        for event in read.facts.of(kind):
            yield {**_words(event), "subject": read.facts.subject, "event": event.id, "state": state, "current": False}


def _words(event: Event) -> Row:
    body, by = event.body, event.header.by
    return {
        "at": moment_of(event),
        "holder": by.user,
        "role": by.role,
        "facility": getattr(body, "to_facility", None),
        "leg": getattr(body, "to_leg", None),
        "nonce": getattr(body, "nonce", "") or None,
        "mode": getattr(body, "mode", None),
        "to_role": getattr(body, "to_role", None),
        "reason": getattr(body, "reason", None),
    }
