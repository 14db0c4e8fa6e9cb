"""Writing to Neo4j: a load is one transaction, so the server keeps it whole or forgets it.

Statements are made of the declarations' labels, types and column names only; every value is a parameter.
The transaction first takes the lock node, which makes it the only writer; the server frees the lock when a
client dies. Rows go in batches inside the transaction. When the answer to COMMIT is lost, the generation
that stands in the graph afterwards tells whether it was done.
"""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import neo4j
import pandas as pd
from neo4j import exceptions

from risk_graph.errors import StoreError
from risk_graph.model.table import Column, Tables
from risk_graph.store import project
from risk_graph.store.content import Content, combine, digest, split
from risk_graph.store.neo4j_read import LOAD, NOTICE, STATE, is_live, state, table_frame
from risk_graph.store.neo4j_session import Connection, timed_out
from risk_graph.store.protocol import Progress
from risk_graph.store.schema import all_tables, edge_types, node_types

_LOCK = "RiskGraphLock"
_TAKE = f"MERGE (l:{_LOCK} {{id: 1}}) SET l.taken = $load"
_ANNOUNCE = f"MERGE (n:{NOTICE} {{id: 1}}) SET n.load = $load, n.count = coalesce(n.count, 0) + 1"
_WITHDRAW = f"MATCH (n:{NOTICE} {{id: 1}}) WHERE n.load = $load SET n.load = null"
_SAVE = f"MERGE (s:{STATE} {{id: 1}}) SET s.generation = $generation, s.datasets = $datasets"
_BATCH = 10_000
_LOAD_SECONDS = 3600.0
_LOST_SECONDS = 60.0


class Load:
    """One load into a server."""

    def __init__(self, connection: Connection, busy_seconds: float, progress: Progress) -> None:
        self._connection, self._busy_seconds, self._progress = connection, busy_seconds, progress
        self._id = uuid.uuid4().hex

    def replace(self, dataset: str, tables: Tables, results: Tables) -> str:
        """See GraphStore.replace."""
        with self._connection.session(read_only=False) as session:
            self._prepare(session)
            with session.begin_transaction(metadata={LOAD: self._id}, timeout=_LOAD_SECONDS) as transaction:
                transaction.run(_TAKE, load=self._id).consume()
                current, datasets = state(transaction.run)
                content = combine(dataset, tables, self._carried(transaction, dataset, datasets), results)
                generation = digest(content, "neo4j 1")
                if generation == current:
                    transaction.rollback()
                    return generation
                self._fill(transaction, content)
                transaction.run(_SAVE, generation=generation, datasets=list(content.datasets)).consume()
                self._commit(transaction, generation)
        return generation

    def _prepare(self, session: neo4j.Session) -> None:
        """Keys are constraints; then wait for the lock, but not for ever."""
        try:
            there = {r["name"] for r in session.run("SHOW CONSTRAINTS YIELD name RETURN name")}
            for name, statement in _constraints():
                if name not in there:
                    session.run(neo4j.Query(statement, timeout=self._busy_seconds)).consume()
            session.run(neo4j.Query(_TAKE, timeout=self._busy_seconds), load=self._id).consume()
        except exceptions.Neo4jError as error:
            if timed_out(error):
                raise StoreError(f"{self._connection.name} is busy: another load is running") from None
            raise

    def _carried(
        self, transaction: neo4j.Transaction, dataset: str, datasets: list[str]
    ) -> dict[str, Tables]:
        if not set(datasets) - {dataset}:
            return {}
        self._progress("reading the other data sets")
        frames = {name: table_frame(transaction.run, table) for name, table in all_tables().items()}
        return split(Content(tuple(datasets), frames))

    def _fill(self, transaction: neo4j.Transaction, content: Content) -> None:
        found = project.nodes(content)
        edges = list(project.edges(content, found))
        for node in node_types():
            self._progress(f"removing the former graph: {node.label}")
            transaction.run(f"MATCH (n:`{node.label}`) DETACH DELETE n").consume()
        ids = {}
        for nodes in found:
            self._progress(f"graph database: {nodes.label} ({len(nodes.frame):,})")
            ids[nodes.label] = list(_create_nodes(transaction, nodes))
        for some in edges:
            self._progress(f"graph database: {some.type} ({len(some.sources):,})")
            _create_edges(transaction, some, ids[some.source], ids[some.target])

    def _commit(self, transaction: neo4j.Transaction, generation: str) -> None:
        self._progress("making it visible")
        with self._connection.session(read_only=False) as session:
            session.run(_ANNOUNCE, load=self._id).consume()
            try:
                transaction.commit()
            except (exceptions.ServiceUnavailable, exceptions.SessionExpired):
                self._check_lost(generation)
        with self._connection.session(read_only=False) as session:
            session.run(_WITHDRAW, load=self._id).consume()

    def _check_lost(self, generation: str) -> None:
        """Was a commit done whose answer did not arrive?"""
        until = time.monotonic() + _LOST_SECONDS
        while time.monotonic() < until:
            try:
                with self._connection.session(read_only=True) as session:
                    if not is_live(session, self._id):
                        if state(session.run)[0] == generation:
                            return
                        break
            except (exceptions.ServiceUnavailable, exceptions.SessionExpired):
                pass  # it may be coming back
            time.sleep(1.0)
        raise StoreError(f"{self._connection.name} was lost while saving; the former graph stays: run again")


