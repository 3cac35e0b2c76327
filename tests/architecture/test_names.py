"""Names that say nothing, faces that promise what is not there, numbers that belong in a pack."""

import ast
import importlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dunant"
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "lib", "stuff"}
PACKAGES = sorted(
    ".".join(("dunant", *file.parent.relative_to(SOURCE).parts))
    for file in SOURCE.rglob("__init__.py")
    if "migrations" not in file.parts and file.parent != SOURCE
)
DOMAINS = ("casualty", "surveillance", "wellbeing")
# Rooms of a domain that other layers may enter besides its face; widening this is a reviewed line.
OPEN_ROOMS = {
    "authority",
    "capacity",
    "cards",
    "care",
    "commands",
    "daylight",
    "delays",
    "due",
    "errors",
    "evacuation",
    "events",
    "forms",
    "guards",
    "intervals",
    "lines",
    "matching",
    "milestones",
    "mist",
    "model",
    "needs",
    "notices",
    "notification",
    "precedence",
    "ranking",
    "scores",
    "standards",
    "triage",
}
# Numbers a rule may hold: signs, counts of things it names, minutes of an hour, rounding. Limits belong in packs.
HARMLESS = {-1, 0, 1, 2, 3, 4, 0.5, 60}
# Facts of nature and of the calendar, each beside its reason.
NATURE = {
    ("intervals.py", 31),
    ("triage.py", 14),
    # Where the sun stands: the coefficients of the Naval Observatory.
    *(("daylight.py", number) for number in (2000, 12, 357.529, 0.98560028, 280.459, 0.98564736, 23.439, 0.00000036)),
    *(("daylight.py", number) for number in (1.915, 0.020, 18.697374558, 24.06570982441908, 15, 86_400)),
}


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listing.stdout.split("\0") if name]


def imports(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)


def test_no_folder_or_file_has_a_name_that_says_nothing() -> None:
    empty = [str(path) for path in tracked() if {part.partition(".")[0].lower() for part in path.parts} & SAYS_NOTHING]
    assert empty == []


def test_every_folder_of_the_source_has_a_face() -> None:
    """Without one the import contracts do not look inside."""
    folders = {file.parent for file in SOURCE.rglob("*.py")}
    assert sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_face_offers_what_is_there_and_says_what_the_folder_is(package: str) -> None:
    face = importlib.import_module(package)
    assert face.__doc__
    assert [name for name in getattr(face, "__all__", ()) if not hasattr(face, name)] == []


def test_nobody_takes_a_private_thing_from_another_file() -> None:
    taken = [
        f"{file.relative_to(SOURCE)}: {module}.{name}"
        for file in SOURCE.rglob("*.py")
        for module, names in imports(file)
        for name in names
        if module.startswith("dunant.") and name.startswith("_") and not name.startswith("__")
    ]
    assert taken == []


def test_other_layers_enter_a_domain_by_its_face_or_its_open_rooms() -> None:
    entered = {
        (str(file.relative_to(SOURCE)), module)
        for file in SOURCE.rglob("*.py")
        for module, _ in imports(file)
        for domain in DOMAINS
        if module.startswith(f"dunant.{domain}.") and file.relative_to(SOURCE).parts[0] != domain
    }
    assert {(file, module) for file, module in entered if module.split(".")[2] not in OPEN_ROOMS} == set()


def numbers(tree: ast.AST) -> Iterator[ast.Constant]:
    """Numbers in code, but for the version of a view, which counts how often its shape has changed."""
    versions = {
        word.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "View"
        for word in call.keywords
        if word.arg == "version"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node not in versions:
            yield node


def test_no_doctrine_number_stands_in_a_domain() -> None:
    """Light: a whole or broken number in a rule, a model or a view is a limit that should have been policy."""
    found = {
        (file.name, node.value)
        for domain in DOMAINS
        for file in (SOURCE / domain).rglob("*.py")
        if "commands" not in file.parts
        for node in numbers(ast.parse(file.read_text(encoding="utf-8")))
        if node.value not in HARMLESS
    }
    assert found == NATURE
