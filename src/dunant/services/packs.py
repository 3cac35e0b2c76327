"""Every pack of a site read and judged, one by one, so that an operator sees which file is wrong before a start."""

from collections.abc import Iterator

from msgspec import Struct

from dunant.casualty.authority import LaunchPack
from dunant.casualty.care import CarePack
from dunant.casualty.forms import FormPack
from dunant.casualty.matching import MatchingPack
from dunant.casualty.milestones import MilestonePack
from dunant.casualty.needs import EvacuationPack
from dunant.casualty.notification import NotificationPack
from dunant.casualty.precedence import PrecedencePack
from dunant.casualty.standards import Clocks
from dunant.casualty.triage import TriagePack
from dunant.exchange.cot.codes import parse_codes
from dunant.exchange.forms.voice import VoicePack
from dunant.kernel.coding import Enumerations
from dunant.kernel.conflicts import ConflictPack
from dunant.kernel.errors import PackInvalid
from dunant.kernel.facilities import Levels
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import Boundaries, MapNotice
from dunant.kernel.policy import Pack, Thresholds, rows
from dunant.kernel.roles import Roles
from dunant.kernel.streams import Streams
from dunant.services.passwords import Passwords
from dunant.services.scenario import Scenario
from dunant.services.simulator import script
from dunant.sites.pack import SitesPack
from dunant.store import PackShelf
from dunant.sync.profile import Links

SHAPES: dict[str, type[Pack]] = {
    "care.toml": CarePack,
    "clocks.toml": Clocks,
    "conflicts.toml": ConflictPack,
    "enumerations.toml": Enumerations,
    "evacuation.toml": EvacuationPack,
    "forms.toml": FormPack,
    "launch.toml": LaunchPack,
    "levels.toml": Levels,
    "link.toml": Links,
    "map_notice.toml": MapNotice,
    "matching.toml": MatchingPack,
    "milestones.toml": MilestonePack,
    "notification.toml": NotificationPack,
    "passwords.toml": Passwords,
    "precedence.toml": PrecedencePack,
    "roles.toml": Roles,
    "sites.toml": SitesPack,
    "streams.toml": Streams,
    "thresholds.toml": Thresholds,
    "triage.toml": TriagePack,
    "voice.toml": VoicePack,
}
# Packs that there may be many of, by how their names begin.
FAMILIES: dict[str, type[Pack]] = {"mission_": MissionPack, "scenarios/": Scenario, "boundaries/": Boundaries}
COT = "cot.toml"


class Finding(Struct, frozen=True, kw_only=True):
    """One file. `unverified` counts rows that nobody has compared with their source; `problem` is empty when sound."""

    file: str
    version: str = ""
    rows: int = 0
    unverified: int = 0
    problem: str = ""


def check_packs(shelf: PackShelf) -> Iterator[Finding]:
    for file in (*shelf.names(".toml"), *shelf.names("json")):
        try:
            yield _finding(shelf, file)
        except PackInvalid as wrong:
            yield Finding(file=file, problem=f"{wrong.params.get('field')}: {wrong.params.get('rule')}")


def _finding(shelf: PackShelf, file: str) -> Finding:
    if file == COT:
        return Finding(file=file, version=parse_codes(shelf.raw(file)).version)
    shape = SHAPES.get(file) or next((kind for begin, kind in FAMILIES.items() if file.startswith(begin)), None)
    if shape is None:
        raise PackInvalid(file=file, field="$", rule="no such pack")
    pack = shelf.read(file, shape)
    if isinstance(pack, Scenario):
        script(pack, shelf.read(pack.mission, MissionPack), seed=1)
    found = [row for _, row in rows(pack)]
    return Finding(
        file=file,
        version=pack.pack.version,
        rows=len(found),
        unverified=sum(not row.verified for row in found),
    )
