"""What a facility has, keeps for somebody, and gives: stock-takes, theatre slots, reservations, admissions.

What names no casualty travels in the stream of capacity; what does, in that of casualties.
"""

from msgspec import Struct

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId


class StockRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One resource as counted. A number that is None was not counted this time and stays as it was.

    `product` and `group` tell one stock of blood from another; both are empty elsewhere.
    """

    resource: str
    product: str = ""
    group: str = ""
    physical: int | None = None
    staffed: int | None = None
    occupied: int | None = None
    blocked: int | None = None
    reason: str = ""


class CapacityReported(Body, frozen=True, kw_only=True):
    """A stock-take: it resets what it names.

    `covers`: highest sequence per log ("site/epoch/stream") of the changes that this count has in it already.
    """

    TYPE = "casualty.capacity_reported"
    RESOURCE = "capacity"
    GROUPS = ("detail",)
    STREAM = "logistics.capacity"
    KIND = "facility"

    rows: tuple[StockRow, ...] = ()
    covers: dict[str, int] = {}


class CapacityAdjusted(Body, frozen=True, kw_only=True):
    """More or less of a resource since the last stock-take; changes add up in any order.

    `cause`: what it follows from, such as an admission that was closed; told by two sites it counts once.
    """

    TYPE = "casualty.capacity_adjusted"
    RESOURCE = "capacity"
    GROUPS = ("detail",)
    STREAM = "logistics.capacity"
    KIND = "facility"

    resource: str
    product: str = ""
    group: str = ""
    occupied: int = 0
    staffed: int = 0
    cause: str = ""


class _ReceptionFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    URGENCY = 2
    GROUPS = ("movement",)


class TheatreReported(_ReceptionFact, frozen=True, kw_only=True):
    """One slot of a theatre: PLANNED, READY, IN_USE (knife to skin), TURNOVER, CLOSED."""

    TYPE = "casualty.theatre_reported"
    KIND = "theatre"

    facility: SubjectId
    state: str
    casualty: SubjectId | None = None
    reason: str = ""
    exercise: bool = False


class ReservationProgressed(_ReceptionFact, frozen=True, kw_only=True):
    """One step of keeping a place for somebody. Every step is answered by the other side; silence is no yes."""

    TYPE = "casualty.reservation_progressed"
    KIND = "reservation"

    state: str
    facility: SubjectId
    casualty: SubjectId | None = None
    request: SubjectId | None = None
    resource: str
    eta: str | None = None
    reason: str = ""
    exercise: bool = False


class AdmissionOpened(_ReceptionFact, frozen=True, kw_only=True):
    """A casualty has a place in a facility. A bed is occupied because of this fact and of nothing else."""

    TYPE = "casualty.admission_opened"
    KIND = "admission"

    casualty: SubjectId
    facility: SubjectId
    resource: str
    bed: str = ""
    exercise: bool = False


class AdmissionClosed(_ReceptionFact, frozen=True, kw_only=True):
    TYPE = "casualty.admission_closed"
    KIND = "admission"

    reason: str
