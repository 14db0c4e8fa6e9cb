"""A certificate and its dates."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="certificates",
    title="Certificates",
    description="Certificates as published. What each covers stands in certificate_scope.",
    key="certificate_id",
    graph=Node("Certificate"),
    columns=(
        Column("certificate_id", "id", "Number of the certificate, unique", "C-001", True),
        Column("standard", "text", "Standard, e.g. ASI PS or ASI CoC", "ASI PS", True),
        Column("version", "text", "Version of the standard", "V3"),
        Column("level", "text", "full or provisional, as published", "full"),
        Column("status", "text", "Status as published", "active"),
        Column("holder_id", "id", "Company that holds it", "S-001", True, references=("suppliers",)),
        Column("issued_on", "date", "First day of validity", "2023-05-02", True),
        Column("expires_on", "date", "Last day of validity, included", "2026-05-01", True),
        Column("certified_since", "date", "Day of the first certification", ""),
        Column("auditor", "text", "Audit firm", "Example Audit (synthetic)"),
        Column("source", "text", "Where the row's facts come from", "certificate (synthetic)"),
    ),
)
