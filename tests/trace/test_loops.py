"""Loops that are closed, closed at one end, hardly leak, or are very large."""

import numpy as np
import pytest
from scipy import sparse

from risk_graph.trace import through
from risk_graph.trace.loops import DIRECT, Loop
from risk_graph.trace.network import prepare
from risk_graph.trace.origins import trace
from risk_graph.trace.through import pass_through
from tests.trace.strategies import graph_of


def sites(*ids, stage="maker"):
    return [(id_, "S0", stage, "DEU") for id_ in ids]


def test_a_loop_that_is_closed_at_the_favourable_end_only_is_unknown_at_that_end():
    flows = [("A", "B", "alloy", 100), ("B", "A", "alloy", 99), ("A", "P0", "alloy", 1)]
    network = prepare(graph_of(sites("A", "B", stage="refiner"), flows, ("P0",)))
    assert not network.closed_loops
    found = trace(network, "P0")
    assert (found.unknown.low, found.unknown.value, found.unknown.high) == (1, 1, 1)
    assert set(found.rows["last_known_id"]) == {"A", "B"}


@pytest.mark.parametrize("leak", [1e-9, 1e-13, 1e-15, 1e-18, 1e-60])
def test_a_loop_that_hardly_leaks_is_still_shared_out_by_what_leaks(leak):
    """Three quarters of the little that enters comes from M, whatever goes round."""
    parts = [*sites("M", "N", stage="mine"), *sites("A", "B", "C")]
    flows = [("A", "B", "metal", 1), ("B", "A", "metal", 1), ("M", "A", "metal", 3 * leak)]
    flows += [("N", "B", "metal", leak, "modelled"), ("B", "C", "metal", leak)]
    rows = trace(prepare(graph_of(parts, flows)), "C").rows
    assert rows["origin_id"].to_list() == ["M", "N"]
    assert rows["share"].to_list() == pytest.approx([0.75, 0.25], abs=1e-12 + leak)
    assert rows["evidence"].to_list() == ["reported", "modelled"]


def test_a_tiny_share_keeps_its_evidence():
    parts = [*sites("M", "N", stage="mine"), *sites("A")]
    flows = [("M", "A", "metal", 1e9, "verified"), ("N", "A", "metal", 1e-9, "modelled")]
    rows = trace(prepare(graph_of(parts, flows)), "A").rows
    assert rows[["origin_id", "evidence"]].to_numpy().tolist() == [["M", "verified"], ["N", "modelled"]]


def test_what_enters_a_closed_loop_meets_everybody_in_it():
    """A closed loop delivers no more than rounding, so that its own nodes are the usual subjects."""
    flows = [("A", "B", "metal", 10), ("B", "C", "metal", 10), ("C", "A", "metal", 10)]
    parts = [*sites("A", "B", "C", "F"), ("M", "S1", "mine", "GIN")]
    flows += [("B", "F", "metal", 1e-12), ("M", "F", "metal", 3e-12)]
    network = prepare(graph_of(parts, flows))
    assert len(network.closed_loops) == 1

    def shares(subject, of="node"):
        return pass_through(network, subject, of).set_index("id")["share"].to_dict()

    assert shares("B") == {"A": 1, "B": 1, "C": 1}
    assert shares("F") == pytest.approx({"F": 1, "M": 0.75, "A": 0.25, "B": 0.25, "C": 0.25})
    assert shares("F", "country") == pytest.approx({"DEU": 1, "GIN": 0.75})


def ring(size: int, leak: float) -> Loop:
    inner = np.ones(size)
    inner[0] = 1 - leak
    at = (np.arange(size), (np.arange(size) + 1) % size)
    leaks = np.zeros(size)
    leaks[0] = leak
    return Loop(sparse.coo_array((inner, at), shape=(size, size)).tocsr(), leaks)


