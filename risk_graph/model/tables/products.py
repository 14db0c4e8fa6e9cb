"""What a buyer buys: the end of a chain."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="products",
    title="Products",
    description="What is bought, as far as its metal is asked about.",
    key="product_id",
    graph=Node("Product"),
    columns=(
        Column(
            "product_id", "id", "Your own id; unique over suppliers, facilities and products", "P-001", True
        ),
        Column("name", "text", "Name of the product", "Example body sheet (synthetic)", True),
        Column("buyer_id", "id", "Company that buys it", "S-002", True, references=("suppliers",)),
        Column("source", "text", "Where the row's facts come from", "purchase ledger 2024 (synthetic)"),
    ),
)
