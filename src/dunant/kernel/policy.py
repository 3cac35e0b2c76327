"""Policy is data: values and rows of a pack, each with the source it was taken from.

A pack is a file that a mission may replace. Decoding is strict: an unknown field, a missing source or a broken rule
refuses the whole pack and names file, field and rule, so that a slip of the pen never becomes doctrine.
"""

import tomllib
from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from dunant.kernel.errors import PackInvalid

Scalar = int | float | str | bool
Verdict = Literal["GREEN", "AMBER", "RED"]
PackT = TypeVar("PackT", bound="Pack")


class Sourced(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a pack.

    `source` is never empty ("design" = proposed by this project). `verified` is false where nobody has yet compared the
    row with the document it claims to come from; screens and prints then say so.
    """

    source: str
    verified: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise ValueError("source.required")


class PackHeader(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which pack this is. `version` is printed with every figure that was judged by it."""

    name: str
    version: str


class Pack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole file. Subclasses add lists of rows and, in `problems`, the rules between rows."""

    pack: PackHeader

    def problems(self) -> Iterable[tuple[str, str]]:
        """Pairs (field path, rule code) of what is wrong between rows; nothing when the pack is sound."""
        return ()


class PolicyValue(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value with its unit ("min", "h", "km/h", "count", "code" …).

    `bound` says whether a measurement equal to the value still counts as inside it. `version` is the version of the
    pack, or of the change that a mission made to this value.
    """

    key: str
    value: Scalar
    unit: str
    bound: Literal["AT_MOST", "BELOW"] = "AT_MOST"
    version: str = ""

    def number(self) -> float:
        """Value as a number.

        Raises
        ------
        PackInvalid
            The value is a text or a truth value.
        """
        if isinstance(self.value, bool | str):
            raise PackInvalid(file="", field=self.key, rule="not_a_number")
        return float(self.value)

    def holds(self, measured: float) -> bool:
        """Is the measurement inside this value?"""
        return measured < self.number() if self.bound == "BELOW" else measured <= self.number()


class Thresholds(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Named values; a mission changes single ones by `replaced`."""

    value: tuple[PolicyValue, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("value", (row.key for row in self.value))

    def get(self, key: str) -> PolicyValue:
        """The value named `key`, carrying the version of the pack unless it has its own.

        Raises
        ------
        PackInvalid
            No such key: code and pack have drifted apart.
        """
        for row in self.value:
            if row.key == key:
                return row if row.version else msgspec.structs.replace(row, version=self.pack.version)
        raise PackInvalid(file=self.pack.name, field=key, rule="missing")

    def number(self, key: str) -> float:
        return self.get(key).number()

    def light(self, group: str, measured: float) -> Verdict:
        """Green, amber or red of a measurement against `<group>.green_to` and `<group>.amber_to`."""
        if self.get(f"{group}.green_to").holds(measured):
            return "GREEN"
        return "AMBER" if self.get(f"{group}.amber_to").holds(measured) else "RED"

    def replaced(self, change: PolicyValue) -> "Thresholds":
        """The same pack with one value changed; the key and the unit must be known ones."""
        known = self.get(change.key)
        if known.unit != change.unit:
            raise PackInvalid(file=self.pack.name, field=change.key, rule="unit_changed")
        rows = tuple(change if row.key == change.key else row for row in self.value)
        return msgspec.structs.replace(self, value=rows)


def decode_pack(file: str, raw: bytes, shape: type[PackT]) -> PackT:
    """Read a pack from the bytes of a TOML or JSON file.

    Parameters
    ----------
    file : name of the file; its ending chooses the format and every error carries it
    raw : UTF-8 bytes
    shape : the Struct the pack must have

    Raises
    ------
    PackInvalid
        With `file`, `field` (path such as `$.value[3].source`) and `rule`.
    """
    try:
        loose = msgspec.json.decode(raw) if file.endswith("json") else tomllib.loads(raw.decode())
        pack = msgspec.convert(loose, shape)
    except msgspec.ValidationError as wrong:
        rule, _, path = str(wrong).partition(" - at ")
        raise PackInvalid(file=file, field=path.strip("`") or "$", rule=rule) from None
    except (msgspec.DecodeError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise PackInvalid(file=file, field="$", rule=f"unreadable: {wrong}") from None
    for path, rule in pack.problems():
        raise PackInvalid(file=file, field=path, rule=rule)
    return pack


def repeated(path: str, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Problems of a list whose keys must differ."""
    seen: set[str] = set()
    for position, key in enumerate(keys):
        if key in seen:
            yield f"{path}[{position}]", f"repeated: {key}"
        seen.add(key)


def unknown(path: str, used: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Problems of a list that may only use known codes."""
    allowed = frozenset(known)
    return ((f"{path}[{n}]", f"unknown: {code}") for n, code in enumerate(used) if code not in allowed)


def rows(thing: object, path: str = "$") -> Iterator[tuple[str, Sourced]]:
    """Every sourced row of a pack with its path, however deep."""
    yield from ((where, row) for where, row in structs(thing, path) if isinstance(row, Sourced))


def structs(thing: object, path: str = "$") -> Iterator[tuple[str, Struct]]:
    """Every Struct inside a pack with its path."""
    if isinstance(thing, Struct):
        yield path, thing
        for name in thing.__struct_fields__:
            yield from structs(getattr(thing, name), f"{path}.{name}")
    elif isinstance(thing, tuple | list):
        for position, item in enumerate(thing):
            yield from structs(item, f"{path}[{position}]")
    elif isinstance(thing, dict):
        for key, item in thing.items():
            yield from structs(item, f"{path}.{key}")
