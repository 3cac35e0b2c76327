"""A bar for every long job, drawn only when the job turns out to be long."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

_PATIENCE_S = 0.5


class Bar:
    """Called with how much is done and of how much; a job that is over at once draws nothing."""

    def __init__(self, label: str, stack: ExitStack) -> None:
        self._label = label
        self._stack = stack
        self._began = time.monotonic()
        self._drawn: tuple[Progress, TaskID] | None = None

    def __call__(self, done: int, of: int) -> None:
        if self._drawn is None:
            console = Console(stderr=True)
            # A log file or a pipe is nobody to draw a bar for.
            if time.monotonic() - self._began < _PATIENCE_S or not console.is_terminal:
                return
            bars = self._stack.enter_context(Progress(console=console, transient=True))
            self._drawn = (bars, bars.add_task(self._label, total=of))
        bars, task = self._drawn
        bars.update(task, completed=done, total=of)


@contextmanager
def bar(label: str) -> Iterator[Bar]:
    with ExitStack() as stack:
        yield Bar(label, stack)
