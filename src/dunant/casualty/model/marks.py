"""What deserves a second look in any subject: places off the map, times off the clock, words that came late.

Read from facts each time, so that a mark goes away when the thing is put right, and is the same on every site.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from dunant.casualty.authority import Authority
from dunant.casualty.forms import FormPack
from dunant.casualty.intervals import minutes
from dunant.casualty.milestones import Order
from dunant.kernel.clock import ticked_at
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.places import Box, Position


class CasualtyPolicy(Struct, frozen=True, kw_only=True):
    """What reading a subject needs from the packs; a value of None is not judged.

    `severity`: higher is shown first when contradictory categories meet. `needs`: milestones without which a later one
    is flagged as a gap. `order`: pairs that should not come the other way round. `box`: where the mission works.
    """

    halfwidth_min: float
    severity: Mapping[str, int]
    needs: Mapping[str, tuple[str, ...]]
    order: Order = ()
    box: Box | None = None
    future_min: float | None = None
    late_min: float | None = None
    # Fields of a person that are shown by the rank of the author's role, and those ranks, higher first.
    ranked: tuple[str, ...] = ()
    role_rank: Mapping[str, int] = {}
    # Roles of the notification chain, and the scope of a release hold that covers each kind of identity.
    notifying: tuple[str, ...] = ()
    kinds: Mapping[str, str] = {}
    # Who may decide; without it no decision is judged.
    authority: Authority | None = None
    # What a form needs to be launched on; without it nothing is missing.
    forms: FormPack | None = None


# Which values stand against each other, and what has happened, does not depend on a policy.
NO_POLICY = CasualtyPolicy(halfwidth_min=0, severity={}, needs={})


def place_marks(where: Any, policy: CasualtyPolicy) -> set[str]:
    """A position outside the mission, as when latitude and longitude were exchanged, is to be confirmed."""
    if where is None or policy.box is None:
        return set()
    try:
        position = msgspec.convert(where, Position, from_attributes=True)
    except msgspec.ValidationError:
        return {"confirm_position"}
    return set() if policy.box.holds(position) else {"confirm_position"}


def time_marks(facts: Facts, policy: CasualtyPolicy) -> set[str]:
    """Something is said to have happened after it was written down."""
    if policy.future_min is None:
        return set()
    ahead = facts.sifted(_is_ahead, policy)
    return {"time_in_future"} if any(not facts.is_void(event.id) for event in ahead) else set()


def _is_ahead(event: Event, policy: CasualtyPolicy) -> bool:
    at = event.header.at.t
    if at is None or policy.future_min is None:
        return False
    return at - ticked_at(event.header.h) > timedelta(minutes=policy.future_min)


def late_min(shown: Iterable[Event | None], policy: CasualtyPolicy) -> float | None:
    """Minutes that the latest-coming of these facts took from recording to the log, if that is worth a mark."""
    if policy.late_min is None:
        return None
    waits = [ticked_at(event.header.h) - event.header.rec for event in shown if event]
    longest = minutes(max(waits, default=timedelta(0)))
    return round(longest, 1) if longest > policy.late_min else None
