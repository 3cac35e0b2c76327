"""Carrying facts by hand: what some sites lack, sealed for them, as one file; and taking such a file in.

The carrier is trusted with nothing: a frame is believed by its origin's signature, and read by its recipients only.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from dunant.kernel.errors import Invalid
from dunant.kernel.log import LogName
from dunant.services.syncing.station import Station
from dunant.sync import bundle
from dunant.sync.answering import of_receipts, receipts_for, shared
from dunant.sync.bundle import ENTRY, FRAME, Part
from dunant.sync.errors import BadFrame
from dunant.sync.offer import build
from dunant.sync.seal import is_sealed, open_seal, seal
from dunant.sync.shelf import Reading

# Frames for a stick need not leave room for anything more urgent.
FRAME_BYTES = 64 * 1024
Progress = Callable[[int, int], None]
# Takes in the outbox entries of a file; counts what became of them.
TakeEntries = Callable[[bytes], Mapping[str, int]]


class ExportReport(Struct, frozen=True, kw_only=True):
    """What a file holds. `streams`: events by stream."""

    file: str
    recipients: tuple[str, ...]
    frames: int
    events: int
    bytes: int
    streams: dict[str, int]


class Refusal(Struct, frozen=True, kw_only=True):
    """Parts that were not taken in, by their numbers in the file, and why."""

    rule: str
    count: int
    parts: tuple[int, ...]


class ImportReport(Struct, frozen=True, kw_only=True):
    """What became of the parts of a file. `events` are new here; `entries` count outcomes of outbox entries."""

    parts: int
    accepted: int
    duplicate: int
    parked: int
    events: int
    entries: dict[str, int]
    damaged: int
    refused: tuple[Refusal, ...]


def export_bundle(
    station: Station,
    file: Path,
    recipients: Sequence[str],
    progress: Progress = lambda _done, _all: None,
    *,
    everything: bool = False,
) -> ExportReport:
    """Write what these sites lack, as far as their receipts say, for them alone; or everything they may hold.

    Raises
    ------
    Invalid
        A recipient is unknown, has no sealing key, or is ourselves.
    """
    keys = {code: _seal_key(station, code) for code in recipients}
    counts: Counter[str] = Counter()
    frames = 0

    def parts() -> Iterator[tuple[int, bytes]]:
        nonlocal frames
        with station.reading() as shelf:
            logs = _logs(station, shelf, recipients)
            for done, log in enumerate(logs):
                progress(done, len(logs))
                for raw, events in _frames(station, shelf, log, recipients, everything):
                    counts[log[2]] += events
                    frames += 1
                    yield FRAME, seal(raw, keys)
            told = [raw for _, raw in shelf.receipts(0, 100_000)]
        fresh = receipts_for(station.trust(), recipients[0], told)
        if fresh:
            frames += 1
            yield FRAME, seal(station.codec.encode(of_receipts(fresh)), keys)

    partial = file.with_name(file.name + ".part")
    with partial.open("wb") as out:
        for piece in bundle.written(parts()):
            out.write(piece)
    partial.replace(file)
    return ExportReport(
        file=file.name,
        recipients=tuple(recipients),
        frames=frames,
        events=sum(counts.values()),
        bytes=file.stat().st_size,
        streams=dict(counts),
    )


def import_bundle(station: Station, content: bytes, take_entries: TakeEntries | None = None) -> ImportReport:
    """Take in what can be: any order, any number of times, whatever the damage.

    Whom to believe may itself be in the file, so what was refused for want of that is tried again while there is
    progress.
    """
    found = list(bundle.read(content))
    if not found:
        raise Invalid(field="file", rule="a_bundle")
    outcomes: Counter[str] = Counter()
    refused: dict[int, str] = {}
    events = 0
    waiting = _openable(station, found, refused)
    entries = take_entries(content) if take_entries and any(part.kind == ENTRY for part in found) else {}
    while waiting:
        later: list[tuple[int, bytes]] = []
        before = events
        for number, raw in waiting:
            verdict = station.take(None, raw).result()
            events += verdict.applied
            if verdict.outcome in ("refused", "quarantined", "fork"):
                later.append((number, raw))
                refused[number] = verdict.code
            else:
                refused.pop(number, None)
                outcomes[verdict.outcome] += 1
        waiting = later if events > before else []
    return ImportReport(
        parts=len(found),
        accepted=outcomes["applied"],
        duplicate=outcomes["duplicate"],
        parked=outcomes["parked"],
        events=events,
        entries=dict(entries),
        damaged=sum(part.is_damaged for part in found),
        refused=_by_rule(refused),
    )


def _by_rule(refused: Mapping[int, str]) -> tuple[Refusal, ...]:
    rules = sorted(set(refused.values()))
    numbers = {rule: tuple(sorted(n for n, code in refused.items() if code == rule)) for rule in rules}
    return tuple(Refusal(rule=rule, count=len(parts), parts=parts) for rule, parts in numbers.items())


def _openable(station: Station, found: Sequence[Part], refused: dict[int, str]) -> list[tuple[int, bytes]]:
    """Frames as they are inside their seals; what is damaged or for others is named."""
    frames: list[tuple[int, bytes]] = []
    for part in found:
        if part.is_damaged:
            refused[part.number] = "damaged"
        elif part.kind == FRAME:
            try:
                frames.append((part.number, _opened(station, part.content)))
            except BadFrame as bad:
                refused[part.number] = bad.rule
        elif part.kind != ENTRY:
            refused[part.number] = "unknown_kind"
    return frames


def _opened(station: Station, raw: bytes) -> bytes:
    return open_seal(raw, station.we, station.site.seal_key.secret) if is_sealed(raw) else raw


def _seal_key(station: Station, code: str) -> bytes:
    known = station.trust().site(code)
    if code == station.we or known is None or not known.seal_key:
        raise Invalid(field="recipients", rule="enrolled_site", site=code)
    return known.seal_key


def _logs(station: Station, shelf: Reading, recipients: Sequence[str]) -> list[LogName]:
    """What all recipients may hold, whom to believe first."""
    trust, vector = station.trust(), shelf.vector()
    common = set.intersection(*(set(shared(vector, trust, code)) for code in recipients))
    first = station.profile.first_streams
    return sorted(common, key=lambda log: (log[2] not in first, station.lane_of(log[2]), log))


def _frames(
    station: Station, shelf: Reading, log: LogName, recipients: Sequence[str], everything: bool
) -> Iterator[tuple[bytes, int]]:
    """Frames of a log beyond what every recipient has signed for, each with its number of events."""
    # Nobody is brought its own; whoever was restored asks for it when there is a link.
    after = min(2**62 if code == log[0] else shelf.received(code, log) for code in recipients)
    after = 0 if everything else after
    while (built := build(shelf, station.codec, log, after, FRAME_BYTES, level=19)) is not None:
        yield built.raw, built.q_to - after
        after = built.q_to
