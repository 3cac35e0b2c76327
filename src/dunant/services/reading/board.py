"""Board rows completed with what stands in other views, and with the clocks as they are now."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from dunant.casualty import persons
from dunant.casualty.intervals import minutes
from dunant.casualty.model import WAITING
from dunant.kernel.clock import rfc3339
from dunant.services.policies import Policies
from dunant.services.reading.clocks import category_of, clocks_of, planned
from dunant.services.reading.forms import highest, not_understood
from dunant.services.reading.settling import Circumstances, ClockQuality, board_conflicts, heads_of
from dunant.store.snapshot import Snapshot

Row = dict[str, Any]
_INTERNAL = {"facility_id", "linked", "lane_rank", "urgency_rank", "milestones", "circumstances", "died", "excluded"}
_INTERNAL |= {"author", "told"}
# Of the flags of a request, those that are about its patients too.
_OF_PATIENTS = {"counts_disagree", "equipment_contradiction"}
# Column that shows a field that can be in conflict, where it has another name.
_SHOWN_AS = {"presence": "status"}


class Here(Struct, frozen=True, kw_only=True):
    """Where and when a page is read, and what is known of other sites' clocks."""

    site: str
    now: datetime
    clocks: Mapping[str, ClockQuality]


class Neighbours(Struct, frozen=True, kw_only=True):
    """What stands around the rows of a page, read once for all of them."""

    requests: Mapping[str, Row]
    unread: set[str]
    legs: Mapping[str, Row]
    crowded: set[str]
    assets: Mapping[str, Row]
    facilities: Mapping[str, Row]
    opened_at: Mapping[str, str]
    canonical: Mapping[str, str]
    doubles: set[str]
    circumstances: Circumstances
    site: str

    @classmethod
    def of(cls, look: Snapshot, page: Sequence[Row], sees_capacity: bool, here: "Here") -> "Neighbours":
        requests = [row for row in look.rows("requests") if row["status"] not in {"CANCELLED", "SUPERSEDED", "DRAFT"}]
        legs = sorted(look.rows("legs", active=True), key=lambda row: (row["status"] not in WAITING, row["planned_at"]))
        holders = look.rows_of("board", [row["tag"] for row in page], column="tag")
        canonical = persons(_with_linked(look, {row["subject"]: row for row in (*page, *holders)}))
        return cls(
            requests={casualty: row for row in reversed(requests) for casualty in row["casualties"]},
            unread=not_understood(look),
            legs={casualty: row for row in legs for casualty in row["casualties"]},
            crowded=_crowded(legs),
            assets={row["subject"]: row for row in look.rows("assets")} if sees_capacity else {},
            facilities={row["subject"]: row for row in look.rows("facilities")} if sees_capacity else {},
            opened_at={row["subject"]: row["occurred_at"] for row in look.rows("incidents")},
            canonical=canonical,
            doubles=_doubles(holders, canonical),
            circumstances=Circumstances(arrived=_arrived(look, page, here.site), clocks=here.clocks, now=here.now),
            site=here.site,
        )


def board_page(
    look: Snapshot,
    page: Sequence[Row],
    policies: Policies,
    here: Here,
    show: Callable[[Row], Row | None] = dict,
    sees_capacity: bool = True,
) -> list[Row]:
    """Rows as the wire knows them. Columns that the reader may not see are absent and stay so.

    Parameters
    ----------
    page : whole rows
    here : where and when this is read
    show : what of a row the reader may see, None for a row that is not there for this reader
    sees_capacity : whether the reader may know assets and facilities by name
    """
    around = Neighbours.of(look, page, sees_capacity, here)
    return [_enriched(row, whole, around, policies) for whole in page if (row := show(whole)) is not None]


def _enriched(row: Row, whole: Row, around: Neighbours, policies: Policies) -> Row:
    made = {name: value for name, value in row.items() if name not in _INTERNAL}
    subject = row["subject"]
    leg, request = around.legs.get(subject), around.requests.get(subject)
    if "linked" in row:
        made["canonical"] = around.canonical[subject]
    if "facility_id" in row:
        made["leg"] = _leg(leg, around) if leg else None
        made["facility"] = _facility(whole, around)
    if "status" in row:
        made.update(_standing(row, around))
        made["request"] = _request(request, row, policies) if request else None
        made["flags"] = sorted({*row["flags"], *_marks(whole, request, around, policies)})
        made.update(_lateness({**row, "flags": made["flags"]}, whole, around, policies))
        if made["lane"] == "reported" and leg and "facility_id" in row:
            made["lane"] = "assigned"
    if "triage" in row:
        made["category"] = category_of(row, policies)
        seen = [one for one in row["conflicts"] if _SHOWN_AS.get(one["field"], one["field"]) in row]
        made["conflicts"] = board_conflicts(seen, "origin" in row, around.circumstances, policies)
    if "milestones" in row:
        made["clocks"] = clocks_of(whole, leg, policies, around.circumstances.now)
    return made


