"""What arrives at the write door, and what is answered: one entry in, one outcome out, the same for every caller."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from dunant.kernel.access import Actor
from dunant.kernel.clock import is_plausible
from dunant.kernel.errors import DunantError, Invalid, TooLarge, UnknownType
from dunant.kernel.events import At, Command
from dunant.kernel.ids import EventId, is_uuid
from dunant.services.sealing import CannotOpen, Sealed
from dunant.services.vocabulary import Vocabulary

# Defaults of sync E10, in bytes and pieces.
MAX_BODY = 16 * 1024
MAX_BASE = 16


LARGEST, LONGEST_WHOLE = 2**53 - 1, 17
# PostgreSQL keeps no NUL in a text, and no person types one.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# What an event may be called by others: this system's ids, with room for those of later ones.
Ref = Annotated[EventId, Meta(pattern=r"^[0-9a-f-]{1,64}$")]


class Wire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of an outbox. It names neither author nor role: those come from the proof under which it was made."""

    id: str
    command: Raw
    at: At | None = None
    rec: datetime | None = None
    base: tuple[Ref, ...] | None = None
    author_proof: str = ""
    source: Literal["medic", "voice", "sms"] | None = None


class SealedWire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry that somebody else's session, or nobody's, carries: only the site can read it."""

    id: str
    sealed: Sealed
    grant_pass: str = ""


class Asked(Struct, frozen=True, kw_only=True):
    """An entry that could be read; `raw` is the whole of it, opened."""

    id: EventId
    command: Command
    at: At | None = None
    rec: datetime | None = None
    base: tuple[EventId, ...] | None = None
    author_proof: str = ""
    source: str = ""
    raw: bytes = b""
    grant_pass: str = ""
    # Who signed the proof that the command passes on, once it has been checked.
    signer: Actor | None = None


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an entry. `code` and `params` say why it was rejected: field and rule, never a person's data."""

    id: str
    outcome: Literal["accepted", "duplicate", "rejected"]
    code: str = ""
    params: dict[str, Any] = {}
    events: tuple[EventId, ...] = ()


class Reader:
    """Reads entries. Each is read by itself, so that one bad entry costs nobody else anything."""

    def __init__(
        self,
        commands: Iterable[type[Command]],
        vocabulary: Vocabulary | None = None,
        opener: Callable[[str, Sealed], bytes] | None = None,
    ) -> None:
        self._opener = opener
        self._sealed = msgspec.json.Decoder(SealedWire)
        self._vocabulary = vocabulary or Vocabulary({})
        self._types = {command.__struct_config__.tag: command for command in commands}
        self._decoders = {tag: msgspec.json.Decoder(command) for tag, command in self._types.items()}
        self._list = msgspec.json.Decoder(list[Raw])
        self._entry = msgspec.json.Decoder(Wire)
        self._tag = msgspec.json.Decoder(_Tagged)

    def read(self, body: bytes) -> list[Asked | Outcome]:
        """Entries in order; an unreadable one is already its own rejection.

        Raises
        ------
        Invalid
            The body is not a JSON list at all.
        """
        try:
            raws = self._list.decode(body)
        except msgspec.MsgspecError as wrong:
            raws = _apart(body, _rule(wrong)[1])
        except RecursionError:
            raise Invalid(field="$", rule="depth") from None
        return [self._one(raw) for raw in raws]

    def _one(self, raw: Raw) -> Asked | Outcome:
        name = ""
        try:
            shown = ""
            if b'"sealed"' in bytes(raw):
                raw, shown = self._unsealed(raw)
            entry = self._entry.decode(raw)
            name = entry.id
            made = self._checked(entry)
            _check_json(raw)
            return msgspec.structs.replace(made, raw=bytes(raw), grant_pass=shown)
        except DunantError as error:
            return rejected(name, error)
        except msgspec.MsgspecError as wrong:
            field, rule = _rule(wrong)
            return rejected(name or _id_of(raw), Invalid(field=field, rule=rule))
        except (UnicodeDecodeError, RecursionError):
            return rejected(name or _id_of(raw), Invalid(field="$", rule="unreadable"))

    def _unsealed(self, raw: Raw) -> tuple[Raw, str]:
        """What was sealed, and the pass beside it; an entry that only speaks of a seal stays as it is."""
        try:
            outer = self._sealed.decode(raw)
        except msgspec.ValidationError:
            return raw, ""
        if self._opener is None:
            raise CannotOpen(field="sealed", rule="for_this_site")
        text = Raw(self._opener(outer.id, outer.sealed))
        if _id_of(text) != outer.id:
            raise CannotOpen(field="sealed", rule="undamaged")
        return text, outer.grant_pass

    def _checked(self, entry: Wire) -> Asked:
        if not is_uuid(entry.id):
            raise Invalid(field="id", rule="uuid")
        if len(entry.command) > MAX_BODY:
            raise TooLarge(field="command", rule="max_bytes", limit=MAX_BODY)
        if entry.base is not None and len(entry.base) > MAX_BASE:
            raise TooLarge(field="base", rule="max_items", limit=MAX_BASE)
        if entry.base is not None and entry.id in entry.base:
            raise Invalid(field="base", rule="earlier_events")
        _check_aware(entry)
        tag = self._tag.decode(entry.command).t
        if tag not in self._decoders:
            raise UnknownType(field="command.t", rule="known_command")
        if _NUL.search(entry.command):
            raise Invalid(field="command", rule="no_nul")
        try:
            command = self._decoders[tag].decode(entry.command)
        except msgspec.MsgspecError as wrong:
            field, rule = _rule(wrong)
            raise Invalid(field=f"command.{field}", rule=rule) from None
        self._vocabulary.check(command)
        return Asked(
            id=EventId(entry.id),
            command=command,
            at=entry.at,
            rec=entry.rec,
            base=entry.base,
            author_proof=entry.author_proof,
            source=entry.source or "",
        )


