"""Codes: closed lists from a pack that the wire carries instead of words. What a code is called lives in catalogues."""

from collections.abc import Iterator

from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import Pack, Sourced, repeated


class CodeList(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One enumeration. `name` is `thing.field`, such as `incident.type`.

    `with_country`: codes that may carry an ISO 3166-1 alpha-3 code after a colon, `UN_MIL:XAA`.
    """

    name: str
    codes: tuple[str, ...]
    with_country: tuple[str, ...] = ()

    def holds(self, code: str) -> bool:
        head, colon, country = code.partition(":")
        if not colon:
            return code in self.codes
        return head in self.with_country and len(country) == 3 and country.isascii() and country.isupper()


class Enumerations(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    enumeration: tuple[CodeList, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("enumeration.name", (row.name for row in self.enumeration))
        for n, row in enumerate(self.enumeration):
            yield from repeated(f"enumeration[{n}].codes", row.codes)
            if not set(row.with_country) <= set(row.codes):
                yield f"enumeration[{n}].with_country", "unknown_code"

    def get(self, name: str) -> CodeList:
        for row in self.enumeration:
            if row.name == name:
                return row
        raise PackInvalid(file=self.pack.name, field=name, rule="missing")

    def holds(self, name: str, code: str) -> bool:
        """Is `code` one of the list `name`?"""
        return self.get(name).holds(code)
