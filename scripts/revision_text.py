"""How a revision of the durable tables is written down; see `make_revision.py`."""

import re

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
