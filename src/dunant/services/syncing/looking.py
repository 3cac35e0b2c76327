"""Gathers the status of the links: from the conversations, the log, the receipts and the disk."""

import time
from datetime import timedelta

from dunant.kernel.clock import rfc3339, ticked_at
from dunant.kernel.log import LogName
from dunant.kernel.replication import Vector
from dunant.services.syncing import status as s
from dunant.services.syncing.calling import Conversation
from dunant.services.syncing.demo import DemoLink
from dunant.services.syncing.syncing import Syncing
from dunant.store import replica
from dunant.store.boot import site_of
from dunant.store.disk import disk_of

# What an event weighs on the way when nothing has been measured (benchmarks/frames.py).
BYTES_PER_EVENT = 35


def look(syncing: Syncing, link: DemoLink | None = None) -> s.SiteStatus:
    """Everything on the site page, as of now."""
    site = syncing.site
    now = site.clock.now()
    with replica.look(site.database) as log:
        vector, receipts = log.vector(), log.received_all()
        parked, quarantined, heard = log.parked_size(), log.quarantined(), log.heard()
        stopped, events = log.stopped(), log.events()
    for code, at in syncing.contacts().items():
        heard[code] = max(at, heard.get(code, ""))
    trust = syncing.trusting.now()
    return s.SiteStatus(
        as_of=rfc3339(now),
        site=s.OwnSite(
            code=site.row.code,
            mission=site.row.mission,
            # Not that of when this process began: a restored site goes on in a new one.
            epoch=row.epoch if (row := site_of(site.database)) else "",
            exercise=site.row.exercise,
            authority=trust.authority,
            is_authority=trust.authority == site.row.code,
            disk=_disk(syncing),
            backup=s.Backup(last=_last_backup(syncing)),
            events=events,
            parked_frames=parked[0],
            parked_bytes=parked[1],
            quarantined=quarantined,
        ),
        switch=_switch(link),
        peers=[*_called(syncing, vector, receipts), *_callers(syncing, vector, receipts)],
        sites=[
            s.KnownSite(
                code=known.code,
                state=known.state,
                roles=known.roles,
                key_ids=sorted(known.keys),
                words="",
                last_heard=heard.get(known.code),
                behind=None,
                authority=known.code == trust.authority,
            )
            for known in sorted(trust.sites.values(), key=lambda known: known.code)
        ],
        receipts=[
            s.ReceiptStatus(
                receiver=receiver,
                origin=of[0],
                stream=of[2],
                q=q,
                ours=vector[of].q if of in vector else 0,
                at=rfc3339(ticked_at(h)),
            )
            for receiver, of, q, h in receipts
            if receiver != site.row.code and of[0] == site.row.code
        ],
        forks=[s.ForkStatus(o=row.o, e=row.e, st=row.st, q=row.q, since=row.since) for row in stopped],
    )


Receipts = list[tuple[str, LogName, int, str]]


def _called(syncing: Syncing, vector: Vector, receipts: Receipts) -> list[s.PeerStatus]:
    return [_conversation(syncing, talk, receipts) for talk in syncing.conversations()]


