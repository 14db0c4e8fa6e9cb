"""What is particular to a server: credentials, constraints, slots, lost connections."""

import logging
import traceback
from pathlib import Path
from typing import Any

import neo4j
import pandas as pd
import pytest

from risk_graph.errors import NotFoundError, QueryError, StoreError
from risk_graph.model.table import input_tables
from risk_graph.store import Progress, neo4j_read, neo4j_write, open_store
from risk_graph.store.neo4j import Neo4jStore
from risk_graph.store.schema import edge_types, node_types
from tests.neo4j_server.server import Server
from tests.store.conftest import Place
from tests.store.graphs import inputs, many, results
from tests.store.test_contract import assert_same
from tests.store.test_questions import QUESTIONS

SECRET = "swordfish-1234"
LABELLED = (
    "MATCH (f:Facility) RETURN count(f) AS n",
    "MATCH (:Facility)-[r:FLOWS_TO]->() RETURN count(r) AS n",
    "MATCH (a:Facility)-[:FLOWS_TO]->(b)-[:FLOWS_TO]->(c) RETURN count(DISTINCT c.facility_id) AS n",
    "MATCH (f:Facility) WHERE EXISTS { MATCH (f)-[:FLOWS_TO]->() } RETURN count(f) AS n",
    "MATCH (f:Facility) OPTIONAL MATCH (f)-[:HAS_SCORE]->(s) RETURN count(f) AS n, count(s) AS s",
    "MATCH (a)-[:HAS_FINDING]->(x:Finding) WHERE x.truth = 'U' RETURN count(DISTINCT x.finding_id) AS n",
    "RETURN 30 AS n",
    "UNWIND [30] AS n RETURN n",
)
UNLABELLED = (
    "MATCH (f) WHERE f.facility_id IS NOT NULL RETURN count(f) AS n",
    "MATCH ()-[r:FLOWS_TO]->() RETURN count(r) AS n",
    "MATCH (a)-[r:FLOWS_TO]->(b) WHERE r.mass > 0 RETURN count(DISTINCT r.flow_id) AS n",
    "MATCH (s:Supplier) OPTIONAL MATCH ()-[r:FLOWS_TO]->(x) RETURN count(r) AS n",
    "MATCH (s:Supplier) RETURN COUNT { MATCH ()-[:FLOWS_TO]->() } AS n",
    "MATCH (s:Supplier) RETURN CASE WHEN EXISTS { MATCH (x)-[:FLOWS_TO]->() WHERE x.name = s.name OR x.mass > 0 } "
    "THEN 0 ELSE COUNT { MATCH (y)-[:FLOWS_TO]->() } END AS n",
    "MATCH (s:Supplier) RETURN size(COLLECT { MATCH ()-[r:FLOWS_TO]->() RETURN r }) AS n",
    "MATCH (s:Supplier) RETURN size([()-[r:FLOWS_TO]->() | r.mass]) AS n",
    "MATCH (s:Supplier), (f) WHERE f.facility_id IS NOT NULL RETURN count(f) AS n",
    "MATCH (s:Supplier), ()-[r:FLOWS_TO]->(b) WHERE b:Facility OR r.mass > 0 RETURN count(r) AS n",
)


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
    def test_every_key_is_a_constraint(self, neo4j_place: Place, neo4j_server: Server) -> None:
        with neo4j_place.open() as store:
            store.replace("inputs", inputs(), results())
        auth = (neo4j_server.user, neo4j_server.password)
        with neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver:
            slot = driver.execute_query("MATCH (s:RiskGraphState) RETURN s.slot AS slot").records[0]["slot"]
            repeats = [
                f"MATCH (n:`{label}`) WITH n LIMIT 1 CREATE (:`{label}` {{`{node.key}`: n.`{node.key}`}})"
                for node in node_types()
                for label in (f"{node.label}_{slot}", *([node.label] if node.table in input_tables() else []))
            ] + [
                f"MATCH (a)-[r:`{edge.type}`]->(b) WITH a, r, b LIMIT 1 "
                f"CREATE (b)-[:`{edge.type}` {{`{edge.key}`: r.`{edge.key}`, _slot: r._slot}}]->(a)"
                for edge in edge_types()
                if edge.key
            ]
            for repeat in repeats:
                with pytest.raises(neo4j.exceptions.ConstraintError):
                    driver.execute_query(repeat)

    def test_what_is_the_stores_own_is_not_shown(self, neo4j_place: Place) -> None:
        with neo4j_place.open() as store:
            store.replace("inputs", *many(3))
            found = store.query("MATCH (f:Facility)-[r:FLOWS_TO]->() RETURN f, r LIMIT 1")
        assert found["f"].iloc[0]["_label"] == "Facility"
        assert "_slot" not in found["r"].iloc[0]

    @pytest.mark.parametrize(
        "cypher",
        [
            "WITH 1 AS a LOAD CSV FROM 'file:///etc/hosts' AS row RETURN row",
            "CALL dbms.listConfig() YIELD name RETURN name",
            "MATCH (f:Facility) CALL (f) { CALL db.labels() YIELD label RETURN label } RETURN label",
            "MATCH (f:Facility) SET f.name = 'x'",
            "SHOW TRANSACTIONS",
        ],
    )
    def test_the_servers_own_plan_is_a_second_fence(
        self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch, cypher: str
    ) -> None:
        monkeypatch.setattr("risk_graph.store.neo4j.check_reading", lambda cypher, parameters: None)
        with neo4j_place.open() as store:
            store.replace("inputs", *many(3, "a"))
            with pytest.raises(QueryError):
                store.query(cypher)
            assert set(store.read(["facilities"]).tables["facilities"]["name"]) == {"a"}

    def test_no_pattern_meets_rows_that_are_not_public(
        self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neo4j_write, "FEW_ROWS", 0)
        with neo4j_place.open() as store:
            store.replace("inputs", *many(30))
            with pytest.raises(KeyboardInterrupt):
                store.replace("inputs", *many(50), interrupt_at("HAS_FINDING"))
            for cypher in LABELLED:
                assert store.query(cypher)["n"].tolist() == [30], cypher
            for _, cypher in QUESTIONS:
                store.query(cypher)
            for cypher in UNLABELLED:
                with pytest.raises(StoreError, match="name the labels"):
                    store.query(cypher)
            store.replace("inputs", *many(40))
            for cypher in (*LABELLED, *UNLABELLED):
                assert store.query(cypher)["n"].tolist() in ([40], [30]), cypher

    def test_tables_are_read_while_a_large_load_becomes_visible(
        self, neo4j_place: Place, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neo4j_write, "FEW_ROWS", 0)
        monkeypatch.setattr("risk_graph.store.neo4j_read._PATIENCE_SECONDS", 1.0)
        auth = (neo4j_server.user, neo4j_server.password)
        with neo4j_place.open() as store, neo4j.GraphDatabase.driver(neo4j_server.url, auth=auth) as driver:
            first = store.replace("inputs", *many(30))
            with (
                driver.session() as session,
                session.begin_transaction(metadata={"risk_graph_load": "x"}) as open_one,
            ):
                open_one.run("RETURN 1").consume()
                driver.execute_query("MATCH (n:RiskGraphNotice) SET n.load = 'x'")
                assert store.read().generation == first
                with pytest.raises(StoreError, match="busy"):
                    store.query("MATCH (f:Facility) RETURN count(f) AS n")

    def test_a_read_during_which_the_slots_are_swapped_is_done_again(
        self, neo4j_place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(neo4j_write, "FEW_ROWS", 0)
        table_frame = neo4j_read.table_frame
        with neo4j_place.open() as store, neo4j_place.open() as other:
            store.replace("inputs", *many(30, "old"))

            def slow(*arguments: Any) -> pd.DataFrame:
                monkeypatch.setattr(neo4j_read, "table_frame", table_frame)
                frame = table_frame(*arguments)
                other.replace("inputs", *many(20, "new"))
                other.replace("inputs", *many(30, "old"))  # the same content in the same slot, written anew
                other.replace("inputs", *many(20, "new"))
                return frame

            monkeypatch.setattr(neo4j_read, "table_frame", slow)
            tables = store.read(["facilities", "flows"]).tables
        assert {len(table) for table in tables.values()} == {20}
        assert set(tables["facilities"]["name"]) == {"new"}

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
            assert store.query(
                "MATCH (f) WHERE f.facility_id IS NOT NULL AND f.action_id IS NULL RETURN count(f) AS n"
            )["n"].tolist() == [24]

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
