"""The store on a Neo4j server (5.26 or newer; Community is enough), over Bolt with the official driver."""

from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Self

import neo4j
import pandas as pd
from neo4j import graph, time

from risk_graph.errors import NotFoundError, StoreError
from risk_graph.model.table import Tables
from risk_graph.store import neo4j_read
from risk_graph.store.guard import check_reading
from risk_graph.store.neo4j_plan import check_plan
from risk_graph.store.neo4j_read import SLOTS, Look, State, slotted
from risk_graph.store.neo4j_session import connect, query_errors, store_errors
from risk_graph.store.neo4j_write import Load
from risk_graph.store.protocol import QUERY_ROWS, QUERY_SECONDS, Progress, Snapshot, silent
from risk_graph.store.schema import all_tables
from risk_graph.store.values import entity, plain, to_frame, too_many

BUSY_SECONDS = 10.0


class Neo4jStore:
    """GraphStore on a server."""

    def __init__(self, url: str, *, write: bool, busy_seconds: float = BUSY_SECONDS) -> None:
        self._connection = connect(url)
        self._write, self._busy_seconds = write, busy_seconds

    def replace(self, dataset: str, tables: Tables, results: Tables, progress: Progress = silent) -> str:
        if not self._write:
            raise StoreError("the store was opened for reading")
        with store_errors(self._connection.name):
            return Load(self._connection, self._busy_seconds, progress).replace(dataset, tables, results)

    def datasets(self) -> list[str]:
        with store_errors(self._connection.name), self._connection.session(read_only=True) as session:
            return list(neo4j_read.state(session.run).datasets)

    def read(self, names: Collection[str] | None = None) -> Snapshot:
        wanted = [name for name in all_tables() if names is None or name in names]
        with store_errors(self._connection.name):
            return neo4j_read.consistently(self._connection, lambda _: self._read(wanted), slot=True)

    def _read(self, names: list[str]) -> Snapshot:
        """The tables of the public slot; read again when another slot became public meanwhile."""
        with self._connection.session(read_only=True) as session:
            public, after = State(), self._public(session)
            while public != after:
                public = after
                tables = {
                    name: all_tables()[name].conform(
                        neo4j_read.table_frame(session.run, all_tables()[name], public.slot)
                    )
                    for name in names
                }
                after = self._public(session)
            return Snapshot(public.generation, tables)

    def _public(self, session: neo4j.Session) -> State:
        state = neo4j_read.state(session.run)
        if not state.generation:
            raise NotFoundError(f"nothing was loaded into {self._connection.name} yet: run `risk-graph run`")
        return state

    def query(self, cypher: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        bound = dict(parameters or {})
        check_reading(cypher, bound)
        with store_errors(self._connection.name):
            return neo4j_read.consistently(self._connection, lambda look: self._ask(cypher, bound, look))

    def _ask(self, cypher: str, parameters: dict[str, object], look: Look) -> pd.DataFrame:
        with self._connection.session(read_only=True) as session:
            self._public(session)
            with query_errors(), session.begin_transaction(timeout=QUERY_SECONDS) as transaction:
                check_plan(transaction.run(f"EXPLAIN {cypher}", parameters).consume(), staged=look.staged)
                result = transaction.run(cypher, parameters)
                rows = result.fetch(QUERY_ROWS + 1)
                if len(rows) > QUERY_ROWS:
                    raise too_many()
                return to_frame(result.keys(), [[_value(v) for v in row.values()] for row in rows])

    def close(self) -> None:
        self._connection.driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _value(value: object) -> object:
    if isinstance(value, graph.Node):
        slots = {slotted(label, slot) for label in value.labels for slot in SLOTS}
        return entity(":".join(sorted(value.labels - slots)), {k: _value(v) for k, v in value.items()})
    if isinstance(value, graph.Relationship):
        return entity(value.type, {k: _value(v) for k, v in value.items()})
    if isinstance(value, graph.Path):
        return {
            "nodes": [_value(n) for n in value.nodes],
            "relationships": [_value(r) for r in value.relationships],
        }
    if isinstance(value, time.Date | time.DateTime | time.Time | time.Duration):
        return value.iso_format()
    if isinstance(value, list):
        return [_value(v) for v in value]
    if isinstance(value, dict):
        return plain({k: _value(v) for k, v in value.items()})
    return plain(value)
