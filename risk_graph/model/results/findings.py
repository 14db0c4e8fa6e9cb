"""What a rule says about a subject."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="findings",
    title="Findings",
    description="One row a rule and subject, three-valued.",
    key="finding_id",
    graph=Node("Finding"),
    provenance=False,
    columns=(
        Column("finding_id", "id", "rule|subject_id"),
        Column("rule", "text", "Id of the rule"),
        Column("subject_id", "id", "Facility, supplier or product"),
        Column("truth", "choice", "T true, F false, U unknown", choices=("T", "F", "U")),
        Column("since", "date", "First day of the earliest flow or listing the finding rests on, if known"),
        Column("evidence", "text", "What the answer rests on: nodes, path, source rows"),
        Column("missing", "text", "What would have to be known for a firmer answer"),
        Column("as_of", "date", "Day the answer holds for"),
        Column("witness_id", "id", "Nearest node upstream that decided the answer, if one did"),
        Column("hops", "integer", "Flows between the witness and the subject; -1 without a witness"),
        Column("layers", "text", "Ids of the layers that the rule read, separated by spaces"),
    ),
)
