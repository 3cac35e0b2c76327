"""Write docs/reference.md from the code: commands, events, views and errors, in the words of their docstrings."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import dunant
from dunant.config import Settings
from dunant.kernel.errors import DunantError
from dunant.kernel.events import Body, Command
from dunant.services.build import views_of
from dunant.services.policies import load_policies
from dunant.services.reading.pages import COMPOSED

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
HEAD = "# Reference\n\nMade by `make docs` from the code; do not edit. The words are those of `glossary.md`.\n"


def below(root: type[Any]) -> Iterator[type[Any]]:
    for kind in root.__subclasses__():
        yield from below(kind)
        if kind.__module__.startswith("dunant.") and not kind.__name__.startswith("_"):
            yield kind


def meaning(thing: type[Any]) -> str:
    """First line of its own docstring, else its line in the tree of errors, else its name taken apart."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in thing.__name__).strip()
    drawn = re.search(rf"[─ ]{thing.__name__}  +(\S.*)", importlib.import_module(thing.__module__).__doc__ or "")
    said = inspect.cleandoc(vars(thing).get("__doc__") or "") or (drawn[1] if drawn else words)
    return f"{said[:1].upper()}{said[1:]}".partition("\n")[0].removesuffix(".")


def table(title: str, columns: str, rows: Iterable[tuple[object, ...]]) -> str:
    body = "".join("| " + " | ".join(map(str, row)) + " |\n" for row in sorted(set(rows)))
    return f"\n## {title}\n| {columns} |\n|{'---|' * (columns.count('|') + 1)}\n{body}"


def render() -> str:
    for module in pkgutil.walk_packages(dunant.__path__, "dunant."):
        if "__main__" not in module.name and ".migrations." not in module.name:
            importlib.import_module(module.name)
    commands = [(f"`{k.__struct_config__.tag}`", meaning(k), f"`{k.ABOUT}`", f"`{k.ACTION}`") for k in below(Command)]
    events = [(f"`{k.TYPE}`", k.VERSION, meaning(k), k.STREAM or "its subject's", k.KIND or "any") for k in below(Body)]
    made = {view.name: view for view in views_of(load_policies(Settings().mission, None))}
    views = [(f"`{v.name}`", v.version, f"`{v.resource}`", ", ".join(c.name for c in v.columns)) for v in made.values()]
    views += [(f"`{n}`", made[of].version, f"`{made[of].resource}`", f"read from `{of}`") for n, of in COMPOSED.items()]
    text = HEAD + table("Commands", "Tag | Meaning | About | Action", commands)
    text += table("Events", "Type | Version | Meaning | Stream | Kind of subject", events)
    text += table("Views", "Name | Version | Resource | Columns", views)
    errors = [(f"`{kind.code}`", kind.status, meaning(kind)) for kind in below(DunantError)]
    return text + table("Errors", "Code | HTTP | Meaning", errors)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
