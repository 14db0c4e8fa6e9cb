"""A place that a list names."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="listing",
    title="Listed places",
    description="One row a listed country or subdivision.",
    provenance=False,
    columns=(
        Column("code", "subdivision", "Today's ISO 3166-2 code; empty for a whole country", "ML-6"),
        Column("listed_code", "text", "Code as the list prints it", "ML-6"),
        Column("name", "text", "Name as the list prints it", "Tombouctou", True),
        Column("country", "country", "ISO 3166-1 alpha-3", "MLI", True),
        Column("status", "text", "Status in the list's own words", "conflict-affected"),
        Column(
            "whole_country",
            "choice",
            "Is the whole country listed?",
            "false",
            True,
            choices=("true", "false"),
        ),
        Column(
            "certain",
            "choice",
            "false: every reading of this code is unknown",
            "true",
            True,
            choices=("true", "false"),
        ),
        Column("note", "text", "What a reader should know of the row", ""),
        Column("edition", "text", "Edition of the list; one a layer", "2026-06", True),
        Column("listed_from", "date", "First day of the edition", "2026-06-28"),
        Column("retrieved", "date", "Day it was fetched", "2026-07-14", True),
        Column(
            "source", "text", "List, edition and entry", "EU indicative CAHRA list, report June 2026", True
        ),
    ),
)
