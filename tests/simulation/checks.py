"""What must hold at the end of every universe, found by counting, not by asking the code that is being judged."""

import hashlib
from collections.abc import Iterator, Mapping

from dunant.casualty import events as e
from dunant.casualty.model import Casualty
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import derived
from dunant.kernel.links import SubjectLinked, canonical_ids, surviving
from dunant.kernel.log import LogName, faults
from dunant.kernel.merge import ConflictResolved
from tests.simulation.post import AUTHORITY, POLICIES, REACTION, SUSPECT_MS, VIEWS, Post
from tests.simulation.world import World

STREAMS = ("casualty", "alert", "clinical", "audit")


def broken(world: World) -> list[str]:
    """Sentences about what does not hold; none in a sound universe."""
    posts = world.honest()
    subjects = {code: _subjects(post) for code, post in posts.items()}
    return [
        *world.seen,
        *(f"{code}: {wrong}" for code, post in posts.items() for wrong in post.wrongs),
        *_lost_or_doubled(world, posts, subjects),
        *_unequal(world, posts),
        *_where_they_must_not_be(world, posts),
        *_left_over(world, posts),
        *_faulty(world, posts),
        *_views_apart(world, posts),
        *_not_receipted(posts),
        *_receipts_that_lie(world, posts),
        *_clocks_dragged(world),
        *_clocks_unnoticed(world),
        *_cause_after_effect(subjects[AUTHORITY]),
        *_reactions_elsewhere(world, posts),
        *_false_conflicts(subjects[AUTHORITY]),
        *_links_wrong(subjects[AUTHORITY]),
    ]


def unsettled(world: World) -> bool:
    """Something is still on its way."""
    posts = world.honest()
    waiting = (_left_over(world, posts), _not_receipted(posts), _unequal(world, posts))
    return any(True for found in waiting for _ in found)


def _entitled(post: Post, stream: str) -> bool:
    return post.trust().may_hold(post.code, stream)


def _subjects(post: Post) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for event in post.events():
        found.setdefault(event.header.s, Facts(event.header.s)).add(event)
    return found


# ── nothing lost, nothing doubled ──


def _lost_or_doubled(
    world: World, posts: Mapping[str, Post], subjects: Mapping[str, dict[str, Facts]]
) -> Iterator[str]:
    """Acknowledged: there exactly once, as folds count, at every site that may hold it. A phone's too."""
    typed = {id: stream for id, stream in world.people.typed.items() if id not in world.ledger.gone}
    wanted = world.ledger.acknowledged | typed
    for code, post in posts.items():
        counted: dict[str, int] = {}
        for facts in subjects[code].values():
            for event in facts:
                counted[event.id] = counted.get(event.id, 0) + 1
        for id, stream in wanted.items():
            found = counted.get(id, 0)
            if _entitled(post, stream) and found != 1:
                yield f"{code} counts {stream} {id} {found} times"


