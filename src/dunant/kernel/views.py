"""A view as its domain declares it: a table made from one subject's state by a pure function.

The store makes the table in any database; nobody else writes SQL. A new version is rebuilt from the log at start.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from dunant.kernel.facts import Facts

ColumnType = Literal["text", "integer", "real", "bool", "json"]
Row = Mapping[str, Any]


class Column(Struct, frozen=True, kw_only=True):
    """One column. `group` is the field group of the access policy that may see it."""

    name: str
    type: ColumnType = "text"
    group: str = "tag"
    key: bool = False
    indexed: bool = False


class View(Struct, frozen=True, kw_only=True):
    """A table of rows about subjects.

    `rows` maps each kind of subject that feeds the view to a pure function from its facts to rows; every row has a
    `subject` column. `resource` names the line of the access policy that guards the whole table.
    """

    name: str
    version: int
    # Digest of the packs that the rows were made under; empty where none has a say.
    policy: str = ""
    resource: str
    columns: tuple[Column, ...]
    rows: Mapping[str, Callable[[Facts], Sequence[Row]]]
    # Columns that order a listing, none of them ever empty; the key breaks ties.
    order: tuple[str, ...] = ()
    descending: bool = False

    @property
    def stamp(self) -> str:
        """What a table must have been made by to be believed; anything else is rebuilt."""
        return f"{self.version}:{self.policy}"

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)
