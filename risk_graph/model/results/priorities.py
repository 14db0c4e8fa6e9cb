"""What comes first, by the criteria that a regime allows."""

from risk_graph.model.table import Column, Node, Table

_GRADE = "0 to 4"

TABLE = Table(
    name="priorities",
    title="Priorities",
    description="One row a regime, ordering, subject and issue: severity and likelihood as intervals, and the rank. "
    "Equal ranks are ties. Nobody is cleared by being absent.",
    key="priority_id",
    graph=Node("Priority"),
    provenance=False,
    columns=(
        Column("priority_id", "id", "rule|subject_id|issue"),
        Column("regime", "text", "Id of the regime"),
        Column("rule", "text", "Id of the ordering"),
        Column(
            "subject_id",
            "id",
            "Facility, supplier or product; `COUNTRY/stage` for an area; * for the project",
        ),
        Column("issue", "text", "What it is about: an issue of the table impacts"),
        Column("severity_low", "number", f"Severity at least, {_GRADE}", unit="1", low=0, high=4),
        Column("severity_high", "number", f"Severity at most, {_GRADE}", unit="1", low=0, high=4),
        Column("likelihood_low", "number", f"Likelihood at least, {_GRADE}", unit="1", low=0, high=4),
        Column("likelihood_high", "number", f"Likelihood at most, {_GRADE}", unit="1", low=0, high=4),
        Column("set_by", "text", "What set the severity: scale, scope, irremediability"),
        Column("rank_low", "number", "First rank of the tie; missing: not ranked", unit="1"),
        Column("rank_high", "number", "Last rank of the tie", unit="1"),
        Column("evidence", "text", "What it rests on"),
        Column("missing", "text", "What would have to be known for a firmer place"),
    ),
)
