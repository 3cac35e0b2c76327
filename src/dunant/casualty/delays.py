"""Where minutes were lost, what was to be expected there, and which reason the record itself suggests.

Pure: the facts around a segment come in as `Around`. A proposal is never counted; a person attributes (casualty §4.4).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from dunant.casualty.intervals import minutes
from dunant.casualty.milestones import SegmentRow
from dunant.kernel.policy import Thresholds

Gap = tuple[str, str]
Basis = Literal["THRESHOLD", "NTM", "NTM_ASSUMED", "PLAN"]


class Around(Struct, frozen=True, kw_only=True):
    """What was known around one casualty's way to care; None where nothing was said.

    `plan`: milestone → planned time. `ntm_min`: notice to move of the asset, at that hour. `asset_state`: what the
    asset was reported as when the launch was authorised. `refused`: a facility or an authority had said no.
    `held`: somebody had put the request on hold. `skilled_care_aboard`: as planned.
    """

    plan: Mapping[str, datetime] = {}
    ntm_min: float | None = None
    is_dark: bool | None = None
    night_capable: bool | None = None
    asset_state: str | None = None
    refused: bool = False
    held: bool = False
    skilled_care_aboard: bool | None = None


class Expected(Struct, frozen=True, kw_only=True):
    """Minutes that a segment should have taken, and whence that is known."""

    minutes: float
    basis: Basis


# What each report of an asset says about a late launch.
_BY_STATE: Mapping[str, str] = {
    "COMMITTED": "ASSET_TASKED",
    "RETURNING": "ASSET_TASKED",
    "WEATHER_HOLD": "WEATHER",
    "CREW_REST": "CREW_DUTY",
}


def expected(rows: Iterable[SegmentRow], thresholds: Thresholds, around: Around) -> dict[Gap, Expected]:
    """What each segment should have taken: its threshold, the notice to move, or the plan of the leg.

    A segment for which nobody said anything is left out: it has no excess, rather than an invented one.
    """
    found: dict[Gap, Expected] = {}
    for row in rows:
        one = _expected(row, thresholds, around)
        if one is not None:
            found[row.start, row.end] = one
    return found


def _expected(row: SegmentRow, thresholds: Thresholds, around: Around) -> Expected | None:
    if row.expected == "NTM":
        if around.ntm_min is not None:
            return Expected(minutes=around.ntm_min, basis="NTM")
        key = "launch.ntm_assumed_night_min" if around.is_dark else "launch.ntm_assumed_day_min"
        return Expected(minutes=thresholds.number(key), basis="NTM_ASSUMED")
    if row.expected == "PLAN":
        start, end = around.plan.get(row.start), around.plan.get(row.end)
        if start is None or end is None:
            return None
        return Expected(minutes=max(0.0, minutes(end - start)), basis="PLAN")
    return Expected(minutes=thresholds.number(row.expected), basis="THRESHOLD") if row.expected else None


def proposals(gap: Gap, around: Around) -> list[str]:
    """Delay codes that the record suggests for a segment that took too long, the likeliest first."""
    start, end = gap
    found: list[str] = []
    if end == "M5":
        found += ["REFUSED"] if around.refused else []
        found.append("APPROVAL_WAIT")
    if gap == ("M5", "M7"):
        if (said := _BY_STATE.get(around.asset_state or "")) is not None:
            found.append(said)
        if around.is_dark and around.night_capable is False:
            found.append("NIGHT_LIMIT")
        if around.skilled_care_aboard is False:
            found.append("AMET_ABSENT")
    if start == "M0":
        found.append("NO_COMMS")
    if start in {"M11", "M12"}:
        found.append("NO_BED")
    return found
