"""The slots of the graph on Neo4j: filling one, making it public, clearing it."""

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import neo4j
import numpy as np
import pandas as pd

from risk_graph.errors import StoreError
from risk_graph.model.table import Column, input_tables
from risk_graph.store import elements
from risk_graph.store.neo4j_read import SLOTS, slotted
from risk_graph.store.protocol import Progress
from risk_graph.store.schema import edge_types, node_types

_SLOT = "_slot"
_BATCH = 10_000
_UNIT = "\x1f"
_READ = {"number": "toFloat({})", "integer": "toInteger({})", "date": "date({})"}


# Sends one statement, within the load's transaction or in one of its own.
Run = Callable[..., neo4j.Result]


def constraints(own: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names and statements: every table's key is unique in each slot, ids of what users enter also among public nodes.

    A relationship has no label that could say its slot: a property does. Public results have no constraint of
    their own: whatever is written has the label of a slot, and only whole slots become public.
    """
    keys = [(label, "id") for label in own]
    for node in node_types():
        keys += [(slotted(node.label, slot), node.key) for slot in SLOTS]
        if not node.table or node.table in input_tables():
            keys.append((node.label, node.key))
    for label, key in keys:
        name = f"risk_graph_{label}"
        yield name, f"CREATE CONSTRAINT `{name}` IF NOT EXISTS FOR (n:`{label}`) REQUIRE n.`{key}` IS UNIQUE"
    for edge in edge_types():
        if edge.key:
            name = f"risk_graph_{edge.type}"
            yield (
                name,
                f"CREATE CONSTRAINT `{name}` IF NOT EXISTS FOR ()-[r:`{edge.type}`]-() "
                f"REQUIRE (r.`{edge.key}`, r.`{_SLOT}`) IS UNIQUE",
            )


def stage(
    run: Run, slot: str, found: list[elements.Nodes], edges: Iterable[elements.Edges], progress: Progress
) -> None:
    """Fill an empty slot and make sure that all of it arrived."""
    ids = {}
    expected: dict[str, int] = {}
    for nodes in found:
        progress(f"graph database: {nodes.label} ({len(nodes.frame):,})")
        ids[nodes.label] = list(_create_nodes(run, slot, nodes))
        expected[f"MATCH (n:`{slotted(nodes.label, slot)}`) RETURN count(n)"] = len(nodes.frame)
    for some in edges:
        progress(f"graph database: {some.type} ({len(some.sources):,})")
        _create_edges(run, slot, some, ids[some.source], ids[some.target])
        count = f"MATCH (:`{slotted(some.source, slot)}`)-[r:`{some.type}`]->() RETURN count(r)"
        expected[count] = expected.get(count, 0) + len(some.sources)
    for count, rows in expected.items():
        if run(count).single(strict=True)[0] != rows:
            raise StoreError("the server does not hold what was written; the former graph stays")


def publish(run: Run, slot: str, former: str) -> None:
    """The nodes of `slot` take the public labels from those of `former`."""
    for node in node_types():
        if former:
            run(f"MATCH (n:`{slotted(node.label, former)}`) REMOVE n:`{node.label}`").consume()
        run(f"MATCH (n:`{slotted(node.label, slot)}`) SET n:`{node.label}`").consume()


def clear(run: Run, slot: str) -> None:
    """Delete all nodes of a slot with their relationships, batch by batch."""
    for node in node_types() if slot else ():
        statement = (
            f"MATCH (n:`{slotted(node.label, slot)}`) WITH n LIMIT $most DETACH DELETE n RETURN count(*)"
        )
        while run(statement, most=_BATCH).single(strict=True)[0] == _BATCH:
            pass


def _create_nodes(run: Run, slot: str, nodes: elements.Nodes) -> Iterator[str]:
    same, varying = _constant(nodes.frame, nodes.columns)
    statement = (
        f"{_unwound(len(varying))} CREATE (n:`{slotted(nodes.label, slot)}` {_map(same, varying, 0)}) "
        "RETURN collect(elementId(n)) AS ids"
    )
    for batch in _batches([_texts(nodes.frame[c.name], c) for c in varying]):
        yield from run(statement, same=same, **batch).single(strict=True)["ids"]


def _create_edges(run: Run, slot: str, edges: elements.Edges, sources: list[str], targets: list[str]) -> None:
    same, varying = _constant(edges.frame, edges.columns)
    if edges.columns:
        same[_SLOT] = slot
    statement = (
        f"{_unwound(len(varying) + 2)} MATCH (a) WHERE elementId(a) = c0[i] MATCH (b) WHERE elementId(b) = c1[i] "
        f"CREATE (a)-[:`{edges.type}` {_map(same, varying, 2)}]->(b)"
    )
    ends = [[sources[i] for i in edges.sources], [targets[i] for i in edges.targets]]
    for batch in _batches(ends + [_texts(edges.frame[c.name], c) for c in varying]):
        run(statement, same=same, **batch).consume()


def _constant(frame: pd.DataFrame, columns: tuple[Column, ...]) -> tuple[dict[str, Any], list[Column]]:
    """Values that all rows share, sent once a batch, and the columns that vary; missing columns are in neither."""
    same: dict[str, Any] = {}
    varying = []
    for column in columns:
        values = frame[column.name]
        if len(frame) > 1 and values.notna().all() and values.nunique() == 1:
            same[column.name] = values.dt.date.iloc[0] if column.kind == "date" else values.tolist()[0]
        elif values.notna().any():
            varying.append(column)
    return same, varying


def _unwound(columns: int) -> str:
    """The rows of a batch: `c0[i]`, `c1[i]` ... for each `i`.

    A column is one text parameter that the server splits: the driver spends ten times longer on a list.
    """
    lists = ", ".join(f"split($columns[{k}], $separator) AS c{k}" for k in range(columns))
    return f"WITH {lists} UNWIND range(0, $last) AS i"


def _map(same: dict[str, Any], varying: list[Column], first: int) -> str:
    own = [f"`{name}`: $same.`{name}`" for name in same]
    for k, column in enumerate(varying, first):
        read = _READ.get(column.kind, "{}").format(f"c{k}[i]")
        own.append(f"`{column.name}`: CASE c{k}[i] WHEN '' THEN null ELSE {read} END")
    return "{" + ", ".join(own) + "}"


def _texts(values: "pd.Series[Any]", column: Column) -> list[str]:
    """Each value as text that the server reads back exactly; empty where it is missing."""
    if column.kind == "date":
        days = np.datetime_as_string(values.to_numpy("datetime64[D]"))
        told: list[str] = np.where(values.isna(), "", days).tolist()
        return told
    if column.kind == "number":
        texts = [repr(value).replace("inf", "Infinity") for value in values.tolist()]
        return ["" if text == "nan" else text for text in texts]
    return [str(value) for value in values.fillna("").tolist()]


def _batches(columns: list[list[str]]) -> Iterator[dict[str, Any]]:
    size = len(columns[0]) if columns else 0
    for start in range(0, size, _BATCH):
        part = [column[start : start + _BATCH] for column in columns]
        separator = _separator(part)
        yield {
            "columns": [separator.join(texts) for texts in part],
            "separator": separator,
            "last": len(part[0]) - 1,
        }


def _separator(columns: list[list[str]]) -> str:
    """A text that stands in no value."""
    everything = "".join(itertools.chain.from_iterable(columns))
    separator = _UNIT
    while separator in everything:
        separator = f"{_UNIT}{uuid.uuid4().hex}{_UNIT}"
    return separator
