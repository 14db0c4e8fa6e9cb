"""A site where metal is mined, processed or collected."""

from risk_graph.model.table import Column, Node, Table

TABLE = Table(
    name="facilities",
    title="Facilities",
    description="Sites. A site that mines and refines is two facilities, one a stage.",
    key="facility_id",
    graph=Node("Facility"),
    columns=(
        Column(
            "facility_id", "id", "Your own id; unique over suppliers, facilities and products", "F-001", True
        ),
        Column(
            "supplier_id", "id", "Company that operates the site", "S-001", True, references=("suppliers",)
        ),
        Column("name", "text", "Name of the site", "Example Refinery (synthetic)", True),
        Column("stage", "stage", "Stage of the chain (an id of the chain file)", "alumina_refinery", True),
        Column("country", "country", "Country of the site, ISO 3166-1 alpha-3", "AUS", True),
        Column("subdivision", "subdivision", "State or province of the site, ISO 3166-2", "AU-WA"),
        Column("latitude", "number", "Latitude, WGS 84", "-32.63", unit="degree", low=-90, high=90),
        Column("longitude", "number", "Longitude, WGS 84", "115.97", unit="degree", low=-180, high=180),
        Column(
            "location_precision",
            "text",
            "How exactly the place is known: site, city, subdivision, country",
            "site",
        ),
        Column("capacity_t_per_year", "number", "Capacity in product mass", "4200000", unit="t/year", low=0),
        Column("opened_on", "date", "First day of operation", "1972-01-01"),
        Column("closed_on", "date", "Last day of operation", ""),
        Column("source", "text", "Where the row's facts come from", "annual report 2023 (synthetic)"),
    ),
)
