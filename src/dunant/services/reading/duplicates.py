"""Records that may be, or are said to be, of one person. A machine proposes; only a person links, and can undo it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from dunant.casualty import persons
from dunant.casualty.matching import Match, MatchingPack, Traits, match
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.ids import SubjectId
from dunant.kernel.links import SubjectLinked, SubjectUnlinked
from dunant.kernel.places import Position
from dunant.store.snapshot import Snapshot

Row = dict[str, Any]
# What of each of the two is shown beside the other.
SHOWN = ("subject", "tag", "status", "triage", "affiliation", "reported_at", "reported_by_role", "origin", "exercise")


# Criteria that are about who somebody is: who may not see names is not told that two of them are the same.
OF_IDENTITY = frozenset({"number", "zap", "name"})


def duplicates(look: Snapshot, show: Callable[[Row], Row | None], pack: MatchingPack, sees_names: bool) -> list[Row]:
    """Pairs of records: linked, under one tag, or alike enough to be proposed, the likeliest first.

    A pair of which the reader misses one is not there. Two that somebody has told apart are not proposed again.
    """
    board = look.rows("board")
    whole = {row["subject"]: row for row in board}
    canonical = persons(board)
    scored = _scored(look, board, canonical, pack)
    pairs = dict.fromkeys((pair for pair, found in scored.items() if found.score >= pack.scale.propose), "alike")
    pairs.update(dict.fromkeys(_same_tag(board, canonical), "same_tag"))
    pairs.update(dict.fromkeys(_linked(board), "linked"))
    made = []
    for (a, b), why in sorted(pairs.items(), key=lambda pair: (-_score(scored.get(pair[0])), pair[0])):
        row = _pair(look, whole[a], whole[b], why, show)
        if row is not None:
            made.append({**row, **_told(scored.get((a, b)), "said" in row, sees_names)})
    return made


def _score(found: Match | None) -> float:
    return found.score if found else 0.0


def _told(found: Match | None, sees_traces: bool, sees_names: bool) -> Row:
    """The score, and for who may know what was said of the two the criteria behind it."""
    if found is None or not sees_traces:
        return {"score": round(found.score, 2) if found else None, "agrees": [], "differs": []}
    hidden = frozenset() if sees_names else OF_IDENTITY
    return {
        "score": round(found.score, 2),
        "agrees": [code for code in found.agrees if code not in hidden],
        "differs": [code for code in found.differs if code not in hidden],
    }


def _scored(
    look: Snapshot, board: Sequence[Row], canonical: Mapping[str, str], pack: MatchingPack
) -> dict[tuple[str, str], Match]:
    """Pairs of one incident, one tag or one identity, not linked, with their scores; the likeliest `most` of them."""
    live = [row for row in board if row["status"] not in {"CANCELLED", "DUPLICATE"}]
    named = _by_subject(look.rows("identities"))
    hurt = _by_subject([*look.rows("injuries"), *look.rows("mists")])
    traits = {row["subject"]: _traits(row, named.get(row["subject"], ()), hurt.get(row["subject"], ())) for row in live}
    groups: dict[tuple[str, str], list[str]] = {}
    for row in live:
        subject, known = row["subject"], traits[row["subject"]]
        keys = [("incident", row["incident"] or ""), ("tag", known.tag)]
        keys += [("zap", one) for one in known.zap] + [("name", one) for one in known.name]
        keys += [("number", one) for one in known.number]
        for key in keys:
            if key[1]:
                groups.setdefault(key, []).append(subject)
    found = {
        pair: match(traits[pair[0]], traits[pair[1]], pack)
        for (kind, _), subjects in groups.items()
        if kind != "incident" or len(subjects) <= pack.scale.group
        for pair in combinations(sorted(subjects), 2)
        if canonical[pair[0]] != canonical[pair[1]]
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[: pack.scale.most])


def _by_subject(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["subject"], []).append(row)
    return found


def _traits(row: Row, named: Sequence[Row], hurt: Sequence[Row]) -> Traits:
    def said(*kinds: str, standing: str = "") -> frozenset[str]:
        return frozenset(
            one["value"]
            for one in named
            if one["kind"] in kinds and one["standing"] != "DISPUTED" and standing in {"", one["standing"]}
        )

    place = row["position"]
    return Traits(
        tag=row["tag"] or "",
        number=said("UN_INDEX", "TCC_SERVICE_NO"),
        verified=said("UN_INDEX", standing="VERIFIED"),
        zap=said("ZAP"),
        name=said("NAME"),
        sex=row["sex"] or "",
        age=row["age_band"] or "",
        unit=row["affiliation"] or "",
        injuries=frozenset(code for one in hurt for code in _injuries(one)),
        place=Position(lat=place["lat"], lon=place["lon"]) if place else None,
        time=datetime.fromisoformat(row["reported_at"]),
        exercise=row["exercise"],
    )


def _injuries(row: Row) -> Sequence[str]:
    """An injury by kind and region, or the codes of a MIST."""
    if "region" in row:
        return [f"{row['kind']}.{row['region']}"]
    return row.get("injuries") or []


def _same_tag(board: Sequence[Row], canonical: Mapping[str, str]) -> list[tuple[str, str]]:
    by_tag: dict[str, list[str]] = {}
    for row in board:
        if row["status"] != "CANCELLED":
            by_tag.setdefault(row["tag"], []).append(row["subject"])
    return [
        (a, b)
        for subjects in by_tag.values()
        for a, b in combinations(sorted(subjects), 2)
        if canonical[a] != canonical[b]
    ]


def _linked(board: Sequence[Row]) -> list[tuple[str, str]]:
    known = {row["subject"] for row in board}
    return sorted({_in_order(row["subject"], other) for row in board for other in row["linked"] if other in known})


def _in_order(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def _pair(look: Snapshot, a: Row, b: Row, why: str, show: Callable[[Row], Row | None]) -> Row | None:
    ours, theirs = show(a), show(b)
    if ours is None or theirs is None or "tag" not in ours:
        return None
    said = [event for event, _ in look.events(SubjectId(a["subject"])) if _is_about(event, b)]
    if why == "alike" and any(isinstance(event.body, SubjectUnlinked) for event in said):
        return None
    made: Row = {"id": f"{a['subject']}.{b['subject']}", "subject": a["subject"], "other": b["subject"], "why": why}
    made["records"] = [{name: row[name] for name in SHOWN if name in row} for row in (ours, theirs)]
    if "origin" in ours:
        made["said"] = [_said(event) for event in said]
    return made


def _is_about(event: Event, other: Row) -> bool:
    return isinstance(event.body, SubjectUnlinked) or (
        isinstance(event.body, SubjectLinked) and event.body.other == other["subject"]
    )


def _said(event: Event) -> Row:
    body = event.body
    return {
        "linked": isinstance(body, SubjectLinked),
        "by_role": event.header.by.role,
        "origin": event.header.o,
        "at": rfc3339(event.header.rec),
        "reason": getattr(body, "reason", ""),
    }
