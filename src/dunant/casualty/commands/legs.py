"""What can be asked about a leg."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dunant.casualty.commands.fields import Code, Id, Label, Override, Reason
from dunant.kernel.events import Command


class PlanLeg(Command, frozen=True, kw_only=True, tag="casualty.plan_leg"):
    """`plan` maps leg states and milestones (M7, M8, M9, M10, M11, M12, M14) to RFC 3339 times.

    `override` goes on against a guard: a destination without an open module (`module`), a night landing without light
    (`night`, `marking`), a transfer of somebody who is not admitted (`admission`).
    """

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
    crew: Label = ""
    amet: bool = False
    nvg: bool | None = None
    override: Override | None = None


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


class DivertLeg(Command, frozen=True, kw_only=True, tag="casualty.divert_leg"):
    """Send a leg to another facility; places reserved at the old one are let go and asked for at the new one."""

    ACTION: ClassVar = "casualty.divert_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    destination: Id
    reason: Reason
    override: Override | None = None


class LoadCasualty(Command, frozen=True, kw_only=True, tag="casualty.load_casualty"):
    """Take a casualty aboard. More than the litters or seats of the asset needs an override (`room`)."""

    ACTION: ClassVar = "casualty.load_casualty"
    ABOUT: ClassVar = "leg"

    leg: Id
    casualty: Id
    place: Literal["LITTER", "SEAT"]
    override: Override | None = None


class UnloadCasualty(Command, frozen=True, kw_only=True, tag="casualty.unload_casualty"):
    ACTION: ClassVar = "casualty.unload_casualty"
    ABOUT: ClassVar = "leg"

    leg: Id
    casualty: Id
