"""Cursor-on-Target peers and the site: what they send becomes commands, what we hold open is sent to late joiners."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeGuard, TypeVar

from msgspec.structs import replace

from dunant.casualty.commands import ReceiveRequest
from dunant.casualty.events import EvacRequestAmended, EvacRequested, EvacSubmitted
from dunant.casualty.lines import fitting
from dunant.exchange.cot.codes import core_codes
from dunant.exchange.cot.lines import lines_of, medevac_of_lines
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage, Malformed, Point, Profile
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.read import Reading, read_message
from dunant.exchange.cot.relay import differences, rewritten, wire_xml
from dunant.exchange.cot.split import parse_message
from dunant.exchange.cot.unfold import line3_target, line8_target, unfolded
from dunant.exchange.cot.write import OwnPatient, OwnRequest, reissue, write_request
from dunant.kernel.access import Actor
from dunant.kernel.clock import is_plausible, unix_ms
from dunant.kernel.events import At
from dunant.kernel.gate import OPEN, Gate
from dunant.kernel.ids import EventId, UserId, derived, is_uuid, uuid7
from dunant.services.asked import Asked, Outcome
from dunant.services.bell import Bell
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.reading.gate import gate_of_messages
from dunant.services.tracks import ENDED, standing, tracks_of
from dunant.store import Transaction, blobs, contacts
from dunant.store.live import latest, since
from dunant.store.snapshot import Snapshot, snapshot

log = logging.getLogger("dunant.cot")
# What nobody has submitted yet is nobody else's to see.
UNSENT = ENDED | {"DRAFT"}
# A 9-line stays on a peer's map this long after it was last heard (casualty §8.4).
STALE = timedelta(hours=24)
# PostgreSQL may be written by another process, which does not ring our bell.
FOLLOW_S = 1.0
REQUEST_EVENTS = {EvacRequested.TYPE, EvacSubmitted.TYPE, EvacRequestAmended.TYPE}
# Messages handed to the writer and not yet durable; beyond this a peer has to wait.
IN_FLIGHT = 2000
# Bounds of the entries on what a hold has taken out of messages.
MOST_TOLD, MOST_PATHS, MOST_UID = 10_000, 100, 500
DRAIN_LOOK_S = 0.02


MEDEVAC = core_codes().types["medevac"]
FoundT = TypeVar("FoundT")
# A message for peers that read surgical and convenience apart, and for those that do not.
Pair = tuple[CotMessage, CotMessage]


class CotGateway:
    """Takes messages of peers in and gives open 9-lines out."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._in_flight: set[Future[list[Outcome]]] = set()
        self._gate: Gate | None = None
        self._told: set[tuple[str, tuple[str, ...]]] = set()
        # The place in the log up to which the gate was looked at.
        self._gate_at = 0
        self.failed = 0

    async def submit(self, peer: Peer, raw: bytes, found: CotMessage | Malformed) -> None:
        """Hand a message to the writer, in order. Returns when there is room for the next, not when it is durable."""
        await self._room.acquire()
        loop = asyncio.get_running_loop()
        future = self._site.commit.submit(lambda transaction: self.take(transaction, peer, raw, found))
        self._in_flight.add(future)
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(self._settled, done))

    def _settled(self, done: "Future[list[Outcome]]") -> None:
        """The peer has no way to hear of a failure, so the site does: counted and logged, without what was said."""
        self._room.release()
        self._in_flight.discard(done)
        failure = done.exception()
        if failure is not None:
            self.failed += 1
            log.error("cot message not stored: %s", type(failure).__name__)

    async def drain(self) -> None:
        """Wait until everything handed over is durable: what a peer has sent before we stop is not lost."""
        while self._in_flight:
            await asyncio.sleep(DRAIN_LOOK_S)

    def take(self, transaction: Transaction, peer: Peer, raw: bytes, found: CotMessage | Malformed) -> list[Outcome]:
        """One message in one job: its facts, its bytes and its contact time, or nothing of it."""
        now = self._site.clock.now()
        if isinstance(found, Malformed):
            contacts.keep_in_tray(transaction, "cot", peer.name, found.reason, raw, now)
            return []
        reading = read_message(
            found,
            peer.name,
            own=_Own(transaction),
            box=self._site.policies.mission.mission.bbox,
            received=now,
        )
        author = Author(
            actor=Actor(user=_pseudonym(peer), role="system_client", device=f"cot:{peer.name}"), source="cot"
        )
        entries = [self._without_echo(transaction, asked) for asked in _entries(reading, now)]
        outcomes = self._site.handler.handle(transaction, [(asked, author) for asked in entries])
        if reading.use == "medevac":
            if any(outcome.events for outcome in outcomes):
                blobs.put(transaction, raw, now)
            contacts.heard(transaction, peer.name, found.uid, now, now + STALE)
        for outcome in outcomes:
            if outcome.outcome == "rejected":
                contacts.keep_in_tray(transaction, "cot", peer.name, outcome.code, raw, now)
        return outcomes

    def _without_echo(self, transaction: Transaction, asked: Asked) -> Asked:
        """Our own form come back: what stands in it only because we wrote it so (EXERCISE in front) is not an edit."""
        command = asked.command
        if not isinstance(command, ReceiveRequest):
            return asked
        rows = transaction.rows("requests", subject=command.request)
        if not rows or rows[0]["peer"]:
            return asked
        own = _own_request(rows[0], fitting(rows[0]["lines"]))
        written = [write_request(own, self._site.clock.now(), profile) for profile in ("EXTENDED", "ATAK_CIV")]
        sent = [medevac_of(form) for form in (*written, *map(self.released, written))]
        known = [lines_of(medevac) for medevac in sent if medevac]
        news = {
            name: value for name, value in command.lines.items() if not any(lines.get(name) == value for lines in known)
        }
        return replace(asked, command=replace(command, lines=_in_our_codes(own.lines, news)))

    async def replay(self, profile: Profile = "EXTENDED") -> AsyncIterator[bytes]:
        """Open 9-lines for a client that has just connected, oldest first; before them what else is on our map."""
        for message in await asyncio.to_thread(self._standing):
            yield wire_xml(message)
        for message in await asyncio.to_thread(self.open_requests, profile):
            yield wire_xml(message)

    async def follow(self, listener: CotListener, bell: Bell) -> None:
        """Send what is ours, and what people here amended of a peer's, to every client as soon as it is a fact.

        What a peer sent is relayed by the listener as it came, so it is not sent a second time.
        """
        listener.release = self.released
        cursor = await asyncio.to_thread(latest, self._site.database)
        while True:
            await bell.wait(FOLLOW_S)
            try:
                cursor, messages = await asyncio.to_thread(self._news, cursor)
                for extended, plain in messages:
                    listener.broadcast(extended, plain)
                    if extended.type == MEDEVAC:
                        self._audited(extended, [])
            except Exception as failure:  # the outermost loop of what goes out: one failure must not end it
                self.failed += 1
                log.error("cot message not sent: %s", type(failure).__name__)

    def released(self, message: CotMessage) -> CotMessage:
        """The message without names that a release hold covers, our own or a peer's (casualty §6, 11 and 13)."""
        if self._gate is None:
            self._look(lambda _look, _now: None)
        gate = self._gate or OPEN
        if gate.is_open:
            return message
        told = rewritten(message, gate.without_names)
        if told is not message:
            self._audited(message, differences(message.root, told.root))
        return told

    def _audited(self, message: CotMessage, removed: list[str]) -> None:
        """An entry for what leaves: our own 9-lines each time, and once what a hold took out of which message."""
        entry = (message.uid, tuple(removed))
        if removed and entry in self._told:
            return
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told.add(entry)
        uid = message.uid if "event@uid" not in removed else ""
        self._site.audit.emitted("COT", uid[:MOST_UID], message.type, removed[:MOST_PATHS])

    def _look(self, read: Callable[[Snapshot, datetime], FoundT]) -> FoundT:
        """Read at one moment, and with it who is under a hold at that moment."""
        now = self._site.clock.now()
        with snapshot(self._site.database, self._site.views, self._site.registry) as look:
            if (newest := look.newest()) != self._gate_at or self._gate is None:
                self._gate = gate_of_messages(look, self._site.policies.notification, now)
                self._gate_at = newest
            return read(look, now)

    def _news(self, cursor: str) -> tuple[str, list[Pair]]:
        changes = since(self._site.database, cursor)
        found = dict.fromkeys((change.subject, change.type) for change in changes.changes)

        def read(look: Snapshot, now: datetime) -> list[Pair]:
            messages: list[Pair] = []
            requests = dict.fromkeys(subject for subject, kind in found if kind in REQUEST_EVENTS)
            for subject in requests:
                events = [event for event, _ in look.events(subject) if event.header.t in REQUEST_EVENTS]
                if events and events[-1].header.src != "cot":
                    rows = [row for row in look.rows("requests", subject=subject) if row["status"] not in UNSENT]
                    messages += [self._pair(look, row, now) for row in rows]
            messages += [(one, one) for one in map(self.released, tracks_of(look, found, now))]
            return messages

        return changes.cursor, self._look(read)

    def _standing(self) -> list[CotMessage]:
        return self._look(lambda look, now: [self.released(message) for message in standing(look, now)])

    def open_requests(self, profile: Profile = "EXTENDED") -> list[CotMessage]:
        def read(look: Snapshot, now: datetime) -> list[CotMessage]:
            rows = [row for row in look.rows("requests") if row["status"] not in UNSENT]
            return [self._message(look, row, now, profile) for row in reversed(rows)]

        return self._look(read)

    def _pair(self, look: Snapshot, row: dict[str, Any], now: datetime) -> Pair:
        return self._message(look, row, now, "EXTENDED"), self._message(look, row, now, "ATAK_CIV")

    def _message(self, look: Snapshot, row: dict[str, Any], now: datetime, profile: Profile) -> CotMessage:
        """A peer's own words where we have them, with what was amended here since; else our form."""
        lines = fitting(row["lines"])
        heard = look.rows("foreign_messages", about=row["subject"])
        raw = blobs.get(self._site.database, heard[0]["blob"]) if heard and heard[0]["blob"] else None
        message = parse_message(raw) if raw else None
        if isinstance(message, CotMessage):
            said = read_message(message, row["peer"]).medevac
            amended = said is None or lines_of(said) != lines
            medevac = medevac_of_lines(lines) if amended else None
            return self.released(reissue(message, now, medevac=medevac, profile=profile))
        return self.released(write_request(_own_request(row, lines, self._patients(look, row)), now, profile))

    def _patients(self, look: Snapshot, row: dict[str, Any]) -> tuple[OwnPatient, ...]:
        """The casualties of a request, by tag; of several reports about one the last."""
        found = []
        for subject in row["casualties"]:
            board = look.rows("board", subject=subject)
            mist = (look.rows("mists", subject=subject) or [{}])[-1]
            if board:
                found.append(
                    OwnPatient(
                        tag=board[0]["tag"],
                        mechanism=mist.get("mechanism"),
                        injuries=tuple(mist.get("injuries") or ()),
                        signs=mist.get("signs") or "",
                        treatment=mist.get("treatment") or "",
                    )
                )
        return tuple(found)


