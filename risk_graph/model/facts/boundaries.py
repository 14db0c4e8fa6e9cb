"""A first-order division of a country with its outline."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="boundaries",
    title="Boundaries",
    description="One row a division; its outline stands beside it. Not laid over sites.",
    key="area_id",
    provenance=False,
    columns=(
        Column("area_id", "id", "Id of the source, else the number of the row", "ML-6-001 (synthetic)", True),
        Column("name", "text", "Name", "Tombouctou"),
        Column("country", "country", "ISO 3166-1 alpha-3; empty if the source's code stands for none", "MLI"),
        Column(
            "code", "subdivision", "Today's ISO 3166-2 code, if the source says one that is known", "ML-6"
        ),
        Column("note", "text", "What was repaired or is doubtful", ""),
        Column("edition", "text", "Edition of the source; one a layer", "6.0.0", True),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column("source", "text", "Publisher, document and entry", "geoBoundariesCGAZ_ADM1.shp, row 12", True),
    ),
)
