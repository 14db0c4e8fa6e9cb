"""Random small chains with loops, gaps, closed loops, ranges, periods and unspecified sites."""

import pandas as pd
from hypothesis import strategies as st

from risk_graph.model.chain import Chain, parse_chain
from risk_graph.model.graph import SupplyGraph, build_graph
from risk_graph.model.table import input_tables

CHAIN: Chain = parse_chain(
    """
id = "random"
title = "Random"
metal = "X"
[stages.mine]
kind = "origin"
[stages.smelter]
kind = "process"
yield = [0.7, 0.8, 0.9]
[stages.maker]
kind = "process"
[materials.ore]
content = [0.2, 0.25, 0.3]
[materials.metal]
content = [1.0, 1.0, 1.0]
[[flows]]
from = ["mine", "smelter", "maker"]
to = ["mine", "smelter", "maker", "product"]
materials = ["ore", "metal"]
"""
)


def tables_of(facilities, flows, products=(), suppliers=("S0", "S1", "S2")):
    """Input tables of (id, supplier, stage, country) and (from, to, material, mass[, evidence]) tuples."""
    raw = {
        "suppliers": pd.DataFrame({"supplier_id": suppliers, "name": suppliers, "country": "DEU"}),
        "facilities": pd.DataFrame(facilities, columns=["facility_id", "supplier_id", "stage", "country"]),
        "products": pd.DataFrame({"product_id": products, "name": products, "buyer_id": suppliers[0]}),
        "flows": pd.DataFrame(
            [(*f, "reported")[:5] for f in flows],
            columns=["from_id", "to_id", "material", "mass", "evidence"],
        ),
    }
    raw["facilities"]["name"] = raw["facilities"]["facility_id"]
    n = len(raw["flows"])
    raw["flows"] = raw["flows"].assign(
        flow_id=[f"L{i:03d}" for i in range(n)],
        unit="t",
        period_start=pd.Timestamp("2024-01-01"),
        period_end=pd.Timestamp("2024-12-31"),
    )
    return {name: table.conform(raw.get(name, pd.DataFrame())) for name, table in input_tables().items()}


def graph_of(facilities, flows, products=(), **options) -> SupplyGraph:
    return build_graph(tables_of(facilities, flows, products), CHAIN, **options)


@st.composite
def random_parts(draw):
    """(facilities, flows, products) of a small random chain."""
    count = draw(st.integers(2, 9))
    stages = draw(
        st.lists(st.sampled_from(["mine", "smelter", "smelter", "maker"]), min_size=count, max_size=count)
    )
    facilities = [(f"F{i}", f"S{i % 3}", stage, "DEU") for i, stage in enumerate(stages)]
    ends = [f[0] for f in facilities]
    source, target = st.sampled_from([*ends, "S1"]), st.sampled_from([*ends, "S1", "P0"])
    mass = st.one_of(st.integers(1, 5).map(float), st.floats(0.01, 1000))
    evidence = st.sampled_from(["verified", "reported", "modelled"])
    flow = st.tuples(source, target, st.sampled_from(["ore", "metal"]), mass, evidence)
    flows = draw(st.lists(flow.filter(lambda f: f[0] != f[1]), max_size=24))
    return facilities, flows, ("P0",)


def random_graphs() -> st.SearchStrategy[SupplyGraph]:
    return random_parts().map(lambda parts: graph_of(*parts))
