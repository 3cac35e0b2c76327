"""The protobuf wire format, as much as seven small messages need; tied to no protobuf library."""

from __future__ import annotations

import struct
from typing import NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """The bytes are no protobuf message."""


class Field(NamedTuple):
    """A field as it stood: number, wire type, value, and its verbatim bytes with the key."""

    number: int
    kind: int
    value: int | bytes
    verbatim: bytes

    @property
    def bytes(self) -> bytes:
        if not isinstance(self.value, bytes):
            raise WireError("not bytes")
        return self.value

    @property
    def text(self) -> str:
        try:
            return self.bytes.decode()
        except UnicodeDecodeError as broken:
            raise WireError("not UTF-8") from broken

    @property
    def integer(self) -> int:
        if self.kind != VARINT or not isinstance(self.value, int):
            raise WireError("not a varint")
        return self.value

    @property
    def double(self) -> float:
        if self.kind != FIXED64:
            raise WireError("not a double")
        value: float = struct.unpack("<d", self.bytes)[0]
        return value


def read_varint(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """Value and the position behind it; None when the bytes stop in the middle."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            return None
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise WireError("varint longer than ten bytes")


def read_field(data: bytes | bytearray, at: int) -> tuple[Field, int] | None:
    """One field and the position behind it; None when the bytes stop in the middle."""
    key = read_varint(data, at)
    if key is None:
        return None
    number, kind = key[0] >> 3, key[0] & 7
    if not 0 < number < 1 << 29:
        raise WireError("field number out of range")
    if kind == VARINT:
        read = read_varint(data, key[1])
        return None if read is None else (Field(number, kind, read[0], bytes(data[at : read[1]])), read[1])
    if kind == BYTES:
        length = read_varint(data, key[1])
        if length is None:
            return None
        begin, end = length[1], length[1] + length[0]
    elif kind in (FIXED64, FIXED32):
        begin, end = key[1], key[1] + (8 if kind == FIXED64 else 4)
    else:
        raise WireError("wire type without a meaning")
    if end > len(data):
        return None
    return Field(number, kind, bytes(data[begin:end]), bytes(data[at:end])), end


def read_fields(data: bytes) -> list[Field]:
    fields, at = [], 0
    while at < len(data):
        read = read_field(data, at)
        if read is None:
            raise WireError("cut off")
        fields.append(read[0])
        at = read[1]
    return fields


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def bytes_field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | BYTES) + varint(len(value)) + value


def text_field(number: int, value: str) -> bytes:
    """Empty text is the default of proto3 and is not sent."""
    return bytes_field(number, value.encode()) if value else b""


def integer_field(number: int, value: int) -> bytes:
    return varint(number << 3 | VARINT) + varint(value) if value else b""


def double_field(number: int, value: float) -> bytes:
    packed = struct.pack("<d", value)
    return varint(number << 3 | FIXED64) + packed if any(packed) else b""
