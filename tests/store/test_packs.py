"""Every shipped pack is sound, sourced, and honest about what nobody has checked."""

import gzip
import json
import re
from pathlib import Path

import pytest

from dunant.casualty.authority import LaunchPack
from dunant.casualty.forms import FormPack
from dunant.casualty.milestones import MilestonePack
from dunant.casualty.precedence import PrecedencePack
from dunant.casualty.standards import Clocks
from dunant.casualty.triage import TriagePack
from dunant.exchange.forms.voice import VoicePack
from dunant.kernel.coding import Enumerations
from dunant.kernel.errors import PackInvalid
from dunant.kernel.facilities import Levels
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import Boundaries, MapNotice
from dunant.kernel.policy import Pack, PackHeader, Sourced, Thresholds, rows
from dunant.kernel.roles import Roles
from dunant.kernel.streams import Streams
from dunant.sites.pack import SitesPack
from dunant.store.packs import PackShelf, core_folder
from dunant.sync.profile import Links

SHAPES: dict[str, type[Pack]] = {
    "clocks.toml": Clocks,
    "enumerations.toml": Enumerations,
    "forms.toml": FormPack,
    "launch.toml": LaunchPack,
    "levels.toml": Levels,
    "link.toml": Links,
    "map_notice.toml": MapNotice,
    "milestones.toml": MilestonePack,
    "mission_demo.toml": MissionPack,
    "precedence.toml": PrecedencePack,
    "roles.toml": Roles,
    "sites.toml": SitesPack,
    "streams.toml": Streams,
    "thresholds.toml": Thresholds,
    "triage.toml": TriagePack,
    "voice.toml": VoicePack,
}
BORDERS = [f"boundaries/{iso3}.geo.json" for iso3 in ("caf", "cod", "lbn", "mli", "ssd")]
SHELF = PackShelf()


def test_every_shipped_pack_is_known_to_this_test() -> None:
    shipped = {*SHELF.names(".toml"), *SHELF.names("json")}
    assert {*SHAPES, *BORDERS} <= shipped
    for name in shipped - {*SHAPES, *BORDERS}:
        assert b"source" in SHELF.raw(name), name


@pytest.mark.parametrize("name", [*SHAPES, *BORDERS])
def test_every_row_of_every_pack_has_a_source(name: str) -> None:
    pack = SHELF.read(name, SHAPES.get(name, Boundaries))
    found = list(rows(pack))
    assert all(row.source.strip() for _, row in found)
    unsourced = [path for path in tables(pack) if path not in {where for where, _ in found}]
    assert not unsourced


def tables(pack: Pack) -> list[str]:
    """Paths of the rows of a pack's own tables; features of GeoJSON have their source in the header."""
    names = [name for name in pack.__struct_fields__ if name != "features" and isinstance(getattr(pack, name), tuple)]
    return [f"$.{name}[{n}]" for name in names for n, row in enumerate(getattr(pack, name)) if not isinstance(row, str)]


def unverified(name: str) -> set[str]:
    pack = SHELF.read(name, SHAPES[name])
    return {label(row) for _, row in rows(pack) if not row.verified and not isinstance(row, PackHeader)}


def label(row: Sourced) -> str:
    return next(
        str(getattr(row, field))
        for field in ("key", "code", "id", "dialect", "name", "language")
        if hasattr(row, field)
    )


def test_values_the_specification_calls_unverified_are_marked() -> None:
    assert unverified("thresholds.toml") == {
        "clock.C10.limit_min", "clock.C60.limit_min", "clock.C120.limit_min",
        "launch.ntm_assumed_day_min", "launch.ntm_assumed_night_min", "noticas.initial_h", "noticas.written_h",
    }  # fmt: skip
    assert unverified("triage.toml") == {
        "START", "MPTT", "CAREFLIGHT", "JUMPSTART", "SALT", "SACCO", "NEWS2", "RTS",
    }  # fmt: skip
    assert unverified("clocks.toml") == {"C10", "C60", "C60e", "C120"}
    assert unverified("map_notice.toml") == {"en", "fr", "es", "ar", "ru", "zh"}


def test_the_un_column_of_precedence_is_marked_as_unverified() -> None:
    pack = SHELF.read("precedence.toml", PrecedencePack)
    open_rows = {(row.dialect, row.raw) for row in pack.wording if not row.verified}
    assert open_rows == {("UN", code) for code in "ABCD"} | {("US_5LEVEL", code) for code in "CDE"}


def test_all_places_of_the_demonstration_are_marked_as_unverified() -> None:
    mission = SHELF.read("mission_demo.toml", MissionPack)
    assert mission.mission.exercise
    assert not any(row.verified for row in (*mission.facility, *mission.asset, *mission.place))
    assert all(row.code.startswith("X") for row in mission.contingent)


