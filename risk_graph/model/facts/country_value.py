"""A number of a country in a year."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="country_value",
    title="Country values",
    description="One row a country and year. Ranks are refused: they change their meaning between editions.",
    provenance=False,
    columns=(
        Column("country", "country", "ISO 3166-1 alpha-3", "GIN", True),
        Column("year", "integer", "Year that the value is about", "2024", True),
        Column("estimate", "number", "Value, in the layer's unit", "-1.04", True),
        Column("standard_error", "number", "Standard error; empty: none is published", "0.21", low=0),
        Column("low", "number", "Lower end of a published band, in the layer's unit", ""),
        Column("high", "number", "Upper end of a published band, in the layer's unit", ""),
        Column("edition", "text", "Edition of the source; one a layer", "2025", True),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column("source", "text", "Publisher, document and entry", "World Bank, WGI 2025, PV.EST", True),
    ),
)
