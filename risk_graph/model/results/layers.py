"""Which edition of each layer a run stands on, and whether its rows may be passed on."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="layers",
    title="Layers",
    description="One row a layer: the edition that the run used, its licence and its content.",
    key="layer",
    graph=Node("Layer"),
    provenance=False,
    columns=(
        Column("layer", "id", "Id of the layer"),
        Column("edition", "text", "Edition that the run used"),
        Column("kind", "text", "Kind of its rows (country_value, listing, events ...)"),
        Column("title", "text", "Title"),
        Column("publisher", "text", "Who publishes it"),
        Column("citation", "text", "Source, or the attribution that its licence asks for"),
        Column("licence", "text", "Licence, in the publisher's words"),
        Column(
            "redistribution",
            "choice",
            "May its rows be passed on? false: exports leave them out",
            choices=("true", "false"),
        ),
        Column("released", "date", "Day the edition appeared; empty: not known"),
        Column("retrieved", "date", "Day it was retrieved"),
        Column("entries", "integer", "Rows of the edition"),
        Column("sha256", "text", "Hash of its files: one edition with another content is another run"),
    ),
)
