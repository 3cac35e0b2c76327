"""Given these facts, when this is asked, then this happened: rules without a site and without a mock."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dunant.casualty import RULES
from dunant.kernel.access import Actor
from dunant.kernel.deciding import Context
from dunant.kernel.events import At, Body, Command
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId, Tag
from dunant.services.policies import load_policies
from tests.builders import as_actor, new_id
from tests.fakes import NOON

POLICIES = load_policies("mission_demo.toml")


def a_context(
    known: Iterable[Facts] = (),
    *,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    may: Callable[[str], bool] = lambda action: False,
    exercise: bool = False,
    base: tuple[EventId, ...] | None = None,
    at: At | None = None,
    who: str = "casevac_cell@HQ",
    actor: Actor | None = None,
    signer: Actor | None = None,
) -> Context:
    held = {facts.subject: facts for facts in known}
    listed = rows or {}
    return Context(
        command=EventId(new_id()),
        actor=actor or as_actor(who),
        at=at or At(t=NOON),
        rec=NOON,
        source="voice",
        base=base,
        exercise=exercise,
        known=lambda subject: held.get(subject) or Facts(subject),
        tag=lambda is_exercise: Tag("X-4KQ2M-B" if is_exercise else "D-4KQ2M-B"),
        rows=lambda view, **equal: listed.get(view, []),
        may=may,
        pack=POLICIES.pack,
        signer=signer,
    )


def decide(command: Command, known: Iterable[Facts] = (), **context: Any) -> list[Body]:
    """Bodies of what happened."""
    held = list(known)
    mine = next((facts for facts in held if facts.subject == command.subject()), Facts(SubjectId(command.subject())))
    return [fact.body for fact in RULES[type(command)](command, mine, a_context(held, **context))]
