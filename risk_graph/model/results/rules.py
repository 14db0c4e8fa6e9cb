"""Which rules a run applied, under which regime, and where they stand in the law."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="rules",
    title="Rules",
    description="One row a rule that the run applied: the finding's law, version and parameters.",
    key="rule",
    graph=Node("Rule"),
    provenance=False,
    columns=(
        Column("rule", "id", "Id of the rule"),
        Column("rule_version", "text", "Version of the rule"),
        Column("title", "text", "Title of the rule"),
        Column("regime", "text", "Id of the regime; empty: no regime names the rule"),
        Column("regime_version", "text", "Version of the regime's file"),
        Column(
            "state",
            "text",
            "in force, not yet in force, no longer in force, or not applicable; empty without a regime",
        ),
        Column("why", "text", "Why, in one sentence"),
        Column("source", "text", "Where the rule stands in the law"),
        Column("verified", "choice", "Was the legal text read by us?", choices=("true", "false")),
        Column("parameters", "text", "Parameters that the regime gives it, JSON"),
    ),
)
