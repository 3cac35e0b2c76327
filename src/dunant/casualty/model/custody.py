"""Custody of a casualty as its facts tell it: who has the person in hands, since when, and on whose word.

One holder at a time is what should be (casualty §6, invariant 1). Two who took the person over without knowledge of
each other are a conflict: both are shown, and a person decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dunant.casualty import events as e
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.merge import Entry, Reading, register
from dunant.kernel.reading import read_once

State = Literal["NONE", "HELD", "OFFERED", "PROVISIONAL", "DISPUTED"]
Evidence = Literal["REPORTED", "BOTH", "ONE_SIDED"]
# Roles that have a person in hands when they report one; an operations room only writes down what it hears.
CAREGIVERS = frozenset({"medic", "clinician", "psychiatrist", "mtf_chief"})
# Ways by which a report comes from somebody who is not there.
HEARD = frozenset({"voice", "sms", "cot", "import"})
ARRIVALS = frozenset({"M11", "M15", "M16"})


class Held(Struct, frozen=True, kw_only=True):
    """One link of the chain. `current` stands for everybody who holds the casualty now: two in a dispute."""

    event: Event
    holder: str
    role: str
    at: datetime
    facility: str | None = None
    leg: str | None = None
    nonce: str = ""
    mode: str = ""
    evidence: Evidence = "ONE_SIDED"
    current: bool = False

    @property
    def value(self) -> dict[str, str | None]:
        """What a conflict shows and a decision names."""
        return {"holder": self.holder, "role": self.role, "facility": self.facility, "leg": self.leg}


class Custody:
    """Who holds a casualty, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @read_once
    def reading(self) -> Reading[Any]:
        """The holder as a field: of two who have not seen each other the later is displayed, and both are kept."""
        links = [*self._first(), *self._accepted]
        standing = [link for link in links if not self._is_passed_on(link)] or links
        return register(self.facts, "custody", [Entry(link.value, link.event) for link in standing])

    def _is_passed_on(self, link: Held) -> bool:
        """Its holder has offered it since, and somebody else has taken that offer."""
        return any(
            offer.header.by.user == link.holder and _moment(offer) >= link.at
            for taken in self._accepted
            if taken.holder != link.holder and taken.at >= link.at
            for offer in self.offers_of(taken.nonce)
        )

    @read_once
    def chain(self) -> list[Held]:
        """Everybody who has held the casualty, first to last; one taking-over told twice is one link."""
        links: dict[tuple[str, str], Held] = {}
        for link in sorted([*self._first(), *self._accepted], key=lambda one: (one.at, recorded_order(one.event))):
            links.setdefault((link.holder, link.nonce or link.event.id), link)
        found = list(links.values())
        holders = set(self.holders)
        last = {link.holder: place for place, link in enumerate(found)}
        return [
            replace(link, current=link.holder in holders and last[link.holder] == place)
            for place, link in enumerate(found)
        ]

    def _first(self) -> Iterator[Held]:
        event = self.facts.first(e.CasualtyReported)
        if event and event.header.by.role in CAREGIVERS and event.header.src not in HEARD:
            by = event.header.by
            yield Held(event=event, holder=by.user, role=by.role, at=_moment(event), evidence="REPORTED")

    @read_once
    def _accepted(self) -> list[Held]:
        """Every taking-over; one that giver and receiver both told says the same in both tellings."""
        told: dict[tuple[str, str], list[Held]] = {}
        for link in self._tellings():
            told.setdefault((link.holder, link.nonce or link.event.id), []).append(link)
        return [link for links in told.values() for link in _agreed(links)]

    def _tellings(self) -> list[Held]:
        return [
            Held(
                event=event,
                holder=event.body.holder or event.header.by.user,
                role=event.body.holder_role or event.header.by.role,
                at=_moment(event),
                facility=event.body.facility,
                leg=event.body.leg,
                nonce=event.body.nonce,
                mode=event.body.mode,
                evidence="BOTH" if self._is_two_sided(event, event.body) else "ONE_SIDED",
            )
            for event in self.facts.of(e.CustodyAccepted)
            if isinstance(event.body, e.CustodyAccepted)
        ]

    def _is_two_sided(self, event: Event, accepted: e.CustodyAccepted) -> bool:
        """Giver and receiver both said so, or there was nobody to give."""
        if accepted.holder and accepted.holder != event.header.by.user:
            return True
        if any(offer.header.by.user != event.header.by.user for offer in self.offers_of(accepted.nonce)):
            return True
        others = [*self._first(), *self.facts.of(e.CustodyAccepted)]
        return len(others) == 1

    # ── offers ──

    def offers_of(self, nonce: str) -> list[Event]:
        return self._offers.get(nonce, []) if nonce else []

    @read_once
    def _offers(self) -> Mapping[str, list[Event]]:
        found: dict[str, list[Event]] = {}
        for event in self.facts.of(e.CustodyOffered):
            found.setdefault(getattr(event.body, "nonce", ""), []).append(event)
        return found

    @read_once
    def open_offer(self) -> Event | None:
        """The newest offer of whoever holds the casualty now that nobody has answered."""
        answered = {link.nonce for link in self._accepted} | self._refused
        since = {link.holder: link.at for link in self.chain if link.current}
        waiting = [
            event
            for nonce, events in self._offers.items()
            if nonce not in answered
            for event in events
            if self._stands(event, since)
        ]
        return max(waiting, key=_order, default=None)

    def _stands(self, offer: Event, since: Mapping[str, datetime]) -> bool:
        """Made by a holder in the time of holding, and not turned down by a refusal of every offer since."""
        at = _moment(offer)
        turned_down = any(
            isinstance(event.body, e.CustodyRefused) and not event.body.nonce and _moment(event) >= at
            for event in self.facts.of(e.CustodyRefused)
        )
        by = offer.header.by.user
        return not turned_down and (not since or (by in since and at >= since[by]))

    @read_once
    def _refused(self) -> set[str]:
        return {getattr(event.body, "nonce", "") for event in self.facts.of(e.CustodyRefused)}

    # ── how it stands ──

    @read_once
    def holders(self) -> list[str]:
        """One as it should be, nobody, or all who claim the casualty; the displayed one first."""
        heads = [head.value for head in self.reading.heads] if self.reading.conflict else [self.reading.value]
        return list(dict.fromkeys(name for value in heads if (name := _holder_of(value))))

    @property
    def state(self) -> State:
        if not self.holders:
            return "OFFERED" if self.open_offer else "NONE"
        if self.reading.conflict:
            return "DISPUTED"
        if self.open_offer:
            return "OFFERED"
        return "PROVISIONAL" if self._is_provisional else "HELD"

    @property
    def _is_provisional(self) -> bool:
        """Only the receiver has spoken. A person's decision between claims is final."""
        if self.reading.resolved:
            return False
        return all(link.evidence == "ONE_SIDED" for link in self.chain if link.current)

    @property
    def holder(self) -> str | None:
        return self.holders[0] if self.holders else None

    @property
    def role(self) -> str | None:
        return self._shown("role")

    @property
    def facility(self) -> str | None:
        """The facility that has accepted the casualty, while it holds it."""
        return self._shown("facility")

    @property
    def leg(self) -> str | None:
        return self._shown("leg")

    @property
    def since(self) -> datetime | None:
        return next((link.at for link in reversed(self.chain) if link.holder == self.holder), None)

    def _shown(self, name: str) -> str | None:
        value = self.reading.value
        found = value.get(name) if isinstance(value, Mapping) and _holder_of(value) else None
        return found if isinstance(found, str) else None

    def held_at(self, at: datetime) -> str | None:
        """Who held the casualty at a moment, as far as is known now."""
        return next((link.holder for link in reversed(self.chain) if link.at <= at), None)

    # ── which facilities have to do with the casualty ──

    @read_once
    def treating(self) -> list[str]:
        """Facilities that treat or have treated the casualty, and the one it is being brought to, once it is aboard.

        A holder's open offer to a facility counts too: it is the holder who shows the receiver what there is to know.
        """
        offered = getattr(self.open_offer.body, "to_facility", None) if self.open_offer else None
        accepted = [link.facility for link in self._accepted]
        arrived = [getattr(step.body, "facility", None) for step in self._steps(ARRIVALS | {"M12"})]
        return sorted({one for one in (*accepted, *arrived, offered, self.destination) if one})

    @read_once
    def destination(self) -> str | None:
        """Where the casualty is being brought, by the latest loading or diversion, until an arrival or acceptance."""
        loaded = _latest(self._bound())
        if loaded is None:
            return None
        ended = [*self._steps(ARRIVALS | {"M12"}), *(one.event for one in self._accepted if one.facility)]
        if any(_order(event) > _order(loaded) for event in ended):
            return None
        return getattr(loaded.body, "facility", None)

    @read_once
    def place(self) -> str | None:
        """The facility the casualty is on the way to, or at by the latest arrival or acceptance."""
        if self.destination:
            return self.destination
        reached = [step for step in self._steps(ARRIVALS | {"M12"}) if getattr(step.body, "facility", None)]
        accepted = [link.event for link in self._accepted if link.facility]
        return getattr(getattr(_latest([*reached, *accepted]), "body", None), "facility", None)

    @property
    def is_elsewhere(self) -> bool:
        """A facility has accepted the casualty that was on the way to another one."""
        bound = {getattr(step.body, "facility", None) for step in self._bound()} - {None}
        return bool(bound) and self.facility is not None and self.facility not in bound

    def _bound(self) -> list[Event]:
        return [*self._steps({"M10"}), *self.facts.of(e.CasualtyRedirected)]

    def _steps(self, codes: frozenset[str] | set[str]) -> Sequence[Event]:
        return [event for event in self.facts.of(e.MilestoneRecorded) if getattr(event.body, "code", "") in codes]


def _agreed(links: list[Held]) -> Iterator[Held]:
    """The same link with what any of its tellings knows."""
    first, *others = sorted(links, key=lambda link: (link.at, recorded_order(link.event)))
    for other in others:
        first = replace(
            first,
            facility=first.facility or other.facility,
            leg=first.leg or other.leg,
            evidence="BOTH" if "BOTH" in (first.evidence, other.evidence) else first.evidence,
        )
    return (replace(first, event=link.event) for link in links)


def _latest(events: Sequence[Event]) -> Event | None:
    return max(events, key=_order, default=None)


def _holder_of(value: Any) -> str | None:
    """Whom a value of this field names; a decision that names nobody counts for nothing."""
    found = value.get("holder") if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else None


def _order(event: Event) -> tuple[datetime, tuple[str, str, str, str, int]]:
    return _moment(event), recorded_order(event)


def _moment(event: Event) -> datetime:
    at = event.header.at
    return at.t or at.hi or event.header.rec
