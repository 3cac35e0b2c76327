"""Write tests/references/events.json: the JSON Schema of every event type in every version that was ever written.

Events are for ever, so what stands there is never replaced: a changed shape needs a new VERSION and an upcaster.
`--replace` overwrites the present versions; only before the first release, when no log outlives the day.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from dunant.casualty import CASUALTY_EVENTS
from dunant.kernel.audit import AUDIT_EVENTS
from dunant.kernel.events import Body, Header
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.sites import SITE_EVENTS

TARGET = Path(__file__).resolve().parent.parent / "tests" / "references" / "events.json"
Frozen = dict[str, dict[str, Any]]


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "any value"}
    raise NotImplementedError(kind)


def _bare(schema: Any) -> Any:
    """Without the words of docstrings, which may improve."""
    if isinstance(schema, dict):
        return {k: _bare(v) for k, v in schema.items() if k not in {"title", "description"} or not isinstance(v, str)}
    return [_bare(item) for item in schema] if isinstance(schema, list | tuple) else schema


def _entry(kind: type[Body]) -> dict[str, Any]:
    return {"stream": kind.STREAM, "kind": kind.KIND, "schema": _bare(msgspec.json.schema(kind, schema_hook=_anything))}


def current() -> Frozen:
    """What the code writes now, by `type@version`; the envelope is there as `header`."""
    kinds: tuple[type[Body], ...] = (*KERNEL_EVENTS, *LINK_EVENTS, *AUDIT_EVENTS, *SITE_EVENTS, *CASUALTY_EVENTS)
    found = {f"{kind.TYPE}@{kind.VERSION}": _entry(kind) for kind in kinds}
    return {"header": {"schema": _bare(msgspec.json.schema(Header))}, **found}


def frozen() -> Frozen:
    return msgspec.json.decode(TARGET.read_bytes(), type=Frozen) if TARGET.exists() else {}


if __name__ == "__main__":
    written, present = frozen(), current()
    changed = sorted(name for name in written.keys() & present if written[name] != present[name])
    if changed and "--replace" not in sys.argv:
        sys.exit(f"written events are for ever; raise VERSION and add an upcaster: {', '.join(changed)}")
    merged = {**({} if "--replace" in sys.argv else written), **present}
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(merged, order="sorted"), indent=1) + b"\n")
