"""What replication between sites needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "blob_piece",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("first", BIG, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "first"),
    )
    op.create_table(
        "blob_want",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "carried",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "held",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "receipt",
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("h", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("receiver", "o", "e", "st"),
    )
    op.create_index("ix_receipt_n", "receipt", ["n"], unique=False)
    op.create_table(
        "stopped_log",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("closed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("o", "e", "st"),
    )
    op.create_table(
        "withdrawn",
        sa.Column("n", BIG, autoincrement=True, nullable=False),
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q", BIG, nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.add_column("capture_grant", sa.Column("device_id", sa.Text(), nullable=True))
    op.add_column("capture_grant", sa.Column("sign_key", sa.Text(), nullable=True))
    op.create_index("ix_capture_grant_device_id", "capture_grant", ["device_id"], unique=False)
    op.add_column("session", sa.Column("device_id", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("pin", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("pin_tries", sa.Integer(), nullable=True))
    op.add_column("session", sa.Column("locked", sa.Text(), nullable=True))
    op.create_index("ix_session_device_id", "session", ["device_id"], unique=False)
    op.add_column("site", sa.Column("pos", BIG, server_default="0", nullable=False))
    op.drop_table("parked")
    op.create_table(
        "parked",
        sa.Column("o", sa.Text(), nullable=False),
        sa.Column("e", sa.Text(), nullable=False),
        sa.Column("st", sa.Text(), nullable=False),
        sa.Column("q_from", BIG, nullable=False),
        sa.Column("q_to", BIG, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("rx", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("o", "e", "st", "q_from"),
    )
    op.drop_table("peer")
    op.create_table(
        "peer",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("last_heard", sa.Text(), nullable=True),
        sa.Column("last_contact", sa.Text(), nullable=True),
        sa.Column("clock_diff_ms", BIG, nullable=True),
        sa.Column("rtt_ms", BIG, nullable=True),
        sa.Column("bandwidth_bit_s", BIG, nullable=True),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("vector", sa.Text(), nullable=True),
        sa.Column("sent_bytes", BIG, nullable=False),
        sa.Column("received_bytes", BIG, nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
