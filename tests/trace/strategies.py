"""Random small chains with loops (open, closed, closed at one end, hardly leaking), gaps, ranges, periods and
unspecified sites, with masses from grams to gigatonnes.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
from hypothesis import strategies as st

from risk_graph.model.chain import Chain, parse_chain
from risk_graph.model.graph import Period, SupplyGraph, build_graph
from risk_graph.model.table import Tables, input_tables
from tests.trace.reference import Reference

CHAIN_TEXT = """
id = "random"
title = "Random"
metal = "X"
[stages.mine]
kind = "origin"
[stages.smelter]
kind = "process"
yield = [0.7, 0.8, 0.9]
[stages.refiner]
kind = "process"
yield = [0.9, 0.95, 1.0]
[stages.maker]
kind = "process"
[materials.ore]
content = [0.2, 0.25, 0.3]
[materials.alloy]
content = [0.9, 1.0, 1.0]
[materials.metal]
content = [1.0, 1.0, 1.0]
[[flows]]
from = ["mine", "smelter", "refiner", "maker"]
to = ["mine", "smelter", "refiner", "maker", "product"]
materials = ["ore", "alloy", "metal"]
"""
CHAIN: Chain = parse_chain(CHAIN_TEXT)
SUPPLIERS = ("S0", "S1", "S2")
PRODUCTS = ("P0", "P1")
_YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def tables_of(facilities, flows, products=(), suppliers=SUPPLIERS):
    """Input tables of (id, supplier, stage, country[, subdivision]) and (from, to, material, mass[, evidence[, unit,
    first day, last day]]) tuples.
    """
    columns = ["facility_id", "supplier_id", "stage", "country", "subdivision"]
    raw = {
        "suppliers": pd.DataFrame({"supplier_id": suppliers, "name": suppliers, "country": "DEU"}),
        "facilities": pd.DataFrame([(*f, None)[:5] for f in facilities], columns=columns),
        "products": pd.DataFrame({"product_id": products, "name": products, "buyer_id": suppliers[0]}),
        "flows": pd.DataFrame(
            [(*f[:4], *(*f[4:], *("reported", "t", *_YEAR)[len(f) - 4 :])) for f in flows],
            columns=[
                "from_id",
                "to_id",
                "material",
                "mass",
                "evidence",
                "unit",
                "period_start",
                "period_end",
            ],
        ),
    }
    raw["facilities"]["name"] = raw["facilities"]["facility_id"]
    raw["flows"]["flow_id"] = [f"L{i:03d}" for i in range(len(raw["flows"]))]
    for column in ("period_start", "period_end"):
        raw["flows"][column] = pd.to_datetime(raw["flows"][column])
    return {name: table.conform(raw.get(name, pd.DataFrame())) for name, table in input_tables().items()}


def graph_of(facilities, flows, products=(), **options) -> SupplyGraph:
    return build_graph(tables_of(facilities, flows, products), CHAIN, **options)


@dataclass(frozen=True)
class Case:
    """A random chain, what is asked of it, and the exact answers."""

    facilities: tuple
    flows: tuple
    period: Period | None = None
    without_modelled: bool = False
    incomplete: tuple = ()

    @property
    def tables(self) -> Tables:
        return tables_of(self.facilities, self.flows, PRODUCTS)

    @property
    def rejected(self) -> dict[str, int]:
        return {id_: sum(c for i, c in self.incomplete if i == id_) for id_, _ in self.incomplete}

    def graph(self) -> SupplyGraph:
        return build_graph(self.tables, CHAIN, self.period, self.rejected, self.without_modelled)

    def reference(self) -> Reference:
        tables, records = self.tables, {}
        for name in ("suppliers", "facilities", "products", "flows"):
            table = tables[name]
            records[name] = table.astype(object).where(table.notna(), None).to_dict("records")
        for flow in records["flows"]:
            for column in ("period_start", "period_end"):
                flow[column] = flow[column].date()
        return Reference(
            records, tomllib.loads(CHAIN_TEXT), self.period, self.without_modelled, self.rejected
        )

    def without(self, flow: int) -> "Case":
        return replace(self, flows=self.flows[:flow] + self.flows[flow + 1 :])


def _periods():
    day = st.dates(date(2023, 11, 1), date(2025, 2, 1))
    return st.tuples(day, day).map(lambda d: (min(d), max(d)))


@st.composite
def random_facilities(draw):
    count = draw(st.integers(2, 7))
    stage = st.sampled_from(["mine", "smelter", "refiner", "maker", "maker"])
    owner = st.sampled_from(draw(st.sampled_from([["S0", "S1", "S2"], ["S0", "S1"], ["S0"]])))
    places = st.sampled_from(
        [("DEU", None), ("GIN", None), ("CHN", "CN-XJ"), ("CHN", None), ("DEU", "DE-BY")]
    )
    return tuple((f"F{i}", draw(owner), draw(stage), *draw(places)) for i in range(count))


def _masses():
    """Round, arbitrary, and far apart; equal ones are likely, so that balances close exactly."""
    return st.one_of(
        st.integers(1, 3).map(float),
        st.sampled_from([2e-9, 3e-6, 99.0, 100.0, 5e6, 7e8]),
        st.floats(1e-9, 1e9, allow_subnormal=False),
    )


def _flow(ends, products):
    return st.tuples(
        st.sampled_from(ends),
        st.sampled_from([*ends, *products]),
        st.sampled_from(["ore", "alloy", "metal", "metal"]),
        _masses(),
        st.sampled_from(["verified", "reported", "modelled"]),
        st.sampled_from(["t", "t", "kt", "kg"]),
        _periods(),
    ).map(lambda f: (*f[:6], *f[6]))


@st.composite
def random_rings(draw, ends):
    """A ring whose flows are all the same, so that it is closed, or closed at one end, or all but closed."""
    ring = draw(st.permutations(ends))[: draw(st.integers(2, len(ends)))]
    material, mass = draw(st.sampled_from(["metal", "alloy"])), draw(st.sampled_from([1.0, 100.0, 3e8]))
    evidence = draw(st.sampled_from(["verified", "reported", "modelled"]))
    less = draw(st.sampled_from([1.0, 1.0, 0.99, 1 - 1e-9, 1 - 1e-15]))
    flows = [
        (a, b, material, mass, evidence, "t", *_YEAR) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
    ]
    flows[-1] = (*flows[-1][:3], mass * less, *flows[-1][4:])
    return flows


@st.composite
def random_cases(draw) -> Case:
    facilities = draw(random_facilities())
    ends = [*(f[0] for f in facilities), *draw(st.sampled_from([["S1"], ["S0", "S1", "S2"], []]))]
    flow = _flow(ends, PRODUCTS).filter(lambda f: f[0] != f[1])
    flows = draw(st.lists(flow, max_size=16))
    if draw(st.booleans()):
        flows += draw(random_rings(ends))
    if draw(st.booleans()):
        flows = [(*f[:6], *_YEAR) for f in flows]
    marked = st.tuples(st.sampled_from([*ends, *PRODUCTS, *SUPPLIERS]), st.integers(1, 2))
    return Case(
        facilities,
        tuple(flows),
        draw(st.one_of(st.none(), _periods())),
        draw(st.booleans()),
        tuple(draw(st.one_of(st.just([]), st.lists(marked, max_size=1)))),
    )


def random_graphs() -> st.SearchStrategy[SupplyGraph]:
    return random_cases().map(Case.graph)


def random_parts():
    """(facilities, flows, products) of a small random chain."""
    return random_cases().map(lambda case: (list(case.facilities), list(case.flows), PRODUCTS))
