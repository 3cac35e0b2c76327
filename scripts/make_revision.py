"""Write the newest revision of the durable tables: `python scripts/make_revision.py`.

A revision may be written anew until it has been released. What it spells out is the difference between the revision
before it and `store/schema.py`; a table that nothing had been written to yet is dropped and made again.
"""

import re
from pathlib import Path

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp, DropTableOp, ModifyTableOps
from sqlalchemy import create_engine

from dunant.store.boot import alembic_config
from dunant.store.schema import metadata

REVISION, BEFORE, ABOUT = "0002", "0001", "What replication between sites needs."
REMADE = ("parked", "peer")
FILE = Path(__file__).parents[1] / "src/dunant/store/migrations/versions/0002_replication.py"
HEAD = '''"""{about}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
{body}
'''


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


def tidy(code: str) -> str:
    """As the rest of the code is written."""
    code = code.replace("sa.BigInteger().with_variant(sa.Integer(), 'sqlite')", "BIG").replace("'", '"')
    code = re.sub(r'op\.f\(("[a-z_0-9]+")\)', r"\1", code)
    lines = [line for line in code.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return "\n".join(_indented(line.strip()) for line in lines)


def _indented(line: str) -> str:
    if line.startswith("sa."):
        return f"        {line.removesuffix(',')},"
    if line.startswith("op.create_table("):
        return "    op.create_table(\n        " + line.removeprefix("op.create_table(")
    return f"    {line}"


if __name__ == "__main__":
    main()
