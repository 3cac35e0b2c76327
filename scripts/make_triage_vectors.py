"""Write tests/references/triage.json: observations and what every scheme says, for all who compute the same.

The phone runs the schemes without a network (`ui/src/field/care/triage.ts`); both sides are held to this file.
"""

import random
from pathlib import Path
from typing import Any

import msgspec

from dunant.casualty.triage import BOUNDS, Observations, TriagePack, all_schemes
from dunant.store.packs import PackShelf

FILE = Path(__file__).resolve().parent.parent / "tests" / "references" / "triage.json"
HOW_MANY = 100
VALUES: dict[str, list[Any]] = {
    "walks": [True, False, None],
    "breathes": [True, False, None],
    "breathes_after_airway": [True, False, None],
    "radial": [True, False, None],
    "obeys": [True, False, None],
    "unconscious": [True, False, None],
    "rr": [None, 0, 8, 10, 12, 16, 22, 23, 30, 31, 40],
    "hr": [None, 0, 60, 100, 101, 120, 121, 150],
    "gcs": [None, 3, 8, 13, 14, 15],
    "crt_s": [None, 1, 2, 3],
    "avpu": ["A", "V", "P", "U"],
    "pulse": [True, False],
    "breathes_after_rescue": [True, False],
    **{name: [True, False] for name in ("distress", "bleeding_controlled", "minor_only", "survivable")},
}


def vectors() -> dict[str, Any]:
    pack = PackShelf().read("triage.toml", TriagePack)
    chance = random.Random(1)
    rows = []
    for _ in range(HOW_MANY):
        # Half of what could be seen was not: an answer that stays open is the harder one.
        seen = {name: chance.choice([None, chance.choice(values)]) for name, values in VALUES.items()}
        said = {
            one.scheme: [one.category, list(one.possible), sorted(one.missing), list(one.warnings)]
            for one in all_schemes(pack, Observations(**seen))
        }
        rows.append({"seen": {name: value for name, value in seen.items() if value is not None}, "said": said})
    schemes = {one.id: {"version": one.version, "default": one.default, "steps": one.steps} for one in pack.enabled}
    return {"bounds": dict(BOUNDS), "schemes": msgspec.to_builtins(schemes), "vectors": rows}


def text() -> bytes:
    found = vectors()
    rows = b",\n".join(msgspec.json.encode(row) for row in found.pop("vectors"))
    return msgspec.json.encode(found)[:-1] + b',"vectors":[\n' + rows + b"\n]}\n"


if __name__ == "__main__":
    FILE.write_bytes(text())
