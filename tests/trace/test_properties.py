"""The kernels against a plain dense solve, on random graphs with loops, gaps and closed loops."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.model.graph import EVIDENCE
from risk_graph.trace import solve as solver
from risk_graph.trace.carried import carried
from risk_graph.trace.network import prepare
from risk_graph.trace.origins import trace, visits
from risk_graph.trace.subject import subject_of
from risk_graph.trace.through import pass_through
from risk_graph.trace.upstream import any_upstream, nearest_marked, upstream_of
from tests.trace.dense import dense, origin_shares
from tests.trace.strategies import graph_of, random_graphs, random_parts


@given(random_graphs())
def test_origins_equal_a_dense_solve_and_conserve_mass(graph):
    network = prepare(graph)
    expected = dense(graph)
    visits, lost = origin_shares(expected)
    ids = graph.nodes["node_id"]
    assert [set(loop) for loop in network.closed_loops] == sorted(expected.closed, key=min)
    for node, subject in enumerate(ids):
        found = trace(network, subject)
        if graph.nodes["kind"].iat[node] == "supplier":  # the company: the mean of its nodes
            continue
        assert found.rows["share"].sum() == pytest.approx(1, abs=1e-9)
        assert (found.rows["share"] > 0).all()
        by_origin = found.rows[found.rows["kind"] == "origin"].groupby("origin_id")["share"].sum()
        by_cold = found.rows[found.rows["kind"] == "unknown"].set_index("last_known_id")["share"]
        for other, other_id in enumerate(ids):
            origin = visits[node, other] if graph.is_origin[other] else 0.0
            assert by_origin.get(other_id, 0.0) == pytest.approx(origin, abs=1e-9)
            assert by_cold.get(other_id, 0.0) == pytest.approx(lost[node, other], abs=1e-9)


@given(random_graphs())
def test_bounds_of_the_unknown_share_equal_a_dense_solve(graph):
    network = prepare(graph)
    nominal_loops = dense(graph).closed
    for bound in range(3):
        expected = dense(graph, bound)
        for loop in nominal_loops:
            for v in loop:
                expected.shares[v], expected.unknown[v] = 0.0, 1.0
        _, lost = origin_shares(expected)
        np.testing.assert_allclose(network.unknown_share[:, bound], lost.sum(axis=1), atol=1e-9)
    low, value, high = network.unknown_share.T
    assert (low <= value + 1e-9).all()
    assert (value <= high + 1e-9).all()


@given(random_graphs())
def test_the_modelled_share_is_that_of_the_rows_that_rest_on_a_model(graph):
    network = prepare(graph)
    for node, subject in enumerate(graph.nodes["node_id"]):
        if graph.nodes["kind"].iat[node] == "supplier":
            continue
        rows = trace(network, subject).rows
        modelled = rows[rows["evidence"] == "modelled"]["share"].sum()
        assert network.modelled_share[node] == pytest.approx(modelled, abs=1e-9)


@given(random_graphs())
def test_evidence_is_the_weakest_on_the_way(graph):
    """A share of a level and stronger is the share that remains when weaker flows are left out."""
    network = prepare(graph)
    visits = []
    for level in range(3):
        d = dense(graph)
        keep = np.zeros((graph.size, graph.size))
        everything = np.zeros((graph.size, graph.size))
        for flow in graph.flows.itertuples():
            everything[flow.target, flow.source] += flow.metal
            keep[flow.target, flow.source] += flow.metal * (flow.evidence <= level)
        part = np.divide(keep, everything, out=np.zeros_like(keep), where=everything > 0)
        visits.append(np.linalg.inv(np.eye(graph.size) - d.shares * part))
    for node, subject in enumerate(graph.nodes["node_id"]):
        if graph.nodes["kind"].iat[node] == "supplier":
            continue
        rows = trace(network, subject).rows
        for origin in np.flatnonzero(graph.is_origin):
            mine = rows[rows["origin_id"] == graph.nodes["node_id"].iat[origin]].set_index("evidence")[
                "share"
            ]
            within = 0.0
            for level, name in enumerate(EVIDENCE):
                within += mine.get(name, 0.0)
                assert within == pytest.approx(visits[level][node, origin], abs=1e-9)


@given(random_graphs())
def test_what_the_flows_carry_is_what_arrives(graph):
    network = prepare(graph)
    target = graph.flows["target"].to_numpy()
    for id_ in graph.nodes["node_id"]:
        subject = subject_of(network, id_)
        arrives = np.bincount(target, carried(network, subject), graph.size)
        expected = visits(network, subject) * (1 - network.unknown[:, 1])
        expected[graph.is_origin | (network.balance.inflow <= 0)] = 0.0
        assert arrives == pytest.approx(expected, abs=1e-9)


@given(random_graphs())
def test_pass_through_is_the_chance_of_ever_meeting(graph):
    network = prepare(graph)
    d = dense(graph)
    ids = graph.nodes["node_id"].to_numpy()
    owner = graph.nodes["supplier_id"].to_numpy(dtype=object)
    for node, subject in enumerate(ids):
        if graph.nodes["kind"].iat[node] == "supplier":
            continue
        by_node = pass_through(network, subject).set_index("id")["share"]
        by_supplier = pass_through(network, subject, "supplier").set_index("id")["share"]
        for other, other_id in enumerate(ids):
            group = np.arange(len(ids)) == other
            assert by_node.get(other_id, 0.0) == pytest.approx(_meets(d.shares, group)[node], abs=1e-9)
        for supplier in ("S0", "S1", "S2"):
            expected = _meets(d.shares, owner == supplier)[node]
            assert by_supplier.get(supplier, 0.0) == pytest.approx(expected, abs=1e-9)
        positive = {i for i, u in zip(ids, upstream_of(network, np.array([node])), strict=True) if u}
        assert set(by_node.index) == positive


def _meets(shares: np.ndarray, group: np.ndarray) -> np.ndarray:
    going = np.where(group[:, None], 0.0, shares)
    return np.linalg.solve(np.eye(len(group)) - going, group.astype(float))


@given(random_graphs())
def test_a_swept_loop_gives_what_a_direct_solve_gives(graph):
    network = prepare(graph)
    b, floor = network.unknown[:, 1], np.linspace(0, 1, graph.size)
    direct = solver.solve(network.shares[1], b, network.order, floor)
    plain = solver.solve(network.shares[1], np.column_stack([b, 1 - b]), network.order)
    limit = solver.DIRECT
    try:
        solver.DIRECT = 0
        swept = solver.solve(network.shares[1], b, network.order, floor)
        swept_plain = solver.solve(network.shares[1], np.column_stack([b, 1 - b]), network.order)
    finally:
        solver.DIRECT = limit
    np.testing.assert_allclose(swept, direct, atol=1e-9)
    np.testing.assert_allclose(swept_plain, plain, atol=1e-9)


@given(random_graphs(), st.integers(0, 8))
def test_nearest_marked_follows_declared_flows(graph, marked):
    network = prepare(graph)
    marks = np.zeros(graph.size, dtype=bool)
    marks[marked % graph.size] = True
    nearest = nearest_marked(network, marks)
    np.testing.assert_array_equal(any_upstream(network, marks), nearest.hops >= 0)
    for node in range(graph.size):
        way = nearest.path(node)
        assert (len(way) > 0) == bool(upstream_of(network, np.array([node]))[marks].any())
        if way:
            assert len(way) == nearest.hops[node] + 1
            assert marks[way[0]]
            assert way[-1] == node
            for up, down in itertools.pairwise(way):
                assert network.balance.relative[down, up] > 0


@given(random_parts(), st.randoms())
def test_the_order_of_rows_changes_no_bit(parts, random):
    facilities, flows, products = parts
    named = list(enumerate(flows))
    before = prepare(graph_of(facilities, flows, products)).unknown_share
    shuffled = facilities.copy()
    random.shuffle(shuffled)
    graph = graph_of(shuffled, [f for _, f in named], products)
    assert before.tobytes() == prepare(graph).unknown_share.tobytes()


def test_a_loop_that_nothing_enters_is_unknown_at_its_smallest_id():
    graph = graph_of(
        [("B", "S0", "maker", "DEU"), ("A", "S0", "maker", "DEU"), ("C", "S0", "maker", "DEU")],
        [("A", "B", "metal", 10), ("B", "A", "metal", 10), ("A", "C", "metal", 0.0)],
    )
    network = prepare(graph)
    assert [list(loop) for loop in network.closed_loops] == [[0, 1]]
    rows = trace(network, "B").rows
    assert rows[["origin_id", "last_known_id", "share"]].to_numpy().tolist() == [["UNKNOWN", "A", 1.0]]


def test_modelled_flows_can_be_left_out():
    parts = [("M", "S0", "mine", "AUS"), ("N", "S0", "mine", "GIN"), ("F", "S1", "maker", "DEU")]
    flows = [("M", "F", "metal", 6, "modelled"), ("N", "F", "metal", 4, "verified"), ("F", "P0", "metal", 10)]
    rows = trace(prepare(graph_of(parts, flows, ("P0",), without_modelled=True)), "P0").rows
    assert rows[["origin_id", "share"]].to_numpy().tolist() == [["N", 0.4], ["UNKNOWN", 0.6]]
