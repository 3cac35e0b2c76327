"""Lost minutes of every casualty, segment by segment, with their reasons: stated ones, and proposed ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dunant.casualty import persons
from dunant.casualty.delays import Around, expected, proposals
from dunant.casualty.intervals import Interval
from dunant.casualty.milestones import Reason, attributed, segments
from dunant.kernel.clock import is_plausible
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.clocks import interval_of_span

_OUT = {"CANCELLED", "DUPLICATE"}


def delays(asking: Asking) -> list[Row]:
    """Segments that took longer than expected, the worst of a casualty first.

    Filters: `subject`, `incident`. A reader who may not see the clocks of a casualty sees none of its delays.
    """
    equal = {name: asking.equal[name] for name in ("subject", "incident") if name in asking.equal}
    shown = {row["subject"]: row for row in asking.rows("board", **equal) if "milestones" in row}
    whole = {row["subject"]: row for row in asking.whole("board") if row["subject"] in shown}
    people = persons(list(asking.whole("board")))
    legs = {casualty: leg for leg in asking.whole("legs") for casualty in leg["casualties"]}
    assets = {asset["subject"]: asset for asset in asking.whole("assets")}
    stated = _stated(asking)
    found: list[Row] = []
    for subject, row in whole.items():
        if row["status"] not in _OUT and people.get(subject, subject) == subject:
            leg = legs.get(subject)
            asset = assets.get(leg["asset"] or "") if leg else None
            around = around_of(row, leg, asset)
            found += _of(row, around, stated.get(subject, ()), asking)
    return found


def around_of(row: Mapping[str, Any], leg: Mapping[str, Any] | None, asset: Mapping[str, Any] | None) -> Around:
    """What the rows of its leg and asset say around a casualty's way."""
    plan = {step: at for step, text in (leg["plan"] if leg else {}).items() if (at := _moment(text)) is not None}
    is_night = bool(leg and leg.get("is_dark"))
    ntm = asset["ntm_night_min" if is_night else "ntm_day_min"] if asset else None
    return Around(
        plan=plan,
        ntm_min=ntm,
        is_dark=leg.get("is_dark") if leg else None,
        night_capable=asset["night_capable"] if asset else None,
        asset_state=asset["state"] if asset else None,
        skilled_care_aboard=leg["skilled_care_aboard"] if leg else None,
    )


def _of(row: Mapping[str, Any], around: Around, reasons: Sequence[tuple[Any, Reason]], asking: Asking) -> list[Row]:
    pack = asking.policies.milestones.segment
    should = expected(pack, asking.policies.thresholds, around)
    reached: dict[str, Interval] = {code: interval_of_span(span) for code, span in row["milestones"].items()}
    rows = []
    for part in segments(reached, pack, {gap: one.minutes for gap, one in should.items()}):
        if part.excess_min <= 0 or part.expected_min is None:
            continue
        laid = attributed(part.excess_min, [reason for gap, reason in reasons if tuple(gap) == part.gap])
        rows.append(
            {
                "id": f"{row['subject']}:{part.start}-{part.end}",
                "subject": row["subject"],
                "tag": row["tag"],
                "incident": row["incident"],
                "exercise": row["exercise"],
                "start": part.start,
                "end": part.end,
                "actual_min": round(part.actual_min, 1),
                "expected_min": round(part.expected_min, 1),
                "basis": should[part.gap].basis,
                "excess_min": round(part.excess_min, 1),
                "reasons": [{"code": one.code, "minutes": round(one.minutes, 1)} for one in laid.reasons],
                "overstated": laid.overstated,
                "proposed": proposals(part.gap, around),
            }
        )
    return sorted(rows, key=lambda one: -one["excess_min"])


def _stated(asking: Asking) -> dict[str, list[tuple[Any, Reason]]]:
    found: dict[str, list[tuple[Any, Reason]]] = {}
    for row in asking.whole("delay_reasons"):
        made = Reason(code=row["code"], minutes=row["minutes"])
        found.setdefault(row["subject"], []).append(((row["start"], row["end"]), made))
    return found


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if is_plausible(at) else None


DELAYS = Computed(
    resource="evacuation",
    read=delays,
    feeds=("board", "legs", "assets", "delay_reasons"),
    allows=("subject", "incident"),
)
