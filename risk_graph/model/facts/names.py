"""A name under which a listed entity goes."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="names",
    title="Names of listed entities",
    description="One row a name of an entry: the primary one and every alias.",
    provenance=False,
    columns=(
        Column("entry_id", "id", "Entry that goes by it", "SDN-8722", True),
        Column("name", "text", "Name as printed", "SALCO", True),
        Column(
            "kind",
            "choice",
            "primary; alias; weak (the list itself calls it weak or low quality); former",
            "alias",
            True,
            choices=("primary", "alias", "weak", "former"),
        ),
        Column("valid_from", "date", "First day on which the list gives it", ""),
        Column("valid_to", "date", "Last day on which the list gives it; later it is no alias", ""),
    ),
)
