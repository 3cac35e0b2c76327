"""Two records of one person: linked, never rewritten, always separable."""

from hypothesis import given
from hypothesis import strategies as st

from dunant.kernel.events import Event
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import Link, SubjectLinked, SubjectUnlinked, canonical_ids, surviving
from tests.builders import an_event


def linked(a: str, b: str, id: str) -> Event:
    return an_event(SubjectLinked(other=SubjectId(b)), subject=a, id=id)


def unlinked(ref: str) -> Event:
    return an_event(SubjectUnlinked(ref=EventId(ref)))


def test_an_unlink_removes_only_the_link_it_has_seen() -> None:
    events = [linked("a", "b", "1"), linked("a", "b", "2"), unlinked("1")]
    assert [link.event for link in surviving(events)] == ["2"]
    assert surviving(reversed(events)) == surviving(events)


def test_the_smallest_id_speaks_for_the_group() -> None:
    links = surviving([linked("c", "b", "1"), linked("b", "a", "2"), linked("x", "y", "3")])
    assert canonical_ids(links) == {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"}


PAIRS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=10)


@given(pairs=PAIRS, seed=st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_links(pairs: list[tuple[str, str]], seed: object) -> None:
    links = [Link(event=EventId(str(n)), a=SubjectId(a), b=SubjectId(b)) for n, (a, b) in enumerate(pairs)]
    shuffled = list(links)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    groups = canonical_ids(links)
    assert canonical_ids(shuffled) == groups
    assert all(groups[link.a] == groups[link.b] for link in links)
    assert all(smallest <= subject for subject, smallest in groups.items())
