"""What leaves the system for a given pair of eyes: granted columns, nothing behind a closed gate, no small counts.

Every output passes here: pages, exports, prints, messages to other systems, codes on a screen (casualty §15).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dunant.kernel.access import Actor, Sight
from dunant.kernel.gate import ALL, COVERED_BY, Gate
from dunant.kernel.views import Column

# Names under which an output says whom a part of it is about.
ABOUT = ("subject", "casualty")


def visible(row: Mapping[str, Any], columns: Iterable[Column], sight: Sight, actor: Actor) -> dict[str, Any] | None:
    """The row as this reader may see it; a hidden column is absent, not empty, and a hidden row is None.

    Keys are opaque ids and come with any row of which something may be seen. If nothing may, the row is hidden too:
    that there is something about this subject would already be told.
    """
    groups = sight.groups(row, actor)
    shown = {
        column.name: row[column.name]
        for column in columns
        if (column.key or column.group in groups) and column.name != COVERED_BY
    }
    return shown if any(column.name in shown for column in columns if not column.key) else None


def released(content: Any, gate: Gate, about: str | None = None) -> Any:
    """Anything that is about to leave — row, list of rows, form, text — without what a release hold covers.

    Call it last, on what would otherwise be sent, shown, printed or encoded; what it returns may go. A field that a
    scope covers is gone or cut to its head, a conflict about such a field is gone, and a name that somebody typed into
    a text is replaced by the tag of its bearer.

    Parameters
    ----------
    content : builtins, nested as they come (dict, list, tuple, str, number)
    gate : the gate of this reader; `OPEN` lets everything pass
    about : whose output it is, where the content does not say so by a field `subject` or `casualty`

    Source: casualty §6, invariants 11 and 13; §15.
    """
    if gate.is_open:
        return content
    whom = frozenset({about} if about else ())
    if isinstance(content, list):
        return [
            made
            for item in content
            if not _is_covered(item, gate, whom)
            for made in ([_released(item, gate, whom)] if _is_touched(item, gate, whom) else [item])
        ]
    return _released(content, gate, whom) if _is_touched(content, gate, whom) else content


def _is_touched(content: Any, gate: Gate, about: frozenset[str]) -> bool:
    """Whether anything in it can be withheld: nearly every row of a page is about nobody who is held, and is let go."""
    return any(gate.holds(one, ALL) for one in about) or gate.is_in(msgspec.json.encode(content).decode())


def _released(content: Any, gate: Gate, about: frozenset[str]) -> Any:
    if isinstance(content, str):
        return gate.without_names(content)
    if isinstance(content, Mapping):
        return _fields(content, gate, about)
    if isinstance(content, list | tuple):
        made = [_released(item, gate, about) for item in content if not _is_covered(item, gate, about)]
        return made if isinstance(content, list) else tuple(made)
    return content


def _fields(content: Mapping[Any, Any], gate: Gate, about: frozenset[str]) -> dict[Any, Any]:
    whom = about | _named(content)
    if _is_covered(content, gate, about):
        return {"field": content["field"]}
    made: dict[Any, Any] = {}
    for name, value in content.items():
        cover = gate.covers.get(name) if isinstance(name, str) else None
        if cover is None or not any(gate.holds(one, cover.scope) for one in whom):
            made[gate.without_names(name) if isinstance(name, str) else name] = _released(value, gate, whom)
        elif cover.how == "HEAD" and (isinstance(value, str) or value is None):
            made[name] = value and gate.without_names(value.partition(":")[0])
    return made


def _is_covered(item: Any, gate: Gate, about: frozenset[str]) -> bool:
    """A contradiction, or its settlement, about a field that may not be told."""
    if not isinstance(item, Mapping) or not isinstance(item.get("field"), str):
        return False
    cover = gate.covers.get(item["field"])
    return cover is not None and any(gate.holds(one, cover.scope) for one in about | _named(item))


def _named(content: Mapping[Any, Any]) -> frozenset[str]:
    return frozenset(content[name] for name in ABOUT if isinstance(content.get(name), str))


def suppressed(counts: Mapping[str, int], floor: int) -> dict[str, int | None]:
    """Counts with small cells hidden. If exactly one cell is hidden, the next smallest goes too, or a total would tell.

    Zero is shown: it names nobody.
    """
    hidden = {key for key, value in counts.items() if 0 < value < floor}
    if len(hidden) == 1:
        rest = [
            key
            for key, value in sorted(counts.items(), key=lambda item: (item[1], item[0]))
            if value and key not in hidden
        ]
        hidden.update(rest[:1])
    return {key: None if key in hidden else value for key, value in counts.items()}
