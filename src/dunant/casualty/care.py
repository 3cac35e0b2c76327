"""The pack of care: what can be done, found and measured, and what each means for the clocks. Pure, data only."""

from collections.abc import Iterator, Mapping
from typing import Literal

from dunant.kernel.coding import CodeList
from dunant.kernel.policy import Pack, Sourced, repeated, unknown

Letter = Literal["M", "A", "R", "C", "H", "P", "B", "W", "S"]
Asks = Literal["limb", "side", "device", "drug", "blood", "fluid"]


class InterventionRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is done. `milestones` are reached by it when somebody trained does it."""

    code: str
    letter: Letter
    lsi: bool = False
    asks: tuple[Asks, ...] = ()
    milestones: tuple[str, ...] = ()


class PerformerRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level of training. `trained`: counts for C10. `skilled`: brings the care that C60 waits for."""

    code: str
    trained: bool = False
    skilled: bool = False


class RecorderRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The least level of somebody who records in this role, where nobody says who acted."""

    role: str
    performer: str


class RangeRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of a measured value, both inside. Wider than any living body; not a normal range."""

    field: str
    unit: str
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


class CarePack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    intervention: tuple[InterventionRow, ...]
    performer: tuple[PerformerRow, ...]
    recorder: tuple[RecorderRow, ...]
    skilled_milestone: str
    vital: tuple[RangeRow, ...]
    detail: tuple[RangeRow, ...]
    codes: tuple[CodeList, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("intervention", (row.code for row in self.intervention))
        yield from repeated("performer", (row.code for row in self.performer))
        yield from repeated("codes.name", (row.name for row in self.codes))
        yield from repeated("range", (row.field for row in (*self.vital, *self.detail)))
        levels = [row.code for row in self.performer]
        yield from unknown("recorder.performer", (row.performer for row in self.recorder), levels)

    @property
    def lists(self) -> Mapping[str, CodeList]:
        """Lists of codes that entries are held to, by name."""
        listed = {row.name: row for row in self.codes}
        acts = CodeList(
            name="care.intervention", codes=tuple(row.code for row in self.intervention), source=self.pack.source
        )
        levels = CodeList(
            name="care.performer", codes=tuple(row.code for row in self.performer), source=self.pack.source
        )
        return {**listed, acts.name: acts, levels.name: levels}

    def act(self, code: str) -> InterventionRow | None:
        return next((row for row in self.intervention if row.code == code), None)

    def level(self, stated: str | None, role: str) -> PerformerRow | None:
        """Who acted: as stated, else the least that somebody in this role can be; None if that is not known."""
        code = stated or next((row.performer for row in self.recorder if row.role == role), None)
        return next((row for row in self.performer if row.code == code), None)

    def range(self, field: str) -> RangeRow | None:
        return next((row for row in (*self.vital, *self.detail) if row.field == field), None)

    def milestones(self, code: str, level: PerformerRow | None) -> tuple[str, ...]:
        """Steps on the way to care that this act is evidence of (casualty §4.1, §4.3)."""
        act = self.act(code)
        if act is None or level is None:
            return ()
        reached = act.milestones if level.trained else ()
        return (*reached, self.skilled_milestone) if level.skilled else reached
