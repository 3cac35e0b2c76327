"""Write the newest revision of the durable tables: `python scripts/make_revision.py`.

A revision may be written anew until it has been released. What it spells out is the difference between the revision
before it and `store/schema.py`; a table that nothing had been written to yet is dropped and made again.
"""

from pathlib import Path

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp, DropTableOp, ModifyTableOps
from sqlalchemy import create_engine

from dunant.store.boot import alembic_config
from dunant.store.schema import metadata
from scripts.revision_text import HEAD, tidy

REVISION, BEFORE, ABOUT = "0002", "0001", "What replication between sites needs."
REMADE = ("parked", "peer")
FILE = Path(__file__).parents[1] / "src/dunant/store/migrations/versions/0002_replication.py"


def main() -> None:
    with create_engine("sqlite://").connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        operations = produce_migrations(MigrationContext.configure(connection), metadata).upgrade_ops
    assert operations is not None
    kept = [one for one in operations.ops if not (isinstance(one, ModifyTableOps) and one.table_name in REMADE)]
    anew = [op for name in REMADE for op in (DropTableOp(name), CreateTableOp.from_table(metadata.tables[name]))]
    operations.ops = [*kept, *anew]
    body = tidy(render_python_code(operations))
    FILE.write_text(HEAD.format(about=ABOUT, revision=REVISION, before=BEFORE, body=body))


if __name__ == "__main__":
    main()
