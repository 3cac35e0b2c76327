"""What one alert weighs on its way: the whole frame, and the part of it that is the event."""

import tempfile
from pathlib import Path

import msgspec

from benchmarks.running import new_id
from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.access import Actor
from dunant.kernel.ids import EventId, SubjectId, UserId
from dunant.kernel.places import Position
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.syncing.shelf import reading_shelf
from dunant.sync.frames import Codec
from dunant.sync.offer import build

WARM = 5
# The magic bytes and the length of the header.
PREFIX = 8


def frame_of_an_alert() -> tuple[int, int]:
    """Bytes of the frame of one alert, in a log whose salt block the receiver knows already; and of its events."""
    with tempfile.TemporaryDirectory(prefix="dunant-bench-") as folder:
        site = Site(Settings(data=Path(folder), site="FIELD", exercise=True))
        author = Author(actor=Actor(user=UserId(new_id()), role="casevac_cell", unit="MED"), source="web")
        for _ in range(WARM):
            alert = c.RecordAlert(
                alert=SubjectId(new_id()),
                channel="VOICE",
                exercise=True,
                callsign="CONVOY-6",
                position=Position(lat=9.45, lon=29.55),
            )
            site.send([(Asked(id=EventId(new_id()), command=alert), author)]).result()
        with reading_shelf(site) as shelf:
            log = next(log for log in shelf.vector() if log[2] == "alert")
            cut = build(shelf, Codec(), log, WARM - 1, 2_000, held=WARM - 1)
            assert cut is not None
            header = msgspec.msgpack.encode(Codec().read_header(cut.raw))
        site.close()
    return len(cut.raw), len(cut.raw) - PREFIX - len(header)
