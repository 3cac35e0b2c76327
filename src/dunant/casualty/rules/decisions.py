"""Rules of authority: who may answer which step, who need not wait, and who was tried (casualty §11).

A guard refuses here only; a decision that arrives from another site is kept and marked if the matrix does not know it.
"""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.authority import Authority, Case, MatrixRow, authority_in
from dunant.casualty.errors import DecisionNotAllowed, OrderOfStates, ReasonRequired
from dunant.casualty.model import Alert, Asset, Request
from dunant.casualty.rules.asking import call_of, circumstances, milestone
from dunant.casualty.rules.requests import open_or_refuse, submission
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts

VALIDATION, RETASK, COMMITTED = "MEDICAL_VALIDATION", "RETASK", "COMMITTED"


def decide(asked: c.Decide, known: Facts, context: Context) -> Iterator[Fact]:
    """Answer a step of authority; an approved launch is milestone M5 of everybody on the request.

    Raises
    ------
    DecisionNotAllowed
        The matrix gives this step to other roles: `who_can`.
    ReasonRequired
        A denial or redirection must say why and what happens instead; a delegate, on whose word; an approval, what the
        matrix asks for.
    OrderOfStates
        Nothing was submitted yet, or a move between facilities has not been validated; `missing` says which step.
    """
    request = open_or_refuse(known)
    if request.submitted is None:
        raise OrderOfStates(field="request", rule="submitted_first", missing=["SUBMITTED"])
    if asked.decision != "APPROVED" and not (asked.reason and asked.next_step):
        missing = "reason" if not asked.reason else "next_step"
        raise ReasonRequired(field=missing, rule="required_with_refusal", missing=[missing])
    authority, case = circumstances(call_of(request), context)
    row = permitted(asked.step, asked.delegation, authority, case, context)
    if asked.decision == "APPROVED":
        _as_the_row_asks(asked, row)
        if asked.step == "LAUNCH":
            _validated_first(request, authority, case)
    yield Fact(
        subject=asked.request,
        body=e.AuthorityDecided(
            step=asked.step,
            decision=asked.decision,
            reason=asked.reason,
            next_step=asked.next_step,
            conditions=asked.conditions,
            alternates=asked.alternates,
            delegation=asked.delegation,
            under=case.stated,
        ),
        base=context.seen(request.decision(asked.step)),
    )
    if asked.step == "LAUNCH" and asked.decision == "APPROVED":
        yield from (milestone(casualty, "M5") for casualty in request.casualties)


