"""Alembic's door: migrate the connection that is handed in."""

from alembic import context

from dunant.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
