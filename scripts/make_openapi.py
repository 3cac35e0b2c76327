"""Write the description of the API that the product serves at /api/v1/openapi.json."""

import json
from pathlib import Path

from dunant.casualty import RULES
from dunant.services.build import views_of
from dunant.services.policies import load_policies
from dunant.sites import SITE_COMMANDS
from dunant.web.openapi import describe

TARGET = Path(__file__).parent.parent / "src" / "dunant" / "web" / "openapi.json"


def document() -> str:
    views = {view.name: view for view in views_of(load_policies("mission_demo.toml"))}
    return json.dumps(describe([*RULES, *SITE_COMMANDS], views), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
