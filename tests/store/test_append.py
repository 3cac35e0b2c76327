"""What is acknowledged is in the log once, chained, and shown; what is refused has left nothing behind."""

import threading
from concurrent.futures import Future
from typing import Any

import pytest
from sqlalchemy import func, select

from dunant.casualty import commands as c
from dunant.kernel.errors import ReadOnly, Refused
from dunant.services.build import Site
from dunant.store import Transaction
from dunant.store.schema import event, import_tray
from dunant.store.snapshot import snapshot
from tests.builders import a_subject, as_author, asked, new_id, send


def shown(site: Site, view: str, **equal: Any) -> list[dict[str, Any]]:
    with snapshot(site.database, site.views, site.registry) as look:
        return look.rows(view, **equal)


def count(site: Site) -> int:
    with site.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(event)).scalar_one())


def test_a_reported_casualty_is_on_the_board_when_the_answer_comes(site: Site) -> None:
    casualty = a_subject()
    (outcome,) = send(site, c.ReportCasualty(casualty=casualty))
    assert outcome.outcome == "accepted"
    assert [row["subject"] for row in shown(site, "board")] == [casualty]


def test_a_command_sent_twice_is_one_fact(site: Site) -> None:
    entry = asked(c.ReportCasualty(casualty=a_subject()))
    assert [send(site, entry)[0].outcome for _ in range(2)] == ["accepted", "duplicate"]
    assert count(site) == 1


def test_a_command_sent_twice_into_one_commit_is_one_fact(site: Site) -> None:
    entry = asked(c.ReportCasualty(casualty=a_subject()))
    first, second = together(site, [(entry,), (entry,)])
    assert (first[0].outcome, second[0].outcome) == ("accepted", "duplicate")
    assert count(site) == 1


def test_a_refused_entry_leaves_nothing_behind_and_stops_nobody_else(site: Site) -> None:
    casualty, nobody = a_subject(), a_subject()
    outcomes = send(
        site,
        c.ReportCasualty(casualty=casualty),
        c.AssignTriage(casualty=nobody, category="T1", scheme="SIEVE"),
        c.AssignTriage(casualty=casualty, category="T1", scheme="SIEVE"),
    )
    assert [outcome.outcome for outcome in outcomes] == ["accepted", "rejected", "accepted"]
    assert count(site) == 2
    assert shown(site, "board")[0]["triage"] == "T1"


def test_a_failed_job_is_forgotten_while_its_neighbour_goes_on(site: Site) -> None:
    casualty = a_subject()

    def fails(transaction: Transaction) -> None:
        site.handler.handle(transaction, [(asked(c.PronounceDeath(casualty=casualty, place="road")), as_author())])
        transaction.execute(import_tray.insert().values(dialect="x", peer="x", rule="x", bytes=b"x", rx="x"))
        raise Refused

    def reports(transaction: Transaction) -> Any:
        return site.handler.handle(transaction, [(asked(c.ReportCasualty(casualty=casualty)), as_author())])

    def triages(transaction: Transaction) -> Any:
        command = c.AssignTriage(casualty=casualty, category="T2", scheme="SIEVE")
        return site.handler.handle(transaction, [(asked(command), as_author())])

    reported, failed, triaged = jobs(site, reports, fails, triages)
    assert reported.result()[0].outcome == triaged.result()[0].outcome == "accepted"
    with pytest.raises(Refused):
        failed.result()
    assert count(site) == 2
    row = shown(site, "board")[0]
    assert (row["status"], row["triage"]) == ("REPORTED", "T2")
    with site.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(import_tray)).scalar_one() == 0


def test_one_bad_job_does_not_fail_the_commit_of_the_others(site: Site) -> None:
    def breaks(transaction: Transaction) -> None:
        transaction.execute(select(event.c.no_such_column if hasattr(event.c, "no_such_column") else func.nonsense()))

    good = [asked(c.ReportCasualty(casualty=a_subject())) for _ in range(3)]
    first, bad, second = jobs(
        site,
        lambda t: site.handler.handle(t, [(good[0], as_author())]),
        breaks,
        lambda t: site.handler.handle(t, [(good[1], as_author()), (good[2], as_author())]),
    )
    assert [outcome.outcome for outcome in (*first.result(), *second.result())] == ["accepted"] * 3
    assert bad.exception() is not None
    assert count(site) == 3


