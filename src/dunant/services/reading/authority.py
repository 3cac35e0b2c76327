"""Who is asked for what and until when: columns of requests, and the pages of the duty officer and the CMO."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dunant.casualty.authority import Authority, Case, authority_in, case_of
from dunant.casualty.due import QUIET, StepState, slowest, steps_of
from dunant.kernel.clock import rfc3339
from dunant.services.policies import Policies
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.store.snapshot import Snapshot

Rows = Callable[..., Sequence[Mapping[str, Any]]]
ENDED = frozenset({"CANCELLED", "COMPLETED", "SUPERSEDED"})
OPEN_ALERT = frozenset({"OPEN", "ESCALATED"})
SELF_REVIEW = "SELF_AUTHORISATION"


class Standing:
    """The matrix asked about each request, with what is known of its patients and of the mission's posture."""

    def __init__(
        self,
        rows: Rows,
        policies: Policies,
        authority: Authority,
        now: datetime,
        board: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._precedence = policies.precedence
        self.authority = authority
        self._now = now
        self._posture = next((row["posture"] for row in rows("postures")), None)
        self._board = board
        self._mascal = {row["subject"] for row in rows("incidents", status="MASCAL")}

    def case(self, request: Mapping[str, Any]) -> Case:
        patients = [self._board[one] for one in request["casualties"] if one in self._board]
        ended = request["status"] in ENDED
        return case_of(
            self.authority,
            self._precedence,
            kind=request["kind"],
            lines=request["lines"],
            pickup=request["pickup"],
            patients=patients,
            posture="MASCAL" if request["incident"] in self._mascal else self._posture,
            at=datetime.fromisoformat(request["submitted_at"]) if ended else self._now,
        )

    def steps(self, request: Mapping[str, Any]) -> tuple[Case, tuple[StepState, ...]]:
        case = self.case(request)
        return case, steps_of(self.authority, case, request)


def standing_at(look: Snapshot, policies: Policies, now: datetime, requests: Iterable[Mapping[str, Any]]) -> Standing:
    """What is needed to ask the matrix about these requests: their patients, and no others."""
    wanted = sorted({casualty for row in requests for casualty in row["casualties"]})
    board = {row["subject"]: row for row in look.rows_of("board", wanted)}
    return Standing(look.rows, policies, authority_in(policies.pack), now, board)


def with_authority(shown: Sequence[Row], whole: Iterable[Mapping[str, Any]], standing: Standing) -> list[Row]:
    """Rows of requests with who is asked and who has answered, for readers who see their status."""
    known = {row["subject"]: row for row in whole}
    return [_told(row, known[row["subject"]], standing) if "status" in row else row for row in shown]


def _told(row: Row, whole: Mapping[str, Any], standing: Standing) -> Row:
    _, steps = standing.steps(whole)
    holding = slowest(steps)
    refused = next((step for step in steps if step.answer.get("next_step")), None)
    own = {name: value for name, value in row.items() if name != "standing"}
    return {
        **own,
        "decisions": {step.step: step_row(step) for step in steps},
        "waiting_on": holding.asked if holding else None,
        "slowest_step": holding.step if holding else None,
        "next_step": refused.answer["next_step"] if refused else None,
        "reason": refused.answer["reason"] if refused else None,
        "contacts": whole["standing"]["contacts"],
        "review": whole["standing"]["review"],
    }


def step_row(step: StepState) -> Row:
    """One step as screens get it."""
    answer = step.answer
    return {
        "state": step.state,
        "mode": step.mode,
        "row": step.row,
        "roles": list(step.roles),
        "delegates": list(step.delegates),
        "conditions_needed": list(step.conditions),
        "informed": list(step.informed),
        "asked": step.asked,
        "asked_since": rfc3339(step.since) if step.since else None,
        "due": rfc3339(step.deadline) if step.deadline else None,
        "after": step.after,
        "escalated_to": step.escalated_to,
        "attempts": step.attempts,
        "answered_at": answer.get("at"),
        "by_role": answer.get("by_role"),
        "reason": answer.get("reason", ""),
        "next_step": answer.get("next_step", ""),
        "conditions": answer.get("conditions", ""),
        "delegation": answer.get("delegation", ""),
        "alternates": list(answer.get("alternates", ())),
    }


# ── the page of the duty officer ──


def _decisions(asking: Asking) -> list[Row]:
    requests = {row["subject"]: row for row in asking.whole("requests")}
    standing = standing_at(asking.look, asking.policies, asking.now, requests.values())
    tasks = [task for row in asking.rows("alerts") if (task := _alert_task(row, asking, standing))]
    for shown in asking.rows("requests"):
        if "status" in shown:
            tasks += _request_tasks(shown, requests[shown["subject"]], asking, standing)
    return sorted(tasks, key=lambda task: (task["due"] is None, task["due"] or "", task["since"] or "", task["id"]))


def _alert_task(row: Row, asking: Asking, standing: Standing) -> Row | None:
    if row.get("status") not in OPEN_ALERT:
        return None
    chain, tried = standing.authority.chain, row["escalations"]
    may = asking.policy.may(asking.actor, "casualty.acknowledge_alert") and standing.authority.can_act(
        asking.actor.role
    )
    who = [role for role in asking.policy.who_may("casualty.acknowledge_alert") if standing.authority.can_act(role)]
    return {
        **_task(asking, row["subject"], "ALERT", row["received_at"], row["due"] or _last_deadline(row, standing)),
        "subject": row["subject"],
        "alert": row["subject"],
        "request": row.get("request"),
        "incident": row.get("incident"),
        "exercise": row["exercise"],
        "category": row["category"],
        "state": row["status"],
        "asked": tried[-1]["to_role"] if tried else None,
        "roles": list(chain),
        "next_role": chain[len(tried)] if len(tried) < len(chain) else None,
        "escalated_to": tried[-1]["to_role"] if tried else None,
        "attempts": len(tried),
        "escalations": tried,
        "contacts": [call for post in row["fan_out"] for call in post["contacts"]],
        "fan_out": row["fan_out"],
        "light": asking.policies.thresholds.light("acknowledge", _minutes(row["received_at"], asking.now)),
        "allowed": may,
        "who_can": [] if may else who,
        "needs": [],
        "command": "casualty.acknowledge_alert",
    }


def _last_deadline(row: Row, standing: Standing) -> str | None:
    """Until when the last role of the chain should have answered."""
    tried = row["escalations"]
    if not tried:
        return None
    minutes = timedelta(minutes=standing.authority.chain_timer_min)
    return rfc3339(datetime.fromisoformat(tried[-1]["at"]) + minutes)


def _request_tasks(shown: Row, whole: Mapping[str, Any], asking: Asking, standing: Standing) -> list[Row]:
    case, steps = standing.steps(whole)
    base = {name: shown.get(name) for name in ("subject", "tag", "incident", "alert", "exercise", "kind")}
    base |= {"request": shown["subject"], "category": case.category or None, "patient_class": case.patient_class}
    base |= {"posture": case.posture, "day_night": case.light, "contacts": whole["standing"]["contacts"]}
    waiting = [step for step in steps if step.is_waiting and whole["status"] not in QUIET]
    tasks = [_decision_task(base, step, whole, asking, standing) for step in waiting]
    review = whole["standing"]["review"]
    if review and review["finding"] is None:
        tasks.append(_review_task(base, review, asking, standing))
    return tasks


def _decision_task(base: Row, step: StepState, whole: Mapping[str, Any], asking: Asking, standing: Standing) -> Row:
    action = "casualty.decide"
    role, authority = asking.actor.role, standing.authority
    delegate = not authority.is_any(role, step.roles) and authority.is_any(role, step.delegates)
    allowed = asking.policy.may(asking.actor, action) and (delegate or authority.is_any(role, step.roles))
    more = step.attempts + 1 < len(step.roles)
    since = rfc3339(step.since) if step.since else None
    return {
        **base,
        **_task(
            asking,
            f"{base['subject']}.{step.step}",
            "DECISION",
            since,
            rfc3339(step.deadline) if step.deadline else None,
        ),
        "step": step.step,
        "state": whole["status"],
        "row": step.row,
        "asked": step.asked,
        "roles": list(step.roles),
        "delegates": list(step.delegates),
        "next_role": step.roles[step.attempts + 1] if more else None,
        "escalated_to": step.escalated_to,
        "attempts": step.attempts,
        "escalations": whole["standing"]["escalations"].get(step.step, []),
        "informed": list(step.informed),
        "light": _light(base["kind"], since, asking),
        "allowed": allowed,
        "who_can": [] if allowed else [*step.roles, *step.delegates],
        "needs": [*(["delegation"] if delegate else []), *step.conditions],
        "command": action,
    }


def _review_task(base: Row, review: Mapping[str, Any], asking: Asking, standing: Standing) -> Row:
    action, authority = "casualty.review_self_authorisation", standing.authority
    reviewers = authority.rules.reviewers
    allowed = asking.policy.may(asking.actor, action) and authority.is_any(asking.actor.role, reviewers)
    return {
        **base,
        **_task(asking, f"{base['subject']}.{SELF_REVIEW}", "REVIEW", review["at"], None),
        "step": SELF_REVIEW,
        "state": "OPEN",
        "asked": reviewers[0],
        "roles": list(reviewers),
        "reason": review["reason"],
        "by_role": review["by_role"],
        "allowed": allowed,
        "who_can": [] if allowed else list(reviewers),
        "needs": [],
        "command": action,
    }


def _task(asking: Asking, name: str, kind: str, since: str | None, due: str | None) -> Row:
    return {
        "id": name,
        "task": kind,
        "since": since,
        "waited_min": round(_minutes(since, asking.now), 1) if since else None,
        "due": due,
        "overdue": due is not None and datetime.fromisoformat(due) <= asking.now,
    }


def _light(kind: str | None, since: str | None, asking: Asking) -> str | None:
    """Colour of the wait, where the thresholds know one for this kind of request."""
    if since is None or kind != "CASEVAC":
        return None
    return asking.policies.thresholds.light("approve_casevac", _minutes(since, asking.now))


def _minutes(since: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(since)).total_seconds() / 60


# ── the pipeline of moves between facilities ──

BANDS = {"MEDEVAC_EMERG": "medevac_emergency", "MEDEVAC_NONEMERG": "medevac_nonemergency"}
BANDS |= {"TRANSFER": BANDS["MEDEVAC_EMERG"], "REPATRIATION": BANDS["MEDEVAC_NONEMERG"]}


def _pipeline(asking: Asking) -> list[Row]:
    """Each move between facilities with the hours of its stages; from approval to referral against the thresholds."""
    whole = {row["subject"]: row for row in asking.whole("requests")}
    standing = standing_at(asking.look, asking.policies, asking.now, whole.values())
    shown = (row for row in asking.rows("requests") if row.get("kind") in BANDS and row["status"] != "DRAFT")
    return [_move(row, whole[row["subject"]], asking, standing) for row in shown]


def _move(row: Row, whole: Mapping[str, Any], asking: Asking, standing: Standing) -> Row:
    reached = {state: one["at"] for state, one in row["states"].items()}
    approved, referred = reached.get("AUTHORISED"), reached.get("EXECUTING") or reached.get("COMPLETED")
    _, steps = standing.steps(whole)
    holding = slowest(steps)
    running = bool(approved) and not referred and row["status"] not in ENDED
    end = referred or (rfc3339(asking.now) if running else None)
    hours = _hours(approved, end)
    return {
        **{name: row.get(name) for name in ("subject", "tag", "kind", "status", "exercise")},
        "requested_at": row["submitted_at"],
        "validated_at": reached.get("VALIDATED"),
        "approved_at": approved,
        "referred_at": referred,
        "request_to_approval_h": _hours(row["submitted_at"], approved),
        "approval_to_referral_h": hours,
        "running": running,
        "light": asking.policies.thresholds.light(BANDS[row["kind"]], hours) if hours is not None else None,
        "slowest_step": holding.step if holding else None,
        "waiting_on": holding.asked if holding else None,
        "steps": {step.step: step.state for step in steps},
    }


def _hours(start: str | None, end: str | None) -> float | None:
    if start is None or end is None:
        return None
    return round(_minutes(start, datetime.fromisoformat(end)) / 60, 2)


DECISIONS = Computed(resource="evacuation", read=_decisions, feeds=("alerts", "requests", "postures"))
PIPELINE = Computed(resource="evacuation", read=_pipeline, feeds=("requests",))
