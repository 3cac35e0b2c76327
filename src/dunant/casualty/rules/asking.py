"""What the launch matrix says of a request, as a rule asks it; and what follows where nobody has to be asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dunant.casualty import events as e
from dunant.casualty.authority import Authority, Case, authority_in, case_of
from dunant.casualty.model import Request
from dunant.casualty.precedence import PrecedencePack
from dunant.kernel.deciding import Context
from dunant.kernel.events import At, Fact
from dunant.kernel.ids import SubjectId

# State of an incident, and the posture that it brings for its requests.
MASCAL = "MASCAL"


class Call(Struct, frozen=True, kw_only=True):
    """A request as far as the matrix looks at it."""

    kind: str
    lines: Mapping[str, Any]
    pickup: Any
    casualties: Sequence[str]
    incident: SubjectId | None = None


def call_of(request: Request) -> Call:
    assert request.form is not None
    return Call(
        kind=request.form.kind,
        lines=request.lines,
        pickup=request.pickup.value,
        casualties=request.casualties,
        incident=request.form.incident,
    )


def circumstances(call: Call, context: Context) -> tuple[Authority, Case]:
    """The matrix in force, and the case as it stands in this very transaction."""
    authority = authority_in(context.pack)
    patients = [row for casualty in call.casualties for row in context.rows("board", subject=casualty)]
    case = case_of(
        authority,
        context.pack(PrecedencePack),
        kind=call.kind,
        lines=call.lines,
        pickup=call.pickup,
        patients=patients,
        posture=posture_of(call.incident, context),
        at=context.at.t or context.rec,
    )
    return authority, case


def posture_of(incident: SubjectId | None, context: Context) -> str | None:
    """The mission's posture, if anybody has set it; where more are hurt than can be cared for, it is MASCAL."""
    if incident and any(row["status"] == MASCAL for row in context.rows("incidents", subject=incident)):
        return MASCAL
    return next((row["posture"] for row in context.rows("postures")), None)


def unasked(request: SubjectId, call: Call, context: Context) -> Iterator[Fact]:
    """Where the matrix asks nobody for the launch, it is given; and says of itself that nobody was asked."""
    authority, case = circumstances(call, context)
    row = authority.row_for("LAUNCH", case)
    if row is None or row.mode != "AUTO":
        return
    body = e.AuthorityDecided(step="LAUNCH", decision="APPROVED", mode="AUTO", under=case.stated)
    yield Fact(subject=request, body=body)
    yield from (milestone(casualty, "M5") for casualty in call.casualties)


def milestone(casualty: SubjectId | str, code: str, at: At | None = None, **more: object) -> Fact:
    """A step that this command's own fact is the evidence of."""
    body = e.MilestoneRecorded(code=code, **more)  # type: ignore[arg-type]
    return Fact(subject=SubjectId(casualty), body=body, at=at)
