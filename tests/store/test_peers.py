"""What is remembered of peers, and how damage in a copy is found and mended."""

from dunant.services.build import Site
from dunant.store import peers
from dunant.store.peers import PeerRow


def test_what_was_seen_of_a_peer_is_changed_field_by_field_and_bytes_add_up(site: Site) -> None:
    submit = site.commit.submit
    submit(lambda one: peers.note(one, "BRAVO", state="up", rtt_ms=600, sent=10)).result(timeout=30)
    submit(lambda one: peers.note(one, "BRAVO", clock_diff_ms=-7, sent=5, received=3)).result(timeout=30)
    submit(lambda one: peers.note(one, "CHARLIE", reason="sync.site_revoked")).result(timeout=30)
    submit(peers.all_down).result(timeout=30)
    with site.database.reading() as connection:
        assert peers.peers(connection) == [
            PeerRow(code="BRAVO", state="down", rtt_ms=600, clock_diff_ms=-7, sent_bytes=15, received_bytes=3),
            PeerRow(code="CHARLIE", reason="sync.site_revoked"),
        ]
