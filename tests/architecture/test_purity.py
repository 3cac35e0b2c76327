"""What the import contracts cannot see: a clock, chance, a file or the screen inside the pure layers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dunant"
PURE = ("kernel", "stats", "casualty", "surveillance", "wellbeing")
MODULES = {"time", "random", "secrets", "os", "io", "sys", "pathlib", "socket", "subprocess", "logging", "threading"}
NAMES = {"print", "open", "input", "eval", "exec", "__import__", "breakpoint"}
ATTRIBUTES = {
    *("now", "utcnow", "today", "fromtimestamp", "uuid1", "uuid4", "uuid7", "getnode", "default_rng", "getrandbits"),
    *("read_text", "read_bytes", "write_text", "write_bytes", "urandom", "token_hex", "token_bytes", "perf_counter"),
}
# Methods of a port that is handed in, and our own function that is given time and random bits.
HANDED_IN = {"clock.now", "ids.uuid7"}


def impurities(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in MODULES:
            yield node.module or ""
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = called.rpartition(".")[2]
            if called in NAMES or ("." in called and last in ATTRIBUTES and called not in HANDED_IN):
                yield called


@pytest.mark.parametrize("folder", PURE)
def test_the_pure_layers_hold_no_clock_no_chance_no_file(folder: str) -> None:
    files = sorted((SOURCE / folder).rglob("*.py"))
    found = {str(file.relative_to(SOURCE)): list(impurities(file.read_text(encoding="utf-8"))) for file in files}
    assert files
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "uuid.uuid4()",
        "print(1)",
        "open('x')",
        "Path('x').read_text()",
        "import secrets",
        "from random import choice",
        "numpy.random.default_rng()",
    ],
)
def test_the_check_finds(line: str) -> None:
    assert list(impurities(line))


def test_no_global_of_a_domain_can_change() -> None:
    """State lives in facts: a domain has no module variable that a function rebinds."""
    found = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for folder in PURE
        for file in (SOURCE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Global)
    ]
    assert found == []
