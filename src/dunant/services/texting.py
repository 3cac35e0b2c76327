"""Text messages taken in: what can be read becomes facts, everything sounds, and what cannot be read is kept."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from secrets import randbits
from typing import Literal

from msgspec.structs import replace

from dunant.casualty.commands import AssignTriage, RecordAlert, ReportCasualty, ReportMist
from dunant.exchange.forms.dn1 import is_dn1
from dunant.exchange.forms.read import Channel, read_text
from dunant.exchange.forms.text import Writing
from dunant.kernel.access import Actor
from dunant.kernel.clock import unix_ms
from dunant.kernel.events import At, Command
from dunant.kernel.ids import EventId, SubjectId, UserId, derived, uuid7
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.store import Transaction, contacts

TextFate = Literal["accepted", "amended", "duplicate", "already here", "damaged", "free text", "kept in tray"]
# A request heard of by text is shown as fresh for this long (casualty §8.4).
STALE = timedelta(hours=24)
LONGEST = 4000


class _DryRun(Exception):
    """Carries the answer out of a job that must leave nothing behind."""

    def __init__(self, fate: TextFate) -> None:
        super().__init__()
        self.fate = fate


def take_text(
    site: Site, text: str, sender: str, channel: Channel = "SMS", *, at: datetime | None = None, dry_run: bool = False
) -> TextFate:
    """One message; what became of it. `at`: when it was sent, if the network says so."""

    def job(transaction: Transaction) -> TextFate:
        fate = _taken(site, transaction, text[:LONGEST], sender, channel, at)
        if dry_run:
            raise _DryRun(fate)
        return fate

    try:
        return site.commit.submit(job).result()
    except _DryRun as answer:
        return answer.fate


def take_texts(
    site: Site,
    file: Path,
    sender: str,
    channel: Channel = "SMS",
    *,
    only_dn1: bool = False,
    whole: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[TextFate]:
    """Every line of a file is a message; what became of each.

    Parameters
    ----------
    only_dn1
        Lines that claim to be DN1, and none of the others: as in a mail.
    whole
        Each part between blank lines is a message, as a form is.
    """
    messages = list(_parts(file) if whole else _lines(file, only_dn1))
    fates: list[TextFate] = []
    for message in messages:
        fates.append(take_text(site, message, sender, channel, dry_run=dry_run))
        progress(len(fates), len(messages))
    return fates


def _parts(file: Path) -> Iterator[str]:
    for part in re.split(r"\n[ \t]*\n", file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")):
        if part.strip():
            yield part.strip()


def _lines(file: Path, only_dn1: bool) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.strip() and (is_dn1(line) or not only_dn1):
            yield line


def _taken(
    site: Site, transaction: Transaction, text: str, sender: str, channel: Channel, at: datetime | None
) -> TextFate:
    now, peer = site.clock.now(), f"{channel.lower()}:{sender}"[:200]
    by = Writing(forms=site.policies.forms, precedence=site.policies.precedence)
    reading = read_text(text, peer, by, channel)
    if reading.use == "request" and _is_ours(transaction, "requests", reading.tag, peer):
        contacts.heard(transaction, peer, reading.tag, now, now + STALE)
        return "already here"
    commands = reading.commands
    if reading.use == "patient":
        commands = _about_the_known(transaction, commands, reading.tag)
    alert = next((command.alert for command in commands if isinstance(command, RecordAlert)), None)
    if alert and reading.use != "request" and transaction.rows("alerts", subject=alert):
        return "duplicate"
    actor = Actor(user=UserId(derived("peer", peer)), role="system_client", device=f"text:{channel.lower()}")
    # Who sent it can be anybody, and when is not told: some time before it came.
    when = At(t=at) if at else At(p="UNKNOWN", hi=now)
    entries = [
        Asked(id=EventId(uuid7(unix_ms(now), ordinal, randbits(62))), command=command, at=when, rec=now, source="sms")
        for ordinal, command in enumerate(commands)
    ]
    was_known = reading.use == "request" and bool(
        transaction.rows("requests", subject=getattr(reading.commands[-1], "request", ""))
    )
    outcomes = site.handler.handle(transaction, [(asked, Author(actor=actor, source="sms")) for asked in entries])
    contacts.heard(transaction, peer, reading.tag or reading.use, now, now + STALE)
    refused = [outcome for outcome in outcomes if outcome.outcome == "rejected"]
    for outcome in refused:
        contacts.keep_in_tray(transaction, "sms", peer, outcome.code, text.encode(), now)
    if reading.reason and any(outcome.events for outcome in outcomes):
        contacts.keep_in_tray(transaction, "sms", peer, f"exchange.{reading.reason}", text.encode(), now)
    if refused:
        return "kept in tray"
    if not any(outcome.events for outcome in outcomes):
        return "duplicate"
    if reading.use == "damaged":
        return "damaged"
    if reading.use == "free_text":
        return "free text"
    return "amended" if was_known else "accepted"


def _is_ours(transaction: Transaction, view: str, tag: str, peer: str) -> bool:
    """Is what the line is about known here from its origin? Then the full text is here, and the line says no more."""
    return bool(tag) and any(row["peer"] != peer for row in transaction.rows(view, tag=tag))


def _about_the_known(transaction: Transaction, commands: tuple[Command, ...], tag: str) -> tuple[Command, ...]:
    """A casualty that somebody has recorded under this tag gets no twin and no other category, only the report."""
    rows = transaction.rows("board", tag=tag) if tag else []
    if not rows or any(isinstance(one, ReportCasualty) and one.casualty == rows[0]["subject"] for one in commands):
        return commands
    known = SubjectId(rows[0]["subject"])
    return tuple(
        replace(one, casualty=known) if isinstance(one, ReportMist) else one
        for one in commands
        if not isinstance(one, ReportCasualty | AssignTriage)
    )
