"""What a site says of its links, as a journey wants it: the answer of the status door, made up."""

import json
from copy import deepcopy
from typing import Any

from playwright.sync_api import Page, Route

Status = dict[str, Any]

_AS_OF = "2026-11-23T20:28:00.000Z"
STATUS: Status = {
    "as_of": _AS_OF,
    "site": {
        "code": "BENTIU", "mission": "DEMO", "epoch": "1a2b3c4d", "exercise": True, "authority": "MHQ",
        "is_authority": False,
        "disk": {"free_bytes": 72_000_000_000, "total_bytes": 252_000_000_000, "low": False,
                 "database_bytes": 12_000_000},
        "backup": {"last": "2026-11-22T20:00:00.000Z"}, "events": 10_234, "parked_frames": 0, "parked_bytes": 0,
        "quarantined": 0,
    },
    "switch": {"available": True, "up": True, "kbit_s": 256, "rtt_ms": 600, "loss": 0.03},
    "peers": [{
        "code": "MHQ", "address": "https://mhq:8443", "direction": "dials", "state": "up", "reason": None,
        "last_contact": "2026-11-23T20:27:30.000Z", "clock_diff_ms": 120, "clock_suspect": False, "rtt_ms": 610,
        "bandwidth_bit_s": 250_000, "mode": "alert",
        "queue": [{"lane": 0, "events": 1, "bytes": 400}, {"lane": 1, "events": 300, "bytes": 15_000},
                  {"lane": 2, "events": 0, "bytes": 0}, {"lane": 3, "events": 12, "bytes": 700}],
        "incoming": [{"lane": 1, "events": 20}], "finish_s": 14.2, "sent_bytes": 200_000, "received_bytes": 30_000,
        "last_receipt": {"at": "2026-11-23T20:26:00.000Z", "receiver": "MHQ"}, "software": "0.2.0", "protocol": 1,
        "complete": False,
    }],
    "sites": [
        {"code": "BENTIU", "state": "ACTIVE", "roles": ["clinician"], "key_ids": ["0a1b2c3d4e5f"], "words": None,
         "last_heard": _AS_OF, "behind": None, "authority": False},
        {"code": "MHQ", "state": "ACTIVE", "roles": ["mission_hq", "casevac_cell"], "key_ids": ["ffeeddccbbaa"],
         "words": "river lamp stone goat nine tree", "last_heard": "2026-11-23T20:27:30.000Z", "behind": 313,
         "authority": True},
    ],
    "receipts": [{"receiver": "MHQ", "origin": "BENTIU", "stream": "casualty", "q": 120, "ours": 130,
                  "at": "2026-11-23T20:26:00.000Z"}],
    "storage": {},
    "forks": [],
}  # fmt: skip


class Answers:
    """Answers the status door of one window; the switch moves the link, as the demonstration's own does."""

    def __init__(self, page: Page, **changes: Any) -> None:
        self.status = {**deepcopy(STATUS), **changes}
        self.asked: list[str] = []
        page.route("**/api/v1/site/status", self._status)
        page.route("**/api/v1/demo/link", self._link)
        page.route("**/api/v1/site/backup", self._backup)

    def _status(self, route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(self.status))

    def _link(self, route: Route) -> None:
        up = bool(json.loads(route.request.post_data or "{}")["up"])
        self.asked.append(f"link {up}")
        self._turn(up)
        route.fulfill(status=204)

    def cut(self) -> None:
        self._turn(False)

    def _turn(self, up: bool) -> None:
        self.status["switch"]["up"] = up
        for peer in self.status["peers"]:
            peer["state"] = "up" if up else "down"

    def _backup(self, route: Route) -> None:
        self.asked.append("backup")
        self.status["site"]["backup"]["last"] = _AS_OF
        route.fulfill(status=204)
