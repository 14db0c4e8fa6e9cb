"""Writing to Neo4j: the new graph is staged beside the public one, then becomes public in one transaction.

Statements are made of the declarations' labels, types and column names only; every value is a parameter.
Each label has two slots (`Facility_A`, `Facility_B`); a load fills the slot that is not public, and then one
transaction takes the public label from the nodes of the old slot and gives it to those of the new one. That
transaction is open from the beginning and holds the lock node, which makes it the only writer; the server
frees the lock when a client dies, and the next load clears the slot. A load of few rows is staged within the
transaction, so that nothing of it can be seen early; a large one would exhaust the server's memory that way.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import neo4j
from neo4j import exceptions

from risk_graph.errors import StoreError
from risk_graph.model.table import Tables
from risk_graph.store import elements
from risk_graph.store.content import Content, combine, digest, split
from risk_graph.store.neo4j_read import LOAD, NOTICE, STATE, State, is_live, state, table_frame
from risk_graph.store.neo4j_session import Connection, timed_out
from risk_graph.store.neo4j_stage import Run, clear, constraints, publish, stage
from risk_graph.store.protocol import Progress
from risk_graph.store.schema import all_tables

LOCK = "RiskGraphLock"
_TAKE = f"MERGE (l:{LOCK} {{id: 1}}) SET l.taken = $load"
_STAGED = f"MERGE (n:{NOTICE} {{id: 1}}) SET n.staged = $staged"
_ANNOUNCE = (
    f"MERGE (n:{NOTICE} {{id: 1}}) SET n.load = $load, n.whole = $whole, n.count = coalesce(n.count, 0) + 1, "
    "n.wholes = coalesce(n.wholes, 0) + CASE WHEN $whole THEN 1 ELSE 0 END"
)
_WITHDRAW = f"MATCH (n:{NOTICE} {{id: 1}}) WHERE n.load = $load SET n.load = null"
_SAVE = (
    f"MERGE (s:{STATE} {{id: 1}}) SET s.load = $load, "
    "s.generation = $generation, s.datasets = $datasets, s.slot = $slot, s.rows = $rows"
)
_ALIVE = "RETURN 1"
FEW_ROWS = 50_000
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
            with self._only_writer(session) as transaction:
                former = state(transaction.run)
                content = combine(dataset, tables, self._carried(transaction, dataset, former), results)
                generation = digest(content, "neo4j 3")
                if generation == former.generation:
                    return generation
                rows = sum(len(frame) for frame in content.frames.values())
                slot = "B" if former.slot == "A" else "A"
                few = rows + former.rows <= FEW_ROWS
                self._stage(transaction, content, slot, few)
                publish(transaction.run, slot, former.slot)
                if few:
                    clear(transaction.run, former.slot)
                save = {
                    "load": self._id,
                    "generation": generation,
                    "datasets": list(content.datasets),
                    "slot": slot,
                    "rows": rows,
                }
                transaction.run(_SAVE, save).consume()
                self._commit(transaction, generation, whole=few)
            if not few:
                self._sweep(session, generation, former.slot)
        return generation

    @contextmanager
    def _only_writer(self, session: neo4j.Session) -> Iterator[neo4j.Transaction]:
        with session.begin_transaction(metadata={LOAD: self._id}, timeout=_LOAD_SECONDS) as transaction:
            transaction.run(_TAKE, load=self._id).consume()
            yield transaction

    def _prepare(self, session: neo4j.Session) -> None:
        """Keys are constraints; then wait for the lock."""
        try:
            there = {r["name"] for r in session.run("SHOW CONSTRAINTS YIELD name RETURN name")}
            for name, statement in constraints([LOCK, NOTICE, STATE]):
                if name not in there:
                    session.run(neo4j.Query(statement, timeout=self._busy_seconds)).consume()
            self._wait(session)
        except exceptions.Neo4jError as error:
            if timed_out(error):
                raise StoreError(f"{self._connection.name} is busy: another load is running") from None
            raise

    def _wait(self, session: neo4j.Session) -> None:
        session.run(neo4j.Query(_TAKE, timeout=self._busy_seconds), load=self._id).consume()

    def _carried(self, transaction: neo4j.Transaction, dataset: str, former: State) -> dict[str, Tables]:
        if not set(former.datasets) - {dataset}:
            return {}
        self._progress("reading the other data sets")
        frames = {
            name: table_frame(transaction.run, table, former.slot) for name, table in all_tables().items()
        }
        return split(Content(former.datasets, frames))

    def _stage(self, transaction: neo4j.Transaction, content: Content, slot: str, few: bool) -> None:
        """Fill the slot: within the transaction, or batch by batch while it proves that we are the writer."""
        found = elements.nodes(content)
        with self._connection.session(read_only=False) as session:

            def batch(statement: str, **parameters: object) -> neo4j.Result:
                transaction.run(_ALIVE).consume()
                return session.run(statement, parameters)

            self._progress("clearing what a killed load left behind")
            clear(batch, slot)
            session.run(_STAGED, staged=not few).consume()
            run: Run = transaction.run if few else batch
            stage(run, slot, found, elements.edges(content, found), self._progress)

    def _sweep(self, session: neo4j.Session, generation: str, slot: str) -> None:
        """Delete the former graph, unless another load came first: it does the same."""
        self._progress("removing the former graph")
        try:
            self._wait(session)
        except exceptions.Neo4jError as error:
            if timed_out(error):
                return
            raise
        with self._only_writer(session) as transaction:
            if state(transaction.run).generation == generation:
                with self._connection.session(read_only=False) as other:
                    clear(other.run, slot)
                    other.run(_STAGED, staged=False).consume()

    def _commit(self, transaction: neo4j.Transaction, generation: str, *, whole: bool) -> None:
        self._progress("making it visible")
        with self._connection.session(read_only=False) as session:
            session.run(_ANNOUNCE, load=self._id, whole=whole).consume()
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
                        if state(session.run).generation == generation:
                            return
                        break
            except (exceptions.ServiceUnavailable, exceptions.SessionExpired):
                pass  # it may be coming back
            time.sleep(1.0)
        raise StoreError(f"{self._connection.name} was lost while saving; the former graph stays: run again")