def _own_request(row: dict[str, Any], lines: dict[str, Any], patients: tuple[OwnPatient, ...] = ()) -> OwnRequest:
    pickup = row["pickup"]
    return OwnRequest(
        id=row["subject"],
        callsign=lines.get("title") or row["tag"],
        at=datetime.fromisoformat(row["submitted_at"]),
        pickup=Point(lat=pickup["lat"], lon=pickup["lon"], ce=pickup.get("ce")) if pickup else None,
        lines=lines,
        patients=patients,
        exercise=row["exercise"],
    )


def _in_our_codes(own: Mapping[str, Any], news: Mapping[str, object]) -> dict[str, object]:
    """Counts a peer edited as sums of what it could read; one that names surgical apart has read them apart."""
    found = dict(news)
    codes = core_codes()
    targets = {"counts": line3_target(codes), "nationality": line8_target(codes)}
    for name, target in targets.items():
        said, before = found.get(name), own.get(name)
        if isinstance(said, dict) and isinstance(before, dict) and all(target(code) == code for code in said):
            found[name] = unfolded(before, said, target)
            if found[name] == before:
                del found[name]
    return found


class _Own:
    """Uids of requests that were born here, asked one at a time."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def __contains__(self, uid: object) -> bool:
        if not isinstance(uid, str) or not is_uuid(uid):
            return False
        rows = self._transaction.rows("requests", subject=uid)
        return bool(rows) and not rows[0]["peer"]


def _pseudonym(peer: Peer) -> UserId:
    return UserId(derived("peer", peer.name))


def _entries(reading: Reading, now: datetime) -> list[Asked]:
    """Commands of one message, new each time it comes: whether a repeat says anything new is for the rules to tell."""
    return [
        Asked(
            id=EventId(uuid7(unix_ms(now), ordinal, secrets.randbits(62))),
            command=incoming.command,
            at=_said_at(incoming.at, now),
            rec=min(incoming.at, now) if _is_usable(incoming.at) else now,
            source="cot",
        )
        for ordinal, incoming in enumerate(reading.commands)
    ]


def _said_at(at: datetime | None, now: datetime) -> At:
    """A message without a time that can be true happened at some time before it came."""
    return At(t=at) if _is_usable(at) else At(p="UNKNOWN", hi=now)


def _is_usable(at: datetime | None) -> TypeGuard[datetime]:
    return at is not None and is_plausible(at)
