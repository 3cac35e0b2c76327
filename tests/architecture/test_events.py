"""Events are for ever: the frozen registry holds every type and version, and the code still reads them all."""

import msgspec
import pytest

from dunant import casualty
from dunant.casualty import CASUALTY_EVENTS
from dunant.kernel.audit import AUDIT_EVENTS
from dunant.kernel.events import Body, Registry, Unknown, Upcaster, canonical
from dunant.kernel.links import LINK_EVENTS, LINK_UPCASTERS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.sites import SITE_EVENTS
from scripts.make_event_schemas import current, frozen

FROZEN = frozen()
PRESENT = current()
TYPES = {kind.TYPE: kind for kind in (*KERNEL_EVENTS, *LINK_EVENTS, *AUDIT_EVENTS, *SITE_EVENTS, *CASUALTY_EVENTS)}
UPCASTERS: dict[tuple[str, int], Upcaster] = {**LINK_UPCASTERS, **getattr(casualty, "UPCASTERS", {})}


def test_every_event_type_of_the_tree_is_registered() -> None:
    def below(root: type[Body]) -> set[type[Body]]:
        return {root}.union(*(below(child) for child in root.__subclasses__()))

    shipped = {kind for kind in below(Body) if hasattr(kind, "TYPE") and kind.__module__.startswith("dunant.")}
    assert shipped == set(TYPES.values())


def test_no_written_event_was_removed_or_changed_without_a_version() -> None:
    """Run scripts/make_event_schemas.py for a new event; for a changed one raise VERSION and add an upcaster."""
    written = {name: FROZEN[name] for name in FROZEN if name in PRESENT}
    assert written == PRESENT
    assert {name.partition("@")[0] for name in FROZEN} - {"header"} == set(TYPES)


def test_every_older_version_has_its_upcasters() -> None:
    older = [(name, int(version)) for name, at, version in (key.partition("@") for key in FROZEN) if at]
    missing = [(name, n) for name, n in older if n < TYPES[name].VERSION and (name, n) not in UPCASTERS]
    assert missing == []


def test_no_event_carries_a_whole_record() -> None:
    assert [name for name in TYPES if name.endswith(("_updated", "_changed", "_saved"))] == []


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: str(kind.TYPE))
def test_an_event_with_a_field_of_tomorrow_is_read_and_marked(kind: type[Body]) -> None:
    registry = Registry([kind])
    required = FROZEN[f"{kind.TYPE}@{kind.VERSION}"]["schema"]["$defs"][kind.__name__].get("required", [])
    body = canonical({**{name: _sample(kind, name) for name in required}, "of_tomorrow": 1})
    assert not isinstance(registry.decode(kind.TYPE, kind.VERSION, body), Unknown)
    assert isinstance(registry.decode(kind.TYPE, kind.VERSION + 1, body), Unknown)


def _sample(kind: type[Body], field: str) -> object:
    """The first of some plain values that the field takes."""
    wanted = next(found.type for found in msgspec.structs.fields(kind) if found.name == field)
    for value in ("a", 1, True, ["a", "b"], {"lat": 1, "lon": 1}, "2026-03-01T12:00:00Z"):
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError:
            continue
        return value
    raise AssertionError(field)
