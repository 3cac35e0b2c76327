"""One event on the wire."""

from msgspec import Struct


class Row(Struct, frozen=True, array_like=True, gc=False):
    """The exact bytes its origin wrote."""

    header: bytes
    body: bytes
