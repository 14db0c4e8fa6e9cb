"""Reading from Neo4j: whole tables, and the guard against a load that becomes visible meanwhile.

Neo4j is read-committed: while a large commit is being applied, a reader may see part of it. The writer
therefore announces its commit on a node of its own and takes the notice back afterwards; what was read
between two equal and silent looks at that node is of one generation (a sequence lock). A notice whose
writer died holds nobody up: its transaction is gone from the server's list.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import neo4j
import pandas as pd

from risk_graph.errors import StoreError
from risk_graph.model.table import Column, Edge, Table
from risk_graph.store.content import conform
from risk_graph.store.neo4j_session import Connection
from risk_graph.store.schema import label_of, stored_columns

T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """What is public; all empty before the first load."""

    generation: str = ""
    datasets: tuple[str, ...] = ()
    slot: str = ""
    rows: int = 0


STATE = "RiskGraphState"
NOTICE = "RiskGraphNotice"
_NOTICE = f"OPTIONAL MATCH (n:{NOTICE} {{id: 1}}) RETURN n.load AS load, coalesce(n.count, 0) AS count"
_STATE = f"MATCH (s:{STATE} {{id: 1}}) RETURN s.generation, s.datasets, s.slot, s.rows"
_LIVE = "SHOW TRANSACTIONS YIELD metaData RETURN metaData"
LOAD = "risk_graph_load"
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


def consistently(connection: Connection, work: Callable[[], T]) -> T:
    """What `work` reads while no load becomes visible; it is done again when one did."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        before = _quiet(connection)
        if before is not None:
            try:
                found = work()
            except Exception:
                if _quiet(connection) == before:
                    raise
                continue
            if _quiet(connection) == before:
                return found
        time.sleep(_PAUSE_SECONDS)
    raise StoreError(f"{connection.name} is busy: a load is becoming visible; try again")


def _quiet(connection: Connection) -> int | None:
    """The number of loads that were announced; None while one is becoming visible."""
    with connection.session(read_only=True) as session:
        notice = session.run(_NOTICE).single(strict=True)
        if notice["load"] is not None and is_live(session, notice["load"]):
            return None
        return int(notice["count"])


def is_live(session: neo4j.Session, load: str) -> bool:
    """Does the load's transaction still exist on the server?"""
    return any(record["metaData"].get(LOAD) == load for record in session.run(_LIVE))


def state(run: Callable[..., neo4j.Result]) -> State:
    """What is public now."""
    record = run(_STATE).single()
    return State(record[0], tuple(record[1]), record[2], record[3]) if record else State()


def table_frame(run: Callable[..., neo4j.Result], table: Table) -> pd.DataFrame:
    """A table's rows with the store's own columns, in their order."""
    columns = stored_columns(table)
    names = ", ".join(f"x.`{c.name}`" for c in columns)
    records = run(f"{_pattern(table)} RETURN {names}")
    values: list[list[Any]] = [[] for _ in columns]
    for record in records:
        for kept, value in zip(values, record, strict=True):
            kept.append(value)
    frame = pd.DataFrame({c.name: _series(c, v) for c, v in zip(columns, values, strict=True)})
    return conform(table, frame.sort_values("ordinal", ignore_index=True))


def _pattern(table: Table) -> str:
    if isinstance(table.graph, Edge):
        public = "|".join(f"`{label}`" for label in table.graph.sources)  # others are of the other slot
        return f"MATCH (:{public})-[x:`{table.graph.type}`]->()"
    return f"MATCH (x:`{label_of(table)}`)"


def _series(column: Column, values: list[Any]) -> pd.Series:
    if column.kind == "date":
        days = [None if day is None else day.to_native() for day in values]
        return pd.Series(pd.to_datetime(pd.Series(days, dtype="object")), dtype=column.pandas_dtype)
    return pd.Series(values, dtype=column.pandas_dtype)
