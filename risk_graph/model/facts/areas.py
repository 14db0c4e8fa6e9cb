"""A place with an outline: a protected area, a community's land, a basin under water stress."""

from risk_graph.model.table import Column, Table

GEOMETRY = "geometry"
"""Column of outlines (WGS 84, valid polygons), beside the declared ones, in GeoParquet."""

TABLE = Table(
    name="areas",
    title="Areas",
    description="One row an area; its outline stands beside it.",
    key="area_id",
    provenance=False,
    columns=(
        Column("area_id", "id", "Id of the source, else the number of the row", "555547509", True),
        Column("name", "text", "Name", "Example reserve (synthetic)"),
        Column("category", "text", "What kind of area it is, in the source's words", "Strict Nature Reserve"),
        Column("value", "number", "Number of the area, in the layer's unit, if it has one", ""),
        Column("note", "text", "What was repaired or is doubtful", ""),
        Column("edition", "text", "Edition of the source; one a layer", "2026-11", True),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column("source", "text", "Publisher, document and entry", "reserves.gpkg, row 12", True),
    ),
)
