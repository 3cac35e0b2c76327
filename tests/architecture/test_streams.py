"""Where an event may go is decided by its type: the classes and the registry of streams say the same."""

from collections import Counter

import pytest

from dunant.casualty import CASUALTY_EVENTS
from dunant.kernel.audit import AUDIT_EVENTS
from dunant.kernel.events import Body
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.kernel.roles import Roles
from dunant.kernel.streams import Streams
from dunant.sites import SITE_EVENTS
from dunant.store import PackShelf

STREAMS = PackShelf().read("streams.toml", Streams)
ROLES = PackShelf().read("roles.toml", Roles)
# Sync §5: the default registry.
REGISTRY = {
    "alert": 0, "wellbeing.safety": 0, "casualty": 1, "logistics.capacity": 1, "clinical": 2, "surveillance.case": 2,
    "surveillance.aggregate": 2, "wellbeing.care": 2, "logistics.strength": 2, "logistics.plan": 2,
    "logistics.pledge": 3, "logistics.stock": 3, "audit": 3, "config": 3, "config.register": 3,
}  # fmt: skip
# Sync §1 E4.
MOST_TYPES_PER_KIND = 40
# Casualty §2.2: what these streams never hold, by field name of an event.
NEVER = {
    "alert": {"name", "value", "mechanism", "injuries", "signs", "treatment", "severity", "cause"},
    "casualty": {"name", "value", "photo", "vitals", "diagnosis", "injuries", "signs", "treatment", "weight"},
    "logistics.capacity": {"casualty", "casualties", "tag", "name_of_patient"},
}  # fmt: skip


def test_the_registry_has_the_streams_and_lanes_of_the_specification() -> None:
    assert {row.name: row.lane for row in STREAMS.stream} == REGISTRY


@pytest.mark.parametrize("event", [*CASUALTY_EVENTS, *AUDIT_EVENTS, *SITE_EVENTS], ids=lambda event: str(event.TYPE))
def test_event_and_registry_name_the_same_stream(event: type[Body]) -> None:
    row = STREAMS.stream_of(event.TYPE)
    assert row is not None
    assert row.name == event.STREAM


@pytest.mark.parametrize("event", [*KERNEL_EVENTS, *LINK_EVENTS], ids=lambda event: str(event.TYPE))
def test_a_kernel_fact_follows_what_it_refers_to(event: type[Body]) -> None:
    assert STREAMS.stream_of(event.TYPE) is None
    assert (event.STREAM, event.KIND) == ("", None)


def test_a_kind_of_subject_has_few_event_types() -> None:
    kinds = Counter(event.KIND for event in CASUALTY_EVENTS)
    assert max(kinds.values()) <= MOST_TYPES_PER_KIND


def test_a_type_is_a_domain_and_a_fact_in_snake_case() -> None:
    for event in (*CASUALTY_EVENTS, *AUDIT_EVENTS):
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in event.__name__).lstrip("_")
        assert event.TYPE.partition(".")[2] == snake


@pytest.mark.parametrize("stream", NEVER)
def test_a_stream_never_holds_what_its_readers_may_not_see(stream: str) -> None:
    fields = {name for event in CASUALTY_EVENTS if stream == event.STREAM for name in event.__struct_fields__}
    assert fields & NEVER[stream] == set()


def test_a_timeline_guards_each_event_by_a_known_resource_and_known_groups() -> None:
    for event in (*CASUALTY_EVENTS, *AUDIT_EVENTS):
        assert set(event.GROUPS) <= set(ROLES.groups[event.RESOURCE]), event.TYPE


def test_clinical_facts_are_guarded_as_clinical_or_identity() -> None:
    for event in CASUALTY_EVENTS:
        assert (event.STREAM == "clinical") == (event.RESOURCE in {"clinical", "identity"}), event.TYPE
