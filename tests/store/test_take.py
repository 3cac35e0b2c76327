"""Events of another site: taken in as the bytes they are, taken out again if the authority says so."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, update

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.errors import ChainBroken
from dunant.kernel.log import LogName, Stored, Tip, genesis
from dunant.kernel.replication import Verified, verified
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store import Transaction, rows, transaction
from dunant.store.boot import SiteKeyRow, know_key, known_keys
from dunant.store.check import damaged
from dunant.store.live import latest, since
from dunant.store.rebuild import differing
from dunant.store.schema import event, withdrawn
from tests.builders import a_subject, send
from tests.fakes import FixedClock

CASUALTY = a_subject()


class Sent:
    """What another site holds of one of its logs, as it would come over the wire."""

    def __init__(self, site: Site, stream: str = "casualty") -> None:
        self.name: LogName = (site.row.code, site.row.epoch, stream)
        self.signers = known_keys(site.database)
        with site.database.reading() as connection:
            self.log: list[Stored] = list(rows.of_log(connection, self.name))
            self.keys = rows.block_keys(connection, self.name)
            self.ends = {point.q: point for point in rows.checkpoints(connection, self.name)}

    def stretch(self, first: int, last: int, **other: Any) -> list[Verified]:
        """Recomputed from the bytes, as every receiver does; `other` replaces something of every row."""
        found = [replace(row, **other) for row in self.log[first - 1 : last]]
        prev = self.log[first - 2].head if first > 1 else genesis(self.name)
        return verified(self.name, first, prev, [(row.header, row.body or b"") for row in found], self.keys)

    def give(self, site: Site, first: int, last: int, **other: Any) -> None:
        """Deliver these events in one transaction."""
        events = self.stretch(first, last, **other)
        for key, public in self.signers.items():
            know_key(site.database, SiteKeyRow(id=key, site=self.name[0], public=public))
        site.commit.submit(lambda into: self.take(into, events)).result(timeout=30)

    def take(self, into: Transaction, events: list[Verified]) -> None:
        point = self.ends[events[-1].header.q]
        into.take(self.name, events, self.keys, replace(point, head=events[-1].head))


@pytest.fixture
def sent(tmp_path: Any, clock: FixedClock) -> Sent:
    other = Site(Settings(data=tmp_path / "bravo", site="BRAVO"), clock)
    send(other, c.ReportCasualty(casualty=CASUALTY))
    for category in ("T3", "T2", "T1"):
        send(other, c.AssignTriage(casualty=CASUALTY, category=category, scheme="SIEVE"))
    found = Sent(other)
    other.close()
    return found


def held(site: Site) -> int:
    with site.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(event)).scalar_one())


def test_a_log_of_another_site_is_held_as_it_was_written(site: Site, sent: Sent) -> None:
    sent.give(site, 1, 1)
    sent.give(site, 2, 4)
    with site.database.reading() as connection:
        ours = list(rows.of_log(connection, sent.name))
        ends = rows.checkpoints(connection, sent.name)
    assert [replace(row, rx="") for row in ours] == [replace(row, rx="") for row in sent.log]
    assert ends == [sent.ends[1], sent.ends[4]]
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []


def test_a_frame_that_fails_leaves_nothing_and_its_neighbours_stay(site: Site, sent: Sent) -> None:
    def failing(into: Transaction) -> None:
        sent.take(into, sent.stretch(1, 4))
        into.begin_epoch("0badc0de")
        raise RuntimeError

    asked = [site.commit.submit(failing), site.commit.submit(lambda one: sent.take(one, sent.stretch(1, 2)))]
    sent.give(site, 3, 3)
    with pytest.raises(RuntimeError):
        asked[0].result(timeout=30)
    asked[1].result(timeout=30)
    send(site, c.ReportCasualty(casualty=a_subject()))
    with site.database.reading() as connection:
        tips = rows.tips(connection)
    assert {name: tip.q for name, tip in tips.items()} == {sent.name: 3, ("ALPHA", site.row.epoch, "casualty"): 1}
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []


# ── withdrawn ──


def test_what_is_beyond_a_cut_off_is_kept_aside_and_the_views_follow(site: Site, sent: Sent) -> None:
    sent.give(site, 1, 4)
    lost = site.commit.submit(lambda one: len(one.withdraw(sent.name, 2, "cut_off")), alone=True).result(timeout=30)
    with site.database.reading() as connection:
        assert rows.tip(connection, sent.name) == Tip(2, sent.log[1].head)
        assert site.views.select(connection, "board")[0]["triage"] == "T3"
        aside = [(row.q, row.header, row.body, row.rule) for row in connection.execute(select(withdrawn))]
    assert (lost, held(site)) == (2, 2)
    assert aside == [(row.q, row.header, row.body, "cut_off") for row in sent.log[2:]]
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []
    sent.give(site, 3, 4)
    assert held(site) == 4
    assert differing(site.database, site.registry, site.views) == []


def test_a_withdrawal_whose_job_fails_has_not_happened(site: Site, sent: Sent) -> None:
    def failing(within: Transaction) -> None:
        within.withdraw(sent.name, 2, "cut_off")
        raise RuntimeError

    sent.give(site, 1, 4)
    with pytest.raises(RuntimeError):
        site.commit.submit(failing, alone=True).result(timeout=30)
    send(site, c.ReportCasualty(casualty=a_subject()))
    assert held(site) == 5
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []


def test_nobody_who_follows_the_log_misses_what_comes_after_a_withdrawal(site: Site, sent: Sent) -> None:
    """No place of arrival is given twice: a reader that had seen the withdrawn events sees the next one."""
    sent.give(site, 1, 4)
    cursor = latest(site.database)
    site.commit.submit(lambda one: len(one.withdraw(sent.name, 1, "cut_off")), alone=True).result(timeout=30)
    subject = a_subject()
    send(site, c.ReportCasualty(casualty=subject))
    assert [change.subject for change in since(site.database, cursor).changes] == [subject]


def test_a_process_follows_what_another_takes_and_withdraws(
    site: Site, settings: Settings, clock: FixedClock, sent: Sent
) -> None:
    """Both hold the casualty in memory; neither may write from what it remembers alone."""
    other = Site(settings, clock)
    mine = a_subject()
    for one in (site, other):
        send(one, c.ReportCasualty(casualty=mine))
    sent.give(other, 1, 3)
    send(site, c.AssignTriage(casualty=CASUALTY, category="DEAD", scheme="SIEVE"))
    sent.give(site, 4, 4)
    send(other, c.AssignTriage(casualty=mine, category="T1", scheme="SIEVE"))
    assert differing(site.database, site.registry, site.views) == []
    other.commit.submit(lambda one: len(one.withdraw(sent.name, 1, "cut_off")), alone=True).result(timeout=30)
    send(site, c.AssignTriage(casualty=CASUALTY, category="T2", scheme="SIEVE"))
    send(other, c.AssignTriage(casualty=CASUALTY, category="T3", scheme="SIEVE"))
    other.close()
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []


def test_whoever_is_far_behind_reads_anew(
    site: Site, settings: Settings, clock: FixedClock, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "FAR_BEHIND", 2)
    test_a_process_follows_what_another_takes_and_withdraws(site, settings, clock, sent)


@pytest.mark.parametrize("column", ["body", "header", "head"])
def test_a_damaged_row_is_found_withdrawn_and_fetched_again(site: Site, sent: Sent, column: str) -> None:
    sent.give(site, 1, 4)
    with site.database.writing() as connection:
        at = (event.c.o == sent.name[0], event.c.q == 3)
        raw = bytearray(connection.execute(select(event.c[column]).where(*at)).scalar_one())
        raw[5] ^= 1
        connection.execute(update(event).where(*at).values({column: bytes(raw)}))
    with site.database.reading() as connection:
        found = damaged(connection, sent.name)
    assert found == 3
    site.commit.submit(lambda one: len(one.withdraw(sent.name, found - 1, "damaged")), alone=True).result(timeout=30)
    sent.give(site, 3, 4)
    with site.database.reading() as connection:
        assert damaged(connection, sent.name) is None
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []


# ── refused ──


def test_a_stretch_without_the_key_of_its_block_cannot_be_verified(sent: Sent) -> None:
    sent.keys = {}
    with pytest.raises(ChainBroken):
        sent.stretch(1, 2)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"o":"BRAVO"}',
    ],
)
def test_a_header_that_cannot_be_read_is_refused(sent: Sent, header: bytes) -> None:
    with pytest.raises(ChainBroken):
        sent.stretch(1, 1, header=header)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"q":1', b'"q":2'),
        (b'"o":"BRAVO"', b'"o":"ALPHA"'),
        (b'"rec":"2026-03-14T12:00:00Z"', b'"rec":"2026-03-14T12:00:00"'),
        (b'"rec":"2026-03-14T12:00:00Z"', b'"rec":"0001-01-01T00:00:00+14:00"'),
        (b'"h":"0', b'"h":"x'),
        (b'"s":"', b'"s":"\\u0000'),
    ],
)
def test_a_header_that_does_not_belong_here_is_refused(sent: Sent, old: bytes, new: bytes) -> None:
    assert old in sent.log[0].header
    with pytest.raises(ChainBroken):
        sent.stretch(1, 1, header=sent.log[0].header.replace(old, new))


def test_a_site_whose_clock_runs_ahead_is_heard_without_moving_ours(
    site: Site, clock: FixedClock, tmp_path: Any
) -> None:
    tomorrow = FixedClock(clock.now())
    tomorrow.advance(days=1)
    ahead = Site(Settings(data=tmp_path / "ahead", site="AHEAD"), tomorrow)
    send(ahead, c.ReportCasualty(casualty=a_subject()))
    told = Sent(ahead)
    ahead.close()
    told.give(site, 1, 1)
    send(site, c.ReportCasualty(casualty=a_subject()))
    with site.database.reading() as connection:
        ours = list(rows.of_log(connection, ("ALPHA", site.row.epoch, "casualty")))
    assert ours[0].h < told.log[0].h


def test_a_text_with_a_nul_from_elsewhere_is_stored_and_shown(site: Site, sent: Sent) -> None:
    """PostgreSQL keeps no NUL in a text; the body keeps its bytes, the view shows a replacement."""
    label = b'{"label":"a\\u0000b","tag":"D-4KQ2M-B"}'
    sent.give(site, 1, 1, body=label)
    with site.database.reading() as connection:
        assert [row.body for row in rows.of_log(connection, sent.name)] == [label]
    assert differing(site.database, site.registry, site.views) == []
