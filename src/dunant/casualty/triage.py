"""Triage schemes as pure functions: the same observations, every scheme's answer, and what is missing to be sure.

A scheme is data (`triage.toml`): ordered steps, the first that holds decides. An observation that nobody made makes the
answer INDETERMINATE only if it could change it. No function here changes a category: a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Literal

import msgspec
from msgspec import Struct

from dunant.casualty.scores import Score
from dunant.kernel.policy import Pack, Sourced, repeated, unknown

INDETERMINATE = "INDETERMINATE"
Operator = Literal["is", "lt", "le", "gt", "ge"]
Findings = Mapping[str, float | bool | None]
Decision = tuple[str, tuple[str, ...]]


class Observations(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was seen of a casualty; None = not observed, never a guess.

    `rr` breaths/min, `hr` beats/min, `crt_s` seconds of capillary refill, `gcs` 3–15, `radial` a pulse at the wrist.
    `breathes_after_airway` is asked only when `breathes` is false. `pulse` (any at all) and `breathes_after_rescue`
    (five rescue breaths) are asked of a child that does not breathe. `distress` of breathing, `bleeding_controlled`,
    `minor_only` (nothing but minor injuries) and `survivable` (with what is at hand) are asked by SALT.
    """

    walks: bool | None = None
    breathes: bool | None = None
    breathes_after_airway: bool | None = None
    rr: float | None = None
    hr: float | None = None
    radial: bool | None = None
    crt_s: float | None = None
    obeys: bool | None = None
    unconscious: bool | None = None
    gcs: float | None = None
    avpu: Literal["A", "V", "P", "U"] | None = None
    pulse: bool | None = None
    breathes_after_rescue: bool | None = None
    distress: bool | None = None
    bleeding_controlled: bool | None = None
    minor_only: bool | None = None
    survivable: bool | None = None


class Comparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comparison. `of` is an observation or one of DERIVED."""

    of: str
    op: Operator
    value: float | bool

    def __post_init__(self) -> None:
        if (self.op == "is") != isinstance(self.value, bool):
            raise ValueError("operator_does_not_fit_value")

    def holds(self, seen: Findings) -> bool | None:
        """True, false, or None when the observation is missing."""
        found = seen[self.of]
        if found is None:
            return None
        match self.op:
            case "is":
                return found is self.value
            case "lt":
                return found < self.value
            case "le":
                return found <= self.value
            case "gt":
                return found > self.value
            case "ge":
                return found >= self.value


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of `all` and, if there is an `any`, at least one of it."""

    id: str
    all: tuple[Comparison, ...] = ()
    any: tuple[Comparison, ...] = ()
    then: str

    def holds(self, seen: Findings) -> bool:
        """For complete observations; a missing one counts as false."""
        return all(test.holds(seen) for test in self.all) and (
            not self.any or any(test.holds(seen) for test in self.any)
        )

    @property
    def tests(self) -> tuple[Comparison, ...]:
        return self.all + self.any


