"""A person, organisation or vessel that a list names."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="entities",
    title="Listed entities",
    description="One row an entry of a list, delisted ones included.",
    key="entry_id",
    provenance=False,
    columns=(
        Column("entry_id", "id", "Id within the list; stable from edition to edition", "SDN-8722", True),
        Column("list", "text", "The list, by its usual short name", "OFAC SDN", True),
        Column("programme", "text", "Programmes, separated by semicolons", "IRAN-EO13871"),
        Column(
            "kind",
            "choice",
            "What is listed; other: the list does not say",
            "organisation",
            True,
            choices=("organisation", "person", "vessel", "aircraft", "other"),
        ),
        Column("name", "text", "Primary name, as printed", "SOUTH ALUMINUM COMPANY", True),
        Column(
            "countries", "text", "Countries (alpha-3) that the entry is tied to, separated by spaces", "IRN"
        ),
        Column("listed_on", "date", "First day of the listing; empty: not published", "2020-01-10"),
        Column("delisted_on", "date", "First day on which it is no longer listed", ""),
        Column(
            "identifiers",
            "text",
            "`kind:value` pairs, separated by semicolons",
            "imo:9187629; registration:10100582",
        ),
        Column("addresses", "text", "Addresses as printed, separated by vertical bars", "Lamerd, Fars, Iran"),
        Column("remarks", "text", "What the list says besides", ""),
        Column("edition", "text", "Edition of the list; one a layer", "2026-11-20", True),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column("source", "text", "List, edition and entry", "OFAC SDN of 2026-11-20, uid 8722", True),
    ),
)
