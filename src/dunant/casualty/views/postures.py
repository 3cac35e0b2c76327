"""The posture of the mission, as everybody on duty may know it."""

from collections.abc import Sequence

from dunant.casualty.model import CasualtyPolicy, Posture
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View


def postures(policy: CasualtyPolicy) -> View:
    """One row once somebody has set it; before, the mission pack says it."""

    def rows(facts: Facts) -> Sequence[Row]:
        posture = Posture(facts, policy.authority)
        shown = posture.set.shown
        if shown is None:
            return []
        return [
            {
                "subject": facts.subject,
                "posture": posture.set.value,
                "since": moment_of(shown),
                "by_role": shown.header.by.role,
                "reason": getattr(shown.body, "reason", ""),
                "disputed": posture.set.conflict is not None,
            }
        ]

    return View(
        name="postures",
        version=1,
        resource="alert",
        rows={"posture": rows},
        order=("since",),
        columns=(
            Column(name="subject", key=True),
            Column(name="posture", group="status"),
            Column(name="since", group="status"),
            Column(name="by_role", group="trace"),
            Column(name="reason", group="status"),
            Column(name="disputed", type="bool", group="status"),
        ),
    )
