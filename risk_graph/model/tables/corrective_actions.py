"""What a facility put right, and who saw that it did."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="corrective_actions",
    title="Corrective actions",
    description="What a facility put right. Only what somebody verified lowers a risk (docs/scores.md).",
    key="action_id",
    graph=Node("CorrectiveAction"),
    columns=(
        Column("action_id", "id", "Number of the action, unique", "A-001", True),
        Column(
            "facility_id", "id", "Facility at which it was done", "F-001", True, references=("facilities",)
        ),
        Column("theme", "text", "Theme of the scorer that it is about", "occupational_safety", True),
        Column("action", "text", "What was put right", "guards on all presses", True),
        Column("done_on", "date", "Day on which it was done", "2025-03-01"),
        Column("verified_on", "date", "Day on which it was verified; empty: it was not", "2025-06-15"),
        Column("verified_by", "text", "Who verified it", "Example Audit (synthetic)"),
        Column("source", "text", "Where the row's facts come from", "audit report (synthetic)"),
    ),
)
