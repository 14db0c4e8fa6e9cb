"""The graph's schema, derived from the table declarations: labels, types, keys, properties.

A table that declares no place in the graph becomes nodes of a label made of its name, so that everything
that is stored can be asked for. Links are relationships that follow from a column of a node's row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from risk_graph.model.table import Column, Edge, Node, Table, input_tables, result_tables

DATASET = Column("dataset", "text", "Data set the row belongs to; missing for results")
ORDINAL = Column("ordinal", "integer", "Position of the row in its table")
CODE = Column("code", "text", "ISO 3166-1 alpha-3 code of a country, ISO 3166-2 code of a place")

SUBJECTS = ("Facility", "Supplier", "Product")
PLACES = {"country": "Country", "subdivision": "Place"}
IN_COUNTRY, LOCATED_IN = "IN_COUNTRY", "LOCATED_IN"
_COMPANY_LINKS = (
    ("OPERATES", "facilities", "supplier_id"),
    ("BUYS", "products", "buyer_id"),
    ("HOLDS", "certificates", "holder_id"),
)


@dataclass(frozen=True)
class NodeType:
    """Nodes of one label; `table` is empty for places, whose codes are collected from all rows."""

    label: str
    key: str
    columns: tuple[Column, ...]
    table: str = ""


@dataclass(frozen=True)
class EdgeType:
    """Relationships of one type; `table` and `key` are empty when they are links."""

    type: str
    pairs: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...] = ()
    table: str = ""
    key: str = ""


@dataclass(frozen=True)
class Link:
    """`column` of a node's row holds the id of a node with one of the labels `others`.

    The relationship leads from the other node, or to it when `outward`.
    """

    type: str
    table: str
    column: str
    others: tuple[str, ...]
    outward: bool = False


@cache
def all_tables() -> dict[str, Table]:
    """Every stored table by name, inputs first."""
    return {**input_tables(), **result_tables()}


def stored_columns(table: Table) -> tuple[Column, ...]:
    return (*table.all_columns, DATASET, ORDINAL)


def label_of(table: Table) -> str:
    """The label of the nodes that the table's rows become."""
    if isinstance(table.graph, Node):
        return table.graph.label
    return "".join(part.capitalize() for part in table.name.split("_"))


def key_of(table: Table) -> str:
    """The column that is unique in the graph: the table's key, else the rows' position."""
    return table.key or ORDINAL.name


def node_tables() -> dict[str, Table]:
    """Tables whose rows are nodes, by label."""
    return {label_of(t): t for t in all_tables().values() if not isinstance(t.graph, Edge)}


def edge_tables() -> dict[str, tuple[Table, Edge]]:
    """Tables whose rows are relationships, by name, with how they stand in the graph."""
    return {name: (t, t.graph) for name, t in all_tables().items() if isinstance(t.graph, Edge)}


@cache
def node_types() -> tuple[NodeType, ...]:
    tables = tuple(
        NodeType(label, key_of(table), stored_columns(table), table.name)
        for label, table in node_tables().items()
    )
    return tables + tuple(NodeType(label, CODE.name, (CODE,)) for label in PLACES.values())


@cache
def links() -> tuple[Link, ...]:
    found = [Link(type_, table, column, ("Supplier",)) for type_, table, column in _COMPANY_LINKS]
    for label, table in node_tables().items():
        if table.name in result_tables() and "subject_id" in table.names:
            found.append(Link(f"HAS_{label.upper()}", table.name, "subject_id", SUBJECTS))
        for column in table.columns:
            if column.kind in PLACES:
                place = PLACES[column.kind]
                type_ = IN_COUNTRY if place == "Country" else LOCATED_IN
                found.append(Link(type_, table.name, column.name, (place,), outward=True))
    return tuple(found)


def _pairs(link: Link) -> Iterator[tuple[str, str]]:
    label = label_of(all_tables()[link.table])
    for other in link.others:
        yield (label, other) if link.outward else (other, label)


@cache
def edge_types() -> tuple[EdgeType, ...]:
    declared = [
        EdgeType(
            edge.type,
            tuple((s, t) for s in edge.sources for t in edge.targets),
            stored_columns(table),
            name,
            key_of(table),
        )
        for name, (table, edge) in edge_tables().items()
    ]
    pairs: dict[str, dict[tuple[str, str], None]] = {}
    for link in links():
        pairs.setdefault(link.type, {}).update(dict.fromkeys(_pairs(link)))
    pairs[IN_COUNTRY][PLACES["subdivision"], PLACES["country"]] = None
    return (*declared, *(EdgeType(type_, tuple(found)) for type_, found in pairs.items()))


def schema_markdown() -> str:
    """The schema as two Markdown tables, for the documentation."""
    lines = ["| label | key | properties |", "|---|---|---|"]
    for node in node_types():
        lines.append(f"| `{node.label}` | `{node.key}` | {_names(node.columns)} |")
    lines += ["", "| relationship | key | from, to | properties |", "|---|---|---|---|"]
    for edge in edge_types():
        ends = ", ".join(f"({source})→({target})" for source, target in edge.pairs)
        key = f"`{edge.key}`" if edge.key else ""
        lines.append(f"| `{edge.type}` | {key} | {ends} | {_names(edge.columns)} |")
    return "\n".join(lines) + "\n"


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(column.name for column in columns)
