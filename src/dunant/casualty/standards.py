"""The 10-1-2 clocks: what starts and stops them, whom they count, and one verdict for all of them.

A time equal to the limit is inside. Without a lower bound of the time of injury nothing can be called met. What the
clocks are is a pack (`clocks.toml`); how long they run is another (`thresholds.toml`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from dunant.casualty.intervals import Interval, minutes, moment
from dunant.kernel.policy import Pack, Sourced, Thresholds, repeated, unknown

Milestones = Mapping[str, Interval]
Judgement = Literal["MET", "BREACH_POSSIBLE", "BREACH_CERTAIN"]
Verdict = Literal["MET", "BREACH_POSSIBLE", "BREACH_CERTAIN", "ENDED_BY_DEATH", "EXCLUDED", "NO_START"]
Predicted = Literal["MET_PREDICTED", "BREACH_POSSIBLE_PREDICTED", "BREACH_CERTAIN_PREDICTED"]
_PREDICTED: Mapping[Judgement, Predicted] = {
    "MET": "MET_PREDICTED",
    "BREACH_POSSIBLE": "BREACH_POSSIBLE_PREDICTED",
    "BREACH_CERTAIN": "BREACH_CERTAIN_PREDICTED",
}


class Stop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A milestone that stops a clock if the named facts hold, such as `M11.RESUS` (arrived where RESUS was open)."""

    milestone: str
    needs: tuple[str, ...] = ()


