"""Material that moves from one end to another."""

from risk_graph.model.table import Column, Edge, Table

ENDS = ("facilities", "suppliers")

TABLE = Table(
    name="flows",
    title="Flows",
    description="Deliveries of material. A supplier as an end means that its site is not known.",
    key="flow_id",
    graph=Edge("FLOWS_TO", "from_id", "to_id", ("Facility", "Supplier"), ("Facility", "Supplier", "Product")),
    columns=(
        Column("flow_id", "id", "Your own id, unique among flows", "L-001", True),
        Column("from_id", "id", "Facility or supplier that delivers", "F-001", True, references=ENDS),
        Column(
            "to_id",
            "id",
            "Facility, supplier or product that receives",
            "F-002",
            True,
            references=(*ENDS, "products"),
        ),
        Column("material", "material", "Material (an id of the chain file)", "alumina", True),
        Column("mass", "number", "Mass in `unit`", "1500", True, low=0),
        Column("unit", "unit", "t, kt, Mt, kg, lb, short_ton or long_ton", "kt", True),
        Column("period_start", "date", "First day of the period", "2024-01-01", True),
        Column("period_end", "date", "Last day of the period, included", "2024-12-31", True),
        Column(
            "coc_mass", "number", "Part of `mass` sold as chain-of-custody material, same unit", "", low=0
        ),
        Column("coc_model", "text", "Chain-of-custody model, e.g. mass_balance", ""),
        Column(
            "evidence",
            "choice",
            "How well the flow is supported; empty means reported",
            "reported",
            choices=("verified", "reported", "modelled"),
        ),
        Column("source", "text", "Where the row's facts come from", "delivery notes 2024 (synthetic)"),
    ),
)