def validate_request(asked: c.ValidateRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """Agree that the move is needed; the same guards as for a decision."""
    request = open_or_refuse(known)
    if request.submitted is None:
        raise OrderOfStates(field="request", rule="submitted_first", missing=["SUBMITTED"])
    authority, case = circumstances(call_of(request), context)
    permitted(VALIDATION, "", authority, case, context)
    yield Fact(
        subject=asked.request,
        body=e.EvacValidated(reason=asked.reason, under=case.stated),
        base=context.seen(request.decision(VALIDATION)),
    )


def self_authorise(asked: c.SelfAuthorise, known: Facts, context: Context) -> Iterator[Fact]:
    """Launch without waiting: the senior person present may for the urgent, always; it is reviewed afterwards.

    Raises
    ------
    DecisionNotAllowed
        Nobody on it is urgent, so the matrix is asked.
    """
    request = open_or_refuse(known)
    call = call_of(request)
    authority, case = circumstances(call, context)
    if not authority.is_urgent(case.category):
        row = authority.row_for("LAUNCH", case)
        raise DecisionNotAllowed(
            field="request", rule="urgent_only", step="LAUNCH", who_can=list(row.roles if row else ()),
            missing=list(authority.rules.urgent),
        )  # fmt: skip
    yield Fact(subject=asked.request, body=e.EmergencySelfAuthorised(reason=asked.reason))
    if request.submitted is None and request.form:
        yield from submission(asked.request, call, request.form.alert, context)
    yield from (milestone(casualty, "M5") for casualty in request.casualties)


def review_self_authorisation(asked: c.ReviewSelfAuthorisation, known: Facts, context: Context) -> Iterator[Fact]:
    """Close the review item; of an ended request too.

    Raises
    ------
    NotFound
        Nobody launched this on own authority.
    DecisionNotAllowed
        The reviewer is another role, or reviews a launch of one's own.
    """
    request = Request(known)
    if request.self_authorised is None:
        raise NotFound(field="request", rule="self_authorised")
    authority, _ = circumstances(call_of(request), context)
    own = request.self_authorised.header.by.user == context.actor.user
    if own or not authority.is_any(context.actor.role, authority.rules.reviewers):
        rule = "not_ones_own" if own else "reviewers"
        raise DecisionNotAllowed(field="request", rule=rule, who_can=list(authority.rules.reviewers))
    yield Fact(subject=asked.request, body=e.SelfAuthorisationReviewed(finding=asked.finding, note=asked.note))


def contact_role(asked: c.ContactRole, known: Facts, context: Context) -> Iterator[Fact]:
    """Note whom somebody has tried to reach, in which way, and whether anybody answered.

    Raises
    ------
    Invalid
        It is about nothing, or about a request and an alert at once.
    NotFound
        There is no such request or alert.
    """
    if (asked.request is None) == (asked.alert is None):
        raise Invalid(field="request", rule="request_or_alert")
    if asked.request is not None:
        if not Request(known).exists:
            raise NotFound(field="request", rule="exists")
        body: e.RoleContacted | e.AlertRoleContacted = e.RoleContacted(
            role=asked.role, channel=asked.channel, reached=asked.reached
        )
    else:
        if not Alert(known).received:
            raise NotFound(field="alert", rule="exists")
        body = e.AlertRoleContacted(role=asked.role, channel=asked.channel, reached=asked.reached)
    yield Fact(subject=asked.subject(), body=body)


def retasked_first(asked: c.PlanLeg, context: Context) -> None:
    """An aircraft that is committed to somebody else is not taken away without the word of the DMS or a delegate.

    Raises
    ------
    DecisionNotAllowed
        The step RETASK of the request is not approved; `who_can` may approve it.
    """
    authority = authority_in(context.pack)
    asset = Asset(context.known(asked.asset)) if asked.asset else None
    if asset is None or asset.registered is None or asset.state.value != COMMITTED:
        return
    if asset.registered.kind not in authority.rules.aircraft:
        return
    others = [row for row in context.rows("legs", active=True) if row["asset"] == asked.asset]
    if all(row["subject"] == asked.leg or row["request"] == asked.request for row in others):
        return
    request = Request(context.known(asked.request)) if asked.request else None
    if request is not None and request.decision(RETASK).value == "APPROVED":
        return
    rows = authority.rows_for(RETASK, request.form.kind if request and request.form else "")
    who = [role for row in rows for role in (*row.roles, *row.delegates)]
    raise DecisionNotAllowed(field="asset", rule="retask_first", step=RETASK, who_can=who, missing=[RETASK])


def permitted(step: str, delegation: str, authority: Authority, case: Case, context: Context) -> MatrixRow:
    """The row under which the author may answer this step (invariant 15)."""
    row, role = authority.row_for(step, case), context.actor.role
    if row is None:
        raise DecisionNotAllowed(field="step", rule="nobody_is_asked", step=step, who_can=[])
    if authority.may_decide(row, role, delegation):
        return row
    if authority.is_any(role, row.delegates):
        raise ReasonRequired(
            field="delegation", rule="required_of_delegate", step=step, who_can=list(row.roles), missing=["delegation"]
        )
    who = [*row.roles, *row.delegates]
    raise DecisionNotAllowed(field="step", rule="launch_matrix", step=step, row=row.code, who_can=who)


def _as_the_row_asks(asked: c.Decide, row: MatrixRow) -> None:
    missing = [name for name in row.conditions if not getattr(asked, name, "")]
    if missing:
        raise ReasonRequired(
            field=missing[0], rule="required_by_matrix", step=asked.step, row=row.code, who_can=list(row.roles),
            missing=missing,
        )  # fmt: skip


def _validated_first(request: Request, authority: Authority, case: Case) -> None:
    row = authority.row_for(VALIDATION, case)
    if row and row.mode == "REQUIRED" and request.decision(VALIDATION).value != "APPROVED":
        raise OrderOfStates(field="step", rule="validated_first", missing=[VALIDATION], who_can=list(row.roles))


RULES: Rules = {
    c.Decide: decide,
    c.ValidateRequest: validate_request,
    c.SelfAuthorise: self_authorise,
    c.ReviewSelfAuthorisation: review_self_authorisation,
    c.ContactRole: contact_role,
}
