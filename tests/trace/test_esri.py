"""The systemic risk index: the published network to the digit, brute force on random ones, and what must always hold."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.model.chain import parse_chain
from risk_graph.model.graph import build_graph
from risk_graph.trace import esri
from risk_graph.trace.esri import (
    ESSENTIAL,
    NEGLIGIBLE,
    REPLACEABLE,
    Deliveries,
    deliveries_of,
    systemic_risk,
)
from tests.conftest import ORACLES
from tests.trace.strategies import CHAIN_TEXT, graph_of, tables_of

PUBLISHED = json.loads((ORACLES / "esri_minimal.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("variant", "matters", "has_market"),
    [("linear", REPLACEABLE, False), ("leontief", ESSENTIAL, False), ("leontief_market", ESSENTIAL, True)],
)
def test_the_published_network(variant, matters, has_market):
    source, target, weight = np.array(PUBLISHED["edges_supplier_buyer_weight"]).T
    sector = np.array(PUBLISHED["sector"])
    deliveries = Deliveries(
        11, source - 1, target - 1, weight.astype(float), sector[source - 1], np.full(len(source), matters)
    )
    found, at_least = systemic_risk(deliveries, np.arange(11), market=sector if has_market else None)
    np.testing.assert_allclose(found, PUBLISHED["values"][variant], atol=1e-9)
    assert not at_least.any()


def brute_force(d, failing, market=None):
    """The definition, term by term, all nodes at once, until nothing moves (Diem et al. 2022, eq. 2 to 7)."""
    n, edges = d.size, list(zip(d.source, d.target, d.mass, d.kind, d.matters, strict=True))
    into, out = np.bincount(d.target, d.mass, n), np.bincount(d.source, d.mass, n)
    of_kind = {}
    for _, j, w, k, _ in edges:
        of_kind[j, k] = of_kind.get((j, k), 0) + w
    down, up = np.ones(n), np.ones(n)
    down[failing] = up[failing] = 0
    for _ in range(20_000):
        replaced = np.ones(n)
        if market is not None:
            for i in range(n):
                rest = sum(out[m] * down[m] for m in range(n) if market[m] == market[i])
                replaced[i] = min(1.0, out[i] / rest) if rest > 0 else 1.0
        kept, other, unsold = dict.fromkeys(of_kind, 1.0), np.zeros(n), np.zeros(n)
        for i, j, w, k, matters in edges:
            if matters == ESSENTIAL:
                kept[j, k] -= replaced[i] * w / of_kind[j, k] * (1 - down[i])
            elif matters == REPLACEABLE:
                other[j] += replaced[i] * w / into[j] * (1 - down[i])
            unsold[i] += w / out[i] * (1 - up[j])
        new_down, new_up = np.ones(n) - other, 1 - unsold
        for (j, _), left in kept.items():
            new_down[j] = min(new_down[j], left)
        new_down, new_up = np.clip(new_down, 0, 1), np.clip(new_up, 0, 1)
        new_down[failing] = new_up[failing] = 0
        moved = max(np.abs(new_down - down).max(), np.abs(new_up - up).max())
        down, up = new_down, new_up
        if moved < 1e-13:
            break
    weight = np.maximum(into, out)
    losses = (1 - np.minimum(down, up), 1 - down, 1 - up)
    return [weight @ part / weight.sum() for part in losses]


@st.composite
def networks(draw):
    n = draw(st.integers(2, 7))
    node = st.integers(0, n - 1)
    edge = st.tuples(node, node, st.integers(1, 5)).filter(lambda e: e[0] != e[1])
    edges = np.array(draw(st.lists(edge, min_size=1, max_size=14)))
    kind_of = np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    levels = draw(st.lists(st.sampled_from([ESSENTIAL, REPLACEABLE, NEGLIGIBLE]), min_size=3, max_size=3))
    kind = kind_of[edges[:, 0]]
    deliveries = Deliveries(
        n, edges[:, 0], edges[:, 1], edges[:, 2].astype(float), kind, np.array(levels)[kind]
    )
    return deliveries, kind_of


@given(networks(), st.booleans())
def test_the_index_is_the_definition(network, has_market):
    deliveries, sector = network
    market = sector if has_market else None
    found, at_least = systemic_risk(deliveries, np.arange(deliveries.size), market=market)
    for failing in range(deliveries.size):
        expected = brute_force(deliveries, failing, market)
        if at_least[failing]:
            assert (
                has_market
            )  # losses in a market can grow ever more slowly, and are said to be at least that
            assert (found[failing] <= np.array(expected) + 1e-6).all()
        else:
            np.testing.assert_allclose(found[failing], expected, atol=1e-6)


def test_losses_that_never_settle_are_said_to_be_at_least_that():
    """Each of two that replace one another lives off the other: what is left tends to a half, as slowly as 1 / n."""
    ends = np.array([0, 1])
    deliveries = Deliveries(2, ends, ends[::-1], np.array([1.0, 4.0]), 0 * ends, np.full(2, ESSENTIAL))
    found, at_least = systemic_risk(deliveries, np.array([0]), market=0 * ends)
    assert at_least.all()
    assert found[0, 1] == pytest.approx(0.75, abs=1e-3)
    assert found[0, 1] < 0.75


@given(networks())
def test_the_index_is_bounded_and_grows_with_what_is_essential(network):
    deliveries, sector = network
    everybody = np.arange(deliveries.size)
    found, _ = systemic_risk(deliveries, everybody)
    weight = np.maximum(
        np.bincount(deliveries.source, deliveries.mass, deliveries.size),
        np.bincount(deliveries.target, deliveries.mass, deliveries.size),
    )
    own = weight / weight.sum()
    assert (found >= own[:, None] - 1e-9).all()
    assert (found <= 1).all()
    assert (found[:, 0] >= found[:, 1:].max(axis=1) - 1e-9).all()
    assert (found[:, 0] <= found[:, 1:].sum(axis=1) + 1e-9).all()
    worse, _ = systemic_risk(replace(deliveries, matters=np.full(len(deliveries.mass), ESSENTIAL)), everybody)
    assert (worse >= found - 1e-6).all()
    replaced, _ = systemic_risk(deliveries, everybody, market=sector)
    assert (replaced <= found + 1e-6).all()


@given(networks())
def test_a_large_loop_is_swept_to_the_same_losses(network):
    deliveries, _ = network
    everybody = np.arange(deliveries.size)
    exact, _ = systemic_risk(deliveries, everybody)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(esri, "_DENSE", 1)
        swept, at_least = systemic_risk(deliveries, everybody)
    assert (swept <= exact + 1e-9).all()
    np.testing.assert_allclose(swept[~at_least], exact[~at_least], atol=1e-6)


def test_losses_that_still_grow_are_at_least_that_much():
    """Two nodes that live on each other, but for a billionth from a third: when that fails, both do, very slowly."""
    source, target = np.array([0, 1, 2]), np.array([1, 2, 1])
    one = np.zeros(3, dtype=int)
    deliveries = Deliveries(3, source, target, np.array([1e-9, 1.0, 1.0]), one, one + ESSENTIAL)
    found, at_least = systemic_risk(deliveries, np.array([0, 1]))
    assert at_least.tolist() == [True, False]
    assert found[0, 1] < 0.1  # 1 in the end


def test_an_input_is_essential_unless_the_chain_file_says_otherwise():
    parts = [("M", "S0", "mine", "AUS"), ("A", "S1", "smelter", "DEU"), ("B", "S1", "maker", "DEU")]
    flows = [("M", "A", "ore", 9), ("B", "A", "alloy", 1), ("A", "B", "metal", 5), ("B", "P0", "metal", 4)]
    flows += [("A", "M", "metal", 7)]  # into an origin: not followed
    silent = deliveries_of(graph_of(parts, flows, ("P0",)))
    assert (silent.matters == ESSENTIAL).all()
    assert len(silent.mass) == 4
    text = CHAIN_TEXT.replace("[stages.smelter]\n", '[stages.smelter]\nessential = ["ore"]\n')
    graph = build_graph(tables_of(parts, flows, ("P0",)), parse_chain(text))
    said = deliveries_of(graph)
    names = graph.nodes["node_id"].to_numpy()
    matters = dict(zip(zip(names[said.source], names[said.target], strict=True), said.matters, strict=True))
    assert matters == {
        ("M", "A"): ESSENTIAL, ("B", "A"): REPLACEABLE, ("A", "B"): ESSENTIAL, ("B", "P0"): ESSENTIAL,
    }  # fmt: skip


def test_nothing_delivered_is_nothing_lost():
    nothing = np.zeros(0, dtype=int)
    found, _ = systemic_risk(Deliveries(2, nothing, nothing, np.zeros(0), nothing, nothing), np.arange(2))
    assert (found == 0).all()
