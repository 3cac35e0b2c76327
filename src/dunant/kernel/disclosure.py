"""What leaves a row for a given pair of eyes: columns of the granted field groups, and no small counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from dunant.kernel.access import Actor, Sight
from dunant.kernel.views import Column


def visible(row: Mapping[str, Any], columns: Iterable[Column], sight: Sight, actor: Actor) -> dict[str, Any] | None:
    """The row as this reader may see it; a hidden column is absent, not empty, and a hidden row is None.

    Keys are opaque ids and come with any row of which something may be seen. If nothing may, the row is hidden too:
    that there is something about this subject would already be told.
    """
    groups = sight.groups(row, actor)
    shown = {column.name: row[column.name] for column in columns if column.key or column.group in groups}
    return shown if any(column.name in shown for column in columns if not column.key) else None


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
