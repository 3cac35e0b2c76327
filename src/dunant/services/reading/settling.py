"""Conflicts as a person settles them: each value with who said it, when it came here, and who is to decide."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from dunant.kernel.access import Actor, Policy
from dunant.services.policies import Policies

Row = dict[str, Any]


class ClockQuality(Struct, frozen=True, kw_only=True):
    """How far a site's clock is from ours, as its last contact showed; `suspect`: beyond what is trusted."""

    diff_ms: int | None
    suspect: bool


class Circumstances(Struct, frozen=True, kw_only=True):
    """What is known here and now of the values: when each arrived, and how well the sites' clocks go."""

    arrived: Mapping[str, str]
    clocks: Mapping[str, ClockQuality]
    now: datetime


def heads_of(conflicts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Events of all values, to look up when they arrived."""
    return [value["event"] for conflict in conflicts for value in conflict.get("values", ())]


def settled_page(
    rows: Sequence[Row], circumstances: Circumstances, policies: Policies, policy: Policy, actor: Actor
) -> list[Row]:
    """Rows of an inbox, as far as the reader's role shows them, each with its route."""
    return [
        {**_completed(row, circumstances, policies), "route": _route(row, circumstances, policies, policy, actor)}
        if "field" in row
        else row
        for row in rows
    ]


def board_conflicts(
    conflicts: Sequence[Row], sees_traces: bool, circumstances: Circumstances, policies: Policies
) -> list[Row]:
    """Conflicts inside a board row; who said what is there only for readers of traces."""
    return [
        _completed(
            {name: value for name, value in conflict.items() if name != "traces" or sees_traces},
            circumstances,
            policies,
        )
        for conflict in conflicts
    ]


def _completed(row: Row, circumstances: Circumstances, policies: Policies) -> Row:
    made = {name: value for name, value in row.items() if name not in {"traces", "facility_id"}}
    made["several"] = policies.conflicts.allows_several(row["field"])
    if "values" in row:
        traces = row.get("traces") or [{} for _ in row["values"]]
        made["values"] = [
            {**value, **_trace(value["event"], trace, circumstances)}
            for value, trace in zip(row["values"], traces, strict=True)
        ]
    return made


def _trace(event: str, trace: Mapping[str, Any], circumstances: Circumstances) -> Row:
    if not trace:
        return {}
    quality = circumstances.clocks.get(trace["origin"])
    clock = {"diff_ms": quality.diff_ms, "suspect": quality.suspect} if quality else None
    return {**trace, "rx": circumstances.arrived.get(event), "clock": clock}


def _route(row: Row, circumstances: Circumstances, policies: Policies, policy: Policy, actor: Actor) -> Row:
    """Whose it is: of the role that the kind of field names, and of the next level when it has stood too long.

    A conflict stands since its second value was known here: nobody could settle it before.
    """
    kind = policies.conflicts.kind_of(row["field"])
    arrivals = sorted(
        circumstances.arrived[value["event"]]
        for value in row.get("values", ())
        if value["event"] in circumstances.arrived
    )
    since = arrivals[1] if len(arrivals) > 1 else None
    allowed = timedelta(hours=policies.thresholds.number("conflict.climb_h"))
    climbed = (
        since is not None and row["state"] != "RESOLVED" and circumstances.now - datetime.fromisoformat(since) > allowed
    )
    role = kind.climbs_to if climbed else kind.role
    return {"kind": kind.code, "role": role, "climbed": climbed, "since": since, "yours": policy.is_a(actor, role)}
