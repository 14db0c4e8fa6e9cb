"""Reading from Neo4j: whole tables, and the guard against a load that becomes visible meanwhile.

Neo4j is read-committed: while a large commit is being applied, a reader may see part of it. The writer
therefore announces its commit on a node of its own and takes the notice back afterwards; what was read
between two equal and silent looks at that node is of one generation (a sequence lock). A notice whose
writer died holds nobody up: its transaction is gone from the server's list.

Tables are read from their slot, which a large load does not touch before its commit is over: such a read
does not wait for the notice, it only makes sure that the slot stayed public.
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
    load: str = ""


@dataclass(frozen=True)
class Look:
    """What the notice says: how many loads were announced, and whether rows that are not public may be there."""

    count: int
    staged: bool


SLOTS = ("A", "B")
STATE = "RiskGraphState"
NOTICE = "RiskGraphNotice"
_NOTICE = (
    f"OPTIONAL MATCH (n:{NOTICE} {{id: 1}}) RETURN n.load AS load, coalesce(n.whole, true) AS whole, "
    "coalesce(n.count, 0) AS count, coalesce(n.wholes, 0) AS wholes, coalesce(n.staged, false) AS staged"
)
_STATE = f"MATCH (s:{STATE} {{id: 1}}) RETURN s.generation, s.datasets, s.slot, s.rows, s.load"
_LIVE = "SHOW TRANSACTIONS YIELD metaData RETURN metaData"
LOAD = "risk_graph_load"
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


def slotted(label: str, slot: str) -> str:
    """The label that a slot's nodes have beside the public one."""
    return f"{label}_{slot}"


def consistently(connection: Connection, work: Callable[[Look], T], *, slot: bool = False) -> T:
    """What `work` reads while no load becomes visible; it is done again when one did.

    With `slot`, work reads one slot and sees to it itself that a load in batches does not swap it.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        before = _look(connection, slot)
        if before is not None:
            try:
                found = work(before)
            except Exception:
                if _same(before, _look(connection, slot)):
                    raise
                continue
            if _same(before, _look(connection, slot)):
                return found
        time.sleep(_PAUSE_SECONDS)
    raise StoreError(f"{connection.name} is busy: a load is becoming visible; try again")


def _look(connection: Connection, slot: bool) -> Look | None:
    """The notice; None while a load becomes visible. A slot need not mind loads in batches."""
    with connection.session(read_only=True) as session:
        notice = session.run(_NOTICE).single(strict=True)
        minded = notice["load"] is not None and (notice["whole"] or not slot)
        if minded and is_live(session, notice["load"]):
            return None
        return Look(notice["wholes"] if slot else notice["count"], notice["staged"])


def _same(before: Look, after: Look | None) -> bool:
    """Did no load become visible, and none begin to stage rows that `work` did not know of?"""
    return after is not None and before.count == after.count and before.staged >= after.staged


def is_live(session: neo4j.Session, load: str) -> bool:
    """Does the load's transaction still exist on the server?"""
    return any(record["metaData"].get(LOAD) == load for record in session.run(_LIVE))


def state(run: Callable[..., neo4j.Result]) -> State:
    """What is public now."""
    record = run(_STATE).single()
    return State(record[0], tuple(record[1]), record[2], record[3], record[4] or "") if record else State()


def table_frame(run: Callable[..., neo4j.Result], table: Table, slot: str) -> pd.DataFrame:
    """A table's rows in a slot with the store's own columns, in their order."""
    columns = stored_columns(table)
    names = ", ".join(f"x.`{c.name}`" for c in columns)
    records = run(f"{_pattern(table, slot)} RETURN {names}")
    values: list[list[Any]] = [[] for _ in columns]
    for record in records:
        for kept, value in zip(values, record, strict=True):
            kept.append(value)
    frame = pd.DataFrame({c.name: _series(c, v) for c, v in zip(columns, values, strict=True)})
    return conform(table, frame.sort_values("ordinal", ignore_index=True))


def _pattern(table: Table, slot: str) -> str:
    if isinstance(table.graph, Edge):
        ends = "|".join(f"`{slotted(label, slot)}`" for label in table.graph.sources)
        return f"MATCH (:{ends})-[x:`{table.graph.type}`]->()"
    return f"MATCH (x:`{slotted(label_of(table), slot)}`)"


def _series(column: Column, values: list[Any]) -> pd.Series:
    if column.kind == "date":
        days = [None if day is None else day.to_native() for day in values]
        return pd.Series(pd.to_datetime(pd.Series(days, dtype="object")), dtype=column.pandas_dtype)
    return pd.Series(values, dtype=column.pandas_dtype)
