"""Writes the audit stream, by the same writer and into the same chain as every other fact."""

import logging
import secrets
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future

from dunant.kernel import audit as e
from dunant.kernel.access import Actor
from dunant.kernel.clock import Clock, to_ms, unix_ms
from dunant.kernel.errors import ReadOnly, StorageFull
from dunant.kernel.events import At, Body, By, Fact
from dunant.kernel.ids import EventId, SubjectId, uuid7
from dunant.store import Draft, GroupCommit, Transaction

log = logging.getLogger("dunant.audit")
# Views whose reading is an entry: who a person is, what is clinical, and the story of one casualty.
CLINICAL = frozenset(
    {
        "allergies", "assessments", "clinical_notes", "clinical_summary", "injuries", "interventions", "mists",
        "referrals", "vitals",
    }
)  # fmt: skip
READ = CLINICAL | {
    "arrivals",
    "card",
    "casualty",
    "identities",
    "identity_conflicts",
    "notice",
    "notifications",
    "search",
    "timeline",
}
# Of these, what the care of a casualty needs even while nothing can be written.
CARE = frozenset({"arrivals", "casualty", "timeline"})
MOST_OWED = 10_000
# So many ids fit into the body of one event.
PER_ENTRY = 300
NOBODY = Actor(user="nobody", role="none")


class Audit:
    def __init__(self, commit: GroupCommit, clock: Clock, label: str) -> None:
        self._commit = commit
        self._clock = clock
        self._label = label
        self._owed: deque[tuple[Actor, Body]] = deque(maxlen=MOST_OWED)

    def signed_in(self, actor: Actor) -> Future[None]:
        return self._write(actor, [e.SignedIn()])

    def sign_in_failed(self) -> Future[None]:
        return self._write(NOBODY, [e.SignInFailed()])

    def signed_out(self, actor: Actor) -> Future[None]:
        return self._write(actor, [e.SignedOut()])

    def locked(self, actor: Actor, is_locked: bool) -> Future[None]:
        return self._write(actor, [e.ScreenLocked() if is_locked else e.ScreenUnlocked()])

    def watch_handed_over(self, actor: Actor, to: Actor, alerts: int | None, casualties: int | None) -> Future[None]:
        body = e.WatchHandedOver(to=to.user, to_role=to.role, open_alerts=alerts, open_casualties=casualties)
        return self._write(actor, [body])

    def read(self, actor: Actor, view: str, subjects: Iterable[str]) -> None:
        """Returns when the entry is durable.

        Where the disk is full, who a person is and what is clinical stays shut. The story of a casualty is shown all
        the same, because care goes on without a disk, and its entry is owed until there is room again.

        Raises
        ------
        StorageFull, ReadOnly, StoreFailed
            It could not be written; what was to be read must then not be shown.
        """
        if view not in READ:
            return
        ids = [SubjectId(subject) for subject in dict.fromkeys(subjects)]
        parts = [tuple(ids[start : start + PER_ENTRY]) for start in range(0, max(1, len(ids)), PER_ENTRY)]
        bodies = [e.RecordsRead(view=view, subjects=part, purpose=actor.purpose) for part in parts]
        try:
            self._write(actor, bodies).result()
        except (StorageFull, ReadOnly):
            if view not in CARE:
                raise
            self._owed.extend((actor, body) for body in bodies)
            log.error("read not written down yet: %d owed", len(self._owed))
        else:
            self._settle()

    def _settle(self) -> None:
        """Write what was owed from when the disk was full."""
        while self._owed:
            actor, body = self._owed.popleft()
            self._write(actor, [body]).add_done_callback(_tell)

    def denied(self, actor: Actor, actions: Iterable[str]) -> None:
        """Does not wait: what was refused stays refused whether or not it can be written down."""
        names = tuple(dict.fromkeys(actions))
        if names:
            self._write(actor, [e.AccessDenied(actions=names)]).add_done_callback(_tell)

    def exported(self, actor: Actor, what: str, format: str) -> None:
        self._write(actor, [e.DataExported(what=what, format=format)]).result()

    def emitted(self, dialect: str, uid: str, kind: str, removed: Iterable[str]) -> None:
        """Does not wait: what goes out is urgent. By nobody in particular: the site sends it by itself."""
        body = e.ForeignMessageEmitted(dialect=dialect, uid=uid, kind=kind, removed=tuple(removed))
        self._write(NOBODY, [body]).add_done_callback(_tell)

    def device_shut(self, actor: Actor, device: str) -> None:
        self._write(actor, [e.DeviceShut(device=device)]).result()

    def entry_judged(self, actor: Actor, entry: str, verdict: str) -> None:
        self._write(actor, [e.EntryJudged(entry=entry, verdict=verdict)]).result()

    def _write(self, actor: Actor, bodies: Iterable[Body]) -> Future[None]:
        made = list(bodies)

        def job(transaction: Transaction) -> None:
            for body in made:
                transaction.write(self._draft(actor, body))

        return self._commit.submit(job)

    def _draft(self, actor: Actor, body: Body) -> Draft:
        now = to_ms(self._clock.now())
        entry = uuid7(unix_ms(now), 0, secrets.randbits(62))
        return Draft(
            id=EventId(entry),
            fact=Fact(subject=SubjectId(entry), body=body),
            stream="audit",
            label=self._label,
            at=At(t=now),
            rec=now,
            by=By(user=actor.user, role=actor.role),
            dev=actor.device,
            src="derived",
            base=(),
        )


def _tell(done: "Future[None]") -> None:
    failure = None if done.cancelled() else done.exception()
    if failure is not None:
        log.error("audit entry not written: %s", type(failure).__name__)