def test_facilities_use_known_levels_and_modules() -> None:
    mission = SHELF.read("mission_demo.toml", MissionPack)
    levels = SHELF.read("levels.toml", Levels)
    codes = SHELF.read("enumerations.toml", Enumerations)
    for row in mission.facility:
        assert levels.get(row.level), row.code
        assert all(codes.holds("facility.module", module) for module in row.modules), row.code
    for level in levels.level:
        assert all(codes.holds("facility.module", module) for module in (*level.modules, *level.optional_modules))


def test_resuscitation_is_held_from_level_one_plus_upwards() -> None:
    levels = SHELF.read("levels.toml", Levels)
    assert [row.code for row in sorted(levels.level, key=lambda row: row.rank) if "RESUS" in row.modules] == [
        "L1+", "L2", "L2+", "L3", "L4",
    ]  # fmt: skip


def test_clocks_name_known_milestones_thresholds_and_codes() -> None:
    clocks = SHELF.read("clocks.toml", Clocks)
    milestones = {row.code for row in SHELF.read("milestones.toml", MilestonePack).milestone}
    thresholds = SHELF.read("thresholds.toml", Thresholds)
    codes = SHELF.read("enumerations.toml", Enumerations)
    ranks = {row.code for row in SHELF.read("precedence.toml", PrecedencePack).canonical}
    for clock in clocks.clock:
        assert {clock.start, *(stop.milestone for stop in clock.stops + clock.proxies)} <= milestones
        assert thresholds.number(clock.amber) < thresholds.number(clock.limit)
        assert set(clock.population.categories) <= ranks
        assert all(codes.holds("cause", cause) for cause in clock.population.causes)


def test_expected_times_of_segments_are_known_thresholds() -> None:
    thresholds = SHELF.read("thresholds.toml", Thresholds)
    for row in SHELF.read("milestones.toml", MilestonePack).segment:
        assert row.expected in {"", "NTM", "PLAN"} or thresholds.number(row.expected) > 0


def test_green_ends_before_amber() -> None:
    thresholds = SHELF.read("thresholds.toml", Thresholds)
    for row in thresholds.value:
        group, dot, end = row.key.rpartition(".")
        if dot and end == "green_to":
            assert row.number() < thresholds.number(f"{group}.amber_to")


def test_the_map_notice_is_there_in_six_languages() -> None:
    notice = SHELF.read("map_notice.toml", MapNotice)
    texts = [notice.text(language) for language in ("en", "fr", "es", "ar", "ru", "zh")]
    assert len(set(texts)) == 6
    assert notice.text("sw") == notice.text("en")


@pytest.mark.parametrize("name", BORDERS)
def test_borders_are_small_rounded_and_drawn_dashed_where_disputed(name: str) -> None:
    raw = SHELF.raw(name)
    assert len(gzip.compress(raw, mtime=0)) <= 15_000
    assert not re.search(rb"\.\d{4,}", raw)
    kinds = {border.properties.kind for border in SHELF.read(name, Boundaries).features}
    assert {"country", "area", "neighbour"} <= kinds


def test_the_south_of_sudan_has_ten_states_and_disputed_lines() -> None:
    features = SHELF.read("boundaries/ssd.geo.json", Boundaries).features
    assert sum(one.properties.kind == "area" for one in features) == 10
    assert any(one.properties.dashed for one in features)


def test_sources_are_written_down_for_every_pack() -> None:
    text = core_folder().joinpath("SOURCES.md").read_text(encoding="utf-8")
    for name in SHAPES:
        assert f"`{name}`" in text, name


def test_a_mission_puts_its_own_pack_in_front(tmp_path: Path) -> None:
    (tmp_path / "boundaries").mkdir()
    own = json.loads(SHELF.raw("boundaries/ssd.geo.json"))
    own["pack"]["version"] = "mission-1"
    (tmp_path / "boundaries" / "ssd.geo.json").write_text(json.dumps(own), encoding="utf-8")
    shelf = PackShelf(tmp_path)
    assert shelf.read("boundaries/ssd.geo.json", Boundaries).pack.version == "mission-1"
    assert shelf.read("clocks.toml", Clocks).pack.version == "C1012-v1"
    assert list(shelf.names(".geo.json")) == BORDERS


@pytest.mark.parametrize("name", ["nothing.toml", "../core/clocks.toml", "/etc/hostname"])
def test_a_pack_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        SHELF.raw(name)
    assert caught.value.params == {"file": name, "field": "$", "rule": "absent"}
