"""What a person may know of the links of this site, as plain values for the site page. Nothing of a person is here."""

from collections.abc import Sequence

from msgspec import Struct


class Queue(Struct, frozen=True, kw_only=True):
    """What a peer still lacks of ours in one lane. `bytes` are an estimate of what would travel."""

    lane: int
    events: int
    bytes: int


class Incoming(Struct, frozen=True, kw_only=True):
    lane: int
    events: int


class LastReceipt(Struct, frozen=True, kw_only=True):
    receiver: str
    at: str


class PeerStatus(Struct, frozen=True, kw_only=True):
    """One link. `direction`: dials (we call), answers (it calls us). `reason` is an error code."""

    code: str
    address: str
    direction: str
    state: str
    reason: str | None
    last_contact: str | None
    clock_diff_ms: int | None
    clock_suspect: bool
    rtt_ms: int | None
    bandwidth_bit_s: int | None
    mode: str
    queue: Sequence[Queue]
    incoming: Sequence[Incoming]
    finish_s: float | None
    sent_bytes: int
    received_bytes: int
    last_receipt: LastReceipt | None
    software: str
    protocol: int
    complete: bool


class Disk(Struct, frozen=True, kw_only=True):
    free_bytes: int
    total_bytes: int
    low: bool
    database_bytes: int


class Backup(Struct, frozen=True, kw_only=True):
    last: str | None


class OwnSite(Struct, frozen=True, kw_only=True):
    code: str
    mission: str
    epoch: str
    exercise: bool
    authority: str
    is_authority: bool
    disk: Disk
    backup: Backup
    events: int
    parked_frames: int
    parked_bytes: int
    quarantined: int


class Switch(Struct, frozen=True, kw_only=True):
    """The emulated link of a demonstration; not available anywhere else."""

    available: bool
    up: bool = True
    kbit_s: int = 0
    rtt_ms: int = 0
    loss: float = 0.0


class KnownSite(Struct, frozen=True, kw_only=True):
    """A site of the mission as its authority says, and when we last had anything of it."""

    code: str
    state: str
    roles: Sequence[str]
    key_ids: Sequence[str]
    words: str
    last_heard: str | None
    behind: int | None
    authority: bool


class ReceiptStatus(Struct, frozen=True, kw_only=True):
    receiver: str
    origin: str
    stream: str
    q: int
    ours: int
    at: str


class ForkStatus(Struct, frozen=True, kw_only=True):
    o: str
    e: str
    st: str
    q: int
    since: str


class SiteStatus(Struct, frozen=True, kw_only=True):
    """Everything on the site page. Codes, counts and times; nothing of a person."""

    as_of: str
    site: OwnSite
    switch: Switch
    peers: Sequence[PeerStatus]
    sites: Sequence[KnownSite]
    receipts: Sequence[ReceiptStatus]
    forks: Sequence[ForkStatus]
