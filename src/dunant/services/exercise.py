"""An inject script: a scenario played at a site that works, now, marked as an exercise from its first word to its last.

A scenario tells a night of its own; here every time in it is moved to today and brought closer together by the speed,
so that a crew can be rehearsed in an hour and the site's clock is left alone (casualty §16).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from dunant.casualty import RULES
from dunant.kernel.clock import is_plausible, rfc3339, to_ms, unix_ms
from dunant.kernel.events import At, Command
from dunant.kernel.missions import MissionPack
from dunant.services.asked import Asked, Outcome
from dunant.services.build import Site
from dunant.services.scenario import Scenario
from dunant.services.simulator import Cue, script

Move = Callable[[datetime], datetime]
_KINDS = {str(command.__struct_config__.tag): command for command in RULES}
# A step is looked for this often; who rehearses does not notice less.
_NAP_S = 0.5


def injects(scenario: Scenario, mission: MissionPack, start: datetime, speed: float, seed: int = 1) -> list[Cue]:
    """The script as it is to be played from `start` on, each beginning marked as an exercise.

    Parameters
    ----------
    speed : minutes of the scenario in a minute of the clock; at 1 the 10-1-2 clocks mean what they say

    The same scenario started at another moment is another exercise: nothing of it is taken for a repeat.
    """
    opens = scenario.moment(scenario.opens)

    def moved(at: datetime) -> datetime:
        return to_ms(start + (at - opens) / speed)

    return [_moved(cue, moved) for cue in script(scenario, mission, unix_ms(start) + seed)]


def _moved(cue: Cue, move: Move) -> Cue:
    entry = cue.entry
    moved = replace(
        entry,
        command=_exercise(entry.command, move),
        at=_at(entry.at, move) if entry.at else None,
        rec=move(entry.rec) if entry.rec else None,
    )
    return Cue(due=move(cue.due), entry=moved, author=cue.author)


def _exercise(command: Command, move: Move) -> Command:
    """The command with its times moved, and marked where something begins; what hangs below inherits the mark."""
    said: dict[str, Any] = {name: _times(value, move) for name, value in msgspec.to_builtins(command).items()}
    if "exercise" in command.__struct_fields__:
        said["exercise"] = True
    made: Command = msgspec.convert(said, _KINDS[said["t"]])
    return made


def _times(value: Any, move: Move) -> Any:
    if isinstance(value, Mapping):
        return {name: _times(one, move) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_times(one, move) for one in value]
    if isinstance(value, str) and (at := _moment(value)) is not None:
        return rfc3339(move(at))
    return value


def _moment(text: str) -> datetime | None:
    if "T" not in text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if is_plausible(at) else None


def _at(at: At, move: Move) -> At:
    return replace(at, t=at.t and move(at.t), lo=at.lo and move(at.lo), hi=at.hi and move(at.hi))


def play(
    site: Site,
    cues: Sequence[Cue],
    told: Callable[[int], None] = lambda _done: None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """Hand each cue in when the site's clock says so; returns the refused ones when the last is played.

    People of the site may have done a step themselves: such a refusal ends nothing.
    """
    left, refused = list(cues), list[Outcome]()
    while left:
        now = site.clock.now()
        due: list[Cue] = [cue for cue in left if cue.due <= now]
        if due:
            left = left[len(due) :]
            entries: list[tuple[Asked, Any]] = [(cue.entry, cue.author) for cue in due]
            refused += [one for one in site.send(entries).result() if one.outcome == "rejected"]
            told(len(cues) - len(left))
        if left:
            sleep(_NAP_S)
    return refused
