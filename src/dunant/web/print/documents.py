"""Which pages a document is made of. It holds nothing that its reader could not have opened on a screen."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

Asked = Mapping[str, str]
Rows = list[dict[str, Any]]


class Part(Struct, frozen=True, kw_only=True):
    """A page of a document: the view, and its filters from what was asked. `about`: without a row there is nothing.

    `optional`: a reader who may not open it gets the document without it.
    """

    view: str
    filters: Callable[[Asked], dict[str, str]]
    about: bool = False
    optional: bool = False


class Document(Struct, frozen=True, kw_only=True):
    """`needs`: what must be asked. `template`: file in `templates/`. Parts by the name the template knows them by."""

    template: str
    needs: tuple[str, ...]
    parts: Mapping[str, Part]


def _of(*names: str, **other: str) -> Callable[[Asked], dict[str, str]]:
    """Filters of the same name as what was asked, and those that have another: `subject="incident"`."""
    return lambda asked: {**{name: asked[name] for name in names}, **{ours: asked[its] for ours, its in other.items()}}


DOCUMENTS: Mapping[str, Document] = {
    "ledger": Document(
        template="ledger.typ",
        needs=("incident",),
        parts={
            "incidents": Part(view="ledger", filters=_of(subject="incident"), about=True),
            "board": Part(view="board", filters=_of("incident")),
        },
    ),
    "after_action": Document(
        template="after_action.typ",
        needs=("incident", "at"),
        parts={
            "incidents": Part(view="ledger", filters=_of(subject="incident"), about=True),
            "then": Part(view="replay", filters=_of("incident", "at")),
            "board": Part(view="board", filters=_of("incident")),
            "delays": Part(view="delays", filters=_of("incident")),
        },
    ),
    "handover": Document(
        template="handover.typ",
        needs=("subject",),
        parts={
            "casualty": Part(view="casualty", filters=_of("subject"), about=True),
            "clinical": Part(view="clinical_summary", filters=_of("subject"), about=True),
            "custody": Part(view="custody", filters=_of("subject")),
            "card": Part(view="card", filters=_of("subject"), optional=True),
        },
    ),
    "nine_line": Document(
        template="nine_line.typ",
        needs=("subject",),
        parts={"requests": Part(view="requests", filters=_of("subject"), about=True)},
    ),
}
