"""Which stream an event belongs to is decided by its type, when it is written."""

import pytest

from dunant.kernel.errors import PackInvalid
from dunant.kernel.streams import Streams
from dunant.store.packs import PackShelf

STREAMS = PackShelf().read("streams.toml", Streams)


@pytest.mark.parametrize(
    ("event_type", "stream"),
    [
        ("casualty.alert_received", "alert"),
        ("casualty.mascal_declared", "alert"),
        ("casualty.casualty_reported", "casualty"),
        ("casualty.triage_assigned", "casualty"),
        ("casualty.triage_assessed", "clinical"),
        ("casualty.identity_asserted", "clinical"),
        ("casualty.mist_reported", "clinical"),
        ("casualty.facility_status_reported", "logistics.capacity"),
        ("casualty.asset_registered", "config.register"),
        ("casualty.foreign_message_emitted", "audit"),
        ("surveillance.strength_stated", "logistics.strength"),
        ("surveillance.report_submitted", "surveillance.aggregate"),
        ("wellbeing.safety_raised", "wellbeing.safety"),
        ("wellbeing.offer_made", "wellbeing.care"),
        ("planning.pledge_made", "logistics.pledge"),
    ],
)
def test_the_more_exact_pattern_wins(event_type: str, stream: str) -> None:
    found = STREAMS.stream_of(event_type)
    assert found is not None
    assert found.name == stream


def test_kernel_facts_follow_what_they_refer_to() -> None:
    assert STREAMS.stream_of("kernel.subject_linked") is None


def test_wellbeing_has_neutral_names_and_is_sealed() -> None:
    wellbeing = [row for row in STREAMS.stream if row.kind == "wellbeing"]
    assert [(row.alias, row.sealed, row.unlinkable) for row in wellbeing] == [
        ("kit.a", True, True),
        ("kit.b", True, True),
    ]


def test_only_alerts_and_the_duty_chain_travel_first() -> None:
    assert {row.name for row in STREAMS.stream if row.lane == 0} == {"alert", "wellbeing.safety"}


def test_a_stream_is_found_by_name_or_alias() -> None:
    assert STREAMS.get("kit.b") == STREAMS.get("wellbeing.care")
    with pytest.raises(PackInvalid):
        STREAMS.get("gossip")
