"""Base45 (RFC 9285): two bytes in three characters of the alphabet that a QR symbol packs best."""

from dunant.exchange.handover.errors import Damaged

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_BASE = len(ALPHABET)


def encode(raw: bytes) -> str:
    made = []
    for start in range(0, len(raw), 2):
        piece = raw[start : start + 2]
        number, count = int.from_bytes(piece, "big"), 3 if len(piece) == 2 else 2
        for _ in range(count):
            number, digit = divmod(number, _BASE)
            made.append(ALPHABET[digit])
    return "".join(made)


def decode(text: str) -> bytes:
    """Raises Damaged for a character, a length or a group that no encoding has."""
    made = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        size = len(group) - 1
        try:
            number = sum(_VALUE[char] * _BASE**place for place, char in enumerate(group))
            made += number.to_bytes(size, "big")
        except (KeyError, OverflowError):
            raise Damaged(field="code", rule="base45") from None
        if size == 0:
            raise Damaged(field="code", rule="base45")
    return bytes(made)
