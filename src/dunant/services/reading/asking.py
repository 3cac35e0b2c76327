"""What a page that is worked out when it is asked for is told: who asks, when, and the rows of a moment.

It gets rows as its reader may see them (`rows`) and, only to count or to rank with, whole ones (`whole`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from dunant.kernel.access import Actor, Policy
from dunant.kernel.disclosure import visible
from dunant.kernel.errors import Invalid
from dunant.kernel.views import View
from dunant.services.policies import Policies
from dunant.store.snapshot import Snapshot

Row = dict[str, Any]
LONGEST = 200


class Asking(Struct, frozen=True, kw_only=True):
    """Who asks, when, where, for what; `equal` holds the filters that the page allows."""

    look: Snapshot
    views: Mapping[str, View]
    actor: Actor
    policy: Policy
    policies: Policies
    now: datetime
    site: str
    equal: Mapping[str, str]

    def rows(self, view: str, **equal: Any) -> list[Row]:
        """Rows of a view as this reader may see them; none if the reader may see nothing of it."""
        shape = self.views[view]
        sight = self.policy.sight(self.actor, shape.resource)
        whole = () if sight.is_blind else self.look.rows(view, **equal)
        return [row for one in whole if (row := visible(one, shape.columns, sight, self.actor)) is not None]

    def whole(self, view: str, **equal: Any) -> Sequence[Mapping[str, Any]]:
        """Rows as they are. Nothing of them may leave but counts, orders and codes that the reader may know."""
        return self.look.rows(view, **equal)


class Computed(Struct, frozen=True, kw_only=True):
    """`resource`: of what the reader must see something. `feeds`: views whose changes change this page.

    `needs` must be given as filters, `allows` may be. `counts`: it tells numbers and no rows, so that a reader of
    aggregates sees it; small numbers are its own business to hide.
    """

    resource: str
    read: Callable[[Asking], list[Row]]
    feeds: tuple[str, ...]
    needs: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    counts: bool = False


def checked(page: Computed, equal: Mapping[str, str]) -> Mapping[str, str]:
    """The filters, if the page takes them. Raises Invalid with the name of the one that is off or missing."""
    for name, value in equal.items():
        if name not in {*page.needs, *page.allows}:
            raise Invalid(field=name[:64], rule="no_such_filter")
        if len(value) > LONGEST or "\0" in value:
            raise Invalid(field=name, rule="text")
    for name in page.needs:
        if name not in equal:
            raise Invalid(field=name, rule="required")
    return equal
