"""Messages for tests, with defaults: a test states only what matters to it."""

from pathlib import Path
from typing import Any

from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage, Malformed, Medevac, Node
from dunant.exchange.cot.split import Splitter
from dunant.exchange.cot.xml import message_of, parse_event, write_tree

SAMPLES = Path(__file__).parents[2] / "samples" / "cot"

EVENT = {
    "version": "2.0",
    "uid": "A-1",
    "type": "b-r-f-h-c",
    "time": "2026-11-23T10:00:00.000Z",
    "start": "2026-11-23T10:00:00.000Z",
    "stale": "2026-11-24T10:00:00.000Z",
    "how": "h-g-i-g-o",
}
POINT = {"lat": "9.257", "lon": "29.803", "hae": "392.1", "ce": "9999999.0", "le": "9999999.0"}


def sample(name: str = "medevac_two_patients.xml") -> bytes:
    return (SAMPLES / name).read_bytes().strip()


def a_message(name: str = "medevac_two_patients.xml") -> CotMessage:
    return understood(sample(name))


def understood(data: bytes) -> CotMessage:
    message = parse_event(data)
    assert isinstance(message, CotMessage), message
    return message


def lines_of_message(message: CotMessage) -> Medevac:
    medevac = medevac_of(message)
    assert medevac is not None
    return medevac


def a_medevac(attributes: dict[str, str] | None = None, zmists: int = 0) -> Node:
    patients = tuple(
        Node(tag="zMist", attributes={"title": f"ZMIST{n}", "z": f"UN{n}", "m": "Blast", "i": "", "s": "", "t": ""})
        for n in range(1, zmists + 1)
    )
    children = (Node(tag="zMistsMap", children=patients),) if patients else ()
    return Node(tag="_medevac_", attributes=attributes or {}, children=children)


def an_event(*details: Node, point: dict[str, str] | None = None, **attributes: str) -> CotMessage:
    """An event with these children of detail; its `raw` are its bytes."""
    children = (Node(tag="point", attributes=point or POINT), Node(tag="detail", children=details))
    root = Node(tag="event", attributes={**EVENT, **attributes}, children=children)
    return message_of(root, raw=write_tree(root))


def a_position(uid: str, n: int = 0) -> bytes:
    """A short event, numbered in its remarks."""
    return an_event(Node(tag="remarks", text=str(n)), uid=uid, type="a-f-G-U-C").raw


def split(data: bytes, size: int | None = None) -> list[CotMessage | Malformed]:
    """All messages of a byte stream that arrives in packets of this size."""
    splitter = Splitter()
    packets = [data] if size is None else [data[at : at + size] for at in range(0, len(data), size)]
    return [found for packet in packets for found in splitter.feed(packet)]


def uids(found: list[Any]) -> list[str]:
    return [message.uid for message in found if isinstance(message, CotMessage)]
