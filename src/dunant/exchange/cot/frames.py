"""Where a TAK protocol frame begins and ends: STREAM carries its length, MESH is meant for datagrams and has none."""

from __future__ import annotations

from dunant.exchange.cot import wire
from dunant.exchange.cot.wire import WireError
from dunant.exchange.cot.xml import MAX_EVENT_BYTES

MAGIC = 0xBF
MESH = b"\xbf\x01\xbf"
_TAK_CONTROL_KEY, _COT_EVENT_KEY = 0x0A, 0x12
_FIRST_KEYS = (_TAK_CONTROL_KEY, _COT_EVENT_KEY)


class ProtoError(ValueError):
    """Why the bytes are no TAK message; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def frame_at(data: bytes | bytearray, at: int) -> int | None:
    """Where the frame that begins here ends; None while more bytes are needed.

    Raises
    ------
    ProtoError
        No frame begins here.
    """
    try:
        if data[at : at + 3] == MESH:
            return _mesh_end(data, at + 3)
        length = wire.read_varint(data, at + 1)
        if length is None:
            return None
        if length[0] > MAX_EVENT_BYTES:
            raise ProtoError("too_large")
        end = length[1] + length[0]
        _check_first(data, length[1], end)
        return end if end <= len(data) else None
    except WireError as broken:
        raise ProtoError("not_protobuf") from broken


def _check_first(data: bytes | bytearray, begin: int, end: int) -> None:
    """Garbage rarely survives this: the first field must be one of ours and end within the frame."""
    if begin >= len(data):
        return
    if data[begin] not in _FIRST_KEYS:
        raise ProtoError("not_protobuf")
    length = wire.read_varint(data, begin + 1)
    if length is not None and length[1] + length[0] > end:
        raise ProtoError("not_protobuf")


def _mesh_end(data: bytes | bytearray, at: int) -> int | None:
    """A MESH frame has no length (it is meant for datagrams): it ends behind its event."""
    begin = at
    while at < len(data):
        if data[at] not in _FIRST_KEYS:
            raise ProtoError("not_protobuf")
        length = wire.read_varint(data, at + 1)
        if length is None:
            return None
        if length[0] > MAX_EVENT_BYTES:
            raise ProtoError("too_large")
        end = length[1] + length[0]
        if data[at] == _COT_EVENT_KEY or end - begin > MAX_EVENT_BYTES:
            return end if end <= len(data) else None
        at = end
    return None
