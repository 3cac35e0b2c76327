"""The pack of contradictions: which kind a field is of, who settles it, and whether several values may be true."""

from collections.abc import Iterator, Mapping

from dunant.kernel.policy import Pack, Sourced, repeated, unknown

# What a field is that no row names.
OTHERWISE = "status"


class KindRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`role` settles it first, `climbs_to` when it has stood too long. `ranked`: shown by the author's role."""

    code: str
    role: str
    climbs_to: str
    ranked: bool = False


class FieldRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name that ends in a dot stands for every field that begins with it; the longest name wins."""

    name: str
    kind: str
    several: bool = False


class RankRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: str
    rank: int


class ConflictPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table."""

    kind: tuple[KindRow, ...]
    field: tuple[FieldRow, ...]
    role_rank: tuple[RankRow, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        codes = [row.code for row in self.kind]
        yield from repeated("kind", codes)
        yield from repeated("field", (row.name for row in self.field))
        yield from repeated("role_rank", (row.role for row in self.role_rank))
        yield from unknown("field.kind", (row.kind for row in self.field), codes)
        yield from unknown("kind", [OTHERWISE], codes)

    def kind_of(self, field: str) -> KindRow:
        row = self._row(field)
        return next(kind for kind in self.kind if kind.code == (row.kind if row else OTHERWISE))

    def allows_several(self, field: str) -> bool:
        row = self._row(field)
        return row is not None and row.several

    @property
    def ranked(self) -> tuple[str, ...]:
        """Names of the fields that are shown by role rank."""
        return tuple(sorted(row.name for row in self.field if self.kind_of(row.name).ranked))

    @property
    def ranks(self) -> Mapping[str, int]:
        return {row.role: row.rank for row in self.role_rank}

    def _row(self, field: str) -> FieldRow | None:
        fitting = (row for row in self.field if field in (row.name, row.name.rstrip(".")) or _begins(field, row.name))
        return max(fitting, key=lambda row: len(row.name), default=None)


def _begins(field: str, name: str) -> bool:
    return name.endswith(".") and field.startswith(name)