def tangle(size: int, leak: np.ndarray, pairs: int = 0) -> Loop:
    """Everybody draws from the next node and from four at random; `pairs` of them draw nearly all from each other."""
    random = np.random.default_rng(7)
    row = np.repeat(np.arange(size), 5)
    column = random.integers(0, size, len(row))
    column[::5] = (np.arange(size) + 1) % size
    column[column == row] = (column[column == row] + 2) % size
    inner = sparse.coo_array((random.random(len(row)), (row, column)), shape=(size, size)).tocsr()
    scale, tie = 1 - leak, np.zeros(size)
    tied = np.arange(2 * pairs)
    leak, scale[tied], tie[tied] = np.where(tie > 0, 0, leak), 1e-15, 1 - 1e-15
    leak[tied] = 0
    inner = sparse.diags_array(scale / np.asarray(inner.sum(axis=1))) @ inner
    ties = sparse.coo_array((tie[tied], (tied, tied ^ 1)), shape=(size, size))
    return Loop(sparse.csr_array(inner + ties), leak)


@pytest.mark.slow
@pytest.mark.parametrize(
    "loop",
    [
        ring(DIRECT + 100, 1e-15),
        tangle(DIRECT + 100, np.full(DIRECT + 100, 1e-4)),
        tangle(DIRECT + 100, np.where(np.arange(DIRECT + 100) % 500 == 3, 1e-13, 0.0)),
        tangle(DIRECT + 100, np.linspace(0, 0.1, DIRECT + 100), pairs=40),
    ],
    ids=["a ring", "leaks slowly", "hardly leaks", "knots that hardly leak"],
)
def test_a_large_loop_is_solved_however_little_leaks(loop):
    size = len(loop.leak)
    half, start = loop.leak * (np.arange(size) % 2), np.zeros(size)
    start[5] = 1.0
    assert loop.is_large
    x = loop.solve(half)
    exact = loop._factors.solve(half)
    np.testing.assert_allclose(x, exact, atol=1e-9)
    np.testing.assert_allclose(x + loop.solve(loop.leak - half), 1, atol=1e-9)
    visits = loop.visits(start)
    assert visits @ loop.leak == pytest.approx(1, abs=1e-9)
    assert visits @ half == pytest.approx(exact[5], abs=1e-9)
    np.testing.assert_allclose(visits, loop._factors.visits(start), rtol=1e-7, atol=1e-9)
    floor = np.where(np.arange(size) % 7 == 0, 0.6, 0.0)
    with_floor = loop.solve(half, floor)
    np.testing.assert_allclose(with_floor, np.maximum(floor, loop.inner @ with_floor + half), atol=1e-9)
    assert (with_floor >= np.maximum(x, floor) - 1e-9).all()


def test_metal_that_takes_turns_round_a_ring_is_not_taken_for_settled(monkeypatch):
    """Swept against its direction, a ring moves every tenth time the same way, and in between another way."""
    inner = sparse.csr_array(np.array([[0, 0, 0.8], [0.8, 0, 0], [0, 0.8, 0]]))
    loop, start = Loop(inner, np.full(3, 0.2)), np.array([1, 0.8, 0.6])
    exact = np.linalg.solve(np.eye(3) - inner.toarray().T, start)
    monkeypatch.setattr("risk_graph.trace.loops.DIRECT", 2)
    np.testing.assert_allclose(loop.visits(start), exact, rtol=1e-10)


def test_pass_through_in_a_large_loop_says_what_is_an_upper_bound(monkeypatch):
    flows = [("M", "A", "metal", 1), ("A", "B", "metal", 3), ("B", "C", "metal", 3), ("C", "A", "metal", 2)]
    parts = [*sites("M", stage="mine"), *sites("A", "B", "C"), ("D", "S1", "maker", "DEU")]
    network = prepare(graph_of(parts, [*flows, ("C", "D", "metal", 1)]))
    exact = pass_through(network, "D").set_index("id")
    assert not exact["is_upper_bound"].any()
    monkeypatch.setattr("risk_graph.trace.loops.DIRECT", 2)
    monkeypatch.setattr(through, "_EXACT_IN_LARGE_LOOP", 1)
    found = pass_through(network, "D").set_index("id")
    assert found["is_upper_bound"].sum() == 2
    sure = ~found["is_upper_bound"]
    assert found.loc[sure, "share"].to_dict() == pytest.approx(
        exact.loc[found.index[sure], "share"].to_dict()
    )
    assert (found["share"] >= exact["share"].reindex(found.index) - 1e-12).all()