class Missed(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of those who needed immediate care, the share that a scheme called less urgent, with its interval."""

    pct: float
    low: float
    high: float


class Scheme(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`default` is the category when no step holds. `disabled` says why a scheme answers nothing yet."""

    id: str
    version: str
    steps: tuple[Step, ...]
    default: str
    disabled: str = ""
    under_triage: Missed | None = None

    def decide(self, seen: Findings) -> Decision:
        """Category for complete observations, and the ids of the steps asked on the way."""
        asked: list[str] = []
        for step in self.steps:
            asked.append(step.id)
            if step.holds(seen):
                return step.then, tuple(asked)
        return self.default, (*asked, "default")


class Category(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rank` orders a board (1 first). Of two contradicting categories the one of higher `severity` is shown.

    Colour never stands alone: letter, shape and colour always come together.
    """

    code: str
    label_id: str
    color: str
    shape: str
    rank: int
    severity: int


class ExpectantRule(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may call somebody expectant, and in which posture (casualty §13)."""

    category: str
    postures: tuple[str, ...]
    roles: tuple[str, ...]


class TriagePack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    category: tuple[Category, ...]
    scheme: tuple[Scheme, ...]
    expectant: ExpectantRule
    score: tuple[Score, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        codes = [row.code for row in self.category]
        yield from repeated("category.code", codes)
        yield from repeated("scheme.id", (row.id for row in self.scheme))
        for n, scheme in enumerate(self.scheme):
            yield from unknown(f"scheme[{n}].steps.then", (step.then for step in scheme.steps), codes)
            yield from unknown(f"scheme[{n}].default", [scheme.default], codes)
            used = (test.of for step in scheme.steps for test in step.tests)
            yield from unknown(f"scheme[{n}].steps.of", used, (*Observations.__struct_fields__, *DERIVED))
        yield from repeated("score.id", (row.id for row in self.score))
        yield from unknown("expectant.category", [self.expectant.category], codes)

    def get(self, scheme: str) -> Scheme | None:
        return next((row for row in self.scheme if row.id == scheme), None)

    @property
    def enabled(self) -> tuple[Scheme, ...]:
        """Schemes that answer; the others wait for a sourced table."""
        return tuple(row for row in self.scheme if not row.disabled)

    def severity(self, category: str) -> int:
        """Which of two contradicting categories is shown; -1 for a code the pack does not know."""
        return next((row.severity for row in self.category if row.code == category), -1)


class Outcome(Struct, frozen=True, kw_only=True):
    """Answer of one scheme.

    `category` is INDETERMINATE when `possible` holds more than one; `missing` then names the observations that would
    decide. `path` lists the steps asked, the last one decided; it is empty while the answer is open. `warnings` are
    codes: `vitals_disagree` when a walking casualty would be immediate or worse if it could not walk.
    """

    scheme: str
    version: str
    category: str
    possible: tuple[str, ...]
    path: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


# Findings that follow from observations, with the observation that would settle each.
DERIVED: Mapping[str, tuple[str, ...]] = {
    "apnoeic": ("breathes", "breathes_after_airway"),
    "airway_only": ("breathes", "breathes_after_airway"),
    "poor_perfusion": ("radial",),
    "cannot_obey": ("obeys",),
    "is_unconscious": ("unconscious",),
    "unresponsive": ("avpu",),
}
# Capillary refill above this is poor perfusion. Source: START, aneskey; emj.bmj table 1.
_CRT_LIMIT_S = 2
# From this Glasgow coma score on, nobody is unconscious. Source: design; 14 is the bound MPTT uses.
_AWAKE_GCS = 14
# The two, for a device that computes the same without us.
BOUNDS: Mapping[str, int] = {"crt_limit_s": _CRT_LIMIT_S, "awake_gcs": _AWAKE_GCS}


def triage(scheme: Scheme, observations: Observations) -> Outcome:
    """What a scheme says about a casualty.

    Every consistent combination of what is missing is tried, numbers on both sides of each bound of the scheme, so an
    unknown counts only where it could change the result.
    """
    known = derive(observations)
    gaps = [name for name in _asked(scheme) if known[name] is None]
    every = list(product(*(_choices(name, scheme) for name in gaps)))
    seen = {values: {**known, **dict(zip(gaps, values, strict=True))} for values in every}
    # Observations that contradict each other leave no consistent choice; the scheme still answers as it is written.
    likely = [values for values in every if _consistent(seen[values])] or every
    tried = {values: scheme.decide(seen[values]) for values in likely}
    possible = tuple(sorted({category for category, _ in tried.values()}))
    paths = {path for _, path in tried.values()}
    certain = len(possible) == 1
    return Outcome(
        scheme=scheme.id,
        version=scheme.version,
        category=possible[0] if certain else INDETERMINATE,
        possible=possible,
        path=next(iter(paths)) if len(paths) == 1 else (),
        missing=() if certain else _missing(gaps, tried, known),
        warnings=("vitals_disagree",) if observations.walks and _would_be_immediate(scheme, observations) else (),
    )


def all_schemes(pack: TriagePack, observations: Observations) -> list[Outcome]:
    """Every scheme on the same observations; a disagreement is shown and a person decides."""
    return [triage(scheme, observations) for scheme in pack.enabled]


def disagree(outcomes: Iterable[Outcome]) -> bool:
    return len({outcome.category for outcome in outcomes if outcome.category != INDETERMINATE}) > 1


def derive(observed: Observations) -> Findings:
    """Observations and what follows from them; a finding is None only if what is known does not settle it."""
    breathes, after = observed.breathes, observed.breathes_after_airway
    unconscious = observed.unconscious
    if unconscious is None and (observed.obeys or (observed.gcs is not None and observed.gcs >= _AWAKE_GCS)):
        unconscious = False
    if unconscious is None and observed.avpu in {"A", "U"}:
        unconscious = observed.avpu == "U"
    apnoeic = False if breathes or after else (True if breathes is False and after is False else None)
    weak = None if observed.radial is None else not observed.radial
    slow = None if observed.crt_s is None else observed.crt_s > _CRT_LIMIT_S
    return {
        **{name: getattr(observed, name) for name in Observations.__struct_fields__},
        "avpu": None if observed.avpu is None else True,
        "apnoeic": apnoeic,
        "airway_only": False if breathes else (after if breathes is False else None),
        "poor_perfusion": _either(weak, slow),
        "cannot_obey": (True if unconscious or apnoeic else None) if observed.obeys is None else not observed.obeys,
        "is_unconscious": unconscious,
        "unresponsive": _unresponsive(observed),
    }


def _unresponsive(observed: Observations) -> bool | None:
    """Answers to pain at most (P or U); who obeys is at least roused by a voice."""
    if observed.avpu is not None:
        return observed.avpu in {"P", "U"}
    return False if observed.obeys else (True if observed.unconscious else None)


def _either(first: bool | None, second: bool | None) -> bool | None:
    """True if any is, false if none that is known is."""
    known = [finding for finding in (first, second) if finding is not None]
    return any(known) if known else None


def _asked(scheme: Scheme) -> list[str]:
    """Findings a scheme depends on, in the order it asks for them."""
    return list(dict.fromkeys(test.of for step in scheme.steps for test in step.tests))


def _choices(name: str, scheme: Scheme) -> list[float | bool]:
    """Values of an unknown finding that can make a difference: both truth values, or around each bound."""
    bounds = {float(test.value) for step in scheme.steps for test in step.tests if test.of == name and test.op != "is"}
    return sorted({bound + shift for bound in bounds for shift in (-1, 0, 1)}) if bounds else [False, True]


def _consistent(seen: Findings) -> bool:
    """Nobody both breathes with an open airway and does not, or obeys while unconscious or without breath."""
    if seen["apnoeic"] and seen["airway_only"]:
        return False
    if seen["unresponsive"] and seen.get("cannot_obey") is False:
        return False
    return not ((seen["is_unconscious"] or seen["apnoeic"]) and seen["cannot_obey"] is False)


def _missing(gaps: list[str], tried: Mapping[tuple[float | bool, ...], Decision], known: Findings) -> tuple[str, ...]:
    """Observations to make next: those behind a gap that changes the answer for some choice of the others."""
    wanted: dict[str, None] = {}
    for position, name in enumerate(gaps):
        answers: dict[tuple[float | bool, ...], set[str]] = {}
        for values, (category, _) in tried.items():
            answers.setdefault(values[:position] + values[position + 1 :], set()).add(category)
        if any(len(found) > 1 for found in answers.values()):
            behind = next((one for one in DERIVED.get(name, (name,)) if known[one] is None), name)
            wanted[behind] = None
    return tuple(wanted)


def _would_be_immediate(scheme: Scheme, observations: Observations) -> bool:
    still = triage(scheme, msgspec.structs.replace(observations, walks=False))
    return still.category in {"T1", "DEAD"}
