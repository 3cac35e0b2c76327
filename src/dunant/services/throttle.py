"""Guessing slowed down: who must wait before the next try, and for how long.

Three counts. A *pair* is one account at one address. An *account* is counted over all addresses, an *address* by how
many accounts failed there. Account and address never stop a person who has signed in from this address before, so
that nobody can keep another user out; the pair always counts.
"""

import hashlib
import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from dunant.kernel.policy import Sourced
from dunant.store.accounts import AttemptRow, Kind

Positive = Annotated[int, Meta(ge=1)]


class ThrottleRules(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After `free_failures` the first wait, then twice as long each time; forgotten after `forget_h` of quiet."""

    free_failures: Positive
    first_wait_s: Positive
    longest_wait_s: Positive
    notice_failures: Positive
    forget_h: Positive
    known_days: Positive
    notice_days: Positive

    def wait_s(self, failures: int) -> int:
        beyond = failures - self.free_failures
        # Sixty doublings are more than any limit, and less than a number too large to print.
        return 0 if beyond < 0 else min(self.longest_wait_s, self.first_wait_s << min(beyond, 60))


class Door(Struct, frozen=True, kw_only=True):
    """The three counts as they stand for one try, the oldest failures forgotten."""

    rules: ThrottleRules
    now: datetime
    pair: AttemptRow
    account: AttemptRow
    address: AttemptRow

    @property
    def is_known(self) -> bool:
        """Whether this person has signed in from here before."""
        last = self.pair.succeeded
        return last is not None and self.now - last < timedelta(days=self.rules.known_days)

    @property
    def own_wait_s(self) -> int:
        return self._wait_s(self.pair)

    @property
    def crowd_wait_s(self) -> int:
        return max(self._wait_s(self.account), self._wait_s(self.address))

    def counted(self) -> tuple[AttemptRow, ...]:
        """Counts after one more failure. Written before the password is looked at: parallel guesses gain nothing."""
        if self.crowd_wait_s:
            # Tries that are refused anyway do not make the others wait longer.
            return (self._failed(self.pair),)
        address = self._failed(self.address) if self.pair.failures == 0 else self.address
        return self._failed(self.pair), self._failed(self.account), address

    def forgiven(self) -> tuple[AttemptRow, ...]:
        """Counts after the right password: what this person failed here is taken back, what others failed stays."""
        failed = self.pair.failures
        return (
            replace(self.pair, failures=0, succeeded=self.now),
            replace(self.account, failures=max(0, self.account.failures - failed)),
            replace(self.address, failures=max(0, self.address.failures - (failed > 0))),
        )

    def _failed(self, row: AttemptRow) -> AttemptRow:
        failures = row.failures + 1
        # A pair is told through its account; only the other two are worth a notice of their own.
        loud = row.kind != "pair" and failures >= self.rules.notice_failures
        return replace(row, failures=failures, last=self.now, noticed=self.now if loud else row.noticed)

    def _wait_s(self, row: AttemptRow) -> int:
        wait = self.rules.wait_s(row.failures)
        left = row.last + timedelta(seconds=wait) - self.now
        # A clock that was set back must not make anybody wait longer than the rule says.
        return max(0, min(wait, -(-left // timedelta(seconds=1))))


def keys(login: str, address: str) -> dict[Kind, str]:
    """Keys of the three counts. What was typed as a login may have been a password: only a hash of it is kept."""
    return {
        "pair": _key("pair", login, address),
        "account": _key("account", login),
        "address": _key("address", address),
    }


def door(
    rules: ThrottleRules, now: datetime, login: str, address: str, user: str | None, found: Mapping[str, AttemptRow]
) -> Door:
    """The door for one try, from the rows that are there."""
    about: dict[Kind, str | None] = {"pair": user, "account": user, "address": address}

    def row(kind: Kind) -> AttemptRow:
        key = keys(login, address)[kind]
        old = found.get(key)
        if old is None:
            return AttemptRow(key=key, kind=kind, about=about[kind], failures=0, last=now)
        quiet = now - old.last >= timedelta(hours=rules.forget_h)
        return replace(old, about=about[kind], failures=0 if quiet else old.failures)

    return Door(rules=rules, now=now, pair=row("pair"), account=row("account"), address=row("address"))


def network(address: str) -> str:
    """The address as it is counted: one line of the telephone company usually owns a whole IPv6 /64."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "".join(c for c in address[:64] if c.isprintable())
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
