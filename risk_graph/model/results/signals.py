"""What a layer says about a node."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="signals",
    title="Signals",
    description="One row a node and layer: the value or the listing, and how it was joined.",
    key="signal_id",
    graph=Node("Signal"),
    provenance=False,
    columns=(
        Column("signal_id", "id", "layer|subject_id"),
        Column("subject_id", "id", "Facility, supplier (site unspecified) that the signal is about"),
        Column("layer", "text", "Id of the layer"),
        Column("edition", "text", "Edition of the layer's data that decided"),
        Column(
            "truth", "choice", "For a listing: is the node in a listed place?", choices=("T", "F", "U", "")
        ),
        Column("low", "number", "Lower bound of the value, in the layer's unit; missing if unknown"),
        Column("value", "number", "Value, in the layer's unit; missing if unknown"),
        Column("high", "number", "Upper bound of the value, in the layer's unit; missing if unknown"),
        Column(
            "place",
            "text",
            "Country (ISO 3166-1) or subdivision (ISO 3166-2) that was looked up; the area's id for a layer of areas",
        ),
        Column(
            "how_joined",
            "choice",
            "country, subdivision, whole_country, point_in_polygon, nearest_polygon, within_km, disc_overlaps or none",
        ),
        Column(
            "distance_km",
            "number",
            "Distance to the polygon (0 inside) or to the nearest event; missing if neither was used",
            unit="km",
        ),
        Column("certainty", "choice", "declared, computed, conflicting or none"),
        Column("detail", "text", "One sentence: what was found, or what is missing"),
        Column("source", "text", "The layer's source and entry"),
    ),
)
