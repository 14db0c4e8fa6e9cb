"""`place` is where a store can be opened, once for each kind of store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import neo4j
import pytest

from risk_graph.store import GraphStore, open_store
from tests.neo4j_server.server import Server, serve_for_tests

ON_NEO4J = pytest.param("neo4j", marks=(pytest.mark.neo4j, pytest.mark.xdist_group("neo4j")))


@dataclass(frozen=True)
class Place:
    """An address that `open_store` understands, and the project folder it is relative to."""

    kind: str
    url: str
    project: Path

    def open(self, *, write: bool = True) -> GraphStore:
        return open_store(self.url, self.project, write=write)


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    yield from serve_for_tests()


@pytest.fixture
def neo4j_place(neo4j_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("RISK_GRAPH_NEO4J_USER", neo4j_server.user)
    monkeypatch.setenv("RISK_GRAPH_NEO4J_PASSWORD", neo4j_server.password)
    auth = (neo4j_server.user, neo4j_server.password)
    with neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    return Place("neo4j", neo4j_server.url, tmp_path)


@pytest.fixture(params=["embedded", ON_NEO4J])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "neo4j":
        found: Place = request.getfixturevalue("neo4j_place")
        return found
    return Place("embedded", "graph", tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[GraphStore]:
    with place.open() as opened:
        yield opened
