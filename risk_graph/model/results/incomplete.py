"""Nodes about which a row was rejected."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="incomplete",
    title="Incomplete nodes",
    description="Ids that a rejected row names, with the number of such rows: no rule about them may be false.",
    key="node_id",
    graph=Node("Incomplete"),
    provenance=False,
    columns=(
        Column("node_id", "id", "Facility, supplier or product; * if the rows' ids could not be read"),
        Column("count", "integer", "Rejected rows that name it"),
    ),
)
