"""The verbs, and the one place where a refusal becomes a line on the screen."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from dunant.cli import checks, demo, exercises, exports, imports, serve, sites, sync, users
from dunant.kernel.errors import DunantError

# Errors that carry neither field nor rule.
SAID = {
    "store.unavailable": "the database cannot be reached",
    "store.read_only": "the site cannot be written, or the folder is not there",
    "storage_full": "the disk is full",
}


class Verbs(TyperGroup):
    """Says in one line what is wrong: the field, the rule, the code. A traceback is for developers, who can ask."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DunantError as error:
            _say(error_line(error))
        except BrokenPipeError:
            # Whoever read our output has seen enough; Python must not complain at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            if _wants_traceback():
                raise
            where = f"{error.filename}: " if error.filename else ""
            _say(f"{where}{error.strerror or type(error).__name__}")
        raise typer.Exit(2)


app = typer.Typer(
    cls=Verbs,
    name="dunant",
    help="Casualty tracking, health surveillance and mental-health support for UN peace operations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve.serve)
app.command()(demo.demo)
app.command()(exercises.exercise)
app.add_typer(users.app, name="user")
app.add_typer(imports.app, name="import")
app.command()(exports.export)
app.add_typer(checks.app, name="check")
app.command()(checks.backup)
app.command()(checks.restore)
app.add_typer(sites.app, name="site")
app.add_typer(sync.app, name="sync")


@app.command()
def version() -> None:
    """Print the version."""
    from dunant import __version__

    typer.echo(__version__)


def main() -> None:
    try:
        app()
    except Exception as error:  # the outermost loop of the process
        if _wants_traceback():
            raise
        _say(f"unexpected {type(error).__name__}; DUNANT_DEBUG=1 shows where")
        sys.exit(1)


def error_line(error: DunantError) -> str:
    """`host: tls_cert and tls_key needed beyond loopback (config.invalid)`."""
    params = dict(error.params)
    named = [str(params.pop(name)) for name in ("file", "field", "rule") if name in params]
    rest = [f"{name}={value}" for name, value in params.items()]
    return f"{': '.join(named) or SAID.get(error.code, 'refused')}{' ' if rest else ''}{' '.join(rest)} ({error.code})"


def _say(line: str) -> None:
    print(f"dunant: {line}", file=sys.stderr)  # noqa: T201


def _wants_traceback() -> bool:
    return bool(os.environ.get("DUNANT_DEBUG"))
