"""The log and the local tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("contingent", sa.Text(), nullable=True),
        sa.Column("facility", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Text(), nullable=True),
        sa.Column("noticed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_attempt_last", "attempt", ["last"], unique=False)
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "capture_grant",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("contingent", sa.Text(), nullable=True),
        sa.Column("facility", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_capture_grant_user", "capture_grant", ["user"], unique=False)
    op.create_table(
        "checkpoint",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("h", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sig", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("o", "e", "st", "q"),
    )
    op.create_table(
        "contact",
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("stale", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "uid"),
    )
    op.create_table(
        "event",
        sa.Column("pos", BIG, autoincrement=True, nullable=False),
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("h", sa.Text(), nullable=False),
        sa.Column("t", sa.Text(), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("s", sa.Text(), nullable=False),
        sa.Column("m", sa.Text(), nullable=False),
        sa.Column("c", sa.Text(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pos"),
        sa.UniqueConstraint("o", "e", "st", "q", name="event_identity"),
    )
    op.create_index("ix_event_id", "event", ["id"], unique=False)
    op.create_index("ix_event_s", "event", ["s"], unique=False)
    op.create_table(
        "import_tray",
        sa.Column("n", BIG, autoincrement=True, nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "parked",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("o", "e", "st", "q"),
    )
    op.create_table(
        "peer",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("cursors", sa.Text(), nullable=False),
        sa.Column("receipts", sa.Text(), nullable=False),
        sa.Column("last_heard", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "quarantine",
        sa.Column("n", BIG, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "salt",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("o", "e", "st", "q"),
    )
    op.create_table(
        "salt_block",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("block", BIG, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("o", "e", "st", "block"),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_session_user", "session", ["user"], unique=False)
    op.create_index("session_ends", "session", ["ends"], unique=False)
    op.create_table(
        "site",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("mission", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("tag_block", sa.Integer(), nullable=False),
        sa.Column("tag_count", sa.Integer(), nullable=False),
        sa.Column("last_h", sa.Text(), nullable=False),
        sa.Column("commits", BIG, nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "site_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "tip",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("o", "e", "st"),
    )
    op.create_table(
        "view_version",
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("view"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Which transaction wrote a row: lets a reader stop before transactions that are still open (sync K4).
        op.execute("ALTER TABLE event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()")
        op.execute("CREATE INDEX event_arrival ON event (xid, pos)")
