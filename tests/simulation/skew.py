"""Sites one version apart: one that does not know some types yet, and one that says more than others understand."""

from typing import Any

import msgspec

from dunant.casualty import CASUALTY_EVENTS
from dunant.casualty import events as e
from dunant.kernel.events import Registry
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.sync.frames import MAGIC, Codec, Frame

OLD_REGISTRY = Registry(
    (*KERNEL_EVENTS, *LINK_EVENTS, *(kind for kind in CASUALTY_EVENTS if kind is not e.MistReported))
)


class CodecOfTomorrow(Codec):
    """Writes a header with a key and a protocol version that nobody knows yet."""

    def encode(self, frame: Frame, **how: Any) -> bytes:
        raw = super().encode(frame, **how)
        start = len(MAGIC) + 4
        size = int.from_bytes(raw[len(MAGIC) : start], "big")
        head = msgspec.msgpack.decode(raw[start : start + size]) | {"of_tomorrow": [1, 2], "pv": 2}
        header = msgspec.msgpack.encode(head)
        return MAGIC + len(header).to_bytes(4, "big") + header + raw[start + size :]


def as_told(said: Any, *, by_tomorrow: bool) -> Any:
    """What arrives of a message: unknown keys are left out, absent ones have their meaning (sync W7)."""
    if not by_tomorrow or not isinstance(said, msgspec.Struct):
        return said
    loose = msgspec.msgpack.decode(msgspec.msgpack.encode(said)) | {"of_tomorrow": {"a": 1}}
    return msgspec.msgpack.decode(msgspec.msgpack.encode(loose), type=type(said))
