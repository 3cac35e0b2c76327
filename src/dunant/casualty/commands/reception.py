"""What a facility says of its places, and what is asked of it for one casualty."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from dunant.casualty.commands.fields import Change, Id, Label, Note, Number, Reason, Resource
from dunant.kernel.events import Command


class StockCount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One resource as counted; what is left out stays as it was."""

    resource: Resource
    product: Label = ""
    group: Label = ""
    physical: Number | None = None
    staffed: Number | None = None
    occupied: Number | None = None
    blocked: Number | None = None
    reason: Note = ""


class ReportCapacity(Command, frozen=True, kw_only=True, tag="casualty.report_capacity"):
    """A stock-take of a facility: what is named is set anew, whatever was added or taken before."""

    ACTION: ClassVar = "casualty.report_capacity"
    ABOUT: ClassVar = "facility"

    facility: Id
    rows: Annotated[tuple[StockCount, ...], Meta(min_length=1, max_length=100)]


class ChangeCapacity(Command, frozen=True, kw_only=True, tag="casualty.change_capacity"):
    """More or less of one resource since the last stock-take."""

    ACTION: ClassVar = "casualty.change_capacity"
    ABOUT: ClassVar = "facility"

    facility: Id
    resource: Resource
    product: Label = ""
    group: Label = ""
    occupied: Change = 0
    staffed: Change = 0


class ReportTheatre(Command, frozen=True, kw_only=True, tag="casualty.report_theatre"):
    """State of one theatre slot. IN_USE names the casualty: the knife has touched skin (M14)."""

    ACTION: ClassVar = "casualty.report_theatre"
    ABOUT: ClassVar = "slot"

    slot: Id
    facility: Id
    state: Literal["PLANNED", "READY", "IN_USE", "TURNOVER", "CLOSED"]
    casualty: Id | None = None
    reason: Note = ""


class ProgressReservation(Command, frozen=True, kw_only=True, tag="casualty.progress_reservation"):
    """One step of a reservation. A refusal has a reason, a confirmation an expected arrival; the facility answers."""

    ACTION: ClassVar = "casualty.progress_reservation"
    ABOUT: ClassVar = "reservation"

    reservation: Id
    state: Literal["OFFERED", "REQUESTED", "ACCEPTED", "CONFIRMED", "CONSUMED", "EXPIRED", "RELEASED", "REFUSED"]
    facility: Id
    casualty: Id | None = None
    request: Id | None = None
    resource: Resource
    eta: Label | None = None
    reason: Note = ""


class Admit(Command, frozen=True, kw_only=True, tag="casualty.admit"):
    """Give a casualty a place; a reservation for it is thereby used."""

    ACTION: ClassVar = "casualty.admit"
    ABOUT: ClassVar = "admission"

    admission: Id
    casualty: Id
    facility: Id
    resource: Resource
    bed: Label = ""


class CloseAdmission(Command, frozen=True, kw_only=True, tag="casualty.close_admission"):
    ACTION: ClassVar = "casualty.close_admission"
    ABOUT: ClassVar = "admission"

    admission: Id
    reason: Reason
