"""The embedded Cypher database of a generation: built once by COPY, then only read.

Statements are made of the declarations' labels, types and column names; values are always bound.
`ladybug` is imported when it is needed: it is slow to load and most commands never query.
"""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from risk_graph.errors import DamagedError, QueryError, StoreError
from risk_graph.model.table import Column, input_tables
from risk_graph.store import elements
from risk_graph.store.content import Content
from risk_graph.store.protocol import QUERY_ROWS, QUERY_SECONDS, Progress
from risk_graph.store.schema import edge_types, node_types
from risk_graph.store.values import entity, one_line, plain, to_frame, too_many

_POOL = 512 * 2**20
_POOL_PER_BYTE = 4  # a COPY fails if its rows do not fit beside those copied before; a limit, taken as needed
_TYPES = {pa.float64(): "DOUBLE", pa.int64(): "INT64", pa.date32(): "DATE", pa.string(): "STRING"}


@contextmanager
def _connection(path: Path, pool: int, *, read_only: bool) -> Iterator[Any]:
    import ladybug

    try:
        database = ladybug.Database(path, read_only=read_only, buffer_pool_size=pool)
    except RuntimeError as error:
        raise DamagedError(one_line(error)) from error
    with database, ladybug.Connection(database) as connection:
        yield connection


def build(path: Path, content: Content, progress: Progress) -> None:
    """Fill a new database with the content and make sure that all of it arrived."""
    held = sum(int(frame.memory_usage(index=False).sum()) for frame in content.frames.values())
    try:
        with _connection(path, _POOL + _POOL_PER_BYTE * held, read_only=False) as connection:
            for statement in _declarations():
                connection.execute(statement)
            _copy(connection, content, progress)
            connection.execute("CHECKPOINT")
    except RuntimeError as error:
        if "No space left" in str(error):
            raise OSError(str(error)) from error
        raise StoreError(f"the graph database could not be built: {one_line(error)}") from error


def _declarations() -> Iterator[str]:
    for node in node_types():
        yield f"CREATE NODE TABLE `{node.label}`({_typed(node.columns)}, PRIMARY KEY(`{node.key}`))"
    for edge in edge_types():
        pairs = ", ".join(f"FROM `{source}` TO `{target}`" for source, target in edge.pairs)
        properties = f", {_typed(edge.columns)}" if edge.columns else ""
        yield f"CREATE REL TABLE `{edge.type}`({pairs}{properties})"


def _typed(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"`{c.name}` {_TYPES[c.arrow_type]}" for c in columns)


def _copy(connection: Any, content: Content, progress: Progress) -> None:
    """Nodes just before the first relationships that need them: the largest ones, flows, then meet a pool that holds little."""
    found = {nodes.label: nodes for nodes in elements.nodes(content)}
    keys: dict[str, pd.Series[Any]] = {}
    expected: dict[str, int] = {}

    def nodes(label: str) -> None:
        if label not in keys:
            keys[label] = found[label].frame[found[label].key]
            _copy_nodes(connection, found[label], progress)
            expected[f"MATCH (n:`{label}`) RETURN count(n)"] = len(keys[label])

    for node in node_types():
        if node.table in input_tables():
            nodes(node.label)  # the database refuses a key that occurs twice before ends are looked up by it
    between = elements.edges(content, list(found.values()))
    for type_, some in itertools.groupby(between, key=lambda edges: edges.type):
        for edges in some:
            nodes(edges.source)
            nodes(edges.target)
            progress(f"graph database: {type_}")
            connection.execute(
                f"COPY `{type_}` FROM $rows (from='{edges.source}', to='{edges.target}')",
                {"rows": _edge_rows(edges, keys)},
            )
            count = f"MATCH (:`{edges.source}`)-[r:`{type_}`]->(:`{edges.target}`) RETURN count(r)"
            expected[count] = expected.get(count, 0) + len(edges.sources)
        _constrain(connection, type_)
    for label in found:
        nodes(label)
    for count, rows_given in expected.items():
        if connection.execute(count).get_next()[0] != rows_given:
            raise StoreError("the graph database does not hold what was written; the former graph stays")


def _copy_nodes(connection: Any, nodes: elements.Nodes, progress: Progress) -> None:
    progress(f"graph database: {nodes.label}")
    rows = _arrow(nodes.frame, nodes.columns)
    if rows.num_rows:
        connection.execute(f"COPY `{nodes.label}` FROM $rows", {"rows": rows})


def _constrain(connection: Any, type_: str) -> None:
    """The database has no constraints on relationships: their keys go through a table that has one, once.

    That is as good as a constraint because nobody writes to the database after it was built.
    """
    edge = next(edge for edge in edge_types() if edge.type == type_)
    if edge.key:
        column = next(c for c in edge.columns if c.name == edge.key)
        connection.execute(f"CREATE NODE TABLE ` key`({_typed((column,))}, PRIMARY KEY(`{edge.key}`))")
        connection.execute(f"COPY ` key` FROM (MATCH ()-[r:`{type_}`]->() RETURN r.`{edge.key}`)")
        connection.execute("DROP TABLE ` key`")
        connection.execute("CHECKPOINT")  # its pages are used again


def _edge_rows(edges: elements.Edges, keys: Mapping[str, "pd.Series[Any]"]) -> pa.Table:
    rows = {
        " from": pa.array(keys[edges.source].iloc[edges.sources], from_pandas=True),
        " to": pa.array(keys[edges.target].iloc[edges.targets], from_pandas=True),
    }
    if edges.columns:
        properties = _arrow(edges.frame, edges.columns)
        rows |= dict(zip(properties.column_names, properties.columns, strict=True))
    return pa.table(rows)


def _arrow(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pa.Table:
    schema = pa.schema([(c.name, c.arrow_type) for c in columns])
    return pa.Table.from_pandas(frame[[c.name for c in columns]], schema=schema, preserve_index=False)


def ask(path: Path, cypher: str, parameters: Mapping[str, object]) -> pd.DataFrame:
    """The answer to a reading statement."""
    with _connection(path, _POOL, read_only=True) as connection:
        connection.set_query_timeout(int(QUERY_SECONDS * 1000))
        try:
            result = connection.execute(cypher, dict(parameters))
            if result.get_num_tuples() > QUERY_ROWS:
                raise too_many()
            rows = [[_value(value) for value in row] for row in result.get_all()]
        except RuntimeError as error:
            if "Interrupted" in str(error):
                raise QueryError(f"the query took more than {QUERY_SECONDS:.0f} s: narrow it down") from error
            raise QueryError(one_line(error)) from error
        return to_frame(result.get_column_names(), rows)


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(v) for v in value]
    if not isinstance(value, dict):
        return plain(value)
    if "_NODES" in value:
        return {"nodes": _value(value["_NODES"]), "relationships": _value(value["_RELS"])}
    if "_LABEL" in value:
        return entity(value["_LABEL"], value)
    return plain({k: _value(v) for k, v in value.items()})
