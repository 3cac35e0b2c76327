"""Rules of identity: assertions pile up, records are linked and never rewritten."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import DifferentPeople, ExerciseMixed
from dunant.casualty.rules.casualties import reported
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.links import SubjectLinked, SubjectUnlinked, surviving


def assert_identity(asked: c.AssertIdentity, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    yield Fact(subject=asked.casualty, body=e.IdentityAsserted(kind=asked.kind, value=asked.value, state=asked.state))


def link_subjects(asked: c.LinkSubjects, known: Facts, context: Context) -> Iterator[Fact]:
    """Say that two records are one person. The fact stands at both, so that each shows it by itself.

    Raises
    ------
    ExerciseMixed
        One of them is real and the other is not.
    DifferentPeople
        Both have a verified index number, and not the same (invariant 12).
    """
    ours, theirs = reported(known), reported(context.known(asked.other))
    if asked.casualty == asked.other:
        raise Invalid(field="other", rule="another_record")
    if getattr(ours.body, "exercise", False) != getattr(theirs.body, "exercise", False):
        raise ExerciseMixed(field="other", rule="same_exercise")
    mine, other = _verified_numbers(known), _verified_numbers(context.known(asked.other))
    if mine and other and mine.isdisjoint(other):
        raise DifferentPeople(field="other", rule="one_index_number")
    yield Fact(subject=asked.casualty, body=SubjectLinked(other=asked.other, score=asked.score), stream="casualty")
    yield Fact(subject=asked.other, body=SubjectLinked(other=asked.casualty, score=asked.score), stream="casualty")


def unlink_subjects(asked: c.UnlinkSubjects, known: Facts, context: Context) -> Iterator[Fact]:
    """Take back the links that are known here; one made elsewhere in the meantime survives and is flagged."""
    for subject, other in ((asked.casualty, asked.other), (asked.other, asked.casualty)):
        for link in surviving(context.known(subject).of(SubjectLinked, SubjectUnlinked)):
            if link.b == other:
                yield Fact(subject=subject, body=SubjectUnlinked(ref=link.event), stream="casualty")


def _verified_numbers(known: Facts) -> set[str]:
    bodies = [event.body for event in known.of(e.IdentityAsserted)]
    return {
        body.value
        for body in bodies
        if isinstance(body, e.IdentityAsserted) and body.kind == "UN_INDEX" and body.state == "VERIFIED"
    }


RULES: Rules = {
    c.AssertIdentity: assert_identity,
    c.LinkSubjects: link_subjects,
    c.UnlinkSubjects: unlink_subjects,
}
