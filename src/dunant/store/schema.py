"""The durable tables: the log and what is local to this machine. Views are not here; they are made from the log.

Texts hold codes, ids and RFC 3339 times of one width, so that text order is time order in any database.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

metadata = MetaData()

_big = BigInteger().with_variant(Integer, "sqlite")

# `pos` is the order of arrival at this machine. It is local: between sites only (o, e, st, q) counts (sync K4).
event = Table(
    "event",
    metadata,
    Column("pos", _big, primary_key=True, autoincrement=True),
    Column("o", Text, nullable=False),
    Column("e", Text, nullable=False),
    Column("st", Text, nullable=False),
    Column("q", _big, nullable=False),
    Column("id", Text, nullable=False, index=True),
    Column("h", Text, nullable=False),
    Column("t", Text, nullable=False),
    Column("v", Integer, nullable=False),
    Column("s", Text, nullable=False, index=True),
    Column("m", Text, nullable=False),
    Column("c", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
    UniqueConstraint("o", "e", "st", "q", name="event_identity"),
)

tip = Table(
    "tip",
    metadata,
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("q", _big, nullable=False),
    Column("head", LargeBinary, nullable=False),
)

# One row. `commits` tells a process whether anybody else has written since it last looked; `pos` is the last place of
# arrival of events that have been withdrawn since, so that no place is given twice.
site = Table(
    "site",
    metadata,
    Column("code", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("mission", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("tag_block", Integer, nullable=False),
    Column("tag_count", Integer, nullable=False),
    Column("last_h", Text, nullable=False),
    Column("commits", _big, nullable=False),
    Column("pos", _big, nullable=False, server_default="0"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("q", _big, primary_key=True),
    Column("head", LargeBinary, nullable=False),
    Column("h", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sig", LargeBinary, nullable=False),
)

# Public keys that have signed checkpoints here; the secret half never leaves its site.
site_key = Table(
    "site_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
)

salt_block = Table(
    "salt_block",
    metadata,
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("block", _big, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

# Explicit salts of a block whose key a redaction destroyed (sync C5); empty until then.
salt = Table(
    "salt",
    metadata,
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("q", _big, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)

# Frames that wait for what comes before them. `vouched`: their signature was good, so they may be shown as provisional.
parked = Table(
    "parked",
    metadata,
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("q_from", _big, primary_key=True),
    Column("q_to", _big, nullable=False),
    Column("size", _big, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
)

# Logs with two histories: nothing more is taken of them until a person has chosen. `closed` is when.
stopped_log = Table(
    "stopped_log",
    metadata,
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("q", _big, nullable=False),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Column("since", Text, nullable=False),
    Column("closed", Text),
)

# Events taken out of a log because the authority said so: beyond a cut-off, or of the losing branch of a fork.
withdrawn = Table(
    "withdrawn",
    metadata,
    Column("n", _big, primary_key=True, autoincrement=True),
    Column("o", Text, nullable=False),
    Column("e", Text, nullable=False),
    Column("st", Text, nullable=False),
    Column("q", _big, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("rule", Text, nullable=False),
    Column("rx", Text, nullable=False),
)

# How far a receiver has signed that it holds a log, with its signed words. `n` grows with arrival at this machine.
receipt = Table(
    "receipt",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("o", Text, primary_key=True),
    Column("e", Text, primary_key=True),
    Column("st", Text, primary_key=True),
    Column("q", _big, nullable=False),
    Column("h", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("n", _big, nullable=False, index=True),
    Column("rx", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("n", _big, primary_key=True, autoincrement=True),
    Column("origin", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
)

# What this machine last saw of another site, by whichever of its processes. Only for people to look at: how far a peer
# is, it says itself (sync W4). `heard` is when it last said anything, `contact` when we last reached it or it us.
peer = Table(
    "peer",
    metadata,
    Column("code", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("last_heard", Text),
    Column("last_contact", Text),
    Column("clock_diff_ms", _big),
    Column("rtt_ms", _big),
    Column("bandwidth_bit_s", _big),
    Column("software", Text, nullable=False),
    Column("protocol", Integer, nullable=False),
    Column("vector", Text),
    Column("sent_bytes", _big, nullable=False),
    Column("received_bytes", _big, nullable=False),
)

# Sealed frames that this site carries for others and cannot read; `to` names their recipients, comma after comma.
carried = Table(
    "carried",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("to", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", _big, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
)

# Attachments that facts speak of and that are not here yet, and the pieces of them that are.
blob_want = Table(
    "blob_want",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("st", Text, nullable=False),
    Column("since", Text, nullable=False),
)

blob_piece = Table(
    "blob_piece",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("first", _big, primary_key=True),
    Column("size", _big, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)

# Last contact with a foreign system about one of its messages: machine-local, so that a repeat is not a new fact.
contact = Table(
    "contact",
    metadata,
    Column("peer", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("heard", Text, nullable=False),
    Column("stale", Text, nullable=False),
)

# Messages from outside that could not be taken in, kept for 30 days with their bytes (interop F4).
import_tray = Table(
    "import_tray",
    metadata,
    Column("n", _big, primary_key=True, autoincrement=True),
    Column("dialect", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("user", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("display", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text),
    Column("contingent", Text),
    Column("facility", Text),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

# The token itself is never stored, only its SHA-256; the CSRF token is made from it and stored nowhere.
session = Table(
    "session",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("user", Text, nullable=False, index=True),
    Column("device", Text, nullable=False),
    Column("device_id", Text, index=True),
    Column("started", Text, nullable=False),
    Column("used", Text, nullable=False),
    Column("ends", Text, nullable=False),
    # Quick unlock of this one session: hash of its PIN, tries that are left, and since when it has been locked.
    Column("pin", Text),
    Column("pin_tries", Integer),
    Column("locked", Text),
)

# A capture grant lets a device add entries for one person after the session has ended; nothing else. It holds what the
# person was when it was issued, because that is what the entries were made as.
capture_grant = Table(
    "capture_grant",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("user", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("unit", Text),
    Column("contingent", Text),
    Column("facility", Text),
    Column("device", Text, nullable=False),
    Column("device_id", Text, index=True),
    Column("started", Text, nullable=False),
    Column("ends", Text, nullable=False),
    Column("revoked", Text),
    # Public half of the key that signs hand-over codes on the device; empty where the device has none.
    Column("sign_key", Text),
)

# A browser that people sign in from, by the random id it gave itself. `user` was the last to sign in.
device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("used", Text, nullable=False),
    Column("revoked", Text),
)

# Entries made under a grant or on a device that had been revoked: kept whole until somebody has looked at them.
held = Table(
    "held",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("device_id", Text),
    Column("rule", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("rx", Text, nullable=False),
    Column("settled", Text),
    Column("verdict", Text),
)

# Failed sign-ins by account, by address, and by account at an address. `about` is the user or the address, for the
# administrator's notice; `succeeded` is when an account last signed in from an address.
attempt = Table(
    "attempt",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about", Text),
    Column("failures", Integer, nullable=False),
    Column("last", Text, nullable=False, index=True),
    Column("succeeded", Text),
    Column("noticed", Text),
)

view_version = Table(
    "view_version",
    metadata,
    Column("view", Text, primary_key=True),
    Column("stamp", Text, nullable=False),
    Column("complete", Boolean, nullable=False),
)

Index("session_ends", session.c.ends)
