"""Who may decide what: the launch matrix as rows, and every question that is asked of it (casualty §11).

First aid, alerting and crew standby are nobody's decision and no step of it. What no row names is not asked for; a
launch and the retasking of an aircraft always have a row. Source of the rows: the pack says it, row by row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from dunant.casualty.daylight import is_night
from dunant.casualty.precedence import PrecedencePack, from_triage
from dunant.kernel.deciding import Packs
from dunant.kernel.missions import MissionPack, Post
from dunant.kernel.places import Box, Position
from dunant.kernel.policy import Pack, PolicyValue, Sourced, Thresholds, repeated, unknown
from dunant.kernel.roles import Roles

Mode = Literal["AUTO", "REQUIRED", "NOT_REQUIRED"]
STEPS = ("MEDICAL_VALIDATION", "LAUNCH", "RETASK", "FLIGHT_CLEARANCE", "COST", "RECEIVING_ACCEPTANCE")
# Steps that every matrix must have a row for, whatever the circumstances.
ALWAYS = ("LAUNCH", "RETASK")
UN, NON_UN, DAY, NIGHT = "UN", "NON_UN", "DAY", "NIGHT"


class PostureRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rank`: of two set apart, the higher one counts."""

    code: str
    rank: int


class ClassRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Patients of these affiliations, or counted under these codes of line 8."""

    code: str
    affiliations: tuple[str, ...] = ()
    line8: tuple[str, ...] = ()


class RuleRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`urgent`: categories for which nobody must wait. `onlookers`: roles that hear an alert and cannot act on it."""

    urgent: tuple[str, ...]
    aircraft: tuple[str, ...]
    reviewers: tuple[str, ...]
    onlookers: tuple[str, ...] = ()


class ChainRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: str


class MatrixRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who decides one step. What is left empty fits everything; the first row that fits decides.

    `roles` are asked in order, each for `timer_min`; where nobody has to be asked, they may speak all the same.
    `delegates` may decide on the word of one of them, which they name. `conditions`: what an approval must state.
    `informs`: roles that are told as well once nobody has answered in time.
    """

    matrix: str
    code: str
    step: str
    mode: Mode
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    patient_class: str = ""
    posture: str = ""
    light: str = ""
    roles: tuple[str, ...] = ()
    delegates: tuple[str, ...] = ()
    timer_min: float = 0
    conditions: tuple[str, ...] = ()
    informs: tuple[str, ...] = ()

    @property
    def fits_all(self) -> bool:
        return not (self.kinds or self.categories or self.patient_class or self.posture or self.light)


class LaunchPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    posture: tuple[PostureRow, ...]
    patient_class: tuple[ClassRow, ...]
    setting: tuple[PolicyValue, ...]
    rules: RuleRow
    post: tuple[Post, ...]
    chain: tuple[ChainRow, ...]
    row: tuple[MatrixRow, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("row.code", (row.code for row in self.row))
        yield from repeated("posture", (row.code for row in self.posture))
        yield from unknown("row.step", (row.step for row in self.row), STEPS)
        yield from unknown("row.posture", (row.posture for row in self.row), ["", *(p.code for p in self.posture)])
        yield from unknown("row.light", (row.light for row in self.row), ["", DAY, NIGHT])
        for n, row in enumerate(self.row):
            if row.mode == "REQUIRED" and not (row.roles and row.timer_min > 0):
                yield f"row[{n}]", "required_has_roles_and_timer"
        for matrix in self.matrices:
            asked = {row.step for row in self.row if row.matrix == matrix and row.fits_all}
            yield from ((f"row.{matrix}", f"no row for all of {step}") for step in ALWAYS if step not in asked)

    @property
    def matrices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.matrix for row in self.row))

    def number(self, key: str) -> float:
        return next(row.number() for row in self.setting if row.key == key)


class Case(Struct, frozen=True, kw_only=True):
    """The circumstances that the matrix is asked under. `category` is empty as long as nobody knows it."""

    kind: str
    category: str = ""
    patient_class: str = UN
    posture: str = ""
    light: str = ""

    @property
    def stated(self) -> dict[str, str]:
        """As a decision keeps them."""
        found = {"category": self.category, "patient_class": self.patient_class}
        return {**found, "posture": self.posture, "light": self.light}


class Authority(Struct, frozen=True, kw_only=True):
    """The matrix in force in a mission, with all that is needed to ask it."""

    matrix: tuple[MatrixRow, ...]
    postures: Mapping[str, int]
    posture: str
    classes: tuple[ClassRow, ...]
    rules: RuleRow
    posts: tuple[Post, ...]
    chain: tuple[str, ...]
    chain_timer_min: float
    ranks: Mapping[str, int]
    parents: Mapping[str, str]
    night_below_deg: float
    middle: Position

    # ── people ──

    def is_a(self, role: str, wanted: str) -> bool:
        """Whether somebody in `role` acts as `wanted`: the same role, or one that extends it."""
        return role == wanted or (bool(self.parents.get(role)) and self.is_a(self.parents[role], wanted))

    def is_any(self, role: str, wanted: Iterable[str]) -> bool:
        return any(self.is_a(role, one) for one in wanted)

    def can_act(self, role: str) -> bool:
        """Whether this role can do anything about an alert it has heard."""
        return role not in self.rules.onlookers

    # ── the matrix ──

    def row_for(self, step: str, case: Case) -> MatrixRow | None:
        """The row that decides; None: nobody has to be asked."""
        return next((row for row in self.matrix if row.step == step and _fits(row, case)), None)

    def rows_for(self, step: str, kind: str) -> Sequence[MatrixRow]:
        """Every row that could decide this step of such a request, whatever the circumstances were."""
        return [row for row in self.matrix if row.step == step and (not row.kinds or kind in row.kinds)]

    def may_decide(self, row: MatrixRow, role: str, delegation: str) -> bool:
        """A role of the row, or a delegate who says on whose word."""
        return self.is_any(role, row.roles) or (bool(delegation) and self.is_any(role, row.delegates))

    def is_urgent(self, category: str) -> bool:
        """Nobody must wait for these; nor for somebody of whom nobody knows yet how badly hurt they are."""
        return not category or category in self.rules.urgent

    # ── the circumstances ──

    def light(self, where: Any, at: datetime) -> str:
        """DAY or NIGHT at a place; of an unknown place, in the middle of the mission."""
        known = where if isinstance(where, Position) else _position(where)
        return NIGHT if is_night(known or self.middle, at, self.night_below_deg) else DAY

    def highest(self, categories: Iterable[str | None]) -> str:
        found = [code for code in categories if code]
        return min(found, key=lambda code: self.ranks.get(code, len(self.ranks) + 1), default="")

    def class_of(self, affiliations: Iterable[str | None], line8: Any) -> str:
        """The class in which everybody is, if there is one; else UN, so that nobody waits for somebody else."""
        said = [code.partition(":")[0] for code in affiliations if code]
        counted = [code for code, number in line8.items() if number] if isinstance(line8, dict) else []
        for row in self.classes:
            if (said and set(said) <= set(row.affiliations)) or (
                not said and counted and set(counted) <= set(row.line8)
            ):
                return row.code
        return UN


def authority_in(pack: Packs) -> Authority:
    """The matrix that the mission has chosen.

    Raises
    ------
    PackInvalid
        The mission names a matrix that there is not.
    """
    launch, mission, roles = pack(LaunchPack), pack(MissionPack), pack(Roles)
    chosen = mission.launch
    name = chosen.matrix if chosen else launch.matrices[0]
    return Authority(
        matrix=tuple(row for row in launch.row if row.matrix == name),
        postures={row.code: row.rank for row in launch.posture},
        posture=mission.mission.posture,
        classes=launch.patient_class,
        rules=launch.rules,
        posts=(chosen.fan_out if chosen else ()) or launch.post,
        chain=(chosen.alert_chain if chosen else ()) or tuple(row.role for row in launch.chain),
        chain_timer_min=pack(Thresholds).number("acknowledge.amber_to"),
        ranks={row.code: row.rank for row in pack(PrecedencePack).canonical},
        parents={row.code: row.inherits for row in roles.role if row.inherits},
        night_below_deg=launch.number("night.sun_below_deg"),
        middle=_middle(mission.mission.bbox),
    )


def case_of(
    authority: Authority,
    precedence: PrecedencePack,
    *,
    kind: str,
    lines: Mapping[str, Any],
    pickup: Any,
    patients: Iterable[Mapping[str, Any]],
    posture: str | None,
    at: datetime,
) -> Case:
    """The circumstances of a request: from its form, from who is on it (rows of the board), and from the hour."""
    held = list(patients)
    counts = lines.get("counts")
    counted = [code for code, number in counts.items() if number] if isinstance(counts, dict) else []
    triaged = [
        from_triage(precedence, row["triage"], needs_surgery=bool(row.get("needs_surgery")))
        for row in held
        if row.get("triage")
    ]
    return Case(
        kind=kind,
        category=authority.highest([*counted, *triaged]),
        patient_class=authority.class_of((row.get("affiliation") for row in held), lines.get("nationality")),
        posture=posture or authority.posture,
        light=authority.light(pickup, at),
    )


def _fits(row: MatrixRow, case: Case) -> bool:
    return (
        (not row.kinds or case.kind in row.kinds)
        and (not row.categories or case.category in row.categories)
        and row.patient_class in ("", case.patient_class)
        and row.posture in ("", case.posture)
        and row.light in ("", case.light)
    )


def _position(where: Any) -> Position | None:
    if not isinstance(where, Mapping) or where.get("lat") is None or where.get("lon") is None:
        return None
    return Position(lat=where["lat"], lon=where["lon"])


def _middle(box: Box) -> Position:
    return Position(lat=(box.south + box.north) / 2, lon=(box.west + box.east) / 2)
