"""How far the metal of a node can be traced."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="exposures",
    title="Exposures",
    description="One row a subject: its contained metal, the share whose origin is unknown, with bounds, and the share "
    "whose origin is known only over modelled flows.",
    key="subject_id",
    graph=Node("Exposure"),
    provenance=False,
    columns=(
        Column("subject_id", "id", "Facility, supplier or product"),
        Column("mass_t", "number", "Contained metal in the period", unit="t"),
        Column("unknown_low", "number", "Unknown share, favourable ends", unit="1", low=0, high=1),
        Column("unknown", "number", "Unknown share", unit="1", low=0, high=1),
        Column("unknown_high", "number", "Unknown share, unfavourable ends", unit="1", low=0, high=1),
        Column(
            "modelled",
            "number",
            "Share that leads to an origin only over a modelled flow",
            unit="1",
            low=0,
            high=1,
        ),
        Column(
            "incomplete", "integer", "1 if a rejected row names the subject or a node upstream of it, else 0"
        ),
    ),
)
