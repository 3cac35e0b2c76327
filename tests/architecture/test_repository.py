"""The repository as a newcomer meets it: a front door that works, whole locks, nothing foreign in the tree."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
NPM_LOCKS = ("ui/package-lock.json", "scripts/chromium/package-lock.json", "benchmarks/pouchdb/package-lock.json")
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = ("demo", "test", "test-slow", "check", "bench", "soak", "scale", "docs", "ui-dev", "ui-types", "clean")

# Letters in brackets keep this file from finding itself.
FOREIGN = {
    "a folder of somebody's machine": r"(?<![\w.])/(?:work|root|home/\w+)/",
    "a folder beside the project": r"\.\./[s]hared",
    "an address of a package registry": r"https?://\S*(?:pypi|npm|debian|mirror)\S*/(?:simple|packages|pool|-)/",
    "an unfinished mark": r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b",
    "a test that does not run": r"pytest\.(?:mark\.)?(?:skip|skipif|xfail)\b|\b(?:it|test|describe)\.(?:only|skip)\b",
    "the name of a writing tool": r"(?i)\b(?:c[l]aude|c[h]atgpt|l[l]ms?)\b",
}


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:8000]


def test_make_alone_lists_every_target_with_its_help_line() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in listed.splitlines()} == {"help", *TARGETS}
    assert all(len(line.split()) > 3 for line in listed.splitlines())


def test_every_target_of_the_makefile_has_a_help_line() -> None:
    targets = re.findall(r"^([a-z-]+):(.*)$", MAKEFILE, re.MULTILINE)
    assert [name for name, rest in targets if "## " not in rest] == []


def test_every_script_the_makefile_calls_is_there() -> None:
    assert [name for name in re.findall(r"scripts/\w+\.py", MAKEFILE) if not (ROOT / name).exists()] == []


def test_every_make_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert {"demo", "test"} <= named <= {"help", *TARGETS}


@pytest.mark.parametrize("name", LOCKS)
def test_each_locked_package_has_an_exact_version_and_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text().partition("\n")[2].strip())
    assert len(entries) > 20
    assert [entry.split()[0] for entry in entries if not re.match(r"[a-z0-9.-]+==\S+", entry)] == []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", [*LOCKS, *NPM_LOCKS])
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r'--(?:index-url|extra-index-url|find-links)|"resolved"', text) == []
    if name.endswith(".lock"):
        assert "://" not in text


def test_the_development_lock_holds_the_other_lock() -> None:
    run, dev = ((ROOT / name).read_text().partition("\n")[2] for name in LOCKS)
    pins = set(re.findall(r"^[a-z0-9.-]+==\S+", run, re.MULTILINE))
    assert pins <= set(re.findall(r"^[a-z0-9.-]+==\S+", dev, re.MULTILINE))


def test_each_package_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = project["project"]["dependencies"] + project["build-system"]["requires"]
    every = run + [need for extra in project["project"]["optional-dependencies"].values() for need in extra]
    for needs, name in zip((run, every), LOCKS, strict=True):
        locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / name).read_text(), re.MULTILINE))
        wanted = {re.split(r"[^\w.-]", need, maxsplit=1)[0].lower().replace(".", "-") for need in needs}
        assert wanted - {"dunant"} <= locked


def test_the_types_of_the_ui_are_those_of_the_committed_api() -> None:
    check = [sys.executable, "scripts/make_api_types.py", "--check"]
    assert subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False).stderr == ""


def test_scripts_stay_short_enough_to_read_at_a_glance() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "scripts").glob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > 60} == {}


def test_every_domain_is_held_to_purity() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in linter["contracts"]}
    neighbours = re.findall(r"\w+", next(layer for layer in contracts["down"]["layers"] if "|" in layer))
    domains = {name for name in neighbours if (ROOT / "src" / "dunant" / name).exists()} - {"store", "sync", "config"}
    assert {f"dunant.{name}" for name in domains | {"kernel", "stats"}} <= set(contracts["pure"]["source_modules"])


@pytest.mark.parametrize("what", FOREIGN)
def test_no_tracked_file_holds(what: str) -> None:
    texts = {path: path.read_text(errors="replace") for path in tracked() if is_text(path)}
    found = {str(path.relative_to(ROOT)): re.findall(FOREIGN[what], text) for path, text in texts.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}
