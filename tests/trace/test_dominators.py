"""Dominators against brute force: a node is one if, without it, nobody behind it is reached any more."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.model.chain import load_chain
from risk_graph.model.graph import build_graph
from risk_graph.trace.dominators import NOBODY, THE_SUBJECT, dominators
from risk_graph.trace.network import prepare
from risk_graph.trace.subject import subject_of
from risk_graph.trace.tree import immediate_dominators
from tests.conftest import ORACLES, read_tables
from tests.trace.reference import reach
from tests.trace.strategies import PRODUCTS, SUPPLIERS, graph_of, random_cases


@given(st.integers(1, 12), st.data())
def test_the_tree_is_that_of_networkx(size, data):
    ends = st.integers(0, size - 1)
    edges = data.draw(st.lists(st.tuples(ends, ends), max_size=40))
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(size))
    matrix = nx.to_scipy_sparse_array(graph, nodelist=range(size), format="csr")
    found, order = immediate_dominators(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), 0)
    expected = nx.immediate_dominators(graph, 0)
    expected.pop(0, None)  # networkx before 3.6 gave the start node itself
    assert {v: int(d) for v, d in enumerate(found) if d >= 0} == expected
    place = {v: at for at, v in enumerate(order)}
    assert set(order) == {0, *nx.descendants(graph, 0)}
    assert all(place[d] < place[v] for v, d in expected.items())


def dominated_by(reference, subject, node):
    """Nodes upstream that no declared way reaches without `node`, itself included."""
    rows, _ = reference.steps()
    roots = [v for v, w in reference.weights(subject)[0].items() if w > 0]
    without = {v: {u: p for u, p in row.items() if u != node} for v, row in rows.items()}
    return reach(rows, roots) - reach(without, [v for v in roots if v != node])


@given(random_cases())
def test_a_dominator_is_whom_nothing_behind_it_goes_round(case):
    network, reference = prepare(case.graph()), case.reference()
    off, ids = reference.blur(), network.graph.nodes["node_id"].to_list()
    loops = {min(loop): loop for loop in reference.closed()}
    _, unknown, sink = reference.opened()
    for subject in (*(f[0] for f in case.facilities), *PRODUCTS, *SUPPLIERS):
        found = dominators(network, subject_of(network, subject))
        rows, _ = reference.steps()
        roots = [v for v, w in reference.weights(subject)[0].items() if w > 0]
        upstream = reach(rows, roots)
        gaps = {sink[v] for v in upstream if unknown[v]}
        origins = {v for v in upstream if reference.origin[v]}
        shares = {}
        for (o, kind, last, _), share in reference.trace(subject).items():
            key = (o if kind == "origin" else last, kind)
            shares[key] = shares.get(key, 0) + share
        all_behind = {node: dominated_by(reference, subject, node) for node in upstream}
        assert {ids[v] for v in np.flatnonzero(found.idom > NOBODY)} == upstream
        assert (found.total_origins, found.total_gaps) == (len(origins), len(gaps))
        assert found.total_incomplete == reference.incomplete(subject)
        for at, node in enumerate(ids):
            if node not in upstream:
                continue
            behind = all_behind[node]
            mine = {g for g in gaps if loops.get(g, {g}) <= behind}
            assert found.origins[at] == len(origins & behind)
            assert found.gaps[at] == len(mine)
            expected = sum((shares.get((o, "origin"), 0) for o in origins & behind), 0)
            lost = sum((shares.get((g, "unknown"), 0) for g in mine), 0)
            assert found.share[at] == pytest.approx(float(expected + lost), abs=off)
            assert found.unknown[at] == pytest.approx(float(lost), abs=off)
            assert found.is_all()[at] == (origins <= behind and mine == gaps)
            beside = sum((shares.get((g, "unknown"), 0) for g in gaps - mine), 0)
            assert found.unknown_beside()[at] == pytest.approx(float(beside), abs=off)
            assert mine != gaps or found.unknown_beside()[at] == 0
            named = sum(reference.incomplete_ids.get(v, 0) for v in behind)
            assert found.incomplete[at] == named
            passed = {ids[v] for v in found.passed_by(at)}
            assert passed == {d for d in upstream - {node} if node in all_behind[d]}


def test_the_worked_example():
    """The chain with a recycling loop and a gap: R stands before all primary metal, and before what is unknown."""
    folder = ORACLES / "trace_loop"
    network = prepare(build_graph(read_tables(folder / "inputs"), load_chain("chain.toml", folder)))
    found, ids = dominators(network, subject_of(network, "B")), network.graph.nodes["node_id"].to_list()
    idom = {ids[v]: ids[d] for v, d in enumerate(found.idom) if d >= 0}
    assert idom == {"M1": "R", "M2": "R", "R": "S", "S": "C", "PCS": "C", "C": "F", "F": "B"}
    share = dict(zip(ids, found.share, strict=True))
    assert [share[v] for v in "FCSR"] == pytest.approx([1, 1, 6 / 7, 6 / 7])
    assert found.unknown[ids.index("R")] == pytest.approx(6 / 35)
    assert (found.unknown_beside()[[ids.index(v) for v in "FCSR"]] == 0).all()


MINES = [("M1", "S0", "mine", "AUS"), ("M2", "S1", "mine", "GIN")]


def makers(*ids, owner="S2"):
    return [(id_, owner, "maker", "DEU") for id_ in ids]


def dominators_of(parts, flows, subject, products=("P0", "P1"), **options):
    network = prepare(graph_of(parts, flows, products, **options))
    found = dominators(network, subject_of(network, subject))
    return {id_: network.graph.at(id_) for id_ in network.graph.nodes["node_id"]}, found


def test_an_undeclared_input_is_a_way_of_its_own():
    """R stands before both mines; but what A gets besides is undeclared, and may come from them past R."""
    flows = [
        ("M1", "R", "metal", 5),
        ("M2", "R", "metal", 5),
        ("R", "A", "metal", 8),
        ("A", "P0", "metal", 10),
    ]
    at, found = dominators_of([*MINES, *makers("R", "A")], flows, "P0")
    assert found.idom[at["M1"]] == found.idom[at["M2"]] == at["R"]
    assert found.is_all()[at["A"]]
    assert not found.is_all()[at["R"]]
    assert found.share[at["R"]] == pytest.approx(0.8)
    assert found.unknown_beside()[at["R"]] == pytest.approx(0.2)
    assert found.unknown_beside()[at["A"]] == 0


def test_a_supplier_of_two_sites_is_dominated_where_both_meet():
    parts = [*MINES, *makers("R", owner="S1"), *makers("A", "B", "idle")]
    flows = [("M1", "R", "metal", 9), ("R", "A", "metal", 4), ("R", "B", "metal", 5)]
    flows += [("A", "P0", "metal", 4), ("B", "P1", "metal", 5), ("M2", "idle", "metal", 1)]
    at, found = dominators_of(parts, flows, "S2")
    assert found.is_all()[at["R"]]
    assert found.idom[at["R"]] == THE_SUBJECT
    assert (
        found.idom[at["M2"]] == NOBODY
    )  # the idle site delivers nothing: no metal of the supplier comes this way
    assert found.share[at["A"]] == 0


def test_an_unspecified_site_is_a_node_like_others():
    flows = [("M1", "S2", "metal", 5), ("M2", "S2", "metal", 5), ("S2", "P0", "metal", 10)]
    at, found = dominators_of(MINES, flows, "P0")
    assert found.is_all()[at["S2"]]


def test_a_closed_loop_is_one_end_that_only_those_before_all_of_it_dominate():
    loop = [("X", "Y", "metal", 10), ("Y", "X", "metal", 10)]
    one = [*loop, ("X", "A", "metal", 1e-12), ("A", "P0", "metal", 1e-12)]
    at, found = dominators_of(makers("A", "X", "Y"), one, "P0")
    assert (found.total_gaps, found.gaps[at["A"]], found.gaps[at["X"]], found.gaps[at["Y"]]) == (1, 1, 1, 0)
    two = [*one, ("Y", "B", "metal", 1e-12), ("B", "P0", "metal", 1e-12)]
    at, found = dominators_of(makers("A", "B", "X", "Y"), two, "P0")
    assert found.total_gaps == 1
    assert all(found.gaps[at[v]] == 0 for v in ("A", "B", "X", "Y"))


def test_rejected_rows_past_a_node_are_counted():
    flows = [("M1", "R", "metal", 5), ("R", "A", "metal", 5), ("A", "P0", "metal", 5)]
    parts = [*MINES, *makers("R", "A")]
    at, found = dominators_of(parts, flows, "P0", incomplete={"A": 2, "M1": 1})
    assert found.total_incomplete - found.incomplete[at["R"]] == 2
    assert found.total_incomplete - found.incomplete[at["A"]] == 0
