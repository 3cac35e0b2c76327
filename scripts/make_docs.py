"""Write docs/reference.md from the code: every command, event, view and error, by the words of their docstrings."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dunant
from dunant.casualty import casualty_views
from dunant.config import Settings
from dunant.kernel.errors import DunantError
from dunant.kernel.events import Body, Command
from dunant.services.policies import load_policies

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
HEAD = "# Reference\n\nMade by `make docs` from the code; do not edit. The words are those of `glossary.md`.\n"


def below(root: type[Any]) -> list[type[Any]]:
    """Every public class of the product under this one."""
    children: list[type[Any]] = root.__subclasses__()
    every = [kind for child in children for kind in (child, *below(child))]
    return [kind for kind in every if kind.__module__.startswith("dunant.") and not kind.__name__.startswith("_")]


def meaning(thing: type[Any]) -> str:
    """First line of its own docstring, else its name taken apart."""
    own = inspect.cleandoc(vars(thing).get("__doc__") or "").partition("\n")[0]
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in thing.__name__)
    return own or words.strip().capitalize() + "."


def table(title: str, columns: str, rows: Iterable[tuple[object, ...]]) -> str:
    body = "".join("| " + " | ".join(map(str, row)) + " |\n" for row in sorted(set(rows)))
    return f"\n## {title}\n| {columns} |\n|{'---|' * (columns.count('|') + 1)}\n{body}"


def render() -> str:
    for module in pkgutil.walk_packages(dunant.__path__, "dunant."):
        if "__main__" not in module.name and ".migrations." not in module.name:
            importlib.import_module(module.name)
    commands = [(f"`{kind.__struct_config__.tag}`", meaning(kind), f"`{kind.ACTION}`") for kind in below(Command)]
    facts = [kind for kind in below(Body) if hasattr(kind, "TYPE")]
    events = [(f"`{kind.TYPE}`", kind.VERSION, meaning(kind), getattr(kind, "STREAM", "")) for kind in facts]
    tables = casualty_views(load_policies(Settings().mission, None).casualty)
    views = [(f"`{view.name}`", view.version, ", ".join(c.name for c in view.columns)) for view in tables]
    errors = [(f"`{kind.code}`", kind.status, meaning(kind)) for kind in below(DunantError)]
    text = HEAD + table("Commands", "Tag | Meaning | Action", commands)
    text += table("Events", "Type | Version | Meaning | Stream", events)
    text += table("Views", "Name | Version | Columns", views)
    return text + table("Errors", "Code | HTTP | Meaning", errors)


if __name__ == "__main__":
    if "--check" in sys.argv and render() != TARGET.read_text():
        sys.exit("docs/reference.md is behind the code: run `make docs`")
    TARGET.write_text(render())
