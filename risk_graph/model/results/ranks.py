"""Who comes first under each way of making one number of the themes."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="ranks",
    title="Ranks",
    description="One row a subject: its rank among the subjects of its kind, 1 the worst, by the themes of which a layer "
    "is at hand; ties share the smallest rank. Where the ranks differ, the order is a choice and no finding.",
    key="subject_id",
    graph=Node("Rank"),
    provenance=False,
    columns=(
        Column("subject_id", "id", "Facility, supplier or product"),
        Column("kind", "text", "facility, supplier or product"),
        Column("count", "integer", "Subjects of the kind"),
        Column(
            "rank_arithmetic", "integer", "By the weighted mean: a good theme makes up for a bad one in full"
        ),
        Column(
            "rank_inverted_geometric",
            "integer",
            "By the inverted geometric mean (INFORM): a bad theme counts more",
        ),
        Column("rank_max", "integer", "By the worst theme: nothing makes up for anything"),
        Column(
            "proven_arithmetic", "integer", "The same three ranks by lower bounds: by what is proven alone"
        ),
        Column("proven_inverted_geometric", "integer", "Rank of what is proven, inverted geometric mean"),
        Column("proven_max", "integer", "Rank of what is proven, worst theme"),
    ),
)
