"""What the calling side forgets of a peer: nothing while the same process answers, receipts when another one does."""

from dunant.sync.dialler import Dialler
from tests.simulation.post import PROFILE, Post
from tests.sync.test_intake_properties import a_post


def test_receipts_are_exchanged_again_when_another_process_answers() -> None:
    """It may have been restored without knowing it, and go on in the same epoch."""
    clinic, hq = a_post("BOR"), a_post("MHQ")
    clinic.call("MHQ")
    dialler = clinic.diallers["MHQ"]
    greet(dialler, hq, 0.0)
    dialler.receipts_told, dialler.receipts_heard = 7, 9
    greet(dialler, hq, PROFILE.hello_s)
    assert (dialler.receipts_told, dialler.receipts_heard) == (7, 9)
    hq.restart()
    greet(dialler, hq, 2 * PROFILE.hello_s)
    assert (dialler.receipts_told, dialler.receipts_heard) == (0, 0)


def greet(dialler: Dialler, hq: Post, now: float) -> None:
    task = next(dialler.next(now, hq.builder("MHQ"), hq.receipts("MHQ")))
    assert task.kind == "hello"
    epoch, heard = hq.disk.state.epoch, dialler.receipts_heard
    hello = hq.answering.hello(hq.disk, hq.trust(), "BOR", epoch, hq.clock(), task.since, heard)
    dialler.heard(task, hello, now)
