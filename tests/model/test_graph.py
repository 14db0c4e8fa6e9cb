"""Units, periods and the graph built from tables."""

from datetime import date

import pandas as pd
import pytest

from risk_graph.errors import NotFoundError
from risk_graph.model.graph import TONNES, build_graph
from tests.trace.strategies import CHAIN, graph_of, tables_of

SITES = [("M", "S0", "mine", "AUS"), ("F", "S1", "maker", "DEU")]


def metal(start, end, period=None, unit="t"):
    tables = tables_of(SITES, [("M", "F", "metal", 366.0)])
    tables["flows"]["period_start"] = pd.Series(pd.to_datetime([start])).astype("datetime64[ms]")
    tables["flows"]["period_end"] = pd.Series(pd.to_datetime([end])).astype("datetime64[ms]")
    tables["flows"]["unit"] = unit
    return build_graph(tables, CHAIN, period).flows["metal"].sum()


@pytest.mark.parametrize(
    ("start", "end", "period", "expected"),
    [
        ("2024-01-01", "2024-12-31", None, 366),
        ("2024-01-01", "2024-12-31", (date(2024, 1, 1), date(2024, 12, 31)), 366),
        ("2024-01-01", "2024-12-31", (date(2024, 1, 1), date(2024, 1, 31)), 31),
        ("2024-01-01", "2024-12-31", (date(2024, 12, 31), date(2025, 12, 31)), 1),
        ("2024-01-01", "2024-12-31", (date(2025, 1, 1), date(2025, 12, 31)), 0),
        ("2024-03-15", "2024-03-15", (date(2024, 3, 15), date(2024, 3, 15)), 366),
    ],
)
def test_a_flow_counts_by_the_share_of_its_days_in_the_period(start, end, period, expected):
    assert metal(start, end, period) == pytest.approx(expected)


def test_units_are_those_of_their_definitions():
    assert metal("2024-01-01", "2024-12-31", unit="kt") == pytest.approx(366_000)
    assert TONNES["short_ton"] == pytest.approx(2000 * TONNES["lb"], rel=1e-12)
    assert TONNES["long_ton"] == pytest.approx(2240 * TONNES["lb"], rel=1e-12)


def test_a_supplier_that_a_flow_names_is_a_site_of_its_own_and_no_other_supplier_is():
    graph = graph_of(SITES, [("M", "S2", "metal", 1.0), ("S2", "F", "metal", 1.0)])
    nodes = graph.nodes.set_index("node_id")
    assert nodes["kind"].to_dict() == {"F": "facility", "M": "facility", "S2": "supplier"}
    assert pd.isna(nodes.at["S2", "stage"])
    assert list(graph.own_nodes("S2")) == [graph.at("S2")]
    with pytest.raises(NotFoundError):
        graph.at("S0")


def test_parallel_flows_are_summed_and_kept_apart_in_networkx():
    graph = graph_of(SITES, [("M", "F", "metal", 1.0), ("M", "F", "metal", 2.0)])
    assert graph.inflows[graph.at("F"), graph.at("M")] == 3.0
    drawn = graph.to_networkx()
    assert drawn.number_of_edges("M", "F") == 2
    assert drawn.nodes["M"]["stage"] == "mine"
    assert graph.to_networkx([graph.at("F")]).number_of_edges() == 0


def test_an_empty_input_is_an_empty_graph():
    graph = graph_of([], [])
    assert graph.size == 0
    assert graph.inflows.shape == (0, 0)
