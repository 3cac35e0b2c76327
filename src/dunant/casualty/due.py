"""What is asked of whom and until when: from rows and the time of day, by pure functions.

The timers of a site and the page of decisions read the same functions, so that what a screen says is due is what is
going to happen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from dunant.casualty.authority import STEPS, Authority, Case, MatrixRow

VALIDATION, LAUNCH = "MEDICAL_VALIDATION", "LAUNCH"
CASEVAC = "CASEVAC"
# In these states of a request nobody has been asked for anything, or nobody is any more.
QUIET = frozenset({"DRAFT", "HOLD", "CANCELLED", "COMPLETED", "SUPERSEDED"})


class StepState(Struct, frozen=True, kw_only=True):
    """One step of authority of one request, as it stands.

    `asked`: the role that is asked now. `since`: when the step was first asked for, None while it waits for `after`.
    `deadline`: until when the role that is asked should answer. `due`: the same, if there is a next role to ask.
    `informed`: who is told when it was not answered in time.
    """

    step: str
    mode: str
    state: str
    row: str = ""
    roles: tuple[str, ...] = ()
    delegates: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    asked: str | None = None
    since: datetime | None = None
    deadline: datetime | None = None
    due: datetime | None = None
    after: str | None = None
    escalated_to: str | None = None
    attempts: int = 0
    answer: Mapping[str, Any] = {}

    @property
    def is_waiting(self) -> bool:
        return self.state == "WAITING" and self.since is not None


class Escalation(Struct, frozen=True, kw_only=True):
    """The next role is to be asked; for an alert there is no step."""

    subject: str
    to_role: str
    attempt: int
    step: str = ""


def steps_of(authority: Authority, case: Case, request: Mapping[str, Any]) -> tuple[StepState, ...]:
    """Every step that this request needs or that somebody has answered, in the order of the steps.

    Parameters
    ----------
    request : a row of the view `requests`, whole
    """
    return tuple(state for step in STEPS if (state := _step(authority, case, request, step)) is not None)


def slowest(steps: Sequence[StepState]) -> StepState | None:
    """The step that holds everything up: of those that wait, the one asked for longest, then the one with most time."""
    waiting = [step for step in steps if step.is_waiting and step.since]
    return min(waiting, key=lambda step: (step.since, -step.deadline.timestamp() if step.deadline else 0), default=None)


def due_decisions(request: Mapping[str, Any], steps: Sequence[StepState], now: datetime) -> list[Escalation]:
    """Steps whose role has not answered in time, each with the role that is asked next."""
    return [
        Escalation(
            subject=request["subject"],
            to_role=step.roles[step.attempts + 1],
            attempt=step.attempts + 1,
            step=step.step,
        )
        for step in steps
        if step.is_waiting and step.due is not None and step.due <= now
    ]


def due_alert(authority: Authority, alert: Mapping[str, Any], now: datetime) -> Escalation | None:
    """The role that is asked next about an alert that nobody who can act has answered in time."""
    if not alert.get("due") or _time(alert["due"]) > now:
        return None
    attempt = len(alert["escalations"])
    return Escalation(subject=alert["subject"], to_role=authority.chain[attempt], attempt=attempt + 1)


def _step(authority: Authority, case: Case, request: Mapping[str, Any], step: str) -> StepState | None:
    row, answer = authority.row_for(step, case), request["standing"]["answers"].get(step)
    if row is None or step == "RETASK":
        # Retasking is asked for when a committed aircraft is planned, never beforehand.
        return _answered(step, answer, row) if answer else None
    if answer:
        return _answered(step, answer, row)
    if step == LAUNCH and request["self_authorised"]:
        return StepState(step=step, mode=row.mode, state="SELF_AUTHORISED", row=row.code)
    if row.mode != "REQUIRED":
        return StepState(step=step, mode=row.mode, state=row.mode, row=row.code, roles=row.roles)
    return _waiting(authority, case, request, step, row)


def _waiting(authority: Authority, case: Case, request: Mapping[str, Any], step: str, row: MatrixRow) -> StepState:
    tried = request["standing"]["escalations"].get(step, [])
    attempts = min(len(tried), len(row.roles) - 1)
    since, after = _since(authority, case, request, step)
    last = _time(tried[-1]["at"]) if tried else since
    deadline = last + timedelta(minutes=row.timer_min) if last else None
    more = attempts < len(row.roles) - 1
    return StepState(
        step=step,
        mode=row.mode,
        state="NOT_ASKED" if request["status"] in QUIET else "WAITING",
        row=row.code,
        roles=row.roles,
        delegates=row.delegates,
        conditions=row.conditions,
        informed=row.informs if tried else (),
        asked=row.roles[attempts] if since else None,
        since=since,
        deadline=deadline,
        due=deadline if more else None,
        after=after,
        escalated_to=tried[-1]["to_role"] if tried else None,
        attempts=attempts,
    )


def _since(
    authority: Authority, case: Case, request: Mapping[str, Any], step: str
) -> tuple[datetime | None, str | None]:
    """Asked for when the request is submitted; the launch of a move between facilities, once it is validated."""
    submitted = _time(request["submitted_at"])
    validation = authority.row_for(VALIDATION, case)
    if step != LAUNCH or case.kind == CASEVAC or validation is None or validation.mode != "REQUIRED":
        return submitted, None
    answer = request["standing"]["answers"].get(VALIDATION)
    if answer is None or answer["decision"] != "APPROVED":
        return None, VALIDATION
    return max(submitted, _time(answer["at"])), None


def _answered(step: str, answer: Mapping[str, Any], row: MatrixRow | None) -> StepState:
    return StepState(
        step=step,
        mode=row.mode if row else "NOT_REQUIRED",
        state="AUTO" if answer["mode"] == "AUTO" else answer["decision"],
        row=row.code if row else "",
        roles=row.roles if row else (),
        delegates=row.delegates if row else (),
        conditions=row.conditions if row else (),
        answer=answer,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
