"""A screen that several people share: locked by a tap, opened by the PIN of whoever locked it, for a few tries.

The PIN belongs to one session on one device and ends with it. Tries are counted before they are made, so that nobody
gets one more by breaking off.
"""

import hashlib

from dunant.kernel.clock import Clock
from dunant.kernel.errors import DunantError, Invalid, Refused, SignedOut
from dunant.services.passwords import Hasher, PinRules
from dunant.store import Database
from dunant.store import accounts as rows


class Locked(DunantError):
    """Somebody is signed in here and has locked the screen: nothing is shown and nothing is taken."""

    code = "access.locked"
    status = 423


class PinWrong(Refused):
    """`tries`: how many are left before the session ends."""

    code = "access.pin_wrong"


class Locks:
    """Locks of sessions, by their tokens."""

    def __init__(self, database: Database, hasher: Hasher, rules: PinRules, wall: Clock) -> None:
        self._database = database
        self._hasher = hasher
        self._rules = rules
        self._wall = wall

    def lock(self, token: str, pin: str | None) -> None:
        """Lock a session. The first time the PIN is chosen; another one given later replaces it.

        Raises
        ------
        Invalid
            No PIN was chosen yet, or it is too short.
        """
        if pin is not None and not (
            self._rules.min_length <= len(pin) <= self._rules.max_length and pin.isascii() and pin.isdigit()
        ):
            raise Invalid(field="pin", rule="digits", least=self._rules.min_length)
        made = self._hasher.hash(pin) if pin is not None else None
        with self._database.writing() as connection:
            rows.alone(connection)
            found = rows.session_of(connection, _hash(token))
            if found is None:
                raise SignedOut()
            if made is None and found[0].pin is None:
                raise Invalid(field="pin", rule="required")
            rows.lock_session(connection, found[0].hash, made or found[0].pin, self._rules.tries, self._wall.now())

    def unlock(self, token: str, pin: str) -> None:
        """Open a locked session; nothing happens to one that is open.

        Raises
        ------
        PinWrong
            Tries are left.
        SignedOut
            None is left, and the session has ended.
        """
        with self._database.writing() as connection:
            rows.alone(connection)
            found = rows.session_of(connection, _hash(token))
            row = found[0] if found else None
            if row is not None and row.locked is None:
                return
            if row is None or row.pin is None or not row.pin_tries:
                rows.end_session(connection, _hash(token))
                left, stored = None, ""
            else:
                left, stored = row.pin_tries - 1, row.pin
                rows.count_try(connection, row.hash, left)
        if left is None:
            raise SignedOut()
        if not self._hasher.matches(stored, pin):
            if left:
                raise PinWrong(field="pin", rule="matches", tries=left)
            with self._database.writing() as connection:
                rows.end_session(connection, _hash(token))
            raise SignedOut()
        with self._database.writing() as connection:
            rows.unlock_session(connection, _hash(token), self._rules.tries)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