def test_a_reaction_sees_what_the_same_commit_has_written(site: Site) -> None:
    incident, casualty, alert = a_subject(), a_subject(), a_subject()
    send(
        site,
        c.OpenIncident(incident=incident, type="IED"),
        c.RecordAlert(alert=alert, channel="VOICE", incident=incident),
        c.ReportCasualty(casualty=casualty, incident=incident),
        c.AcknowledgeAlert(alert=alert),
    )
    assert "M3" in shown(site, "board")[0]["milestones"]


def test_a_reaction_that_is_refused_does_not_take_its_cause_with_it(site: Site) -> None:
    alert, request, casualty = a_subject(), a_subject(), a_subject()
    send(site, c.ReportCasualty(casualty=casualty))
    send(
        site,
        c.RequestEvacuation(request=request, kind="CASEVAC", dialect="NATO", casualties=(casualty,)),
        c.RecordAlert(alert=alert, channel="VOICE", request=request),
    )
    # The request came from another site that knows somebody we have not heard of yet.
    stranger = a_subject()
    site.commit.submit(lambda t: _name_a_stranger(site, t, request, stranger)).result(timeout=30)
    (outcome,) = send(site, c.AcknowledgeAlert(alert=alert))
    assert outcome.outcome == "accepted"
    assert "M3" in shown(site, "board", subject=casualty)[0]["milestones"]


def _name_a_stranger(site: Site, transaction: Transaction, request: str, stranger: str) -> None:
    from dunant.casualty import events as e
    from dunant.kernel.events import At, By, Fact
    from dunant.kernel.ids import EventId, SubjectId
    from dunant.store import Draft

    body = e.EvacRequestAmended(casualties=(SubjectId(stranger),))
    transaction.write(
        Draft(
            id=EventId(new_id()),
            fact=Fact(subject=SubjectId(request), body=body),
            stream="casualty",
            label="R",
            at=At(t=site.clock.now()),
            rec=site.clock.now(),
            by=By(user="u", role="medic"),
            dev="",
            src="sensor",
            base=(),
        )
    )


def test_two_kinds_of_fact_under_one_subject_are_shown_in_the_views_of_both(site: Site) -> None:
    one = a_subject()
    send(site, c.OpenIncident(incident=one, type="IED"))
    send(site, c.ReportCasualty(casualty=one))
    assert len(shown(site, "board")) == len(shown(site, "incidents")) == 1


def test_a_caller_that_gave_up_while_waiting_has_asked_nothing(site: Site) -> None:
    with held_up(site):
        entry = asked(c.ReportCasualty(casualty=a_subject()))
        future = site.send([(entry, as_author())])
        assert future.cancel()
    assert send(site, c.ReportCasualty(casualty=a_subject()))[0].outcome == "accepted"
    assert count(site) == 1


def test_a_listener_that_fails_does_not_stop_the_writer(site: Site) -> None:
    def deaf() -> None:
        raise RuntimeError

    site.commit.listen(deaf)
    for _ in range(2):
        assert send(site, c.ReportCasualty(casualty=a_subject()))[0].outcome == "accepted"


def test_a_closed_writer_answers_that_it_is_closed(site: Site) -> None:
    site.commit.close()
    with pytest.raises(ReadOnly):
        site.commit.submit(lambda _: None).result(timeout=5)


def test_whoever_waits_shares_one_commit(site: Site) -> None:
    commits: list[None] = []
    site.commit.listen(lambda: commits.append(None))
    entries = [[asked(c.ReportCasualty(casualty=a_subject()))] for _ in range(50)]
    together(site, [tuple(entry) for entry in entries])
    send(site, c.ReportCasualty(casualty=a_subject()))
    assert len(commits) == 2
    assert count(site) == 51


# ── several jobs in one commit ──


class held_up:
    """Keeps the writer busy, so that everything submitted meanwhile shares its next commit."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._go = threading.Event()

    def __enter__(self) -> None:
        started = threading.Event()

        def wait(_: Transaction) -> None:
            started.set()
            self._go.wait(10)

        self._job = self._site.commit.submit(wait)
        started.wait(10)

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self._job.result(timeout=10)


def jobs(site: Site, *work: Any) -> list[Future[Any]]:
    with held_up(site):
        futures = [site.commit.submit(job) for job in work]
    for future in futures:
        future.exception(timeout=30)
    return futures


def together(site: Site, batches: list[tuple[Any, ...]]) -> list[Any]:
    with held_up(site):
        futures = [site.send([(entry, as_author()) for entry in batch]) for batch in batches]
    return [future.result(timeout=30) for future in futures]