def _standing(row: Row, around: Neighbours) -> Row:
    """A record linked to an older one, by any chain, stands behind it."""
    is_open = row["status"] not in {"CANCELLED", "DUPLICATE"}
    if is_open and around.canonical[row["subject"]] != row["subject"]:
        return {"status": "DUPLICATE", "lane": "closed"}
    return {"status": row["status"], "lane": row["lane"]}


def _arrived(look: Snapshot, page: Sequence[Row], site: str) -> dict[str, str]:
    """When the values in conflict, and what other sites told, arrived here."""
    told = [one["event"] for row in page for one in row["told"] if one["origin"] != site]
    return look.arrivals([*told, *(event for row in page for event in heads_of(row["conflicts"]))])


def _lateness(row: Row, whole: Row, around: Neighbours, policies: Policies) -> Row:
    """Minutes from recording to arrival here of the latest-coming news, and the site it came from (ui §5).

    A fact of this site is late when it waited on a device; one of another site also when the link was down.
    """
    waits = [
        (minutes(_moment(around.circumstances.arrived[one["event"]]) - _moment(one["rec"])), one["origin"])
        for one in whole["told"]
        if one["event"] in around.circumstances.arrived and one["origin"] != around.site
    ]
    longest, origin = max(waits, default=(0.0, ""))
    if longest <= max(policies.thresholds.number("late.mark_min"), whole["late_min"] or 0):
        return {"late_from": whole["origin"]} if "origin" in row and whole["late_min"] else {}
    made: Row = {"late_min": round(longest, 1), "flags": sorted({*row["flags"], "late"})}
    return {**made, "late_from": origin} if "origin" in row else made


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _marks(whole: Row, request: Row | None, around: Neighbours, policies: Policies) -> set[str]:
    """Flags that only a look at other subjects gives."""
    marks = {flag for flag in request["flags"] if flag in _OF_PATIENTS} if request else set()
    if request and request["subject"] in around.unread:
        marks.add("unknown_field")
    if whole["subject"] in around.crowded:
        marks.add("two_legs")
    if whole["subject"] in around.doubles:
        marks.add("duplicate_tag")
    if _is_before(whole, around.opened_at.get(whole["incident"] or ""), policies):
        marks.add("before_incident")
    return marks


def _is_before(whole: Row, opened_at: str | None, policies: Policies) -> bool:
    """Something happened to this casualty long before the incident did (casualty §17)."""
    if opened_at is None:
        return False
    hours = policies.thresholds.number("time.before_incident_h")
    limit = rfc3339(datetime.fromisoformat(opened_at) - timedelta(hours=hours))
    return any(span["hi"] is not None and span["hi"] < limit for span in whole["milestones"].values())


def _request(request: Row, row: Row, policies: Policies) -> Row:
    shown = {name: request[name] for name in ("subject", "tag", "kind", "status")}
    return {**shown, "category": highest(request["lines"], policies.precedence)} if "triage" in row else shown


def _leg(leg: Row, around: Neighbours) -> Row:
    asset, arrival = around.assets.get(leg["asset"] or ""), planned(leg, "M11", "M15")
    return {
        "subject": leg["subject"],
        "callsign": asset["callsign"] if asset else "",
        "status": leg["status"],
        "eta": rfc3339(arrival) if arrival else None,
    }


def _facility(whole: Row, around: Neighbours) -> Row | None:
    """Where the casualty is now; whoever has left is nowhere yet."""
    facility = around.facilities.get(whole["facility_id"] or "")
    is_there = facility is not None and whole["status"] != "IN_TRANSIT"
    return {"subject": whole["facility_id"], "name": facility["name"]} if facility and is_there else None


def _with_linked(look: Snapshot, rows: dict[str, Row]) -> list[Row]:
    """These rows and all that their links lead to."""
    while missing := [one for row in rows.values() for one in row["linked"] if one not in rows]:
        found = {row["subject"]: row for row in look.rows_of("board", missing)}
        rows.update({one: found.get(one, {"subject": one, "linked": []}) for one in missing})
    return list(rows.values())


def _crowded(legs: Iterable[Row]) -> set[str]:
    """Casualties whom two legs are to fetch, or two have aboard (invariant 2)."""
    named = Counter((casualty, leg["status"] in WAITING) for leg in legs for casualty in leg["casualties"])
    return {casualty for (casualty, _), number in named.items() if number > 1}


def _doubles(holders: Iterable[Row], canonical: Mapping[str, str]) -> set[str]:
    """Records of different people under one tag."""
    by_tag: dict[str, set[str]] = {}
    real = [row for row in holders if row["status"] != "CANCELLED"]
    for row in real:
        by_tag.setdefault(row["tag"], set()).add(canonical[row["subject"]])
    return {row["subject"] for row in real if len(by_tag[row["tag"]]) > 1}
