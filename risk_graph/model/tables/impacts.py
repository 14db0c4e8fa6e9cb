"""What a person has assessed: an adverse impact, or the risk of one, at a subject."""

from risk_graph.model.table import Column, Node, Table

ISSUES = (
    "torture",
    "forced_labour",
    "slavery",
    "worst_child_labour",
    "child_labour",
    "gross_abuses",
    "war_crimes",
    "armed_groups",
    "security_forces",
    "bribery",
    "origin_fraud",
    "money_laundering",
    "unpaid_taxes",
    "occupational_safety",
    "association",
    "discrimination",
    "wages",
    "environment",
    "environmental_treaties",
    "land_rights",
    "other_rights",
)
"""OECD Annex II in its order, then the rights that the LkSG protects besides; data/standards/severity.toml groups them."""

STATUS = ("suspected", "reasonable", "verified", "closed")
"""suspected: somebody said so; reasonable: good reason to believe it; verified: seen; closed: remedied and checked."""

_GRADE = "0 (none) to 4 (worst); empty: not assessed, which counts as anything up to 4"

TABLE = Table(
    name="impacts",
    title="Impacts",
    description="Adverse impacts and risks that a person has assessed; one row a subject and issue. Optional.",
    key="impact_id",
    graph=Node("Impact"),
    columns=(
        Column("impact_id", "id", "Your own id, unique among impacts", "I-001", True),
        Column(
            "subject_id",
            "id",
            "Supplier, facility or product at which it is",
            "F-001",
            True,
            references=("suppliers", "facilities", "products"),
        ),
        Column("issue", "choice", "What it is about", "occupational_safety", True, choices=ISSUES),
        Column("status", "choice", "How well it is established", "suspected", True, choices=STATUS),
        Column("scale", "number", f"How grave the harm is: {_GRADE}", "2", unit="1", low=0, high=4),
        Column("scope", "number", f"How many it reaches: {_GRADE}", "1", unit="1", low=0, high=4),
        Column(
            "irremediability",
            "number",
            f"How hard it is to make good: {_GRADE}",
            "",
            unit="1",
            low=0,
            high=4,
        ),
        Column("likelihood", "number", f"How likely it is: {_GRADE}", "1", unit="1", low=0, high=4),
        Column("observed_on", "date", "Day it was seen or reported", "2026-02-11"),
        Column("assessed_on", "date", "Day a person assessed it", "2026-03-02"),
        Column("plan_on", "date", "Day the plan to mitigate it began", "2026-03-16"),
        Column("improved_on", "date", "Day a measurable improvement was recorded", ""),
        Column("source", "text", "Where the row's facts come from", "site visit (synthetic)"),
    ),
)