def _unequal(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    """Every log the same bytes, wherever it may be held."""
    for log in {log for post in posts.values() for log in post.disk.state.logs}:
        if _is_frozen(world, log):
            continue
        held = {
            code: [(row.header, row.digest, row.head) for row in post.disk.state.logs.get(log, [])]
            for code, post in posts.items()
            if _entitled(post, log[2]) or code == log[0]
        }
        if len({tuple(rows) for rows in held.values()}) > 1:
            yield f"{log} differs: { {code: len(rows) for code, rows in held.items()} }"


def _is_frozen(world: World, log: LogName) -> bool:
    """Of the revoked site, and unknown to the authority: everybody keeps what they held, and no more."""
    return log[0] in world.revoked and log not in world.cutoffs


def _where_they_must_not_be(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    """Not at a site that may not hold it, not beyond a cut-off, not written by somebody else."""
    for code, post in posts.items():
        for log, rows in post.disk.state.logs.items():
            if rows and log[0] != code and not _entitled(post, log[2]):
                yield f"{code} holds {log}"
            cutoff = world.cutoffs.get(log)
            if rows and cutoff is not None and rows[-1].q > cutoff:
                yield f"{code} holds {rows[-1].q} of {log}, cut off at {cutoff}"
            for row in rows:
                if row.body is not None and (row.header, row.body) not in world.ledger.honest:
                    yield f"{code} holds {row.identity}, which nobody wrote"


def _left_over(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    for code, post in posts.items():
        for log, waiting in post.disk.state.parked.items():
            tip = post.disk.tip(log)
            have = tip.q if tip else 0
            ends = [other.disk.tip(log) for other in posts.values()]
            # What comes between may be gone with a disk that nobody had a copy of.
            can_come = max((end.q for end in ends if end), default=0) > have
            if can_come and not _is_frozen(world, log) and any(frame.q_to > have for frame in waiting.values()):
                yield f"{code} still waits for {log} after {have}"
        for log in post.disk.state.stopped:
            yield f"{code} still holds a fork of {log} open"
        if post.disk.state.epoch in post.disk.taken_in:
            yield f"{code} goes on in an epoch of which others brought it events"


def _faulty(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    for code, post in posts.items():
        for log, rows in post.disk.state.logs.items():
            for fault in faults(log, rows, post.disk.state.blocks.get(log, {}), {}):
                yield f"{code}: {fault}"
            ends = post.disk.state.points.get(log, {})
            # What was cut off may end where its origin did not sign.
            if log[0] not in (code, *world.revoked) and rows and rows[-1].q not in ends:
                yield f"{code} holds {rows[-1].q} of {log} and its origin's word only for {sorted(ends)[-1:]}"


# ── everybody tells the same ──


def _views_apart(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    """Sites that may hold the same streams show the same."""
    shown: dict[tuple[bool, ...], dict[str, str]] = {}
    for code, post in posts.items():
        if not post.disk.dropped:
            rights = tuple(_entitled(post, stream) for stream in STREAMS)
            held = [stream for stream, right in zip(STREAMS, rights, strict=True) if right]
            shown.setdefault(rights, {})[code] = state_hash(world, post, held)
    for hashes in shown.values():
        if len(set(hashes.values())) > 1:
            yield f"views differ: {hashes}"


def state_hash(world: World, post: Post, streams: list[str]) -> str:
    """Rows of every view and the classes of linked subjects, as a site would show them."""
    total = hashlib.sha256()
    subjects: dict[str, Facts] = {}
    for event in post.events():
        if event.header.st in streams and not _is_frozen(world, _log(event)):
            subjects.setdefault(event.header.s, Facts(event.header.s)).add(event)
    for subject in sorted(subjects):
        made = {view: sorted(map(repr, rows)) for view, rows in VIEWS.of(subjects[subject]).items()}
        total.update(repr(sorted(made.items())).encode())
    total.update(repr(sorted(_classes(subjects).items())).encode())
    return total.hexdigest()[:16]


def _log(event: Event) -> LogName:
    return (event.header.o, event.header.e, event.header.st)


def conflicts(world: World) -> int:
    """Contradictions that headquarters shows for somebody to settle."""
    return sum(len(VIEWS.of(facts).get("conflicts", ())) for facts in _subjects(world.posts[AUTHORITY]).values())


def _false_conflicts(subjects: Mapping[str, Facts]) -> Iterator[str]:
    """A value that somebody had seen, through whatever chain, does not contradict the one that they entered."""
    for facts in subjects.values():
        if "casualty" not in facts.kinds:
            continue
        shown = {entry.event.id for entry in Casualty(facts, POLICIES.casualty).triage.heads}
        settled = (event for event in facts.of(ConflictResolved) if getattr(event.body, "field", "") == "triage")
        entries = {event.id for event in (*facts.of(e.TriageAssigned), *settled)}
        reached: dict[str, set[str]] = {id: _seen_by(facts, id) for id in entries}
        expected = {id for id in entries if not any(id in past for past in reached.values())}
        if shown and shown != expected:
            yield f"heads of the triage of {facts.subject} are {sorted(shown)}, not {sorted(expected)}"


def _seen_by(facts: Facts, id: str) -> set[str]:
    by_id = {str(event.id): event for event in facts}
    reached: set[str] = set()
    waiting = [id]
    while waiting:
        event = by_id.get(waiting.pop())
        for ref in event.header.base if event else ():
            if ref not in reached:
                reached.add(ref)
                waiting.append(ref)
    return reached


def _classes(subjects: Mapping[str, Facts]) -> Mapping[str, str]:
    events = [event for subject in sorted(subjects) for event in subjects[subject]]
    return {str(one): str(other) for one, other in canonical_ids(surviving(events)).items()}


def _links_wrong(subjects: Mapping[str, Facts]) -> Iterator[str]:
    """Every linked record goes by the smallest id of those that can be reached from it."""
    events = [event for facts in subjects.values() for event in facts]
    standing = {link.event for link in surviving(events)}
    near: dict[str, set[str]] = {}
    for event in events:
        if event.id in standing and isinstance(event.body, SubjectLinked):
            near.setdefault(event.header.s, set()).add(event.body.other)
            near.setdefault(event.body.other, set()).add(event.header.s)
    for one, told in _classes(subjects).items():
        reached, waiting = {one}, [one]
        while waiting:
            fresh = near.get(waiting.pop(), set()) - reached
            reached |= fresh
            waiting += fresh
        if told != min(reached):
            yield f"{one} goes by {told}, not by {min(reached)}"


# ── receipts, clocks, causes ──


def _not_receipted(posts: Mapping[str, Post]) -> Iterator[str]:
    """A site knows how far headquarters has its logs."""
    hq = posts[AUTHORITY]
    for code, post in posts.items():
        for log, rows in post.disk.state.logs.items():
            if log[0] != code or code == AUTHORITY or not rows or not _entitled(hq, log[2]):
                continue
            known = post.disk.received(AUTHORITY, log)
            if known < rows[-1].q:
                yield f"{code} has a receipt for {known} of {rows[-1].q} of {log}"
        for log, rows in hq.disk.state.logs.items():
            known = hq.disk.received(code, log)
            if log[0] == AUTHORITY != code and rows and _entitled(post, log[2]) and known < rows[-1].q:
                yield f"{AUTHORITY} has a receipt of {code} for {known} of {rows[-1].q} of {log}"


def _receipts_that_lie(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    for code, post in posts.items():
        for (receiver, log), (q, _, _) in post.disk.state.receipts.items():
            there = posts.get(receiver)
            taken_back = post.trust().is_closed(log) or log[0] in world.revoked
            if there is None or there.was_set_back or taken_back:
                continue
            tip = there.disk.tip(log)
            if q > (tip.q if tip else 0):
                yield f"{code} has the word of {receiver} for {q} of {log}, who holds {tip}"


def _clocks_dragged(world: World) -> Iterator[str]:
    """A clock that runs ahead does not drag another site's along by more than the cap."""
    hq = world.posts[AUTHORITY]
    ahead_ms = (hq.disk.state.last_h >> 16) - hq.wall_ms()
    if ahead_ms > 5 * 60 * 1000:
        yield f"the clock of {AUTHORITY} was dragged {ahead_ms} ms ahead"


def _clocks_unnoticed(world: World) -> Iterator[str]:
    """Both ends of a link know that their clocks are apart."""
    posts = world.honest()
    for code, post in posts.items():
        for peer in post.diallers:
            if peer in posts and abs(posts[peer].wall_ms() - post.wall_ms()) > SUSPECT_MS + 1000:
                if peer not in post.suspects:
                    yield f"{code} has not noticed the clock of {peer}"
                if code not in posts[peer].suspects:
                    yield f"{peer} has not noticed the clock of {code}"


def _cause_after_effect(subjects: Mapping[str, Facts]) -> Iterator[str]:
    """Where an author had seen a fact, that fact never shows as the later of the two among heads."""
    for facts in subjects.values():
        if "casualty" not in facts.kinds:
            continue
        reading = Casualty(facts, POLICIES.casualty).triage
        shown = {entry.event.id for entry in reading.heads}
        for event in facts.of(e.TriageAssigned):
            if shown.intersection(event.header.base) and event.id in shown:
                yield f"{event.id} and what its author had seen both stand for the triage of {facts.subject}"


def _reactions_elsewhere(world: World, posts: Mapping[str, Post]) -> Iterator[str]:
    """A reaction was written where its cause was written, and nowhere else (sync E7)."""
    written_at = {derived(id, REACTION): codes for id, codes in world.ledger.written_at.items()}
    for code, post in posts.items():
        for log, rows in post.disk.state.logs.items():
            for row in rows if log[0] == code else ():
                if row.t == REACTION and b'"reissues"' not in row.header and code not in written_at.get(row.id, ()):
                    yield f"{code} reacted to what was written at {written_at.get(row.id)}"
