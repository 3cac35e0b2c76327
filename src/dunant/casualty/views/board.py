"""The board: one row for each casualty, and where it stands."""

from collections.abc import Mapping, Sequence

from dunant.casualty.model import Casualty, CasualtyPolicy
from dunant.casualty.views.custody import CUSTODY_COLUMNS, custody_row
from dunant.casualty.views.shapes import conflict_row, moment_of, position_row, span
from dunant.kernel.clock import rfc3339
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View

LANES: Mapping[str, tuple[str, int]] = {
    "MISSING": ("reported", 0),
    "REPORTED": ("reported", 0),
    "LOCATED": ("reported", 0),
    "UNDER_CARE": ("reported", 0),
    "AWAITING_EVAC": ("reported", 0),
    "IN_TRANSIT": ("en_route", 2),
    "AT_FACILITY": ("handed_over", 3),
}
CLOSED_LANE = ("closed", 4)


def board(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        casualty = facts.once(Casualty, policy)
        return [_row(casualty)] if casualty.exists else []

    return View(
        name="board",
        version=5,
        resource="evacuation",
        rows={"casualty": rows},
        order=("lane_rank", "urgency_rank", "reported_at"),
        columns=(
            Column(name="subject", key=True),
            Column(name="tag", indexed=True),
            Column(name="linked", type="json"),
            Column(name="status", group="status"),
            Column(name="lane", group="status", indexed=True),
            Column(name="lane_rank", type="integer", group="status"),
            Column(name="urgency_rank", type="integer", group="triage"),
            Column(name="triage", group="triage"),
            Column(name="scheme", group="triage"),
            Column(name="triage_event", group="triage"),
            Column(name="affiliation", group="person"),
            Column(name="contingent", group="person"),
            Column(name="child", type="bool", group="person"),
            Column(name="sex", group="person"),
            Column(name="age_band", group="person"),
            Column(name="detainee", type="bool", group="person"),
            Column(name="severity", group="person"),
            Column(name="cause", group="triage"),
            Column(name="needs_surgery", type="bool", group="triage"),
            Column(name="manner", group="status"),
            Column(name="disposition", group="status"),
            Column(name="incident", group="status", indexed=True),
            Column(name="exercise", type="bool"),
            Column(name="position", type="json", group="place"),
            Column(name="facility_id", group="movement"),
            *CUSTODY_COLUMNS,
            Column(name="reported_at", group="status"),
            Column(name="author", group="trace"),
            Column(name="reported_by_role", group="trace"),
            Column(name="source", group="trace"),
            Column(name="origin", group="trace"),
            Column(name="milestones", type="json", group="clocks"),
            Column(name="circumstances", type="json", group="clocks"),
            Column(name="died", type="json", group="clocks"),
            Column(name="excluded", type="json", group="clocks"),
            Column(name="late_min", type="real", group="status"),
            Column(name="told", type="json", group="trace"),
            Column(name="flags", type="json", group="status"),
            Column(name="conflicts", type="json", group="triage"),
        ),
    )


def _row(casualty: Casualty) -> Row:
    lane, lane_rank = LANES.get(casualty.status, CLOSED_LANE)
    reported = casualty.reported
    assert reported is not None
    return {
        "subject": casualty.facts.subject,
        "tag": casualty.tags.value,
        "linked": casualty.linked,
        "status": casualty.status,
        "lane": lane,
        "lane_rank": lane_rank,
        "urgency_rank": casualty.urgency_rank,
        "triage": casualty.triage.value,
        "scheme": casualty.scheme,
        "triage_event": casualty.triage.shown.id if casualty.triage.shown else None,
        "affiliation": casualty.detail("affiliation").value,
        "contingent": casualty.contingent,
        "child": bool(casualty.detail("child").value),
        "sex": casualty.detail("sex").value,
        "age_band": casualty.detail("age_band").value,
        "detainee": casualty.detail("detainee").value,
        "severity": casualty.detail("severity").value,
        "cause": casualty.detail("cause").value,
        "needs_surgery": casualty.detail("needs_surgery").value,
        "manner": casualty.manner,
        "disposition": casualty.disposition.value,
        "incident": casualty.report.incident if casualty.report else None,
        "exercise": casualty.exercise,
        "position": position_row(casualty.position.value, casualty.position.shown),
        "facility_id": casualty.facility,
        **custody_row(casualty.custody),
        "reported_at": moment_of(reported),
        "author": reported.header.by.user,
        "reported_by_role": reported.header.by.role,
        "source": reported.header.src,
        "origin": reported.header.o,
        "milestones": {code: span(interval) for code, interval in casualty.milestones.items()},
        "circumstances": sorted(casualty.circumstances),
        "died": span(casualty.died) if casualty.died else None,
        "excluded": casualty.excluded,
        "late_min": casualty.late_min,
        "told": [
            {"event": event.id, "rec": rfc3339(event.header.rec), "origin": event.header.o} for event in casualty.told
        ],
        "flags": casualty.flags,
        "conflicts": [conflict_row(conflict) for conflict in casualty.conflicts],
    }
