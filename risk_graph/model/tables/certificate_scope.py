"""What a certificate covers."""

from risk_graph.model.table import Column, Edge, Table

TABLE = Table(
    name="certificate_scope",
    title="Certificate scope",
    description="A row for each supplier, facility or product that a certificate covers.",
    graph=Edge(
        "COVERS", "certificate_id", "covers_id", ("Certificate",), ("Facility", "Supplier", "Product")
    ),
    columns=(
        Column("certificate_id", "id", "Certificate", "C-001", True, references=("certificates",)),
        Column(
            "covers_id",
            "id",
            "Supplier, facility or product that is covered",
            "F-001",
            True,
            references=("suppliers", "facilities", "products"),
        ),
        Column("activities", "text", "Supply-chain activities that are covered", "alumina refining"),
        Column("materials", "text", "Materials that are covered (chain of custody)", ""),
    ),
)
