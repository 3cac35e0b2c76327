"""Every pack a site needs, read and checked once at start."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from dunant.casualty import CasualtyPolicy
from dunant.casualty.authority import LaunchPack, authority_in
from dunant.casualty.care import CarePack
from dunant.casualty.forms import FormPack
from dunant.casualty.matching import MatchingPack
from dunant.casualty.milestones import MilestonePack, closure
from dunant.casualty.needs import EvacuationPack, EvacuationPolicy, evacuation_policy
from dunant.casualty.notification import NotificationPack
from dunant.casualty.precedence import PrecedencePack
from dunant.casualty.standards import Clocks
from dunant.casualty.triage import TriagePack
from dunant.exchange.forms.voice import VoicePack
from dunant.kernel.coding import CodeList, Enumerations
from dunant.kernel.conflicts import ConflictPack
from dunant.kernel.errors import PackInvalid
from dunant.kernel.facilities import Levels
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import MapNotice
from dunant.kernel.policy import PackT, Thresholds
from dunant.kernel.roles import Roles
from dunant.kernel.streams import Streams
from dunant.services.vocabulary import Vocabulary
from dunant.sites.pack import SitesPack
from dunant.store import PackShelf
from dunant.sync.profile import Links


class Policies(Struct, frozen=True, kw_only=True):
    """The packs in force."""

    shelf: PackShelf
    roles: Roles
    streams: Streams
    thresholds: Thresholds
    clocks: Clocks
    milestones: MilestonePack
    precedence: PrecedencePack
    triage: TriagePack
    care: CarePack
    enumerations: Enumerations
    forms: FormPack
    voice: VoicePack
    notification: NotificationPack
    matching: MatchingPack
    mission: MissionPack
    map_notice: MapNotice
    links: Links
    conflicts: ConflictPack
    sites: SitesPack
    evacuation: EvacuationPack
    levels: Levels
    launch: LaunchPack

    def pack(self, shape: type[PackT]) -> PackT:
        """The one pack of this shape.

        Raises
        ------
        PackInvalid
            No pack of this shape is in force: code and packs have drifted apart.
        """
        found = next((part for name in self.__struct_fields__ if isinstance(part := getattr(self, name), shape)), None)
        if found is None:
            raise PackInvalid(file=shape.__name__, field="$", rule="missing")
        return found

    @property
    def labels(self) -> Mapping[str, str]:
        """Confidentiality label by stream."""
        return {row.name: row.label for row in self.streams.stream}

    @property
    def vocabulary(self) -> Vocabulary:
        """Lists of codes that entries are held to."""
        lists = {row.name: row for row in self.enumerations.enumeration}
        urgency = tuple(row.code for row in self.precedence.canonical)
        source = self.precedence.pack.source
        urgent = CodeList(name="precedence", codes=urgency, source=source)
        codes = tuple(row.code for row in self.launch.posture)
        postures = CodeList(name="posture", codes=codes, source=self.launch.pack.source)
        return Vocabulary(
            {**lists, **self.care.lists, "precedence": urgent, "site.role": self.sites.codes, "posture": postures}
        )

    @property
    def moving(self) -> EvacuationPolicy:
        """What guards and ranking of legs are told."""
        return evacuation_policy(self.pack)

    @property
    def casualty(self) -> CasualtyPolicy:
        return CasualtyPolicy(
            halfwidth_min=self.thresholds.number("toi.estimated_halfwidth_min"),
            severity={row.code: row.severity for row in self.triage.category},
            needs={row.milestone: row.needs for row in self.milestones.gap},
            order=closure(self.milestones.order),
            box=self.mission.mission.bbox,
            future_min=self.thresholds.number("time.future_min"),
            late_min=self.thresholds.number("late.mark_min"),
            ranked=self.conflicts.ranked,
            role_rank=self.conflicts.ranks,
            notifying=self.notification.notifying(),
            kinds=self.notification.kinds,
            authority=authority_in(self.pack),
            forms=self.forms,
        )


def load_policies(mission: str, own: Path | None = None) -> Policies:
    """Raises PackInvalid with file, field and rule."""
    shelf = PackShelf(own) if own else PackShelf()
    return Policies(
        shelf=shelf,
        roles=shelf.read("roles.toml", Roles),
        streams=shelf.read("streams.toml", Streams),
        thresholds=shelf.read("thresholds.toml", Thresholds),
        clocks=shelf.read("clocks.toml", Clocks),
        milestones=shelf.read("milestones.toml", MilestonePack),
        precedence=shelf.read("precedence.toml", PrecedencePack),
        triage=shelf.read("triage.toml", TriagePack),
        care=shelf.read("care.toml", CarePack),
        enumerations=shelf.read("enumerations.toml", Enumerations),
        forms=shelf.read("forms.toml", FormPack),
        voice=shelf.read("voice.toml", VoicePack),
        matching=shelf.read("matching.toml", MatchingPack),
        notification=shelf.read("notification.toml", NotificationPack),
        mission=shelf.read(mission, MissionPack),
        map_notice=shelf.read("map_notice.toml", MapNotice),
        links=shelf.read("link.toml", Links),
        conflicts=shelf.read("conflicts.toml", ConflictPack),
        sites=shelf.read("sites.toml", SitesPack),
        evacuation=shelf.read("evacuation.toml", EvacuationPack),
        levels=shelf.read("levels.toml", Levels),
        launch=shelf.read("launch.toml", LaunchPack),
    )
