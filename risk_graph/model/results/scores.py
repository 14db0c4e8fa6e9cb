"""How much of a subject's metal is exposed, by theme."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="scores",
    title="Scores",
    description="Value 0 (nothing found) to 100, with bounds, coverage and its parts; the parts sum to the value.",
    key="score_id",
    graph=Node("Score"),
    provenance=False,
    columns=(
        Column("score_id", "id", "theme|subject_id"),
        Column("subject_id", "id", "Facility, supplier or product"),
        Column("theme", "text", "Theme, or overall"),
        Column("low", "number", "Lower bound: missing facts at their best", low=0, high=100),
        Column(
            "value", "number", "What is known at its value, missing facts at their worst", low=0, high=100
        ),
        Column("high", "number", "Upper bound: missing facts at their worst", low=0, high=100),
        Column(
            "coverage",
            "number",
            "Share of the metal whose answer rests on known facts",
            unit="1",
            low=0,
            high=1,
        ),
        Column("from_known", "number", "Points of the value that rest on known facts"),
        Column(
            "from_missing", "number", "Points that stand for a missing place or indicator of a known node"
        ),
        Column("from_unknown", "number", "Points that stand for metal of unknown origin"),
        Column("band", "text", "Word for the upper bound, or not assessed"),
        Column(
            "residual_low", "number", "Lower bound of what certificates leave", unit="points", low=0, high=100
        ),
        Column(
            "residual",
            "number",
            "What certificates leave of the value (docs/scores.md)",
            unit="points",
            low=0,
            high=100,
        ),
        Column(
            "residual_high",
            "number",
            "Upper bound of what certificates leave",
            unit="points",
            low=0,
            high=100,
        ),
    ),
)
