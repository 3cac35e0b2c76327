"""A mission as one pack: its places, contingents, units, facilities, assets and planning parameters."""

from collections.abc import Iterator

from dunant.kernel.errors import PackInvalid
from dunant.kernel.facilities import Asset, Facility
from dunant.kernel.places import Place
from dunant.kernel.policy import Pack, PolicyValue, Sourced, repeated, unknown
from dunant.kernel.units import Contingent, Mission, Unit


class Post(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whom every alert reaches at once; a role may hold several posts."""

    code: str
    role: str


class Launch(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which launch matrix is in force, whom an alert reaches, and who is asked when nobody has answered it."""

    matrix: str
    fan_out: tuple[Post, ...] = ()
    alert_chain: tuple[str, ...] = ()


class MissionPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mission: Mission
    place: tuple[Place, ...] = ()
    contingent: tuple[Contingent, ...] = ()
    unit: tuple[Unit, ...] = ()
    facility: tuple[Facility, ...] = ()
    asset: tuple[Asset, ...] = ()
    parameter: tuple[PolicyValue, ...] = ()
    launch: Launch | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        facilities = [row.code for row in self.facility]
        contingents = [row.code for row in self.contingent]
        yield from repeated("unit.code", (row.code for row in self.unit))
        yield from repeated("facility.code", facilities)
        yield from repeated("asset.code", (row.code for row in self.asset))
        yield from repeated("parameter.key", (row.key for row in self.parameter))
        yield from unknown("asset.base", (row.base for row in self.asset), facilities)
        yield from unknown("unit.contingent", (row.contingent for row in self.unit if row.contingent), contingents)
        yield from unknown("unit.parent", (row.parent for row in self.unit), ["", *(row.code for row in self.unit)])
        yield from self._outside()

    def _outside(self) -> Iterator[tuple[str, str]]:
        for n, row in enumerate(self.facility):
            # Level 4 is a contracted hospital outside the mission.
            if row.level != "L4" and not self.mission.bbox.holds(row.position):
                yield f"facility[{n}].position", "outside_mission_box"

    def number(self, key: str) -> float:
        """A planning parameter such as `plan.load_min`."""
        for row in self.parameter:
            if row.key == key:
                return row.number()
        raise PackInvalid(file=self.pack.name, field=key, rule="missing")
