"""Rules of identity: assertions pile up, records are linked and never rewritten."""

from collections.abc import Iterator

from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import DifferentPeople, ExerciseMixed
from dunant.casualty.model import IDENTITY, NO_POLICY, Casualty
from dunant.casualty.rules.casualties import reported
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import SubjectLinked, SubjectUnlinked, surviving
from dunant.kernel.merge import ConflictResolved

IDENTITY_STREAM = e.IdentityAsserted.STREAM


def assert_identity(asked: c.AssertIdentity, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    held = Casualty(known, NO_POLICY)
    yield Fact(
        subject=asked.casualty,
        body=e.IdentityAsserted(kind=asked.kind, value=asked.value, state=asked.state, confidence=asked.confidence),
        base=context.seen(held.asserted(asked.kind), held.identity(asked.kind)),
    )


def verify_identity(asked: c.VerifyIdentity, known: Facts, context: Context) -> Iterator[Fact]:
    """Vouch for what somebody said. Another verified value stands beside it as a conflict until a person settles it.

    Raises
    ------
    NotFound
        No such assertion about this casualty.
    """
    yield _judged(asked.casualty, asked.assertion, "VERIFIED", asked.evidence, known)


def dispute_identity(asked: c.DisputeIdentity, known: Facts, context: Context) -> Iterator[Fact]:
    """Doubt what somebody said. It stays, is shown last, and no longer counts as verified.

    Raises
    ------
    NotFound
        No such assertion about this casualty.
    """
    yield _judged(asked.casualty, asked.assertion, "DISPUTED", asked.reason, known)


def _judged(casualty: SubjectId, assertion: EventId, state: str, reason: str, known: Facts) -> Fact:
    """The same said again in another state, by whoever had seen all that was said about it."""
    reported(known)
    said = known.get(assertion)
    if said is None or not isinstance(said.body, e.IdentityAsserted) or known.is_void(assertion):
        raise NotFound(field="assertion", rule="exists")
    body = replace(said.body, state=state, about=assertion, reason=reason)
    return Fact(subject=casualty, body=body, base=(assertion,))


def resolve_identity(asked: c.ResolveIdentity, known: Facts, context: Context) -> Iterator[Fact]:
    """Settle who somebody is with the assertions that were seen; a name learnt since stays and opens it again.

    Raises
    ------
    Invalid
        No assertion seen was named.
    """
    seen = [known.get(ref) for ref in context.base or ()]
    if not any(event and event.header.st == IDENTITY_STREAM for event in seen):
        raise Invalid(field="base", rule="name_the_values_seen")
    yield Fact(
        subject=asked.casualty,
        body=ConflictResolved(field=IDENTITY + asked.kind, value=asked.value, reason=asked.reason),
        stream=IDENTITY_STREAM,
    )


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
    mine, others = _verified_numbers(known), _verified_numbers(context.known(asked.other))
    if mine and others and mine.isdisjoint(others):
        raise DifferentPeople(field="other", rule="one_index_number")
    for subject, other in ((asked.casualty, asked.other), (asked.other, asked.casualty)):
        body = SubjectLinked(other=other, score=asked.score, reason=asked.reason)
        yield Fact(subject=subject, body=body, stream="casualty")


def unlink_subjects(asked: c.UnlinkSubjects, known: Facts, context: Context) -> Iterator[Fact]:
    """Take back the links that are known here; one made elsewhere in the meantime survives and is flagged."""
    for subject, other in ((asked.casualty, asked.other), (asked.other, asked.casualty)):
        for link in surviving(context.known(subject).of(SubjectLinked, SubjectUnlinked)):
            if link.b == other:
                body = SubjectUnlinked(ref=link.event, reason=asked.reason)
                yield Fact(subject=subject, body=body, stream="casualty")


def _verified_numbers(known: Facts) -> set[str]:
    """Index numbers that somebody has verified and nobody who saw that has disputed since."""
    casualty = Casualty(known, NO_POLICY)
    return {
        event.body.value
        for event in known.of(e.IdentityAsserted)
        if isinstance(event.body, e.IdentityAsserted)
        and event.body.kind == "UN_INDEX"
        and casualty.standing(event) == "VERIFIED"
    }


RULES: Rules = {
    c.AssertIdentity: assert_identity,
    c.VerifyIdentity: verify_identity,
    c.DisputeIdentity: dispute_identity,
    c.LinkSubjects: link_subjects,
    c.UnlinkSubjects: unlink_subjects,
    c.ResolveIdentity: resolve_identity,
}
