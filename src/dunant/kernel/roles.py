"""The roles pack: who may see what and do what, as rows that compile to one policy.

What the matrix leaves out is refused. Reading needs no list of its own: a role may open a view of every resource of
which its row shows anything; a write must be named for the role.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from dunant.kernel.access import CommandRight, Condition, Grant, Level, Policy, Relation
from dunant.kernel.policy import Pack, Sourced, repeated, unknown

Needs = Literal["read", "write", "session", "count"]


class ResourceRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of the matrix and the field groups its views are cut into."""

    code: str
    groups: tuple[str, ...]


class ConditionRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`eq`: the row's column equals the actor's attribute. `in`: the row's list contains it."""

    column: str
    op: Literal["eq", "in"]
    actor: Literal["user", "unit", "contingent", "facility", "role"]


class RelationRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tie between actor and row; any condition is enough. Only "any" has none."""

    name: str
    any_of: tuple[ConditionRow, ...] = ()


class RoleRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role code; `inherits` names the role whose row of the matrix it shares."""

    code: str
    inherits: str = ""
    called: tuple[str, ...] = ()


class GrantRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cell. `full` without groups means all groups of the resource; `limited` must name them."""

    role: str
    resource: str
    level: Level
    relation: str = "any"
    groups: tuple[str, ...] = ()


class ActionRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a door can ask for. `session`: every signed-in role may."""

    name: str
    resource: str
    needs: Needs


class CommandRightRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: str
    actions: tuple[str, ...]


class Roles(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table."""

    resource: tuple[ResourceRow, ...]
    relation: tuple[RelationRow, ...]
    role: tuple[RoleRow, ...]
    grant: tuple[GrantRow, ...]
    action: tuple[ActionRow, ...]
    command_right: tuple[CommandRightRow, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        codes = [row.code for row in self.role]
        actions = {row.name: row for row in self.action}
        yield from repeated("role", codes)
        yield from repeated("action", (row.name for row in self.action))
        yield from repeated("grant", (f"{g.role} {g.resource} {g.relation}" for g in self.grant))
        yield from unknown("role.inherits", (row.inherits for row in self.role), ["", *codes])
        yield from unknown("grant.role", (row.role for row in self.grant), codes)
        yield from unknown("grant.resource", (row.resource for row in self.grant), self.groups)
        yield from unknown("grant.relation", (row.relation for row in self.grant), (r.name for r in self.relation))
        yield from unknown("action.resource", (row.resource for row in self.action), self.groups)
        yield from unknown("command_right.role", (row.role for row in self.command_right), codes)
        for n, row in enumerate(self.command_right):
            yield from unknown(f"command_right[{n}].actions", row.actions, actions)
        yield from self._careless_grants()

    def _careless_grants(self) -> Iterator[tuple[str, str]]:
        for n, row in enumerate(self.grant):
            yield from unknown(f"grant[{n}].groups", row.groups, self.groups.get(row.resource, ()))
            if row.level == "limited" and not row.groups:
                yield f"grant[{n}].groups", "limited_needs_groups"
            if row.level in {"aggregate", "none"} and row.groups:
                yield f"grant[{n}].groups", "only_limited_and_full_have_groups"
        for n, tie in enumerate(self.relation):
            if bool(tie.any_of) == (tie.name == "any"):
                yield f"relation[{n}].any_of", "only_any_has_no_condition"

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Field groups by resource."""
        return {row.code: row.groups for row in self.resource}

    @property
    def actions(self) -> frozenset[str]:
        """Every action a door may name."""
        return frozenset(row.name for row in self.action)

    def policy(self) -> Policy:
        return Policy(self._grants(), self._relations(), self._rights(), self._parents())

    def _grants(self) -> list[Grant]:
        return [
            Grant(
                role=row.role,
                resource=row.resource,
                level=row.level,
                relation=row.relation,
                groups=row.groups or (self.groups[row.resource] if row.level == "full" else ()),
                source=row.source,
            )
            for row in self.grant
        ]

    def _relations(self) -> list[Relation]:
        return [
            Relation(
                name=row.name,
                any_of=tuple(Condition(column=c.column, op=c.op, actor=c.actor) for c in row.any_of),
                source=row.source,
            )
            for row in self.relation
        ]

    def _rights(self) -> list[CommandRight]:
        named = [CommandRight(role=row.role, actions=row.actions, source=row.source) for row in self.command_right]
        return named + [right for role in self.role if (right := self._reading(role.code)).actions]

    def _reading(self, role: str) -> CommandRight:
        seen = {row.resource for row in self.grant if row.role == role and row.level in {"limited", "full"}}
        counted = seen | {row.resource for row in self.grant if row.role == role and row.level == "aggregate"}
        met = {"session": self.groups.keys(), "read": seen, "count": counted}
        actions = tuple(row.name for row in self.action if row.resource in met.get(row.needs, ()))
        return CommandRight(role=role, actions=actions, source=self.pack.source)

    def _parents(self) -> dict[str, str]:
        return {row.code: row.inherits for row in self.role if row.inherits}
