"""Records for people who were counted and not yet described: one tap, so that nobody is forgotten."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import Unaccounted
from dunant.casualty.ledger import count_people
from dunant.casualty.model import ENDINGS, Request
from dunant.casualty.rules.asking import milestone
from dunant.casualty.rules.incidents import open_or_refuse
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId, derived


def create_placeholders(asked: c.CreatePlaceholders, known: Facts, context: Context) -> Iterator[Fact]:
    """As many records as asked for, each with a tag of its own, at most as many as are unaccounted for.

    The records of one command have the same ids wherever it is decided, so that no second try opens twins. With a
    request they are asked for on it (M4).

    Raises
    ------
    Unaccounted
        Fewer people are unaccounted for: somebody else has written them down meanwhile.
    """
    incident = open_or_refuse(known)
    real = count_people(incident.estimate.value, context.rows("board", incident=asked.incident)).unaccounted or 0
    if asked.count > real:
        raise Unaccounted(field="count", rule="count_has_changed", unaccounted=real)
    casualties = [SubjectId(derived("placeholder", context.command, str(n))) for n in range(asked.count)]
    for number, casualty in enumerate(casualties, start=1):
        body = e.CasualtyReported(
            tag=context.tag(incident.exercise),
            exercise=incident.exercise,
            incident=asked.incident,
            position=incident.field("position").value,
            label=f"#{number}",
        )
        yield Fact(subject=casualty, body=body)
        yield milestone(casualty, "M1")
    request = Request(context.known(asked.request)) if asked.request else None
    if asked.request and request and request.exists and request.status not in ENDINGS:
        yield Fact(subject=asked.request, body=e.EvacRequestAmended(casualties=tuple(casualties)))
        yield from (milestone(casualty, "M4") for casualty in casualties)


RULES: Rules = {c.CreatePlaceholders: create_placeholders}
