"""Which lists the suppliers were screened against, and which not."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="screenings",
    title="Screenings",
    description="One row a list: screened, or not, and why not. Nothing is said about a list that is not screened here.",
    key="list",
    graph=Node("Screening"),
    provenance=False,
    columns=(
        Column("list", "id", "Id of the layer"),
        Column("title", "text", "Title of the list"),
        Column("edition", "text", "Edition"),
        Column("released", "date", "Day the edition appeared"),
        Column("retrieved", "date", "Day it was fetched"),
        Column(
            "state",
            "choice",
            "screened; empty: the edition holds nobody; not_at_hand: no edition was fetched",
            choices=("screened", "empty", "not_at_hand"),
        ),
        Column("entries", "integer", "Entries of the edition"),
        Column("names", "integer", "Names and aliases that count on the day"),
        Column("subjects", "integer", "Suppliers and facilities whose names were compared"),
        Column("matches", "integer", "Subjects that are a match themselves"),
        Column("possible", "integer", "Subjects that may be, and are no match"),
        Column("linked", "integer", "Subjects of which only the operator or an owner is or may be"),
        Column("as_of", "date", "Day the outcomes hold for"),
        Column("statement", "text", "What may be said of everybody else, in one sentence"),
    ),
)
