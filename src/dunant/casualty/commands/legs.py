"""What can be asked about a leg."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dunant.casualty.commands.fields import Code, Id, Label, Reason
from dunant.kernel.events import Command


class PlanLeg(Command, frozen=True, kw_only=True, tag="casualty.plan_leg"):
    """`plan` maps leg states and milestones (M7, M8, M9, M10, M11, M12, M14) to RFC 3339 times."""

    ACTION: ClassVar = "casualty.plan_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    request: Id | None = None
    asset: Id | None = None
    origin: Id | None = None
    destination: Id | None = None
    casualties: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=100)]
    skilled_care_aboard: bool = False
    plan: dict[Code, Label] = {}
    exercise: bool = False


class ReportLeg(Command, frozen=True, kw_only=True, tag="casualty.report_leg"):
    ACTION: ClassVar = "casualty.report_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    state: Literal[
        "NOTIFIED",
        "CREW_READY",
        "LAUNCHED",
        "ON_SCENE",
        "PATIENT_LOADED",
        "DEPARTED",
        "ARRIVED",
        "HANDED_OVER",
        "RTB",
        "AVAILABLE",
    ]


class AbortLeg(Command, frozen=True, kw_only=True, tag="casualty.abort_leg"):
    ACTION: ClassVar = "casualty.abort_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    reason: Reason