def _conversation(syncing: Syncing, talk: Conversation, receipts: Receipts) -> s.PeerStatus:
    dialler, now = talk.dialler, time.monotonic()
    queue = _queue({lane: sum(upto - after for _, after, upto in logs) for lane, logs in dialler.waiting(now).items()})
    rate = dialler.measured.bandwidth_bit_s
    waiting = sum(one.bytes for one in queue)
    # As long as it is down, nobody knows when it will be back.
    is_known = bool(waiting and rate) and dialler.state == "up"
    ago = None if dialler.last_contact is None else timedelta(seconds=now - dialler.last_contact)
    clock = syncing.site.clock
    peer = talk.route.peer
    return s.PeerStatus(
        code=peer,
        address=talk.route.address,
        direction="dials",
        # One that is tried again is down until it is back.
        state="down" if dialler.state == "connecting" and dialler.reason else dialler.state,
        reason=dialler.reason or None,
        last_contact=None if ago is None else rfc3339(clock.now() - ago * clock.speed),
        clock_diff_ms=talk.clock_diff_ms,
        clock_suspect=syncing.alarms.is_suspect(peer),
        rtt_ms=round(1000 * dialler.measured.rtt_s) or None,
        bandwidth_bit_s=round(rate) or None,
        mode="idle" if not waiting else "alert" if dialler.is_alarmed(now) else "catch_up",
        queue=queue,
        incoming=[s.Incoming(lane=lane, events=events) for lane, events in sorted(dialler.lacking().items())],
        finish_s=round(8 * waiting / rate + dialler.measured.rtt_s, 1) if is_known else None,
        sent_bytes=talk.sent_bytes,
        received_bytes=talk.received_bytes,
        last_receipt=_last_receipt(peer, syncing.site.row.code, receipts),
        software=dialler.hello.software if dialler.hello else "",
        protocol=dialler.hello.pv if dialler.hello else 0,
        complete=dialler.state == "up" and not waiting and not any(dialler.lacking().values()),
    )


def _callers(syncing: Syncing, vector: Vector, receipts: Receipts) -> list[s.PeerStatus]:
    """Peers that call us. What they lack is told by their receipts."""
    ours = syncing.site.row.code
    called = {talk.route.peer for talk in syncing.conversations()}
    found = []
    trust = syncing.trusting.now()
    for peer, heard in sorted(syncing.station.heard.items()):
        if peer in called:
            continue
        have = {of: q for receiver, of, q, _ in receipts if receiver == peer}
        lacking = {0: 0, 1: 0, 2: 0, 3: 0}
        for of, tip in vector.items():
            if of[0] != peer and trust.may_hold(peer, of[2]):
                lacking[syncing.station.lane_of(of[2])] += max(0, tip.q - have.get(of, 0))
        queue = _queue(lacking)
        found.append(
            s.PeerStatus(
                code=peer,
                address="",
                direction="answers",
                state="up" if syncing.station.is_near(peer) and not syncing.is_silent(heard) else "down",
                reason=None,
                last_contact=rfc3339(heard),
                clock_diff_ms=syncing.alarms.clocks.get(peer),
                clock_suspect=syncing.alarms.is_suspect(peer),
                rtt_ms=None,
                bandwidth_bit_s=None,
                mode="idle",
                queue=queue,
                incoming=[],
                finish_s=None,
                sent_bytes=0,
                received_bytes=0,
                last_receipt=_last_receipt(peer, ours, receipts),
                software="",
                protocol=0,
                complete=not any(lacking.values()),
            )
        )
    return found


def _queue(events: dict[int, int]) -> list[s.Queue]:
    return [s.Queue(lane=lane, events=count, bytes=count * BYTES_PER_EVENT) for lane, count in sorted(events.items())]


def _last_receipt(peer: str, ours: str, receipts: Receipts) -> s.LastReceipt | None:
    newest = max((h for receiver, of, _, h in receipts if receiver == peer and of[0] == ours), default=None)
    return None if newest is None else s.LastReceipt(receiver=peer, at=rfc3339(ticked_at(newest)))


def _switch(link: DemoLink | None) -> s.Switch:
    if link is None:
        return s.Switch(available=False)
    shape = link.shape
    return s.Switch(
        available=True,
        up=link.is_up,
        kbit_s=shape.rate // 1000,
        rtt_ms=round(2000 * shape.delay_s),
        loss=shape.loss,
    )


def _disk(syncing: Syncing) -> s.Disk:
    found = disk_of(syncing.site.settings.data, syncing.site.database)
    return s.Disk(free_bytes=found.free, total_bytes=found.total, low=found.is_low, database_bytes=found.database)


def _last_backup(syncing: Syncing) -> str | None:
    folder = syncing.site.settings.data / "backups"
    newest = max(folder.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime, default=None)
    if newest is None:
        return None
    stamp = newest.stem.rpartition("-")[2]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}"
