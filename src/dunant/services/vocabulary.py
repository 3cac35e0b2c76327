"""Codes that people enter, held to the lists of the packs. Which list, the fields of a command say themselves.

Only the door for people and outboxes asks here: what another system wrote is kept, known or not (casualty §17).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, inspect
from msgspec.structs import asdict

from dunant.kernel.coding import CodeList
from dunant.kernel.errors import Invalid
from dunant.kernel.events import Command


class Vocabulary:
    def __init__(self, lists: Mapping[str, CodeList]) -> None:
        self._lists = lists

    def check(self, command: Command) -> None:
        """Raises Invalid for a code that its list does not have; a list that no pack brings allows everything."""
        self._check(command, "command")

    def _check(self, said: Struct, where: str) -> None:
        held = coded(type(said))
        for name, value in asdict(said).items():
            for path, listed, code in _codes(held.get(name, ()), name, value):
                if listed in self._lists and not self._lists[listed].holds(code):
                    raise Invalid(field=f"{where}.{path}", rule="known_code", list=listed)
            if isinstance(value, Struct):
                self._check(value, f"{where}.{name}")
            for n, inner in enumerate(value if isinstance(value, tuple) else ()):
                if isinstance(inner, Struct):
                    self._check(inner, f"{where}.{name}[{n}]")


@cache
def coded(command: type[Struct]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Field → where in it codes stand ("", "items", "keys" or "values") and of which list."""
    shape = inspect.type_info(command)
    assert isinstance(shape, inspect.StructType)
    found = {field.name: tuple(_places(field.type)) for field in shape.fields}
    return {name: places for name, places in found.items() if places}


def _places(kind: inspect.Type) -> Iterator[tuple[str, str]]:
    inner: list[tuple[str, inspect.Type]] = []
    if isinstance(kind, inspect.Metadata):
        if kind.extra and "codes" in kind.extra:
            yield "", kind.extra["codes"]
        inner = [("", kind.type)]
    elif isinstance(kind, inspect.UnionType):
        inner = [("", one) for one in kind.types]
    elif isinstance(kind, inspect.DictType):
        inner = [("keys", kind.key_type), ("values", kind.value_type)]
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        inner = [("items", kind.item_type)]
    elif isinstance(kind, inspect.TupleType):
        inner = [("items", one) for one in kind.item_types]
    for where, one in inner:
        yield from ((where + deeper, listed) for deeper, listed in _places(one))


def _codes(places: tuple[tuple[str, str], ...], name: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if value is None or value is msgspec.UNSET:
        return
    for where, listed in places:
        if where == "":
            yield name, listed, value
        elif where == "values":
            yield from ((f"{name}.{key}", listed, code) for key, code in value.items())
        else:
            yield from ((name, listed, code) for code in value)
