"""The pack of site roles: what each is to the registry of streams."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from msgspec import Meta

from dunant.kernel.coding import CodeList
from dunant.kernel.policy import Pack, Sourced, repeated


class SiteRoleRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`satisfies`: words that the registry of streams uses for recipients."""

    code: str
    satisfies: tuple[str, ...]


class SitesPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    invitation_min: Annotated[int, Meta(ge=1)]
    overlap_days: Annotated[int, Meta(ge=0)]
    certificate_days: Annotated[int, Meta(ge=1)]
    role: tuple[SiteRoleRow, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("role.code", (row.code for row in self.role))

    @property
    def satisfies(self) -> Mapping[str, tuple[str, ...]]:
        return {row.code: row.satisfies for row in self.role}

    @property
    def codes(self) -> CodeList:
        """What people are held to when they name a role of a site."""
        return CodeList(name="site.role", codes=tuple(row.code for row in self.role), source=self.pack.source)
