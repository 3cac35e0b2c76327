"""Frames as a site would send them, and as somebody else would wish it had."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from msgspec.structs import replace
from nacl.signing import SigningKey

from dunant.config import Settings
from dunant.kernel.log import LogName, signed_bytes
from dunant.kernel.replication import verified
from dunant.services.build import Site
from dunant.services.keys import key_id
from dunant.services.syncing.shelf import reading_shelf
from dunant.sync.frames import MAGIC, Codec, Frame, FrameHead
from dunant.sync.offer import build
from dunant.sync.rows import Row
from tests.meeting.mission import Node

CODEC = Codec()


@contextmanager
def opened(node: Node) -> Iterator[Site]:
    """A stopped site in this process."""
    site = Site(Settings(data=node.folder, db=node.db, site=node.code))
    try:
        yield site
    finally:
        site.close()


def log_of(site: Site, stream: str, origin: str = "") -> LogName:
    with reading_shelf(site) as shelf:
        wanted = (origin or site.row.code, stream)
        return next(log for log in shelf.vector() if (log[0], log[2]) == wanted)


def frame_of(site: Site, stream: str, *, origin: str = "", after: int = 0, most: int | None = None) -> bytes:
    """A sound frame of a log that the site holds."""
    log = log_of(site, stream, origin)
    with reading_shelf(site) as shelf:
        built = build(shelf, CODEC, log, after, 1_000_000, upto=None if most is None else after + most)
    assert built is not None
    return built.raw


def signed_by(frame: Frame, key: SigningKey) -> bytes:
    """The same frame under somebody's signature, the chain recomputed, as a forger would."""
    rows = ((row.header, row.body) for row in frame.rows)
    events = verified(frame.log, frame.q_from, frame.prev, rows, frame.keys)
    assert frame.checkpoint is not None
    point = msgspec.structs.replace(frame.checkpoint, head=events[-1].head, key=key_id(bytes(key.verify_key)), sig=b"")
    point = replace(point, sig=key.sign(signed_bytes(point)).signature)
    return CODEC.encode(replace(frame, checkpoint=point))


def changed(frame: Frame) -> Frame:
    """One word of one event is another."""
    first = frame.rows[0]
    return replace(frame, rows=(Row(first.header, first.body.replace(b"{", b'{"forged":1,', 1)), *frame.rows[1:]))


def with_header(raw: bytes, **values: object) -> bytes:
    """The same payload under a header that says something else; unknown keys may be among it."""
    size = int.from_bytes(raw[4:8], "big")
    names = {field.name: field.encode_name for field in msgspec.structs.fields(FrameHead)}
    told = {names.get(name, name): value for name, value in values.items()}
    head = {**msgspec.msgpack.decode(raw[8 : 8 + size], strict=False), **told}
    header = msgspec.msgpack.encode(head)
    return MAGIC + len(header).to_bytes(4, "big") + header + raw[8 + size :]
