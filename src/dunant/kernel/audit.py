"""What is kept of who came in, what was read, and what was refused (interop section 9.4). No clinical values.

Each entry is a subject of its own: entries about one person or one account would make that subject longer with every
look at it, and a look at a casualty must not change the casualty.
"""

from typing import ClassVar

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId


class _Entry(Body, frozen=True, kw_only=True):
    STREAM: ClassVar = "audit"
    KIND: ClassVar = None
    RESOURCE: ClassVar = "audit"
    GROUPS: ClassVar = ("entry",)


class SignedIn(_Entry, frozen=True, kw_only=True):
    """Who stands in the envelope."""

    TYPE: ClassVar = "audit.signed_in"


class SignInFailed(_Entry, frozen=True, kw_only=True):
    """Somebody did not get in; what was typed is not kept, it may be a password in the wrong field."""

    TYPE: ClassVar = "audit.sign_in_failed"


class SignedOut(_Entry, frozen=True, kw_only=True):
    TYPE: ClassVar = "audit.signed_out"


class ScreenLocked(_Entry, frozen=True, kw_only=True):
    TYPE: ClassVar = "audit.screen_locked"


class ScreenUnlocked(_Entry, frozen=True, kw_only=True):
    TYPE: ClassVar = "audit.screen_unlocked"


class WatchHandedOver(_Entry, frozen=True, kw_only=True):
    """The author left a screen to `to`, with so much open; no number where the next person may not know it."""

    TYPE: ClassVar = "audit.watch_handed_over"

    to: str
    to_role: str
    open_alerts: int | None = None
    open_casualties: int | None = None


class RecordsRead(_Entry, frozen=True, kw_only=True):
    """One request, one entry: the view and whose rows were in the answer."""

    TYPE: ClassVar = "audit.records_read"

    view: str
    subjects: tuple[SubjectId, ...] = ()
    purpose: str = "TREAT"


class AccessDenied(_Entry, frozen=True, kw_only=True):
    """The policy said no to somebody who was signed in."""

    TYPE: ClassVar = "audit.access_denied"

    actions: tuple[str, ...]


class DataExported(_Entry, frozen=True, kw_only=True):
    TYPE: ClassVar = "audit.data_exported"

    what: str
    format: str


class ForeignMessageEmitted(_Entry, frozen=True, kw_only=True):
    """Something went to other systems. `removed`: where a release hold took words out of it, never what they were."""

    TYPE: ClassVar = "audit.foreign_message_emitted"

    dialect: str
    uid: str
    kind: str
    removed: tuple[str, ...] = ()


class DeviceShut(_Entry, frozen=True, kw_only=True):
    """Lost or stolen: what still comes from this device is held."""

    TYPE: ClassVar = "audit.device_shut"

    device: str


class EntryJudged(_Entry, frozen=True, kw_only=True):
    """Somebody decided what becomes of an entry that was held: RELEASED as its author's, or DISCARDED."""

    TYPE: ClassVar = "audit.entry_judged"

    entry: str
    verdict: str


AUDIT_EVENTS: tuple[type[Body], ...] = (
    SignedIn,
    SignInFailed,
    SignedOut,
    ScreenLocked,
    ScreenUnlocked,
    WatchHandedOver,
    RecordsRead,
    AccessDenied,
    DataExported,
    ForeignMessageEmitted,
    DeviceShut,
    EntryJudged,
)
