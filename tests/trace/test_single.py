"""Single sources, and the share that arrives by them, against the definition in exact fractions."""

from fractions import Fraction

import pytest
from hypothesis import given

from risk_graph.trace import loops
from risk_graph.trace.network import prepare
from risk_graph.trace.single import single_sources
from risk_graph.trace.subject import subject_of
from tests.trace.strategies import PRODUCTS, SUPPLIERS, graph_of, random_cases


def arriving(reference, subject, receiver, material):
    """Chance of ever arriving by that input: a node is put on its flows, and its pass-through taken."""
    rows, unknown = reference.steps()
    rows = {v: dict(row) for v, row in rows.items()} | {"on the way": {}}
    inflow = reference._sum(receiver, "to", 1)
    for f in (f for f in reference.flows if f["to"] == receiver and f["material"] == material):
        part = f["metal"][1] / inflow * (1 - unknown[receiver])
        for row, sign in ((rows[receiver], -1), (rows["on the way"], 1)):
            row[f["from"]] = row.get(f["from"], Fraction(0)) + sign * part
    total = sum(rows["on the way"].values())
    rows["on the way"] = {u: p / total for u, p in rows["on the way"].items()}
    rows[receiver] = {u: p for u, p in rows[receiver].items() if p} | {"on the way": total}
    reference.owner["on the way"] = None
    made, nodes = dict(reference._made), reference.nodes
    reference._made[1, 2] = rows, {**unknown, "on the way": Fraction(0)}
    reference.nodes = [*nodes, "on the way"]
    found = reference.pass_through(subject, {"on the way"})
    reference._made, reference.nodes = made, nodes
    return found


@pytest.mark.slow
@given(random_cases())
def test_single_sources_equal_the_definition(case):
    network, reference = prepare(case.graph()), case.reference()
    off, ids = reference.blur(), network.graph.nodes["node_id"].to_list()
    for subject in (*(f[0] for f in case.facilities), *PRODUCTS, *SUPPLIERS):
        table = single_sources(network, subject_of(network, subject))
        assert not table["is_upper_bound"].any()
        found = {(ids[r.receiver], r.material): (r.by, r.id, r.share) for r in table.itertuples()}
        expected = {}
        for v in reference.upstream(subject):
            for m in {f["material"] for f in reference.flows if f["to"] == v and not reference.origin[v]}:
                sources = {f["from"] for f in reference.flows if f["to"] == v and f["material"] == m}
                owners = {reference.owner[u] for u in sources}
                if len(sources) == 1 and reference.kind[min(sources)] == "facility":
                    expected[v, m] = ("node", min(sources))
                elif len(owners) == 1:
                    expected[v, m] = ("supplier", min(owners))
        assert {key: row[:2] for key, row in found.items()} == expected
        for (v, m), (_, _, share) in found.items():
            assert share == pytest.approx(float(arriving(reference, subject, v, m)), abs=off)


def test_in_a_large_loop_the_share_is_at_most(monkeypatch):
    parts = [("M", "S0", "mine", "AUS"), ("A", "S1", "maker", "DEU"), ("B", "S1", "maker", "DEU")]
    flows = [("M", "A", "ore", 12), ("A", "B", "metal", 4), ("B", "A", "metal", 1), ("B", "P0", "metal", 3)]
    network = prepare(graph_of(parts, flows, ("P0",)))
    exact = single_sources(network, subject_of(network, "P0"))
    monkeypatch.setattr(loops, "DIRECT", 1)
    found = single_sources(network, subject_of(network, "P0"))
    assert found["is_upper_bound"].any()
    assert (found["share"] >= exact["share"] - 1e-12).all()


def test_an_unspecified_site_is_one_supplier_not_one_facility():
    parts = [("M", "S0", "mine", "AUS"), ("A", "S1", "maker", "DEU")]
    flows = [("S0", "A", "ore", 4), ("M", "A", "metal", 1), ("A", "P0", "metal", 2)]
    network = prepare(graph_of(parts, flows, ("P0",)))
    rows = single_sources(network, subject_of(network, "P0")).set_index(["receiver", "material"])
    at = network.graph.at("A")
    assert rows.loc[(at, "ore"), ["by", "id"]].to_list() == ["supplier", "S0"]
    assert rows.loc[(at, "metal"), ["by", "id"]].to_list() == ["node", "M"]


def test_two_sites_of_one_supplier_are_one_supplier():
    parts = [("M", "S0", "mine", "AUS"), ("N", "S0", "mine", "GIN"), ("A", "S1", "maker", "DEU")]
    flows = [("M", "A", "metal", 4), ("N", "A", "metal", 1), ("A", "P0", "metal", 5)]
    network = prepare(graph_of(parts, flows, ("P0",)))
    rows = single_sources(network, subject_of(network, "P0"))
    assert rows[["by", "id", "share"]].to_numpy().tolist() == [["supplier", "S0", 1.0], ["node", "A", 1.0]]
