"""The graph's schema follows from the declarations, and so does its documentation."""

from pathlib import Path

from risk_graph.model.table import Edge, input_tables, result_tables
from risk_graph.store.schema import edge_types, node_types, schema_markdown

DOCS = Path(__file__).parents[2] / "docs"


def test_every_table_is_in_the_graph() -> None:
    tables = {**input_tables(), **result_tables()}
    nodes = {node.table: node for node in node_types() if node.table}
    edges = {edge.table: edge for edge in edge_types() if edge.table}
    assert set(nodes) | set(edges) == set(tables)
    for name, table in tables.items():
        columns = (edges if isinstance(table.graph, Edge) else nodes)[name].columns
        assert [c.name for c in columns] == [*table.names, "dataset", "ordinal"]


def test_labels_and_pairs_are_consistent() -> None:
    labels = [node.label for node in node_types()]
    assert len(labels) == len(set(labels))
    assert len(edge_types()) == len({edge.type for edge in edge_types()})
    for edge in edge_types():
        assert len(edge.pairs) == len(set(edge.pairs))
        assert {label for pair in edge.pairs for label in pair} <= set(labels)


def test_the_documentation_is_current() -> None:
    assert schema_markdown() in (DOCS / "store.md").read_text()
