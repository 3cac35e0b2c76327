"""Events of another site: taken in once, in order, as the bytes they are; a gap or a fork changes nothing."""

import secrets
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.errors import ChainBroken
from dunant.kernel.log import LogName, Stored, block_of
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store import Transaction, rows
from dunant.store.rebuild import differing
from dunant.store.schema import event, salt_block
from tests.builders import a_subject, send
from tests.fakes import FixedClock

CASUALTY = a_subject()


class Sent:
    """What another site holds of one of its logs, as it would come over the wire."""

    def __init__(self, site: Site, stream: str = "casualty") -> None:
        self.name: LogName = (site.row.code, site.row.epoch, stream)
        with site.database.reading() as connection:
            self.log: list[Stored] = list(rows.of_log(connection, self.name))
            self.keys = rows.block_keys(connection, self.name)

    def give(self, site: Site, *qs: int, **other: Any) -> list[str]:
        """Deliver these events in one transaction."""

        def job(transaction: Transaction) -> list[str]:
            return [self._one(transaction, replace(self.log[q - 1], **other)) for q in qs]

        return site.commit.submit(job).result(timeout=30)

    def _one(self, transaction: Transaction, row: Stored) -> str:
        assert row.body is not None
        return transaction.receive(self.name, row.q, row.header, row.body, self.keys[block_of(row.q)])


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
    assert sent.give(site, 1, 2, 3, 4) == ["next"] * 4
    with site.database.reading() as connection:
        ours = list(rows.of_log(connection, sent.name))
    assert [replace(row, rx="") for row in ours] == [replace(row, rx="") for row in sent.log]
    assert check_chains(site.database) == []
    assert differing(site.database, site.registry, site.views) == []


def test_the_same_events_again_are_duplicates_in_the_next_commit_and_in_the_same(site: Site, sent: Sent) -> None:
    assert sent.give(site, 1, 2, 1, 2) == ["next", "next", "duplicate", "duplicate"]
    assert sent.give(site, 2, 1, 3) == ["duplicate", "duplicate", "next"]
    assert held(site) == 3


def test_a_gap_waits_and_leaves_nothing(site: Site, sent: Sent) -> None:
    assert sent.give(site, 2, 4) == ["gap", "gap"]
    assert held(site) == 0
    assert sent.give(site, 1, 2, 3, 4) == ["next"] * 4


def test_a_fork_is_named_and_changes_nothing(site: Site, sent: Sent) -> None:
    sent.give(site, 1, 2)
    assert sent.give(site, 2, body=b'{"category":"T4","scheme":"SIEVE"}') == ["fork"]
    assert sent.give(site, 2) == ["duplicate"]
    assert held(site) == 2
    assert check_chains(site.database) == []


def test_a_wrong_key_from_a_gap_does_not_spoil_the_block(site: Site, sent: Sent) -> None:
    right, sent.keys = sent.keys, {0: secrets.token_bytes(32)}
    assert sent.give(site, 3) == ["gap"]
    sent.keys = right
    assert sent.give(site, 1, 2) == ["next", "next"]
    assert check_chains(site.database) == []


def test_a_key_that_is_not_that_of_the_block_is_refused(site: Site, sent: Sent) -> None:
    sent.give(site, 1)
    sent.keys = {0: secrets.token_bytes(32)}
    with pytest.raises(ChainBroken):
        sent.give(site, 2)
    with site.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(salt_block)).scalar_one() == 1


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"o":"BRAVO"}',
    ],
)
def test_a_header_that_cannot_be_read_is_refused_whole(site: Site, sent: Sent, header: bytes) -> None:
    with pytest.raises(ChainBroken):
        sent.give(site, 1, header=header)
    assert held(site) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"q":1', b'"q":2'),
        (b'"o":"BRAVO"', b'"o":"ALPHA"'),
        (b'"rec":"2026-03-14T12:00:00Z"', b'"rec":"2026-03-14T12:00:00"'),
        (b'"rec":"2026-03-14T12:00:00Z"', b'"rec":"0001-01-01T00:00:00+14:00"'),
        (b'"h":"0', b'"h":"x'),
    ],
)
def test_a_header_that_does_not_belong_here_is_refused(site: Site, sent: Sent, old: bytes, new: bytes) -> None:
    assert old in sent.log[0].header
    with pytest.raises(ChainBroken):
        sent.give(site, 1, header=sent.log[0].header.replace(old, new))
    assert held(site) == 0


def test_a_site_whose_clock_runs_ahead_is_heard_without_moving_ours(
    site: Site, clock: FixedClock, tmp_path: Any
) -> None:
    tomorrow = FixedClock(clock.now())
    tomorrow.advance(days=1)
    ahead = Site(Settings(data=tmp_path / "ahead", site="AHEAD"), tomorrow)
    send(ahead, c.ReportCasualty(casualty=a_subject()))
    told = Sent(ahead)
    ahead.close()
    assert told.give(site, 1) == ["next"]
    send(site, c.ReportCasualty(casualty=a_subject()))
    with site.database.reading() as connection:
        ours = list(rows.of_log(connection, ("ALPHA", site.row.epoch, "casualty")))
    assert ours[0].h < told.log[0].h


def test_a_text_with_a_nul_from_elsewhere_is_stored_and_shown(site: Site, sent: Sent) -> None:
    """PostgreSQL keeps no NUL in a text; the body keeps its bytes, the view shows a replacement."""
    label = b'{"label":"a\\u0000b","tag":"D-4KQ2M-B"}'
    assert sent.give(site, 1, body=label) == ["next"]
    with site.database.reading() as connection:
        assert [row.body for row in rows.of_log(connection, sent.name)] == [label]
    assert differing(site.database, site.registry, site.views) == []
