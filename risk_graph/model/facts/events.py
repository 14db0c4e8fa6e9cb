"""A violent event at a place and time."""

from risk_graph.model.table import Column, Table

TABLE = Table(
    name="events",
    title="Violent events",
    description="One row an event with at least one death, as a conflict data program codes it.",
    key="event_id",
    provenance=False,
    columns=(
        Column("event_id", "id", "Id of the source", "450123", True),
        Column("date_start", "date", "First day", "2024-03-02", True),
        Column("date_end", "date", "Last day, included", "2024-03-02", True),
        Column(
            "violence",
            "choice",
            "State-based, non-state or one-sided",
            "one_sided",
            True,
            choices=("state_based", "non_state", "one_sided"),
        ),
        Column("parties", "text", "The two sides, as coded", ""),
        Column("country", "country", "ISO 3166-1 alpha-3; empty if the source's code stands for none", "MLI"),
        Column("admin1", "text", "First-order division, as coded", "Tombouctou region"),
        Column("latitude", "number", "WGS 84", "16.77", True, "degree", low=-90, high=90),
        Column("longitude", "number", "WGS 84", "-3.0", True, "degree", low=-180, high=180),
        Column(
            "where_prec",
            "integer",
            "Precision of the place: 1 exact, 2 near, 3 second-order division, 4 first-order division, 5 line or area, "
            "6 country, 7 international waters or airspace",
            "1",
            True,
            low=1,
            high=7,
        ),
        Column(
            "date_prec", "number", "Precision of the day: 1 exact to 5 a year or more", "1", low=1, high=5
        ),
        Column("best", "integer", "Deaths, best estimate", "3", True, low=0),
        Column("low", "integer", "Deaths, low estimate", "3", True, low=0),
        Column("high", "integer", "Deaths, high estimate", "7", True, low=0),
        Column("edition", "text", "Edition of the source; one a layer", "26.1", True),
        Column("retrieved", "date", "Day it was fetched", "2026-11-23", True),
        Column("source", "text", "Publisher, document and entry", "UCDP GED 26.1, event 450123", True),
    ),
)
