"""Writes down which site was refused what, so that somebody learns of it (sync §14). The site tries again all day."""

import time

from dunant.kernel.access import Actor
from dunant.services.audit import Audit

# One entry for each refusal in this time; whoever knocks all night does not fill the log.
AGAIN_S = 3600.0
MOST = 1000
# Refusals of somebody, not of something: a gap, a full disk or a fork has its own place.
_TOLD = frozenset({"stream_not_authorised", "site_revoked", "site_suspended", "site_unknown"})


class Refusals:
    """Of one process. May be used from any thread."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._last: dict[tuple[str, str, str], float] = {}

    def note(self, peer: str, code: str, stream: str = "") -> None:
        now, key = time.monotonic(), (peer, code, stream)
        if code not in _TOLD or now - self._last.get(key, float("-inf")) < AGAIN_S:
            return
        if len(self._last) >= MOST:
            self._last.clear()
        self._last[key] = now
        actions = (f"sync.{code}", *([f"stream:{stream}"] if stream else []))
        self._audit.denied(Actor(user=f"site:{peer}" if peer else "nobody", role="site" if peer else "none"), actions)
