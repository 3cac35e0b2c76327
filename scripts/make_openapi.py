"""Write the description of the API that the product serves at /api/v1/openapi.json."""

import json
from pathlib import Path

from dunant.casualty import RULES, casualty_views
from dunant.services.policies import load_policies
from dunant.web.openapi import describe

TARGET = Path(__file__).parent.parent / "src" / "dunant" / "web" / "openapi.json"


def document() -> str:
    views = {view.name: view for view in casualty_views(load_policies("mission_demo.toml").casualty)}
    return json.dumps(describe(RULES, views), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
