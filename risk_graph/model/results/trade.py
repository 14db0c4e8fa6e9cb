"""What countries trade with each other: a layer about countries, never mixed with flows of facilities."""

from risk_graph.model.table import Column, Edge, Table

TABLE = Table(
    name="trade",
    title="National trade",
    description="Yearly trade of a material between two countries, as a trade layer gives it.",
    graph=Edge("TRADES", "exporter", "importer", ("Country",), ("Country",)),
    provenance=False,
    columns=(
        Column("layer", "text", "Id of the layer"),
        Column("edition", "text", "Edition of the layer's data"),
        Column("exporter", "country", "Exporting country, ISO 3166-1 alpha-3"),
        Column("importer", "country", "Importing country, ISO 3166-1 alpha-3"),
        Column("year", "integer", "Calendar year"),
        Column("hs6", "text", "Six-digit code of the Harmonized System"),
        Column("mass_t", "number", "Mass of the product", unit="t"),
        Column("value_kusd", "number", "Value", unit="1000 USD"),
        Column("note", "text", "What is odd about the record, in the words of the layer; else empty"),
    ),
)
