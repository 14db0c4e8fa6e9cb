"""What one country sold to another in a year."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="trade",
    title="Trade of countries",
    description="One row a product, year and pair of countries; about countries, never about facilities.",
    provenance=False,
    columns=(
        Column("year", "integer", "Calendar year", "2024", True),
        Column("hs6", "text", "Six-digit code of the Harmonized System", "260600", True),
        Column("exporter", "country", "ISO 3166-1 alpha-3", "GIN", True),
        Column("importer", "country", "ISO 3166-1 alpha-3", "CHN", True),
        Column("value_kusd", "number", "Value", "1234.5", unit="1000 USD", low=0),
        Column("mass_t", "number", "Mass; empty: unknown, not zero", "2000", unit="t", low=0),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column("note", "text", "What is odd about the record, in one sentence; empty: no check failed", ""),
    ),
)
