"""What is particular to a server: credentials, constraints, slots, lost connections."""

import logging
import traceback
from pathlib import Path

import neo4j
import pytest

from risk_graph.errors import NotFoundError, QueryError, StoreError
from risk_graph.store import Progress, neo4j_write, open_store
from risk_graph.store.neo4j import Neo4jStore
from tests.neo4j_server.server import Server
from tests.store.conftest import Place
from tests.store.graphs import inputs, many, results
from tests.store.test_contract import assert_same

SECRET = "swordfish-1234"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISK_GRAPH_NEO4J_USER", "captain")
    monkeypatch.setenv("RISK_GRAPH_NEO4J_PASSWORD", SECRET)


def refusal(url: str) -> str:
    """All that anybody can see of a refusal."""
    with pytest.raises(StoreError) as caught:
        open_store(url, Path(), write=False)
    assert "\n" not in str(caught.value)
    return "".join(traceback.format_exception(caught.value))


@pytest.mark.usefixtures("credentials")
def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = refusal("bolt://127.0.0.1:1")
    assert "cannot be reached" in said
    assert SECRET not in said + caplog.text


@pytest.mark.usefixtures("credentials")
def test_credentials_in_the_address_are_refused() -> None:
    said = refusal(f"neo4j://captain:{SECRET}@localhost:7687")
    assert "RISK_GRAPH_NEO4J_USER" in said
    assert SECRET not in said


def test_credentials_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RISK_GRAPH_NEO4J_USER", raising=False)
    monkeypatch.delenv("RISK_GRAPH_NEO4J_PASSWORD", raising=False)
    assert "RISK_GRAPH_NEO4J_PASSWORD" in refusal("neo4j://localhost:7687")


def test_an_address_of_another_kind() -> None:
    assert "starts with" in refusal("https://localhost:7687")


@pytest.mark.neo4j
@pytest.mark.xdist_group("neo4j")
@pytest.mark.usefixtures("credentials")
def test_a_wrong_password_is_not_repeated(neo4j_server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = refusal(neo4j_server.url)
    assert "refused the log-in" in said
    assert SECRET not in said + caplog.text


@pytest.mark.neo4j
@pytest.mark.xdist_group("neo4j")
class TestServer:
    def test_keys_are_constraints(self, neo4j_place: Place, neo4j_server: Server) -> None:
        with neo4j_place.open() as store:
            store.replace("inputs", inputs(), results())
        auth = (neo4j_server.user, neo4j_server.password)
        with neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver:
            found = driver.execute_query("SHOW CONSTRAINTS YIELD labelsOrTypes, properties").records
            with pytest.raises(neo4j.exceptions.ConstraintError):
                driver.execute_query(
                    "MATCH (f:Facility) WITH f.facility_id AS id LIMIT 1 CREATE (:Facility {facility_id: id})"
                )
        keys = {(r["labelsOrTypes"][0], r["properties"][0]) for r in found}
        assert {("Facility", "facility_id"), ("Supplier", "supplier_id"), ("Finding_A", "finding_id")} <= keys

    def test_the_server_refuses_to_write_too(
        self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("risk_graph.store.neo4j.check_reading", lambda cypher, parameters: None)
        with neo4j_place.open() as store:
            store.replace("inputs", inputs(), {})
            with pytest.raises(QueryError):
                store.query("CREATE (:Facility {facility_id: 'x'})")

    def test_a_large_load_goes_in_batches(self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(neo4j_write, "FEW_ROWS", 0)
        with neo4j_place.open() as store:
            for turn in range(3):
                store.replace("a", inputs("a-"), {})
                generation = store.replace("inputs", inputs(count=12 + turn), results(mark=str(turn)))
            assert store.read().generation == generation
            assert len(store.read().tables["facilities"]) == 12 + 14
            with pytest.raises(KeyboardInterrupt):
                store.replace("inputs", inputs(count=30), {}, interrupt_at("FLOWS_TO"))
            assert store.read().generation == generation
            last = store.replace("inputs", inputs(), results())
            assert last != generation
            assert len(store.query("MATCH (f:Facility) RETURN f")) == 24
            assert store.query("MATCH (f) WHERE f.facility_id IS NOT NULL RETURN count(f) AS n")[
                "n"
            ].tolist() == [24]

    def test_a_lost_answer_to_a_commit(self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        commit = neo4j.Transaction.commit
        outcome: list[bool] = []

        def lost(transaction: neo4j.Transaction) -> None:
            if outcome[-1]:
                commit(transaction)
            else:
                transaction.rollback()
            raise neo4j.exceptions.ServiceUnavailable("lost")

        with neo4j_place.open() as store:
            store.replace("inputs", inputs(), results())
            monkeypatch.setattr(neo4j.Transaction, "commit", lost)
            outcome.append(True)
            done = store.replace("inputs", inputs(count=24), results())
            outcome.append(False)
            with pytest.raises(StoreError, match="former graph stays"):
                store.replace("inputs", inputs(), results())
            monkeypatch.setattr(neo4j.Transaction, "commit", commit)
            assert store.read().generation == done
            assert_same(store.read().tables, {**inputs(count=24), **results()})

    def test_a_dead_writer_holds_nobody_up(self, neo4j_place: Place, neo4j_server: Server) -> None:
        auth = (neo4j_server.user, neo4j_server.password)
        with neo4j_place.open() as store, neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver:
            store.replace("inputs", inputs(), results())
            driver.execute_query("MATCH (n:RiskGraphNotice) SET n.load = 'dead'")
            assert len(store.read().tables["facilities"]) == 12

    def test_readers_wait_while_a_load_becomes_visible(
        self, neo4j_place: Place, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("risk_graph.store.neo4j_read._PATIENCE_SECONDS", 1.0)
        auth = (neo4j_server.user, neo4j_server.password)
        with neo4j_place.open() as store, neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver:
            store.replace("inputs", inputs(), results())
            with (
                driver.session() as session,
                session.begin_transaction(metadata={"risk_graph_load": "x"}) as open_one,
            ):
                open_one.run("RETURN 1").consume()
                driver.execute_query("MATCH (n:RiskGraphNotice) SET n.load = 'x'")
                with pytest.raises(StoreError, match="busy"):
                    store.read()

    def test_the_routing_scheme_works(self, neo4j_place: Place) -> None:
        url = neo4j_place.url.replace("bolt://", "neo4j://")
        with Neo4jStore(url, write=False) as store, pytest.raises(NotFoundError):
            store.read()

    def test_the_old_slot_is_empty_afterwards(
        self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neo4j_write, "FEW_ROWS", 0)
        with neo4j_place.open() as store:
            for count in (30, 20):
                store.replace("inputs", *many(count))
            assert store.query("MATCH ()-[r:FLOWS_TO]->() RETURN count(r) AS n")["n"].tolist() == [20]


def interrupt_at(word: str) -> Progress:
    def progress(step: str) -> None:
        if word in step:
            raise KeyboardInterrupt

    return progress
