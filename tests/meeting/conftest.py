"""Three sites of one mission, founded once, copied for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dunant.sync.link import Switch, linked
from dunant.sync.satellite import Shape
from tests.meeting.mission import AMBULANCE, CLINIC, HQ, Ledger, Node, copied, found

# Nothing slows it; it can be cut.
WIRE = Shape(rate=100_000_000, delay_s=0.002, loss=0.0)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Node]:
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def mission(founded: dict[str, Node], tmp_path: Path) -> Iterator[dict[str, Node]]:
    """Headquarters, a clinic and an ambulance, on SQLite; nothing is running yet."""
    nodes = copied(founded, tmp_path / "sites")
    yield nodes
    for node in nodes.values():
        node.kill()


@pytest.fixture
def pg_mission(postgres: Any, tmp_path: Path) -> Iterator[dict[str, Node]]:
    """The same, with headquarters on PostgreSQL."""
    address = postgres.fresh()
    nodes = found(tmp_path / "sites", address)
    yield nodes
    for node in nodes.values():
        node.kill()
    postgres.drop(address)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "ledger.jsonl")
    yield made
    made.close()


@pytest.fixture
def switch() -> Iterator[Callable[[Node], Switch]]:
    """`switch(hq)`: a link to a site that can be cut, one for each caller."""
    open_links: list[Any] = []

    def make(to: Node, shape: Shape = WIRE) -> Switch:
        link = linked(("127.0.0.1", to.port), shape, seed=len(open_links) + 1, cut_after_s=0.5)
        open_links.append(link)
        return link.__enter__()

    yield make
    for link in open_links:
        link.__exit__(None, None, None)


def wired(nodes: dict[str, Node], switch: Callable[[Node], Switch]) -> dict[str, Switch]:
    """Clinic and ambulance call headquarters, each over a link of its own."""
    links = {code: switch(nodes[HQ]) for code in (CLINIC, AMBULANCE)}
    for code, link in links.items():
        host, port = link.address
        nodes[code].peers = {HQ: f"https://{host}:{port}"}
    return links
