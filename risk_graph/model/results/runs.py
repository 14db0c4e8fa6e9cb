"""What a run was made of."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="runs",
    title="Run",
    description="One row: what the results stand on.",
    key="run_id",
    graph=Node("Run"),
    provenance=False,
    columns=(
        Column("run_id", "id", "Hash of inputs, layers, rules, settings and versions"),
        Column("project", "text", "Name of the project"),
        Column("chain", "text", "Id of the chain"),
        Column("chain_toml", "text", "The chain file the results stand on"),
        Column("as_of", "date", "Day the results hold for"),
        Column("period_start", "date", "First day of the period; missing: every flow"),
        Column("period_end", "date", "Last day of the period; missing: every flow"),
        Column("inputs", "text", "SHA-256 of each input file, as JSON"),
        Column("layers", "text", "Edition of each layer, as JSON"),
        Column("ruleset", "text", "Id and version of each rule"),
        Column("scorer", "text", "Id and version of the scorer"),
        Column("scorer_toml", "text", "The scorer file the scores stand on, weights and all"),
        Column(
            "journal",
            "text",
            "Entries of the journal and the hash of the last one; empty: there were none; `without`: those of an earlier "
            "run that it lacks",
        ),
        Column("version", "text", "Version of risk-graph"),
    ),
)
