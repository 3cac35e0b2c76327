"""Rules of the mission's posture: a named role sets it, everything said is kept."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.authority import authority_in
from dunant.casualty.model import Posture
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts


def set_posture(asked: c.SetPosture, known: Facts, context: Context) -> Iterator[Fact]:
    """Said again by somebody who has seen it, it stands as newly confirmed."""
    posture = Posture(known, authority_in(context.pack))
    yield Fact(
        subject=asked.subject(),
        body=e.PostureSet(posture=asked.posture, reason=asked.reason),
        base=context.seen(posture.set),
    )


RULES: Rules = {c.SetPosture: set_posture}