def _constraints() -> Iterator[tuple[str, str]]:
    """Names and statements of the constraints: one key a label, and one on relationships that have a key."""
    unique = "CREATE CONSTRAINT `{}` IF NOT EXISTS FOR {} REQUIRE x.`{}` IS UNIQUE"
    own = [(label, "id") for label in (_LOCK, NOTICE, STATE)]
    for label, key in own + [(node.label, node.key) for node in node_types()]:
        name = f"risk_graph_{label}"
        yield name, unique.format(name, f"(x:`{label}`)", key)
    for edge in edge_types():
        if edge.table and (key := all_tables()[edge.table].key):
            name = f"risk_graph_{edge.type}"
            yield name, unique.format(name, f"()-[x:`{edge.type}`]-()", key)


def _create_nodes(transaction: neo4j.Transaction, nodes: project.Nodes) -> Iterator[str]:
    statement = (
        f"UNWIND $rows AS row CREATE (n:`{nodes.label}` {_map(nodes.columns, 0)}) RETURN elementId(n) AS id"
    )
    for rows in _batches(_values(nodes.frame, nodes.columns)):
        yield from (record["id"] for record in transaction.run(statement, rows=rows))


def _create_edges(
    transaction: neo4j.Transaction, edges: project.Edges, sources: list[str], targets: list[str]
) -> None:
    statement = (
        "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] MATCH (b) WHERE elementId(b) = row[1] "
        f"CREATE (a)-[:`{edges.type}` {_map(edges.columns, 2)}]->(b)"
    )
    ends = [[sources[i] for i in edges.sources], [targets[i] for i in edges.targets]]
    written = 0
    for rows in _batches(ends + _values(edges.frame, edges.columns)):
        written += transaction.run(statement, rows=rows).consume().counters.relationships_created
    if written != len(edges.sources):
        raise StoreError(f"{edges.type} was not written whole; the former graph stays")


def _map(columns: tuple[Column, ...], first: int) -> str:
    return "{" + ", ".join(f"`{c.name}`: row[{i}]" for i, c in enumerate(columns, first)) + "}"


def _values(frame: pd.DataFrame, columns: tuple[Column, ...]) -> list[list[Any]]:
    """A list of plain values for each column; None where a value is missing."""
    found = []
    for column in columns:
        values = frame[column.name]
        if column.kind == "date":
            values = values.dt.date
        found.append(values.astype("object").where(frame[column.name].notna(), None).tolist())
    return found


def _batches(columns: list[list[Any]]) -> Iterator[list[list[Any]]]:
    size = len(columns[0]) if columns else 0
    for start in range(0, size, _BATCH):
        yield [list(row) for row in zip(*(c[start : start + _BATCH] for c in columns), strict=True)]
