"""A scenario played into a working site: today, faster if wanted, and an exercise in every word."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dunant.config import Settings
from dunant.kernel.access import Actor
from dunant.services.build import Site
from dunant.services.exercise import injects, play
from dunant.services.reading import Query
from dunant.services.scenario import SCENARIO, Scenario
from dunant.store import PackShelf
from tests.fakes import NOON, FixedClock

NIGHT = PackShelf().read(SCENARIO, Scenario)


@pytest.fixture
def working(tmp_path: Path) -> Any:
    """A site of a real mission: the demonstration's pack without its mark."""
    own = tmp_path / "packs"
    own.mkdir()
    text = PackShelf().raw("mission_demo.toml").decode()
    (own / "mission_demo.toml").write_text(text.replace("exercise = true", "exercise = false"))
    clock = FixedClock()
    site = Site(Settings(data=tmp_path / "site", site="BENTIU", packs=own), clock)
    yield site, clock
    site.close()


def test_at_one_every_time_is_moved_by_the_same_and_at_sixty_an_hour_is_a_minute(working: Any) -> None:
    site, _ = working
    slow, fast = (injects(NIGHT, site.policies.mission, NOON, speed) for speed in (1, 60))
    assert slow[0].due == fast[0].due == NOON
    long, short = (cues[-1].due - NOON for cues in (slow, fast))
    assert abs(long / 60 - short) < timedelta(milliseconds=1)
    hours = NIGHT.moment(NIGHT.ends) - NIGHT.moment(NIGHT.opens)
    assert timedelta(0) < long <= hours


def test_started_again_it_is_another_exercise(working: Any) -> None:
    site, _ = working
    first, again = (injects(NIGHT, site.policies.mission, NOON + timedelta(days=day), 60) for day in (0, 1))
    assert {cue.entry.id for cue in first}.isdisjoint(cue.entry.id for cue in again)


def test_at_a_real_site_all_of_it_is_an_exercise_and_nothing_counts(working: Any) -> None:
    site, clock = working
    assert not site.row.exercise
    cues = injects(NIGHT, site.policies.mission, NOON, 60)
    refused = play(site, cues, sleep=lambda seconds: clock.advance(seconds=seconds * 20))
    assert [f"{one.code} {one.params}" for one in refused] == []
    reader = Actor(user="reader", role="force_medical_officer")
    for view in ("board", "incidents", "requests", "legs", "assets", "facilities"):
        rows = site.pages.read(reader, Query(view=view, limit=1000)).rows
        assert rows and all(row["exercise"] for row in rows), view
    tags = [row["tag"] for row in site.pages.read(reader, Query(view="board", limit=1000)).rows]
    assert all(tag.startswith("X-") for tag in tags)
    assert {row["n"] for row in site.pages.read(reader, Query(view="compliance")).rows} == {0}
