"""Weigh what each page of the built UI makes a device download, against the budgets of the UI; exit 1 when one is over.

Counted: HTML, scripts and styles of the page with one language (the heaviest), gzip -9, in KB of 1,000 bytes.
"First" is what comes before the first useful screen; "whole" adds what is loaded on demand, such as the map.
"""

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent / "src" / "dunant" / "web" / "dist"
BUDGETS = {"desk.html": (250, 800), "field.html": (110, 300)}
LINK = 64  # kbit/s, a satellite link in the field
Manifest = dict[str, dict[str, list[str]]]


def weight(file: str) -> float:
    return len(gzip.compress((DIST / file).read_bytes(), 9)) / 1000


def files(manifest: Manifest, start: str, *kinds: str) -> set[str]:
    """Files of a chunk and of all it imports; without the languages, which are counted apart."""
    seen: set[str] = set()
    found: set[str] = set()
    wanted = [start]
    while wanted:
        name = wanted.pop()
        if name not in seen and ".po" not in name:
            seen.add(name)
            chunk = manifest[name]
            found |= {str(chunk["file"]), *chunk.get("css", []), *chunk.get("assets", [])}
            wanted += [other for kind in kinds for other in chunk.get(kind, [])]
    return found


def weigh(page: str) -> tuple[float, float]:
    manifest: Manifest = json.loads((DIST / "manifest.json").read_text())
    first = files(manifest, page, "imports")
    whole = files(manifest, page, "imports", "dynamicImports")
    begins, all_of_it = languages(manifest, [page]), languages(manifest, reached(manifest, page))
    return weight(page) + begins + sum(map(weight, first)), weight(page) + all_of_it + sum(map(weight, whole))


def reached(manifest: Manifest, start: str) -> set[str]:
    """Chunks of a page, those that come later included."""
    seen: set[str] = set()
    wanted = [start]
    while wanted:
        name = wanted.pop()
        if name not in seen:
            seen.add(name)
            wanted += [other for kind in ("imports", "dynamicImports") for other in manifest[name].get(kind, [])]
    return seen


def languages(manifest: Manifest, chunks: Iterable[str]) -> float:
    """All catalogues that these chunks ask for, in the heaviest language."""
    spoken: dict[str, set[str]] = {}
    for chunk in chunks:
        for name in manifest[chunk].get("dynamicImports", []):
            if ".po" in name:
                spoken.setdefault(name.partition(".po")[0], set()).add(str(manifest[name]["file"]))
    return max((sum(map(weight, found)) for found in spoken.values()), default=0)


def main() -> None:
    print("# What a page weighs\n\nKB after gzip -9 with one language, from `scripts/check_budgets.py`.\n")
    print("| Page | First screen, KB | Budget | Whole, KB | Budget | First screen at 64 kbit/s |")
    print("|---|---|---|---|---|---|")
    over = False
    for page, (most_first, most_whole) in BUDGETS.items():
        first, whole = weigh(page)
        print(f"| `{page}` | {first:.0f} | {most_first} | {whole:.0f} | {most_whole} | {first * 8 / LINK:.0f} s |")
        over = over or first > most_first or whole > most_whole
    sys.exit("The UI is over its budget." if over else 0)


if __name__ == "__main__":
    main()
