"""Who may do and see what. Default deny: an answer is "no" unless a row of the roles pack says otherwise.

One grant compiles to a predicate for a single row and to the conditions of a listing, so that a search can never see
more than a read.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, Literal

from msgspec import Struct

from dunant.kernel.gate import OPEN, Gate

Level = Literal["none", "aggregate", "limited", "full"]


class Actor(Struct, frozen=True, kw_only=True):
    """Who is asking: a pseudonymous account, the role acted in, and where that role holds."""

    user: str
    role: str
    unit: str | None = None
    contingent: str | None = None
    facility: str | None = None
    device: str = ""
    purpose: str = "TREAT"


class Condition(Struct, frozen=True, kw_only=True):
    """A column of the row compared with an attribute of the actor."""

    column: str
    op: Literal["eq", "in"] = "eq"
    actor: str

    def holds(self, row: Mapping[str, Any], actor: Actor) -> bool:
        asked = getattr(actor, self.actor)
        found = row.get(self.column)
        if asked is None or found is None:
            return False
        if self.op == "in":
            return isinstance(found, list | tuple) and asked in found
        return bool(asked == found)


class Relation(Struct, frozen=True, kw_only=True):
    """A named tie between actor and row, such as "own": any of its conditions is enough."""

    name: str
    any_of: tuple[Condition, ...] = ()
    source: str = ""


class Grant(Struct, frozen=True, kw_only=True):
    """One cell of the role matrix: how much of a resource a role may read, of which rows, in which field groups."""

    role: str
    resource: str
    level: Level
    relation: str = "any"
    groups: tuple[str, ...] = ()
    source: str = ""


class CommandRight(Struct, frozen=True, kw_only=True):
    """The actions a role may take."""

    role: str
    actions: tuple[str, ...]
    source: str = ""


class Part(Struct, frozen=True, kw_only=True):
    """One grant as it applies to a resource: some field groups, of all rows or of those that meet a condition."""

    groups: frozenset[str]
    anything: bool = False
    conditions: tuple[Condition, ...] = ()

    def covers(self, row: Mapping[str, Any], actor: Actor, gate: Gate = OPEN) -> bool:
        """A tie by what may not be told now is none: that there is a row would already tell it."""
        return self.anything or any(
            condition.holds(row, actor) and not gate.covers_column(row, condition.column)
            for condition in self.conditions
        )


class Sight(Struct, frozen=True, kw_only=True):
    """What an actor sees of a resource. No part means nothing at all. `gate`: what is withheld now all the same."""

    parts: tuple[Part, ...] = ()
    gate: Gate = OPEN

    @property
    def is_blind(self) -> bool:
        return not self.parts

    @property
    def sees_every_row(self) -> bool:
        return any(part.anything for part in self.parts)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """A row is visible if it meets any of these (or if `sees_every_row`)."""
        return tuple(condition for part in self.parts for condition in part.conditions)

    def groups(self, row: Mapping[str, Any], actor: Actor) -> frozenset[str]:
        """Field groups of this one row that may be shown; empty means that the row does not exist for the actor."""
        if self.gate.covers_row(row):
            return frozenset()
        return frozenset().union(*(part.groups for part in self.parts if part.covers(row, actor, self.gate)))


class Policy:
    """The roles pack, ready to answer."""

    def __init__(
        self,
        grants: Iterable[Grant],
        relations: Iterable[Relation],
        rights: Iterable[CommandRight],
        parents: Mapping[str, str],
    ) -> None:
        self.gate = OPEN
        self._parents = dict(parents)
        self._relations = {relation.name: relation for relation in relations}
        self._grants: dict[tuple[str, str], list[Grant]] = {}
        for grant in grants:
            self._grants.setdefault((grant.role, grant.resource), []).append(grant)
        self._actions: dict[str, frozenset[str]] = {}
        for right in rights:
            self._actions[right.role] = self._actions.get(right.role, frozenset()) | frozenset(right.actions)

    def behind(self, gate: Gate) -> "Policy":
        """The same policy for a reader before whom this gate is closed: nothing that it answers sees through it."""
        found = copy(self)
        found.gate = gate
        return found

    def may(self, actor: Actor, action: str) -> bool:
        """Whether the role may take this action at all; a role that extends another has its actions too."""
        return any(action in self._actions.get(role, ()) for role in self._line(actor.role))

    def actions(self, actor: Actor) -> list[str]:
        return sorted({action for role in self._line(actor.role) for action in self._actions.get(role, ())})

    def is_a(self, actor: Actor, role: str) -> bool:
        """Whether the actor acts in this role, or in one that extends it."""
        return role in self._line(actor.role)

    def who_may(self, action: str) -> list[str]:
        roles = {*self._actions, *self._parents}
        return sorted(role for role in roles if any(action in self._actions.get(r, ()) for r in self._line(role)))

    def sight(self, actor: Actor, resource: str) -> Sight:
        """What of a resource the actor may read; blind unless a grant says otherwise."""
        line = self._line(actor.role)
        return Sight(
            parts=tuple(
                part for role in line for grant in self._grants.get((role, resource), ()) for part in self._part(grant)
            ),
            gate=self.gate,
        )

    def _part(self, grant: Grant) -> Iterable[Part]:
        if grant.level in {"none", "aggregate"}:
            return
        if grant.relation == "any":
            yield Part(groups=frozenset(grant.groups), anything=True)
        else:
            yield Part(groups=frozenset(grant.groups), conditions=self._relations[grant.relation].any_of)

    def _line(self, role: str) -> Iterable[str]:
        seen: list[str] = []
        while role not in seen:
            seen.append(role)
            role = self._parents.get(role, role)
        return seen
