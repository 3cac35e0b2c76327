"""Weigh what each page of the built UI makes a device download, against the budgets of the UI; exit 1 when one is over.

Counted: HTML, scripts and styles of the page with one language (the heaviest), gzip -9, in KB of 1,000 bytes.
"First" is what comes before the first useful screen; "whole" adds what is loaded on demand, such as the map.
"""

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent / "src" / "dunant" / "web" / "dist"
BUDGETS = {"desk.html": (250, 800), "field.html": (110, 300)}
LINK = 64  # kbit/s, a satellite link in the field
Manifest = dict[str, dict[str, list[str]]]


def weight(file: str) -> float:
    return len(gzip.compress((DIST / file).read_bytes(), 9)) / 1000


def chunks(manifest: Manifest, start: str, *kinds: str) -> set[str]:
    """A chunk and all it imports; without the languages, which are counted apart."""
    seen: set[str] = set()
    wanted = [start]
    while wanted:
        name = wanted.pop()
        if name not in seen and ".po" not in name:
            seen.add(name)
            wanted += [other for kind in kinds for other in manifest[name].get(kind, [])]
    return seen


def weigh(page: str, *kinds: str) -> float:
    """What a page brings with it, with the heaviest of its languages."""
    manifest: Manifest = json.loads((DIST / "manifest.json").read_text())
    found, spoken = set[str](), defaultdict[str, set[str]](set)
    for chunk in (manifest[name] for name in chunks(manifest, page, *kinds)):
        found |= {str(chunk["file"]), *chunk.get("css", []), *chunk.get("assets", [])}
        for name in chunk.get("dynamicImports", []):
            if ".po" in name:
                spoken[name.partition(".po")[0]].add(str(manifest[name]["file"]))
    return weight(page) + sum(map(weight, found)) + max(sum(map(weight, one)) for one in spoken.values())


def main() -> None:
    print("# What a page weighs\n\nKB after gzip -9 with one language, from `scripts/check_budgets.py`.\n")
    print("| Page | First screen, KB | Budget | Whole, KB | Budget | First screen at 64 kbit/s |")
    print("|---|---|---|---|---|---|")
    over = False
    for page, (most_first, most_whole) in BUDGETS.items():
        first, whole = weigh(page, "imports"), weigh(page, "imports", "dynamicImports")
        print(f"| `{page}` | {first:.0f} | {most_first} | {whole:.0f} | {most_whole} | {first * 8 / LINK:.0f} s |")
        over = over or first > most_first or whole > most_whole
    sys.exit("The UI is over its budget." if over else 0)


if __name__ == "__main__":
    main()
