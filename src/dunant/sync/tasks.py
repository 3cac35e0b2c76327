"""What a dialler asks to be done, and what it is told when it has been: the words between it and whoever runs it."""

from typing import Literal

from msgspec import Struct

from dunant.kernel.log import LogName
from dunant.sync.messages import Answer, Ask, Hello, Listen, News

Kind = Literal["hello", "push", "urgent", "pull", "listen"]
State = Literal["never", "connecting", "up", "down", "refused"]


class Task(Struct, kw_only=True):
    """One exchange. `timeout` in seconds; what is sent is in `raw`, what is asked for in `ask` or `listen`."""

    n: int
    kind: Kind
    timeout: float
    started: float
    log: LogName | None = None
    lane: int = 0
    after: int = 0
    q_to: int = 0
    raw: bytes = b""
    ask: Ask | None = None
    listen: Listen | None = None
    since: str = ""
    receipts_upto: int = 0


class Pulled(Struct, frozen=True, kw_only=True):
    """A frame was fetched and judged by our own intake; `size` 0 means that there was none."""

    size: int
    outcome: str = ""
    code: str = ""


class Failed(Struct, frozen=True, kw_only=True):
    """No answer, or one that says nothing about the frame. `retry_after` in seconds if the peer named it."""

    code: str
    is_refusal: bool = False
    retry_after: float | None = None


Heard = Hello | Answer | Pulled | News | Failed | None


class Progress:
    """How far one direction has come: what is confirmed, and how far what is under way would bring it."""

    def __init__(self) -> None:
        self.confirmed: dict[LogName, int] = {}
        self.under_way: dict[LogName, int] = {}

    def reach(self, log: LogName) -> int:
        return max(self.confirmed.get(log, 0), self.under_way.get(log, 0))

    def fall_back(self, log: LogName) -> None:
        self.under_way.pop(log, None)
