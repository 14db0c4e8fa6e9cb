"""Every answer against the definitions in exact fractions (reference.py), on random graphs."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.trace import loops
from risk_graph.trace.carried import carried
from risk_graph.trace.network import prepare
from risk_graph.trace.origins import trace, visits
from risk_graph.trace.solve import solve, visits_of
from risk_graph.trace.subject import subject_of
from risk_graph.trace.through import pass_through
from risk_graph.trace.upstream import any_upstream, nearest_marked, upstream_of
from tests.trace.strategies import PRODUCTS, SUPPLIERS, graph_of, random_cases, random_graphs, random_parts

BY = ("facility", "supplier", "country", "subdivision")
KEY = ["origin_id", "kind", "last_known_id", "evidence"]


def subjects_of(case):
    return [*(f[0] for f in case.facilities), *PRODUCTS, *SUPPLIERS]


def assert_same(found, expected, off):
    """Positive shares by key; a share that floats cannot hold may be missing."""
    for key in {*found, *expected}:
        assert found.get(key, 0.0) == pytest.approx(float(expected.get(key, 0)), abs=off), key
    assert not set(found) - set(expected)
    assert all(expected[key] < 1e-200 for key in set(expected) - set(found))


@given(random_cases(), st.integers(0, 3))
def test_traces_equal_the_definition_and_conserve_mass(case, turn):
    network, reference = prepare(case.graph()), case.reference()
    off = reference.blur()
    assert [set(network.graph.nodes["node_id"].iloc[loop]) for loop in network.closed_loops] == sorted(
        reference.closed(), key=min
    )
    for subject, by in zip(subjects_of(case), itertools.cycle(BY[turn:] + BY[:turn]), strict=False):
        found = trace(network, subject, by)
        rows = found.rows
        assert rows["share"].sum() == pytest.approx(1, abs=1e-12)
        assert rows["share"].between(0, 1 + 1e-12).all()
        assert not rows[KEY].duplicated().any()
        shares = {tuple(key): share for *key, share in rows[[*KEY, "share"]].itertuples(index=False)}
        assert_same(shares, reference.trace(subject, by), off)
        _, mass = reference.weights(subject)
        assert found.subject.mass_t == pytest.approx(float(mass), rel=1e-9)
        np.testing.assert_allclose(rows["mass_t"], rows["share"] * found.subject.mass_t)
        assert found.incomplete == reference.incomplete(subject)


@given(random_cases())
def test_bounds_of_the_unknown_share_equal_the_definition(case):
    network, reference = prepare(case.graph()), case.reference()
    off = reference.blur()
    for subject in subjects_of(case):
        found = trace(network, subject).unknown
        expected = [float(share) for share in reference.unknown(subject)]
        assert [found.low, found.value, found.high] == pytest.approx(expected, abs=off)
        assert (found.value == 0) == (expected[1] == 0)


@given(random_cases(), st.integers(0, 2))
def test_pass_through_is_the_chance_of_ever_meeting_and_positive_upstream(case, turn):
    network, reference = prepare(case.graph()), case.reference()
    off = reference.blur()
    of_supplier = {s: {v for v in reference.nodes if reference.owner[v] == s} for s in SUPPLIERS}
    of_country = {
        c: {v for v in reference.nodes if reference.place[v][0] == c} for c in ("DEU", "GIN", "CHN")
    }
    of_node = {v: {v} for v in reference.nodes}
    kinds = [("node", of_node), ("supplier", of_supplier), ("country", of_country)]
    for subject, (of, groups) in zip(
        subjects_of(case), itertools.cycle(kinds[turn:] + kinds[:turn]), strict=False
    ):
        table = pass_through(network, subject, of)
        assert not table["is_upper_bound"].any()
        expected = {g: reference.pass_through(subject, nodes) for g, nodes in groups.items() if nodes}
        found = dict(zip(table["id"], table["share"], strict=True))
        assert_same(found, {g: s for g, s in expected.items() if s}, off)
        nodes = set(
            network.graph.nodes["node_id"][upstream_of(network, trace(network, subject).subject.nodes)]
        )
        assert nodes == reference.upstream(subject)


@given(random_graphs())
def test_a_large_loop_gives_what_a_small_one_gives(graph):
    """Swept, and thinned because sweeps are not enough, instead of factorised."""
    network = prepare(graph)
    steps, b, floor = network.steps(), network.unknown[:, 1], np.linspace(0, 1, graph.size)
    start = np.linspace(1, 0, graph.size)

    def answers():
        return [
            solve(steps, b, network.order),
            solve(steps, b, network.order, floor),
            solve(steps, np.column_stack([b, b / 2]), network.order),
            visits_of(steps, start) * network.unknown[:, 1],
        ]

    direct = answers()
    with pytest.MonkeyPatch.context() as patch:
        for sweeps, thinner in ((2_000, ((0.5, 60),)), (10, ((0.9, 600),)), (10, ((0.5, 4), (0.2, 600)))):
            patch.setattr(loops, "DIRECT", 1)
            patch.setattr(loops, "_SWEEPS", sweeps)
            patch.setattr(loops, "_THINNER", thinner)
            for found, expected in zip(answers(), direct, strict=True):
                np.testing.assert_allclose(found, expected, atol=1e-9)


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
def test_what_the_flows_carry_is_what_arrives(graph):
    network = prepare(graph)
    target = graph.flows["target"].to_numpy()
    for id_ in graph.nodes["node_id"]:
        subject = subject_of(network, id_)
        arrives = np.bincount(target, carried(network, subject), graph.size)
        expected = visits(network, subject) * (1 - network.unknown[:, 1])
        expected[graph.is_origin | (network.balance.inflow <= 0)] = 0.0
        assert arrives == pytest.approx(expected, abs=1e-9)


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
