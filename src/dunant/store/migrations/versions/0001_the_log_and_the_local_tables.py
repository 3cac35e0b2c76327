"""The log and the local tables."""

from alembic import op

from dunant.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The first revision may lean on the live schema because it only ever meets an empty database; from the second on a
    # revision spells out its own operations.
    connection = op.get_bind()
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        # Which transaction wrote a row: lets a reader stop before transactions that are still open (sync K4).
        op.execute("ALTER TABLE event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()")
        op.execute("CREATE INDEX event_arrival ON event (xid, pos)")
