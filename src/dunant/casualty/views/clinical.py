"""Who and what, for those who treat: identity assertions and MIST reports, each guarded by its own resource."""

from collections.abc import Sequence

from dunant.casualty import events as e
from dunant.casualty.model import Casualty, CasualtyPolicy, Custody, Notification
from dunant.casualty.views.custody import tie_columns, ties
from dunant.casualty.views.notification import TIE, gate_columns, gate_ties
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.facts import Facts
from dunant.kernel.gate import COVERED_BY
from dunant.kernel.views import Column, Row, View


def identities(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        said = facts.of(e.IdentityAsserted)
        if not said:
            return []
        casualty, notification = facts.once(Casualty, policy), Notification(facts)
        tied = {**ties(casualty.custody), **gate_ties(casualty, notification, policy)}
        return [
            {
                **tied,
                "event": event.id,
                "subject": facts.subject,
                "author": event.header.by.user,
                "kind": event.body.kind,
                "value": event.body.value,
                "state": event.body.state,
                "standing": casualty.standing(event),
                "confidence": event.body.confidence,
                "about": event.body.about,
                "by_role": event.header.by.role,
                "shown": casualty.shown_assertion(event.body.kind) is event,
                COVERED_BY: policy.kinds.get(event.body.kind),
            }
            for event in said
            if isinstance(event.body, e.IdentityAsserted)
        ]

    return View(
        name="identities",
        version=4,
        resource="identity",
        rows={"casualty": rows},
        columns=(
            Column(name="subject", key=True),
            Column(name="event", key=True),
            Column(name="author", group="name"),
            *tie_columns("name"),
            Column(name="kind", group="name"),
            Column(name="value", group="name"),
            Column(name="state", group="name"),
            Column(name="standing", group="name"),
            Column(name="confidence", type="real", group="name"),
            Column(name="about", group="name"),
            Column(name="by_role", group="name"),
            Column(name="shown", type="bool", group="name"),
            Column(name=COVERED_BY, group=TIE, indexed=True),
            *gate_columns(),
        ),
    )


def mists() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        tied = ties(Custody(facts)) if facts.of(e.MistReported) else {}
        return [
            {
                **tied,
                "event": event.id,
                "subject": facts.subject,
                "author": event.header.by.user,
                "at": moment_of(event),
                "title": event.body.title,
                "mechanism": event.body.mechanism,
                "mechanism_text": event.body.mechanism_text,
                "injuries": event.body.injuries,
                "injuries_text": event.body.injuries_text,
                "signs": event.body.signs,
                "treatment": event.body.treatment,
            }
            for event in facts.of(e.MistReported)
            if isinstance(event.body, e.MistReported)
        ]

    columns = ("at", "title", "mechanism", "mechanism_text", "injuries_text", "signs", "treatment")
    return View(
        name="mists",
        version=2,
        resource="clinical",
        rows={"casualty": rows},
        columns=(
            Column(name="subject", key=True),
            Column(name="event", key=True),
            Column(name="author", group="mist"),
            *tie_columns("mist"),
            *(Column(name=name, group="mist") for name in columns),
            Column(name="injuries", type="json", group="mist"),
        ),
    )
