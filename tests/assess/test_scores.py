"""Scores: parts sum, bounds hold, missing never helps, goalposts are fixed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from risk_graph.assess.explain import explain
from risk_graph.assess.scorer_file import scorers
from risk_graph.assess.scores import bands, score
from risk_graph.trace.origins import trace
from tests.assess.facts import LISTINGS, facts_of, random_case_facts, random_facts
from tests.trace.strategies import graph_of, random_parts

pytestmark = pytest.mark.slow

_TINY = 1e-9
SCORER = scorers()["places"]


def scored(graph, truth, values):
    return score(facts_of(graph, truth, values), SCORER).set_index("score_id")


@given(random_facts())
def test_value_lies_within_its_bounds_and_its_parts_sum_to_it(parts):
    table = scored(*parts)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert table[["low", "high", "coverage"]].min().min() >= 0
    assert table["high"].max() <= 100
    assert table["coverage"].max() <= 1
    sums = table["from_known"] + table["from_missing"] + table["from_unknown"]
    np.testing.assert_allclose(sums, table["value"], atol=_TINY)


@given(random_facts())
def test_contributions_sum_to_the_value_of_every_theme(parts):
    facts = facts_of(*parts)
    table = score(facts, SCORER).set_index(["subject_id", "theme"])
    for subject_id in facts.subjects.ids:
        told = explain(facts, SCORER, subject_id)
        for theme, value in told.values.items():
            assert value == pytest.approx(table.at[(subject_id, theme), "value"], abs=_TINY)
            points = told.contributions.loc[told.contributions["within"] == theme]
            assert points["points"].sum() == pytest.approx(value, abs=_TINY)
            known = points.loc[points["cause"] == "known", "points"].sum()
            assert known == pytest.approx(table.at[(subject_id, theme), "from_known"], abs=_TINY)


@given(random_facts(), st.integers(0, 30))
def test_losing_a_fact_never_helps(parts, which):
    graph, truth, values = parts
    ids = sorted(values)
    lost = ids[which % len(ids)]
    before = scored(graph, truth, values)
    blanked = {layer: {**truth[layer], lost: "U"} for layer in LISTINGS}
    after = scored(graph, blanked, {**values, lost: None}).loc[before.index]
    assert (after["high"] >= before["high"] - _TINY).all()
    assert (after["value"] >= before["value"] - _TINY).all()
    assert (after["low"] <= before["low"] + _TINY).all()
    assert (after["coverage"] <= before["coverage"] + _TINY).all()


_BANDS = ["low", "moderate", "elevated", "high", "very high"]


@given(random_case_facts(), st.integers(0, 30))
def test_a_rejected_flow_improves_nobodys_score(parts, which):
    case, truth, values = parts
    assume(case.flows)
    which %= len(case.flows)
    rejected = replace(
        case.without(which), incomplete=(*case.incomplete, *((end, 1) for end in case.flows[which][:2]))
    )
    before = scored(case.graph(), truth, values)
    after = scored(rejected.graph(), truth, values)
    after = after.loc[after.index.intersection(before.index)]
    before = before.loc[after.index]
    assert (after["high"] >= before["high"] - _TINY).all()
    assert (after["value"] >= before["value"] - _TINY).all()
    assert (after["coverage"] <= before["coverage"] + _TINY).all()
    for high, now in zip(before["high"], after["band"], strict=True):
        assert now == "not assessed" or _BANDS.index(now) >= min(int(high // 20), 4)


def test_a_rejected_row_counts_at_its_worst_and_is_named():
    """Stock hides the loss of a flow from everything but the count of rejected rows."""
    sites = [("M", "S1", "mine", "GIN"), ("N", "S1", "mine", "AUS"), ("F", "S2", "maker", "DEU")]
    flows = [("M", "F", "metal", 5), ("N", "F", "metal", 5), ("F", "P0", "metal", 5)]
    listed = {"eu_cahra": {"M": "T"}}
    before = scored(graph_of(sites, flows, ("P0",)), listed, {})
    lost = graph_of(sites, flows[1:], ("P0",), incomplete={"M": 1, "F": 1})
    after = scored(lost, listed, {})
    assert before.at["conflict|P0", "value"] == 50
    row = after.loc["conflict|P0"]
    assert (row["low"], row["value"], row["high"], row["coverage"]) == (0, 100, 100, 0)
    assert row["band"] == "not assessed"
    told = explain(facts_of(lost, listed, {}), SCORER, "P0").contributions
    mine = told[(told["within"] == "conflict") & (told["node_id"] == "F")].iloc[0]
    assert (mine["cause"], mine["points"]) == ("missing", 100)
    assert "rejected" in mine["detail"]


@given(random_facts(), st.integers(0, 30))
def test_a_worse_place_never_scores_better(parts, which):
    graph, truth, values = parts
    ids = sorted(values)
    worse = ids[which % len(ids)]
    before = scored(graph, truth, values)
    listed = {layer: {**truth[layer], worse: "T"} for layer in LISTINGS}
    weaker = {**values, worse: None if values[worse] is None else values[worse] - 1}
    after = scored(graph, listed, weaker).loc[before.index]
    for column in ("low", "value", "high"):
        assert (after[column] >= before[column] - _TINY).all()


@given(random_parts())
def test_unrelated_nodes_change_nobodys_score(parts):
    facilities, flows, products = parts
    alone = scored(graph_of(facilities, flows, products), {}, {})
    more = [*facilities, ("X1", "S9", "mine", "DEU"), ("X2", "S9", "maker", "DEU")]
    more_flows = [*flows, ("X1", "X2", "metal", 7.0)]
    together = scored(graph_of(more, more_flows, products), {"eu_cahra": {"X1": "T"}}, {}).loc[alone.index]
    np.testing.assert_array_equal(together["value"], alone["value"])


def test_neither_a_clean_site_nor_clean_mines_hide_the_other():
    sites = [("M", "S0", "mine", "AUS"), ("F", "S1", "maker", "DEU")]
    graph = graph_of(sites, [("M", "F", "metal", 5), ("F", "P0", "metal", 5)], ("P0",))
    mine = scored(graph, {"eu_cahra": {"M": "T"}}, {})
    site = scored(graph, {"eu_cahra": {"F": "T"}}, {})
    assert mine.at["conflict|F", "value"] == 100
    assert site.at["conflict|F", "value"] == 100
    assert site.at["conflict|M", "value"] == 0
    assert site.at["conflict|P0", "value"] == 100


def test_unknown_origin_is_its_own_theme_with_the_bounds_of_the_trace():
    graph = graph_of(
        [("M", "S0", "mine", "AUS"), ("F", "S1", "smelter", "DEU")],
        [("M", "F", "ore", 5), ("F", "P0", "metal", 4)],
        ("P0",),
    )
    table = scored(graph, {}, {})
    unknown = trace(facts_of(graph, {}, {}).network, "P0").unknown
    found = table.loc["origin_unknown|P0", ["low", "value", "high"]].to_list()
    assert found == pytest.approx([100 * unknown.low, 100 * unknown.value, 100 * unknown.high])
    assert unknown.low < unknown.value < unknown.high


def test_a_band_needs_facts_or_a_proven_bound():
    low = np.array([0.0, 0.0, 0.0, 25.0, 25.0, 90.0])
    high = np.array([0.0, 0.0, 10.0, 30.0, 99.0, 100.0])
    words = bands(low, high, np.array([1.0, 0.9, 0.2, 0.6, 0.4, 0.4]))
    assert list(words) == ["low", "not assessed", "not assessed", "moderate", "not assessed", "very high"]


def test_a_fact_about_a_place_counts_although_its_inflow_is_unknown():
    graph = graph_of([("F", "S1", "maker", "DEU")], [("F", "P0", "metal", 5)], ("P0",))
    row = scored(graph, {"eu_cahra": {"F": "T"}}, {}).loc["conflict|P0"]
    assert (row["low"], row["value"], row["high"]) == (100, 100, 100)
    assert row["coverage"] == 1
    assert row["from_known"] == 100
    assert row["band"] == "very high"


def test_a_site_without_declared_deliveries_widens_its_suppliers_bounds_and_covers_nothing():
    sites = [("M", "S0", "mine", "AUS"), ("N", "S0", "mine", "GIN"), ("F", "S1", "maker", "DEU")]
    graph = graph_of(sites, [("M", "F", "metal", 5)])
    row = scored(graph, {"eu_cahra": {"N": "T"}}, {}).loc["conflict|S0"]
    assert (row["low"], row["value"], row["high"]) == (0, 0, 100)
    assert row["coverage"] == 0.5
    assert row["band"] != "low"


def test_a_site_that_delivers_to_a_site_of_its_own_supplier_is_not_idle():
    sites = [("M", "S0", "mine", "AUS"), ("F", "S0", "maker", "AUS"), ("G", "S1", "maker", "DEU")]
    row = scored(graph_of(sites, [("M", "F", "metal", 5), ("F", "G", "metal", 5)]), {}, {}).loc["conflict|S0"]
    assert row["coverage"] == 1
