"""All kinds together: nothing outside 0..1, nothing unknown left out, betweenness is the mean of everybody's pass-through."""

import numpy as np
import pytest
from hypothesis import given

from risk_graph.trace.betweenness import betweenness, everything_delivered
from risk_graph.trace.chokepoints import COLUMNS, COUNTS, choke_points
from risk_graph.trace.network import prepare
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.through import node_shares
from tests.trace.strategies import SUPPLIERS, graph_of, random_cases


@pytest.mark.slow
@given(random_cases())
def test_rows_are_shares_and_name_everything_that_is_not_known(case):
    network, reference = prepare(case.graph()), case.reference()
    _, unknown, sink = reference.opened()
    for subject in (case.facilities[-1][0], "P0", "S1"):
        found = choke_points(network, subject)
        rows = found.rows
        assert list(rows.columns) == [*COLUMNS, *COUNTS]
        assert rows["share"].between(0, 1).all()
        assert not rows.duplicated(["kind", "by", "id", "of", "material"]).any()
        assert set(rows["bound"]) <= {"", "at_most", "at_least"}
        upstream = reference.upstream(subject)
        named = set(rows.loc[rows["kind"] == "unknown", "id"])
        assert named >= {sink[v] for v in upstream if unknown[v]}
        assert named >= {v for v in upstream if reference.incomplete_ids.get(v)}
        assert named or (found.unknown.value == 0 and not found.incomplete)
        if subject not in SUPPLIERS:
            assert not (rows["id"] == subject)[rows["kind"].isin(["dominator", "pass_through", "esri"])].any()
        # What a node dominates passes it.
        through = rows[(rows["kind"] == "pass_through") & (rows["by"] == "node")].set_index("id")["share"]
        dominated = rows[rows["kind"] == "dominator"].set_index("id")["share"]
        assert (through.reindex(dominated.index, fill_value=0) >= dominated - reference.blur()).all()
        few = choke_points(network, subject, top=1)
        assert few.rows.groupby("kind").size().max() <= 1
        assert sum(few.left_out.values()) == len(rows) - len(few.rows)


@given(random_cases())
def test_betweenness_is_the_mean_pass_through_of_who_is_last(case):
    network, reference = prepare(case.graph()), case.reference()
    ids = network.graph.nodes["node_id"]
    share, is_bound = betweenness(network)
    last = everything_delivered(network)
    assert {ids[v] for v in last.nodes} == {
        v
        for v in reference.nodes
        if not reference.origin[v] and reference._sum(v, "to", 1) and not reference._sum(v, "from", 1)
    }
    expected = np.zeros(len(ids))
    for node, weight in zip(last.nodes, last.weights, strict=True):
        alone = Subject(
            ids[node], "", "node", np.array([node]), np.ones(1), 1.0
        )  # its id may be a supplier's too
        expected += weight * node_shares(network, alone)[0]
    expected[last.nodes] = 0.0
    np.testing.assert_allclose(share, expected, atol=1e-9)
    assert not is_bound.any()


def test_betweenness_counts_every_buyer():
    parts = [("M", "S0", "mine", "AUS"), ("N", "S0", "mine", "GIN"), ("A", "S1", "maker", "DEU")]
    flows = [
        ("M", "A", "metal", 6),
        ("A", "P0", "metal", 6),
        ("N", "P1", "metal", 1),
        ("N", "S2", "metal", 1),
    ]
    network = prepare(graph_of(parts, flows, ("P0", "P1")))
    share = dict(zip(network.graph.nodes["node_id"], betweenness(network)[0], strict=True))
    assert share == pytest.approx({"A": 0.75, "M": 0.75, "N": 0.25, "P0": 0, "P1": 0, "S2": 0})
    assert everything_delivered(network).mass_t == pytest.approx(8)


def test_a_graph_without_an_end_has_no_betweenness():
    parts = [("A", "S0", "maker", "DEU"), ("B", "S0", "maker", "DEU")]
    network = prepare(graph_of(parts, [("A", "B", "metal", 1), ("B", "A", "metal", 1)]))
    assert (betweenness(network)[0] == 0).all()
    found = choke_points(network, "A")
    assert found.rows.loc[found.rows["kind"] == "unknown", "share"].sum() == 1
    assert subject_of(network, "A").mass_t == 1
