"""Alerts: who was reached and who was not, and letters that mean two things."""

from datetime import timedelta
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import AlreadyAcknowledged, DialectRequired
from dunant.casualty.model import Alert
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from tests.builders import a_subject, an_event
from tests.casualty.deciding import POLICIES, decide
from tests.fakes import NOON

ALERT = a_subject(720)
POLICY = POLICIES.casualty


def an_alert(*later: Any, **report: Any) -> Facts:
    received = an_event(e.AlertReceived(**{"channel": "VOICE", **report}), subject=ALERT, stream="alert")
    return Facts(SubjectId(ALERT), [received, *(an_event(body, subject=ALERT, stream="alert") for body in later)])


def answered(role: str, post: str = "") -> e.AlertAcknowledged:
    return e.AlertAcknowledged(role=role, post=post, acts=role != "mission_hq")


# ── fan-out ──


def test_each_post_answers_for_itself_and_the_others_stay_visible_as_not_reached() -> None:
    known = an_alert()
    for role, posts in (("mission_hq", ["SECURITY", "ADMIN", "G3_OPS"]), ("duty_officer", ["DUTY_MO"])):
        for post in posts:
            (made,) = decide(c.AcknowledgeAlert(alert=ALERT), [known], who=f"{role}@HQ")
            assert isinstance(made, e.AlertAcknowledged) and made.post == post
            known.add(an_event(made, subject=ALERT, stream="alert"))
        with pytest.raises(AlreadyAcknowledged):
            decide(c.AcknowledgeAlert(alert=ALERT), [known], who=f"{role}@HQ")
    reached = {one["post"]: one["at"] is not None for one in Alert(known).fan_out(POLICY)}
    assert reached == {"DUTY_MO": True, "AIR_OPS": False, "SECURITY": True, "ADMIN": True, "G3_OPS": True}


def test_nobody_answers_for_a_post_of_another_role() -> None:
    with pytest.raises(Invalid) as refused:
        decide(c.AcknowledgeAlert(alert=ALERT, post="AIR_OPS"), [an_alert()], who="duty_officer@HQ")
    assert refused.value.params["who_can"] == ["air_operations"]


def test_who_can_do_nothing_about_it_does_not_stop_it_sounding() -> None:
    """M3 is the first acknowledgement by a role that can act."""
    heard = Alert(an_alert(answered("mission_hq", "ADMIN")))
    assert (heard.status, heard.answered) == ("OPEN", None)
    taken = Alert(an_alert(answered("mission_hq", "ADMIN"), answered("duty_officer", "DUTY_MO")))
    assert taken.status == "ACKNOWLEDGED"
    assert taken.answered is not None and taken.answered.body == answered("duty_officer", "DUTY_MO")


def test_an_acknowledgement_of_an_older_version_counts_for_the_role_and_its_posts() -> None:
    fan_out = {
        one["post"]: one["at"] for one in Alert(an_alert(e.AlertAcknowledged(role="mission_hq"))).fan_out(POLICY)
    }
    assert all(fan_out[post] for post in ("SECURITY", "ADMIN", "G3_OPS")) and fan_out["DUTY_MO"] is None


def test_calls_to_a_post_are_evidence_of_who_was_reachable() -> None:
    call = e.AlertRoleContacted(role="air_operations", channel="PHONE", reached=False)
    posts = {one["post"]: one["contacts"] for one in Alert(an_alert(call)).fan_out(POLICY)}
    assert [one["reached"] for one in posts["AIR_OPS"]] == [False] and posts["DUTY_MO"] == []
    asked = c.ContactRole(alert=ALERT, role="air_operations", channel="PHONE", reached=False)
    assert decide(asked, [an_alert()]) == [call]
    with pytest.raises(NotFound):
        decide(asked)


def test_the_next_role_is_due_after_the_minutes_of_the_pack_and_nobody_after_the_last() -> None:
    minutes = timedelta(minutes=POLICIES.thresholds.number("acknowledge.amber_to"))
    assert Alert(an_alert()).due(POLICY) == NOON + minutes
    assert Alert(an_alert(answered("mission_hq"))).due(POLICY) == NOON + minutes
    assert Alert(an_alert(answered("duty_officer"))).due(POLICY) is None
    assert Alert(an_alert(e.AlertCancelled(reason="false alarm"))).due(POLICY) is None
    everybody = [e.AlertEscalated(to_role=role, attempt=n) for n, role in enumerate(("a", "b", "c"), start=1)]
    assert Alert(an_alert(*everybody)).due(POLICY) is None


# ── letters ──


def test_a_letter_without_a_dialect_sounds_at_once_by_its_higher_reading_and_both_are_offered() -> None:
    (made,) = decide(c.RecordAlert(alert=ALERT, channel="VOICE", category="B"))
    alert = Alert(Facts(SubjectId(ALERT), [an_event(made, subject=ALERT, stream="alert")]))
    assert alert.status == "OPEN"
    assert alert.category == "URGENT_SURGICAL"
    assert alert.readings["US_5LEVEL"] == "URGENT_SURGICAL" and alert.readings["NATO"] == "PRIORITY"
    assert "dialect_required" in alert.flags(POLICY)


def test_a_person_says_which_reading_was_meant() -> None:
    (made,) = decide(c.RecordAlert(alert=ALERT, channel="VOICE", category="B"))
    known = Facts(SubjectId(ALERT), [an_event(made, subject=ALERT, stream="alert")])
    with pytest.raises(DialectRequired) as refused:
        decide(c.StateAlertDialect(alert=ALERT, dialect="KLINGON"), [known])
    assert dict(refused.value.params["readings"])["NATO"] == "PRIORITY"  # type: ignore[call-overload]
    (stated,) = decide(c.StateAlertDialect(alert=ALERT, dialect="NATO"), [known])
    known.add(an_event(stated, subject=ALERT, stream="alert"))
    assert Alert(known).category == "PRIORITY"
    assert Alert(known).readings == {} and "dialect_required" not in Alert(known).flags(POLICY)


@pytest.mark.parametrize(("said", "dialect", "category"), [("A", "NATO", "URGENT"), ("IA", "", "URGENT_SURGICAL")])
def test_a_letter_with_its_dialect_and_a_code_of_one_dialect_only_ask_nobody(
    said: str, dialect: str, category: str
) -> None:
    (made,) = decide(c.RecordAlert(alert=ALERT, channel="VOICE", category=said, dialect=dialect))
    assert isinstance(made, e.AlertReceived)
    assert (made.category, dict(made.readings)) == (category, {})


def test_two_who_read_a_letter_differently_are_both_kept() -> None:
    known = an_alert(
        e.AlertDialectStated(dialect="NATO", canonical="PRIORITY"),
        e.AlertDialectStated(dialect="US_5LEVEL", canonical="URGENT_SURGICAL"),
        raw_category="B",
        category="URGENT_SURGICAL",
    )
    assert [conflict.field for conflict in Alert(known).all_conflicts] == ["dialect"]
