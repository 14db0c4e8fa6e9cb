"""A company that sells, buys or owns."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="suppliers",
    title="Suppliers",
    description="Companies (legal entities) of the chain, your own included.",
    key="supplier_id",
    graph=Node("Supplier"),
    columns=(
        Column(
            "supplier_id", "id", "Your own id; unique over suppliers, facilities and products", "S-001", True
        ),
        Column("name", "text", "Registered name", "Example Alumina Ltd (synthetic)", True),
        Column("country", "country", "Country of registration, ISO 3166-1 alpha-3", "AUS", True),
        Column(
            "lei",
            "text",
            "Legal Entity Identifier, ISO 17442; its two check digits are tested",
            "5493001KJTIIGC8Y1R12",
        ),
        Column("duns", "text", "D-U-N-S number", ""),
        Column("registration_id", "text", "Number in the national company register", ""),
        Column("membership_class", "text", "ASI membership class", "Production and Transformation"),
        Column("member_since", "date", "First day of the ASI membership", "2023-08-01"),
        Column("source", "text", "Where the row's facts come from", "supplier declaration 2024 (synthetic)"),
    ),
)
