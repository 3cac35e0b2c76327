"""Commands and events: the envelope every fact travels in, its canonical bytes, and the registry of known types.

A command is a request and may be refused. An event is a fact and may not: what is not understood is kept as bytes.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Literal

import msgspec
from msgspec import Struct

from dunant.kernel.ids import EventId, SubjectId

Precision = Literal["EXACT", "MINUTE", "PLUS_MINUS", "HOUR", "DAY", "WEEK", "MONTH", "ESTIMATED", "UNKNOWN"]
Identity = tuple[str, str, str, int]


class At(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """When something happened, and how sure anyone is of it."""

    t: datetime | None = None
    p: Precision = "EXACT"
    lo: datetime | None = None
    hi: datetime | None = None

    @property
    def times(self) -> tuple[datetime, ...]:
        if self.lo is None and self.hi is None:
            return () if self.t is None else (self.t,)
        return tuple([moment for moment in (self.t, self.lo, self.hi) if moment is not None])


class By(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who recorded a fact: a pseudonym and the role acted in. Never a name."""

    user: str
    role: str


class Reference(Struct, frozen=True, kw_only=True, gc=False):
    """What an event does to an earlier one."""

    op: Literal["corrects", "retracts", "reissues"]
    ref: EventId


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="t"):
    """A request in the imperative. `subject()` names the thing it is about."""

    # Named by each command: the action of the policy that its author must hold.
    ACTION: ClassVar[str]
    # Name of the field that holds the subject's id.
    ABOUT: ClassVar[str]

    def subject(self) -> SubjectId:
        return SubjectId(getattr(self, self.ABOUT))


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What happened, in the past tense. Unknown fields are tolerated here: the log keeps the original bytes."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    # Empty for kernel facts, which go where the fact or subject they refer to lives.
    STREAM: ClassVar[str]
    # Kind of subject, which chooses the model that folds it; None for kernel facts about any subject.
    KIND: ClassVar[str | None]
    URGENCY: ClassVar[int] = 1
    # Who may read it in a timeline: a resource of the access policy, and every field group the body touches.
    RESOURCE: ClassVar[str] = "evacuation"
    GROUPS: ClassVar[tuple[str, ...]] = ("status",)


class Unknown(Struct, frozen=True, gc=False):
    """A fact of a later version: stored, forwarded, shown as "needs upgrade"."""

    raw: bytes


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The envelope. Field names are the wire codes."""

    o: str
    e: str
    st: str
    q: int
    id: EventId
    h: str
    at: At
    rec: datetime
    by: By
    t: str
    v: int
    s: SubjectId
    m: str
    c: str = "R"
    p: int = 1
    dev: str = ""
    on_behalf: str = msgspec.field(default="", name="for")
    src: str = ""
    base: tuple[EventId, ...] = ()
    x: Reference | None = None
    bl: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        return (self.o, self.e, self.st, self.q)


class Event(Struct, frozen=True, gc=False):
    """A fact as folds see it."""

    header: Header
    body: Body | Unknown
    # The body has fields that this version does not know; its bytes are kept, and it is shown as "needs upgrade".
    is_partial: bool = False

    @property
    def id(self) -> EventId:
        return self.header.id


class Fact(Struct, frozen=True, kw_only=True):
    """What a domain says happened, before the log gives it an identity."""

    subject: SubjectId
    body: Body
    stream: str = ""
    at: At | None = None
    base: tuple[EventId, ...] | None = None
    x: Reference | None = None
    blobs: tuple[str, ...] = ()


Upcaster = Callable[[dict[str, object]], dict[str, object]]


class Registry:
    """Known event types. An older body is lifted by its upcasters; an unknown one stays bytes."""

    def __init__(
        self, types: Iterable[type[Body]], upcasters: Mapping[tuple[str, int], Upcaster] | None = None
    ) -> None:
        self._types = {body.TYPE: body for body in types}
        self._decoders = {name: msgspec.json.Decoder(body) for name, body in self._types.items()}
        self._upcasters = dict(upcasters or {})

    @property
    def types(self) -> Mapping[str, type[Body]]:
        return self._types

    def decode(self, name: str, version: int, raw: bytes) -> Body | Unknown:
        """Body of a stored event. Never raises for content: what cannot be read is `Unknown`."""
        known = self._types.get(name)
        if known is None or version > known.VERSION:
            return Unknown(raw)
        try:
            if version < known.VERSION:
                return self._lift(known, version, raw)
            return self._decoders[name].decode(raw)
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
            # Whatever a body holds, an upcaster included: it is kept, and it never stops a fold.
            return Unknown(raw)

    def event(self, header: bytes, body: bytes) -> Event:
        return self.read(decode_header(header), body)

    def read(self, header: Header, body: bytes) -> Event:
        """The event of a header that has been decoded already."""
        known = self.decode(header.t, header.v, body)
        # Bodies are canonical, so whatever does not come back as it went in was not understood (sync E5).
        current = isinstance(known, Body) and header.v == known.VERSION
        return Event(header, known, current and canonical(known) != body)

    def _lift(self, known: type[Body], version: int, raw: bytes) -> Body:
        loose: dict[str, object] = msgspec.json.decode(raw)
        for step in range(version, known.VERSION):
            loose = self._upcasters[known.TYPE, step](loose)
        return msgspec.convert(loose, known)


_encoder = msgspec.json.Encoder(order="sorted")
_header_decoder = msgspec.json.Decoder(Header)
# A whole number written as a float; inside a text it only sends us down the slow path for nothing.
_WHOLE_FLOAT = re.compile(rb"\.0(?:[,}\]]|$)")


def canonical(value: object) -> bytes:
    """UTF-8 JSON with sorted keys, no spare space and the shortest form of every number (9.0 is written 9)."""
    raw = _encoder.encode(value)
    if b".0" in raw and _WHOLE_FLOAT.search(raw):
        return _encoder.encode(_shortest(msgspec.to_builtins(value)))
    return raw


def encode_header(header: Header) -> bytes:
    """Canonical bytes of an envelope; it holds no number that could have a point."""
    return _encoder.encode(header)


def digest_of(value: object) -> str:
    """Sixteen hex digits that differ when the value does: tells versions of packs apart, vouches for nothing."""
    return hashlib.sha256(canonical(value)).hexdigest()[:16]


def decode_header(raw: bytes) -> Header:
    return _header_decoder.decode(raw)


def _shortest(value: object) -> object:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _shortest(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shortest(item) for item in value]
    return value
