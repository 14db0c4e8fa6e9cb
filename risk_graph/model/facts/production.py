"""What a country produced of a commodity in a year."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="production",
    title="Production of countries",
    description="One row a commodity, country and year; about countries, never about facilities.",
    provenance=False,
    columns=(
        Column("country", "country", "ISO 3166-1 alpha-3", "GIN", True),
        Column("year", "integer", "Calendar year", "2022", True),
        Column("commodity", "text", "What was produced, in the source's words", "Bauxite", True),
        Column("mass_t", "number", "Mass; empty: unknown, not zero", "103525513", unit="t", low=0),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column(
            "source", "text", "Publisher, document and entry", "World Mining Data 2024, Bauxite, Guinea", True
        ),
        Column("note", "text", "What is odd about the record, in one sentence; empty: no check failed", ""),
    ),
)