class _Tagged(Struct):
    t: str = ""


class _Named(Struct):
    id: Any = ""


def _id_of(raw: Raw) -> str:
    """Best guess at whose rejection this is."""
    try:
        return str(msgspec.json.decode(raw, type=_Named).id)[:64]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def _apart(body: bytes, rule: str) -> list[Raw]:
    """A list with an entry that the decoder cannot even step over: the others are still read."""
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
        if isinstance(found, list):
            return [Raw(json.dumps(item).encode()) for item in found]
    except (ValueError, RecursionError):
        pass
    raise Invalid(field="$", rule=rule) from None


def _check_json(raw: Raw) -> None:
    """What the decoder lets pass although two readers could take it for two things, or no log can hold it."""
    try:
        json.loads(bytes(raw), object_pairs_hook=_once, parse_int=_whole)
    except (ValueError, RecursionError):
        raise Invalid(field="$", rule="unreadable") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Invalid(field="$", rule="duplicate_key")
    return made


def _whole(text: str) -> int:
    """Beyond this, JavaScript counts differently, and beyond 64 bits nothing of ours counts at all."""
    number = int(text) if len(text) <= LONGEST_WHOLE else LARGEST + 1
    if abs(number) > LARGEST:
        raise Invalid(field="$", rule="number_range")
    return number


def rejected(name: str, error: DunantError) -> Outcome:
    return Outcome(id=name, outcome="rejected", code=error.code, params=dict(error.params))


def _rule(wrong: msgspec.MsgspecError) -> tuple[str, str]:
    """Field and rule from the decoder's words, which name types and paths but never values."""
    rule, _, path = str(wrong).partition(" - at ")
    # The name of a field nobody knows, and a code nobody knows, are somebody's text and may hold anything.
    for fixed in ("Object contains unknown field", "Invalid enum value", "Invalid value"):
        rule = fixed if rule.startswith(fixed) else rule
    return path.strip("`").removeprefix("$.").removeprefix("$") or "$", rule


def _within(at: At) -> bool:
    if any(moment.tzinfo is None for moment in at.times):
        return True
    return at.t is None or (at.lo or at.t) <= at.t <= (at.hi or at.t)


def _check_aware(entry: Wire) -> None:
    """A time without a zone is a different moment in each place; it is asked for, never guessed (casualty §17)."""
    at = entry.at
    times: list[tuple[str, datetime | None]] = [("rec", entry.rec)]
    if at is not None:
        times = [*times, ("at.t", at.t), ("at.lo", at.lo), ("at.hi", at.hi)]
        if at.lo and at.hi and at.lo.tzinfo and at.hi.tzinfo and at.lo > at.hi:
            raise Invalid(field="at", rule="lo_before_hi")
        if at.t and not _within(at):
            raise Invalid(field="at", rule="t_within_lo_and_hi")
    for field, moment in times:
        if moment is not None and moment.tzinfo is None:
            raise Invalid(field=field, rule="zone_required")
        if moment is not None and not is_plausible(moment):
            raise Invalid(field=field, rule="year_1971_to_2199")
