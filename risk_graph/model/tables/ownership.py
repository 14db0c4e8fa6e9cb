"""Who owns whom, directly."""

from risk_graph.model.table import Column, Edge, Table

TABLE = Table(
    name="ownership",
    title="Ownership",
    description="Direct shares only; look-through shares are derived, never entered.",
    graph=Edge("OWNS", "owner_id", "owned_id", ("Supplier",), ("Facility", "Supplier")),
    columns=(
        Column("owner_id", "id", "Company that owns", "S-003", True, references=("suppliers",)),
        Column(
            "owned_id",
            "id",
            "Company or facility that is owned",
            "S-001",
            True,
            references=("suppliers", "facilities"),
        ),
        Column("share", "number", "Direct share", "0.51", True, unit="1", low=0, high=1),
        Column("valid_from", "date", "First day", "2019-01-01"),
        Column("valid_to", "date", "Last day, included", ""),
        Column("source", "text", "Where the row's facts come from", "annual report 2023 (synthetic)"),
    ),
)
