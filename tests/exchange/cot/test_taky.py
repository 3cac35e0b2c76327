"""An unmodified taky 0.10 as the server in between (casualty §21, A3, A4): nothing of a 9-line is lost on the way."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.cot import taky
from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage
from dunant.exchange.cot.split import Splitter, parse_message
from dunant.exchange.cot.write import reissue
from dunant.exchange.cot.xml import write_event
from tests.exchange.cot.builders import sample

INVENTED = b' invented_by_a_peer="kept"'


def heard(connection: socket.socket) -> CotMessage:
    """The first whole message that comes in."""
    connection.settimeout(20)
    splitter = Splitter()
    while True:
        for found in splitter.feed(connection.recv(1 << 16)):
            if isinstance(found, CotMessage) and found.type == "b-r-f-h-c":
                return found


@pytest.mark.slow
def test_a3_a_nine_line_of_ours_reaches_a_client_of_taky_whole_and_a_late_joiner_too() -> None:
    ours = parse_message(sample().replace(b"<_medevac_ ", b"<_medevac_" + INVENTED + b" "))
    assert isinstance(ours, CotMessage)
    with taky() as port:
        address = ("127.0.0.1", port)
        with socket.create_connection(address, 10) as listening, socket.create_connection(address, 10) as sending:
            sending.sendall(write_event(reissue(ours, datetime.now(UTC) + timedelta(hours=24))))
            first = heard(listening)
            with socket.create_connection(address, 10) as joining:
                late = heard(joining)
    for found in (first, late):
        medevac = medevac_of(found)
        assert medevac is not None
        assert [zmist.title for zmist in medevac.zmists] == ["ZMIST1", "ZMIST2"]
        assert medevac.marking_text == "IR strobe"
        assert INVENTED.strip() in write_event(found)
