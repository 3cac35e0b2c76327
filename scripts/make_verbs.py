"""Write docs/verbs.md from the command line itself: every verb, its arguments and options, in its own words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from dunant.cli import app

TARGET = Path(__file__).resolve().parent.parent / "docs" / "verbs.md"
HEAD = (
    "# Verbs\n\nMade from the command line itself by `scripts/make_verbs.py`; do not edit.\n"
    "Values may also come from the environment or a TOML file: see `operate.md`.\n"
)


def verbs(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for verb, inner in sorted(command.commands.items()):
            yield from verbs(inner, f"{name} {verb}")
    else:
        yield name, command


def part(name: str, command: Any) -> str:
    rows = "".join(_row(parameter) for parameter in command.params)
    head = "| Option | Meaning | Default |\n|---|---|---|\n" if rows else ""
    return f"\n## {name}\n{(command.help or '').strip()}\n\n{head}{rows}"


def _row(parameter: Any) -> str:
    said = str(getattr(parameter, "help", None) or "").replace("\n", " ").replace("|", "or")
    default = "" if parameter.default is None or callable(parameter.default) else f"`{parameter.default}`"
    return f"| `{_spelled(parameter)}` | {said} | {default} |\n"


def _spelled(parameter: Any) -> str:
    if parameter.param_type_name == "option":
        return ", ".join([*parameter.opts, *parameter.secondary_opts])
    return (parameter.name or "").upper()


def render() -> str:
    return HEAD + "".join(part(name, command) for name, command in verbs(typer.main.get_command(app), "dunant"))


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
