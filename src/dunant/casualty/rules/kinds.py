"""Exercise or real: fixed where something begins, inherited by everything below, and never mixed (invariant 16)."""

from collections.abc import Iterable

from dunant.casualty import events as e
from dunant.casualty.errors import ExerciseMixed
from dunant.kernel.deciding import Context
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId

BEGINNINGS = (
    e.IncidentOpened,
    e.AlertReceived,
    e.CasualtyReported,
    e.EvacRequested,
    e.EvacDrafted,
    e.LegPlanned,
    e.AdmissionOpened,
)


def is_exercise(known: Facts) -> bool | None:
    """None: this subject has not been heard of yet, so it decides nothing."""
    begun = known.first(*BEGINNINGS)
    return None if begun is None else bool(getattr(begun.body, "exercise", False))


def one_kind(asked: bool, context: Context, **above: Iterable[SubjectId | None]) -> bool:
    """Whether what is asked for is an exercise: said so, at an exercise site, or because of what it hangs below.

    Raises
    ------
    ExerciseMixed
        Something real and something of an exercise would meet; `field` names where.
    """
    found = {name: {is_exercise(context.known(one)) for one in ids if one} - {None} for name, ids in above.items()}
    exercise = asked or context.exercise or any(True in kinds for kinds in found.values())
    for name, kinds in found.items():
        if kinds - {exercise}:
            raise ExerciseMixed(field=name, rule="same_exercise")
    return exercise
