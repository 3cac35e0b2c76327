"""What a field site wrote while its link was down: real commands, each decided, chained and stored.

Ids are those that a browser would make. Everybody in it is invented; the same seed tells the same story.
"""

import random
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dunant.casualty import commands as c
from dunant.kernel.access import Actor
from dunant.kernel.events import Command
from dunant.kernel.ids import EventId, SubjectId, uuid7
from dunant.kernel.places import Position
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.clock import MissionClock
from dunant.services.handle import Author

MIXED = 500
BEGIN = datetime(2026, 3, 1, 5, tzinfo=UTC)
SIGNS = ("RR {0}", "HR {1}", "SBP {2}", "SpO2 {3}", "Temp 38.{4}", "Pale", "Alert", "Responds to voice", "Pulse weak")
INJURIES = ("Fracture", "Burn", "Laceration", "Penetrating wound", "Crush injury", "Amputation", "Blunt trauma")
PARTS = ("left leg", "right leg", "left arm", "right arm", "chest", "abdomen", "head", "pelvis", "back", "left hand")
CAUSES = ("Blast under the vehicle", "Fall from the roof", "Shot at the market", "Vehicle turned over", "Shell at camp")
CARE = ("Tourniquet {0:02}:{1:02}", "Dressing", "Tranexamic acid", "Fluids 500 ml", "Splint", "Morphine {2} mg")


def write(site: Site, clock: MissionClock, events: int, seed: int) -> None:
    """At least so many events, over the days that they would take; the site's clock goes along."""
    dice, made = random.Random(seed), 0
    medics = [_medic(dice, number) for number in range(6)]
    told = _told(dice, clock)
    while made < events:
        entries = [(next(told), dice.choice(medics)) for _ in range(min(MIXED, events - made))]
        for start in range(0, len(entries), 20):
            # So many are decided in one moment, as when a phone delivers; those before and after are minutes apart.
            clock.jump(clock.now() + timedelta(seconds=dice.randrange(20, 900)))
            wrapped = [(Asked(id=EventId(_id(clock)), command=told), who) for told, who in entries[start : start + 20]]
            for outcome in site.send(wrapped).result():
                if outcome.outcome != "accepted":
                    raise RuntimeError(f"{outcome.code} {outcome.params}")
        made += len(entries)


def _told(dice: random.Random, clock: MissionClock) -> Iterator[Command]:
    """Reports of many people, interleaved."""
    open_: list[Iterator[Command]] = []
    while True:
        while len(open_) < 12:
            open_.append(_person(dice, SubjectId(_id(clock))))
        chosen = dice.choice(open_)
        command = next(chosen, None)
        if command is None:
            open_.remove(chosen)
        else:
            yield command


def _person(dice: random.Random, casualty: SubjectId) -> Iterator[Command]:
    yield c.ReportCasualty(casualty=casualty, exercise=True, position=_place(dice))
    yield dice.choice(
        (
            c.RecordDetails(casualty=casualty, sex="F", cause="BATTLE"),
            c.RecordDetails(casualty=casualty, sex="M", cause="NON_BATTLE_INJURY"),
            c.RecordDetails(casualty=casualty, sex="M", cause="DISEASE", severity="SI"),
        )
    )
    for _ in range(dice.randrange(3, 7)):
        yield c.AssignTriage(casualty=casualty, category=dice.choice(("T1", "T2", "T2", "T3")), scheme="SIEVE")
        yield c.LocateCasualty(casualty=casualty, position=_place(dice))
        yield _mist(dice, casualty)
    for code in dice.sample(("M1", "M2", "M3", "M4", "M5"), 3):
        yield c.RecordMilestone(casualty=casualty, code=code)


def _mist(dice: random.Random, casualty: SubjectId) -> Command:
    signs = ", ".join(dice.sample(SIGNS, 4)).format(*(dice.randrange(*span) for span in _SPANS))
    care = ", ".join(dice.sample(CARE, 2)).format(dice.randrange(24), dice.randrange(60), dice.randrange(5, 15))
    return c.ReportMist(
        casualty=casualty,
        mechanism=dice.choice(("BLAST", "GSW", "IED", "OTHER")),
        mechanism_text=dice.choice(CAUSES),
        injuries_text=f"{dice.choice(INJURIES)}, {dice.choice(PARTS)}",
        signs=signs,
        treatment=care,
    )


_SPANS = ((10, 36), (60, 150), (70, 150), (80, 100), (0, 10))


def _place(dice: random.Random) -> Position:
    return Position(lat=round(9.26 + dice.gauss(0, 0.1), 5), lon=round(29.8 + dice.gauss(0, 0.1), 5))


def _medic(dice: random.Random, number: int) -> Author:
    user = uuid7(int(BEGIN.timestamp() * 1000) + number, dice.getrandbits(12), dice.getrandbits(62))
    return Author(actor=Actor(user=user, role="casevac_cell", unit=f"MED-{number}"), source="web")


def _id(clock: MissionClock) -> str:
    return uuid7(int(clock.now().timestamp() * 1000), secrets.randbits(12), secrets.randbits(62))
