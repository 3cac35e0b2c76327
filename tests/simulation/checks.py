"""What must hold at the end of every universe."""

import hashlib
from collections.abc import Iterator

from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.links import canonical_ids, surviving
from dunant.kernel.log import LogName
from dunant.sync.trust import FROZEN
from tests.simulation.post import REGISTRY, VIEWS, Post
from tests.simulation.world import World


def broken(world: World) -> list[str]:
    """Sentences about what does not hold; none in a sound universe."""
    posts = {code: post for code, post in world.posts.items() if code not in world.revoked}
    return [
        *_lost_or_doubled(world, posts),
        *_unequal(world, posts),
        *_where_they_must_not_be(posts),
        *_left_over(posts),
        *_views_apart(posts),
        *_not_receipted(posts),
        *_clocks_dragged(posts),
    ]


def unsettled(world: World) -> bool:
    """Something is still on its way."""
    posts = {code: post for code, post in world.posts.items() if code not in world.revoked}
    return any(True for found in (_left_over(posts), _unequal(world, posts), _not_receipted(posts)) for _ in found)


def _entitled(post: Post, stream: str) -> bool:
    return post.trust().may_hold(post.code, stream)


def _lost_or_doubled(world: World, posts: dict[str, Post]) -> Iterator[str]:
    """Acknowledged: there exactly once, as folds count, at every site that may hold it."""
    for code, post in posts.items():
        counted: dict[str, int] = {}
        for facts in _subjects(post).values():
            for event in facts:
                counted[event.id] = counted.get(event.id, 0) + 1
        for id, stream in world.ledger.acknowledged.items():
            found = counted.get(id, 0)
            if _entitled(post, stream) and found != 1:
                yield f"{code} counts {stream} {id} {found} times"


def _unequal(world: World, posts: dict[str, Post]) -> Iterator[str]:
    """Every log the same bytes, wherever it may be held."""
    logs: set[LogName] = {log for post in posts.values() for log in post.disk.state.logs}
    for log in logs:
        if _is_frozen(posts, log):
            continue
        held = {
            code: [(row.header, row.body, row.head) for row in post.disk.state.logs.get(log, [])]
            for code, post in posts.items()
            if _entitled(post, log[2])
        }
        if len({tuple(rows) for rows in held.values()}) > 1:
            yield f"{log} differs: { {code: len(rows) for code, rows in held.items()} }"


def _is_frozen(posts: dict[str, Post], log: LogName) -> bool:
    return any(post.trust().cutoff(log) == FROZEN for post in posts.values())


def _frozen_here(post: Post, event: Event) -> bool:
    """Of a log that stopped where each site first heard of its author's revocation."""
    return post.trust().cutoff((event.header.o, event.header.e, event.header.st)) == FROZEN


def _where_they_must_not_be(posts: dict[str, Post]) -> Iterator[str]:
    for code, post in posts.items():
        for log, rows in post.disk.state.logs.items():
            if rows and log[0] != code and not _entitled(post, log[2]):
                yield f"{code} holds {log}"


def _left_over(posts: dict[str, Post]) -> Iterator[str]:
    for code, post in posts.items():
        for log, parked in post.disk.state.parked.items():
            tip = post.disk.tip(log)
            if any(frame.q_to > (tip.q if tip else 0) for frame in parked.values()) and not _is_frozen(posts, log):
                yield f"{code} still waits for {log}"
        for log in post.disk.state.stopped:
            yield f"{code} still holds a fork of {log} open"


def _subjects(post: Post) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for event in post.events():
        found.setdefault(event.header.s, Facts(event.header.s)).add(event)
    return found


def _views_apart(posts: dict[str, Post]) -> Iterator[str]:
    """Sites that may hold the same streams show the same."""
    shown: dict[tuple[bool, ...], dict[str, str]] = {}
    streams = ("casualty", "alert", "clinical", "audit")
    for code, post in posts.items():
        rights = tuple(_entitled(post, stream) for stream in streams)
        shown.setdefault(rights, {})[code] = state_hash(post, [s for s, r in zip(streams, rights, strict=True) if r])
    for hashes in shown.values():
        if len(set(hashes.values())) > 1:
            yield f"views differ: {hashes}"


def conflicts(world: World) -> int:
    """Contradictions that headquarters shows for somebody to settle."""
    return sum(len(VIEWS.of(facts).get("conflicts", ())) for facts in _subjects(world.posts["MHQ"]).values())


def state_hash(post: Post, streams: list[str]) -> str:
    """Rows of every view and the classes of linked subjects, as a site would show them."""
    total = hashlib.sha256()
    events = [event for event in post.events() if event.header.st in streams and not _frozen_here(post, event)]
    subjects: dict[str, Facts] = {}
    for event in events:
        subjects.setdefault(event.header.s, Facts(event.header.s)).add(event)
    for subject in sorted(subjects):
        made = {view: sorted(rows, key=repr) for view, rows in VIEWS.of(subjects[subject]).items()}
        total.update(repr(sorted(made.items())).encode())
    links = canonical_ids(surviving([event for facts in subjects.values() for event in facts]))
    total.update(repr(sorted(links.items())).encode())
    return total.hexdigest()[:16]


def _not_receipted(posts: dict[str, Post]) -> Iterator[str]:
    """A site knows how far headquarters has its logs."""
    hq = posts["MHQ"]
    for code, post in posts.items():
        for log, rows in post.disk.state.logs.items():
            if log[0] != code or code == "MHQ" or not rows or not _entitled(hq, log[2]):
                continue
            known = post.disk.state.receipts.get(("MHQ", log), (0, 0, b""))[0]
            if known < rows[-1].q:
                yield f"{code} has a receipt for {known} of {rows[-1].q} of {log}"


def _clocks_dragged(posts: dict[str, Post]) -> Iterator[str]:
    """A clock that runs ahead does not drag another site's along by more than the cap."""
    hq = posts["MHQ"]
    ahead_ms = (hq.disk.state.last_h >> 16) - hq.wall_ms()
    if ahead_ms > 5 * 60 * 1000:
        yield f"MHQ's clock was dragged {ahead_ms} ms ahead"


__all__ = ["REGISTRY", "broken", "state_hash"]