class Population(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a clock counts. A cause that nobody has stated yet counts as injury; an unstated category does not count.

    `surgery`: only those in need of it, said outright or by a category of `surgical_categories`.
    """

    causes: tuple[str, ...]
    categories: tuple[str, ...]
    surgery: bool = False
    surgical_categories: tuple[str, ...] = ()


class ClockDefinition(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clock. `limit` and `amber` are keys of the thresholds pack, in minutes.

    `stops`: the earliest counts. `proxies` stand in, flagged, while no stop has happened. `beside` names the clock that
    this one is only reported next to.
    """

    code: str
    start: str
    stops: tuple[Stop, ...]
    proxies: tuple[Stop, ...] = ()
    population: Population
    limit: str
    amber: str
    beside: str = ""
    meaning: str = ""


class Clocks(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The definition set; its version (`C1012-v1`) is printed with every figure."""

    clock: tuple[ClockDefinition, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        codes = [row.code for row in self.clock]
        yield from repeated("clock.code", codes)
        yield from unknown("clock.beside", (row.beside for row in self.clock), ["", *codes])

    @property
    def main(self) -> tuple[ClockDefinition, ...]:
        """The clocks that are judged, without those only reported beside them."""
        return tuple(row for row in self.clock if not row.beside)

    def get(self, code: str) -> ClockDefinition:
        return next(row for row in self.clock if row.code == code)


class Limits(Struct, frozen=True, kw_only=True):
    """Minutes of one clock."""

    limit_min: float
    amber_min: float


class Course(Struct, frozen=True, kw_only=True):
    """All that the clocks need to know of one casualty.

    `facts` are codes such as `M11.RESUS` that stops ask for; `excluded` maps a clock to the reason it does not apply.
    """

    milestones: Milestones
    category: str | None = None
    cause: str | None = None
    needs_surgery: bool | None = None
    facts: frozenset[str] = frozenset()
    died: Interval | None = None
    excluded: Mapping[str, str] = {}


class Elapsed(Struct, frozen=True, kw_only=True):
    """Minutes between two uncertain moments; `hi_min` None = no upper limit can be given."""

    lo_min: float
    hi_min: float | None


class Prediction(Struct, frozen=True, kw_only=True):
    """When a plan expects the stop.

    `remaining_min`: minutes the plan needs from its next step to the stop; None = only the time left from now counts.
    """

    stop: Interval
    remaining_min: float | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """A clock as it stands. `stop` None = still running; `elapsed` then ends now.

    `provisional`: not counted, only because the category or the need of surgery has not been stated yet. It is shown
    all the same: nobody waits for a category while minutes run.
    """

    code: str
    in_population: bool
    provisional: bool = False
    limit_min: float
    amber_min: float
    t0: Interval | None = None
    stop: Interval | None = None
    proxy: bool = False
    elapsed: Elapsed | None = None
    verdict: Verdict
    reason: str = ""
    predicted_stop: Interval | None = None
    predicted_verdict: Predicted | None = None
    is_amber: bool = False
    unavoidable_at: datetime | None = None


def limits_of(definition: ClockDefinition, thresholds: Thresholds) -> Limits:
    return Limits(limit_min=thresholds.number(definition.limit), amber_min=thresholds.number(definition.amber))


def elapsed_between(start: Interval, stop: Interval) -> Elapsed:
    """Shortest and longest time from start to stop, floored at 0.

    An open end that would shorten it gives 0; one that would lengthen it gives None.
    """
    shortest = 0.0 if stop.lo is None or start.hi is None else max(0.0, minutes(stop.lo - start.hi))
    longest = None if stop.hi is None or start.lo is None else max(0.0, minutes(stop.hi - start.lo))
    return Elapsed(lo_min=shortest, hi_min=longest)


def judge(elapsed: Elapsed, limit_min: float) -> Judgement:
    """The one verdict, for closed, running, predicted and simulated clocks."""
    if elapsed.lo_min > limit_min:
        return "BREACH_CERTAIN"
    return "MET" if elapsed.hi_min is not None and elapsed.hi_min <= limit_min else "BREACH_POSSIBLE"


def counts_in(population: Population, course: Course) -> bool:
    """Is this casualty among those the clock counts?"""
    if course.category not in population.categories or (course.cause and course.cause not in population.causes):
        return False
    if not population.surgery or course.needs_surgery is not None:
        return not population.surgery or bool(course.needs_surgery)
    return course.category in population.surgical_categories


def may_count_in(population: Population, course: Course) -> bool:
    """Would the clock count this casualty if what nobody has stated yet were stated?"""
    likely = (course.category,) if course.category else population.categories
    needs = (course.needs_surgery,) if course.needs_surgery is not None else (None, True)
    return any(
        counts_in(population, replace(course, category=category, needs_surgery=need))
        for category in likely
        for need in needs
    )


def read_clock(
    definition: ClockDefinition,
    limits: Limits,
    course: Course,
    now: datetime,
    prediction: Prediction | None = None,
) -> Reading:
    """State of one clock for one casualty at one instant.

    Parameters
    ----------
    now : aware UTC; a running clock is judged as if it stopped now
    prediction : what the plan expects; used for a running clock only

    Returns
    -------
    Reading
        `verdict` of a running clock says how it would be judged if care came now: MET means "still inside".
        `unavoidable_at` is the moment after which the clock is a certain breach: the latest possible time of injury,
        plus the limit, less what the plan needs from its next step. It is the deadline of that step.
    """
    t0 = course.milestones.get(definition.start)
    counted = counts_in(definition.population, course)
    blank = Reading(
        code=definition.code,
        in_population=counted,
        provisional=not counted and may_count_in(definition.population, course),
        limit_min=limits.limit_min,
        amber_min=limits.amber_min,
        t0=t0,
        verdict="NO_START",
    )
    if definition.code in course.excluded:
        return replace(blank, verdict="EXCLUDED", reason=course.excluded[definition.code])
    if t0 is None or t0.is_unknown:
        return blank
    stop, proxy = _stopped(definition, course)
    if course.died is not None and (stop is None or course.died.precedes(stop)):
        return replace(blank, verdict="ENDED_BY_DEATH", elapsed=elapsed_between(t0, course.died))
    elapsed = elapsed_between(t0, stop or moment(now))
    known = replace(blank, stop=stop, proxy=proxy, elapsed=elapsed, verdict=judge(elapsed, limits.limit_min))
    return known if stop is not None else _foreseen(known, t0, now, prediction)


def read_clocks(
    clocks: Iterable[ClockDefinition],
    thresholds: Thresholds,
    course: Course,
    now: datetime,
    predictions: Mapping[str, Prediction] | None = None,
) -> list[Reading]:
    """All clocks of one casualty, in the order of the definitions; predictions by clock code."""
    expected = predictions or {}
    return [read_clock(one, limits_of(one, thresholds), course, now, expected.get(one.code)) for one in clocks]


def predict(
    definition: ClockDefinition,
    course: Course,
    planned: Milestones,
    planned_facts: frozenset[str] = frozenset(),
) -> Prediction | None:
    """When a plan stops a clock, facts that have happened taking the place of planned ones.

    Parameters
    ----------
    planned : planned milestones, those already reached included or not
    planned_facts : facts that will hold if the plan comes true, such as `M11.RESUS` of the destination

    Returns
    -------
    Prediction or None
        None when the plan never stops this clock.
    """
    ahead = {code: when for code, when in planned.items() if code not in course.milestones}
    stop, _ = _stopped(
        definition,
        replace(course, milestones={**ahead, **course.milestones}, facts=course.facts | planned_facts),
    )
    if stop is None:
        return None
    next_step = min((when.lo for when in ahead.values() if when.lo is not None), default=None)
    if next_step is None or stop.lo is None:
        return Prediction(stop=stop)
    return Prediction(stop=stop, remaining_min=max(0.0, minutes(stop.lo - next_step)))


def compliance(readings: Iterable[Reading]) -> dict[str, int]:
    """Counts per outcome of the clocks that count; a clock that may still be met or missed is RUNNING."""
    outcomes = ("MET", "BREACH_POSSIBLE", "BREACH_CERTAIN", "ENDED_BY_DEATH", "EXCLUDED", "NO_START", "RUNNING")
    found = Counter(_outcome(reading) for reading in readings if reading.in_population)
    return {outcome: found[outcome] for outcome in outcomes}


def _outcome(reading: Reading) -> str:
    undecided = reading.stop is None and reading.verdict in {"MET", "BREACH_POSSIBLE"}
    return "RUNNING" if undecided else reading.verdict


def _stopped(definition: ClockDefinition, course: Course) -> tuple[Interval | None, bool]:
    """The stop and whether it is only a proxy."""
    real = _earliest(definition.stops, course)
    if real is not None:
        return real, False
    stand_in = _earliest(definition.proxies, course)
    return stand_in, stand_in is not None


def _earliest(stops: Iterable[Stop], course: Course) -> Interval | None:
    found: Interval | None = None
    for stop in stops:
        reached = course.milestones.get(stop.milestone)
        if reached is not None and course.facts.issuperset(stop.needs):
            found = reached if found is None else found.earlier(reached)
    return found


def _foreseen(running: Reading, t0: Interval, now: datetime, prediction: Prediction | None) -> Reading:
    """A running clock with what the plan says about it."""
    limit = timedelta(minutes=running.limit_min)
    if prediction is None:
        return replace(running, unavoidable_at=None if t0.hi is None else t0.hi + limit)
    stop = _not_before(prediction.stop, now)
    ahead = elapsed_between(t0, stop)
    worst = ahead.lo_min if ahead.hi_min is None else ahead.hi_min
    needed = prediction.remaining_min
    if needed is None:
        needed = 0.0 if stop.lo is None else minutes(stop.lo - now)
    return replace(
        running,
        predicted_stop=stop,
        predicted_verdict=_PREDICTED[judge(ahead, running.limit_min)],
        is_amber=worst > running.amber_min,
        unavoidable_at=None if t0.hi is None else t0.hi + limit - timedelta(minutes=needed),
    )


def _not_before(stop: Interval, now: datetime) -> Interval:
    """A stop that has not happened cannot lie in the past."""
    return Interval(
        lo=now if stop.lo is None else max(stop.lo, now),
        hi=None if stop.hi is None else max(stop.hi, now),
    )
