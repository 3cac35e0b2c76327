"""What a casualty needs of a destination, and what a pilot can see: a pack, the same for guard and ranking."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dunant.casualty.authority import LaunchPack
from dunant.casualty.model import Casualty, CasualtyPolicy
from dunant.casualty.precedence import PrecedencePack, from_triage
from dunant.casualty.triage import TriagePack
from dunant.kernel.deciding import Packs
from dunant.kernel.facts import Facts
from dunant.kernel.policy import Pack, Sourced, repeated


class Requirement(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`when` something holds of a casualty, the destination needs these modules open and a place of this resource."""

    when: str
    modules: tuple[str, ...]
    resource: str = ""


class Marking(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a marking of the landing zone is seen at night, and only with goggles (NVG)."""

    code: str
    at_night: bool
    needs_nvg: bool = False


class Caveat(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    fails_when: str


class FixRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    cost_rank: int


class GuardRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A flag that says that an invariant (casualty §6, by number) does not hold, and the role whose task it is."""

    rule: str
    invariant: int
    owner: str


class HowRead(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which codes mean what to guards and ranking."""

    infrared_words: tuple[str, ...]
    airborne: tuple[str, ...]
    landing: tuple[str, ...]
    waiting_states: tuple[str, ...]
    retask_states: tuple[str, ...]
    threats: tuple[str, ...]
    definitive_levels: tuple[str, ...]
    night_modules: tuple[str, ...]


class EvacuationPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    requirement: tuple[Requirement, ...]
    marking: tuple[Marking, ...]
    caveat: tuple[Caveat, ...]
    fix: tuple[FixRow, ...]
    guard: tuple[GuardRow, ...]
    reading: HowRead

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("requirement.when", (row.when for row in self.requirement))
        yield from repeated("marking.code", (row.code for row in self.marking))
        yield from repeated("caveat.code", (row.code for row in self.caveat))
        yield from repeated("fix.code", (row.code for row in self.fix))
        yield from repeated("guard.rule", (row.rule for row in self.guard))

    def modules(self, needs: Iterable[str]) -> tuple[str, ...]:
        """Modules that these needs ask for, sorted."""
        wanted = set(needs)
        return tuple(sorted({module for row in self.requirement if row.when in wanted for module in row.modules}))

    def resources(self, needs: Iterable[str]) -> tuple[str, ...]:
        wanted = set(needs)
        return tuple(sorted({row.resource for row in self.requirement if row.when in wanted and row.resource}))

    def marking_of(self, lines: Mapping[str, Any]) -> Marking | None:
        """The marking of a form; free words that speak of infra-red are taken as IR. None: nothing usable was said."""
        text = str(lines.get("marking_text") or "").lower().split()
        code = "IR" if set(text) & set(self.reading.infrared_words) else lines.get("marking")
        return next((row for row in self.marking if row.code == code), None)


class EvacuationPolicy(Struct, frozen=True, kw_only=True):
    """What guards and ranking are told. `night_below_deg`: elevation of the sun under which it is night."""

    pack: EvacuationPack
    precedence: PrecedencePack
    severity: CasualtyPolicy
    night_below_deg: float

    def needs_of(self, known: Facts) -> frozenset[str]:
        """Codes of what one casualty needs: its precedence, and surgery if somebody said so."""
        casualty = Casualty(known, self.severity)
        surgery = bool(casualty.detail("needs_surgery").value)
        triage = casualty.triage.value
        category = from_triage(self.precedence, str(triage), needs_surgery=surgery) if triage else None
        return frozenset({*((category,) if category else ()), *(("SURGERY",) if surgery else ())})


def evacuation_policy(pack: Packs) -> EvacuationPolicy:
    severity = {row.code: row.severity for row in pack(TriagePack).category}
    return EvacuationPolicy(
        pack=pack(EvacuationPack),
        precedence=pack(PrecedencePack),
        severity=CasualtyPolicy(halfwidth_min=0, severity=severity, needs={}),
        night_below_deg=pack(LaunchPack).number("night.sun_below_deg"),
    )


def needs_of_lines(lines: Mapping[str, Any]) -> frozenset[str]:
    """What the form asks for besides: items of line 4."""
    equipment = lines.get("equipment")
    return frozenset(str(item) for item in equipment) if isinstance(equipment, list | tuple) else frozenset()
