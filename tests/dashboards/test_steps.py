"""The flow chart draws what the trace says: no tonne is lost, loops are opened, UNKNOWN is there."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from dashboards import sankey
from dashboards.answers.steps import SITES, steps, without_loops
from dashboards.theme import LIGHT
from risk_graph.trace.network import prepare
from risk_graph.trace.origins import UNKNOWN, trace
from tests.trace.strategies import random_graphs


def carried(links, end, ids):
    part = links[links[end].isin(ids)]
    return part[["declared", "modelled"]].to_numpy().sum()


def check_conservation(network, subject_id, most):
    found, ways = trace(network, subject_id), steps(network, subject_id, most)
    if not len(ways.links):
        return
    off = 1e-9 * max(
        1.0, ways.recycled
    )  # taken out of the steps: what is left is as exact as what went round
    by_origin = found.rows.groupby("origin_id")["share"].sum()
    unknown = found.rows.loc[found.rows["kind"] == "unknown", "share"].sum()
    assert carried(ways.links, "source", [UNKNOWN]) == pytest.approx(unknown, abs=off)
    drawn = set(ways.links["source"]) | set(ways.links["target"])
    assert drawn <= set(ways.nodes["id"])
    own = set(network.graph.nodes["node_id"].iloc[ways.subject.nodes])
    for origin, share in by_origin.items():
        if origin != UNKNOWN and origin in drawn and origin not in own:
            assert carried(ways.links, "source", [origin]) == pytest.approx(share, abs=off)
    for row in ways.nodes.itertuples():
        if row.kind in ("process", "rest") and row.id not in own and row.id in drawn:
            flow_in, flow_out = (carried(ways.links, end, [row.id]) for end in ("target", "source"))
            if row.kind == "process":
                assert flow_in == pytest.approx(flow_out, abs=off)


@given(random_graphs())
def test_origins_and_unknown_carry_their_shares(graph):
    network = prepare(graph)
    for id_ in graph.nodes["node_id"]:
        check_conservation(network, id_, most=100)


@given(random_graphs())
def test_drawing_small_places_together_loses_nothing_that_is_unknown(graph):
    network = prepare(graph)
    for id_ in graph.nodes["node_id"].head(3):
        check_conservation(network, id_, most=2)


def test_a_recycling_loop_is_opened_and_told(session):
    ways = steps(session.network, "B")
    ends = set(zip(ways.links["source"], ways.links["target"], strict=True))
    assert ("F", "C") not in ends or ("C", "F") not in ends
    assert ways.recycled == pytest.approx(30 / 70)
    assert carried(ways.links, "target", ["B"]) == pytest.approx(1.0)
    assert carried(ways.links, "source", ["PCS"]) == pytest.approx(1 / 7)
    modelled = ways.links.loc[ways.links["source"] == "PCS", "modelled"].sum()
    assert modelled == pytest.approx(1 / 7)


def test_a_supplier_ends_in_all_its_sites(session):
    ways = steps(session.network, "S3")
    assert carried(ways.links, "target", [SITES + "S3"]) == pytest.approx(1.0)


def test_loops_of_loops_are_opened():
    ring = [
        ("a", "b", 5.0),
        ("b", "c", 5.0),
        ("c", "a", 4.0),
        ("c", "b", 1.0),
        ("x", "a", 1.0),
        ("b", "y", 1.0),
    ]
    links = pd.DataFrame(
        [(a, b, v, 0.0) for a, b, v in ring], columns=["source", "target", "declared", "modelled"]
    )
    left, recycled = without_loops(links)
    balance = {n: carried(links, "source", [n]) - carried(links, "target", [n]) for n in "abcxy"}
    for node, value in balance.items():
        assert carried(left, "source", [node]) - carried(left, "target", [node]) == pytest.approx(value)
    assert recycled > 0
    assert len(left) < len(links)


def test_the_picture_has_the_numbers_of_the_table(session):
    ways = steps(session.network, "B")
    spec = sankey.sankey(ways, list(session.chain.stages), LIGHT)
    (series,) = spec["series"]
    table = sankey.links_table(ways)
    assert sum(link["value"] for link in series["links"]) == pytest.approx(table["mass_t"].sum())
    names = [node["name"] for node in series["data"]]
    assert len(set(names)) == len(names) == len(ways.nodes)
    assert {link["source"] for link in series["links"]} <= set(names)
    (unknown,) = [n for n in series["data"] if n["name"].startswith("Unknown origin")]
    assert unknown["value"] == pytest.approx(12.0)
    assert "decal" in unknown["itemStyle"]
    assert sankey.sankey_height(ways) > 300


def test_the_many_small_places_are_said(session):
    ways = steps(session.network, "B", most=3)
    assert ways.merged == 2
    assert ways.nodes["kind"].eq("rest").any()
    assert np.isclose(carried(ways.links, "target", ["B"]), 1.0)


def test_places_that_carry_next_to_nothing_are_drawn_together(session):
    ways = steps(session.network, "B", least=0.5)
    assert ways.merged
    assert ways.nodes.loc[ways.nodes["kind"].isin(["origin", "process"]), "share"].max() > 0.5
    assert np.isclose(carried(ways.links, "target", ["B"]), 1.0)


def test_modelled_flows_are_dashed_and_declared_ones_are_not(session):
    ways = steps(session.network, "B")
    (series,) = sankey.sankey(ways, list(session.chain.stages), LIGHT)["series"]
    dashed = sum(link["value"] for link in series["links"] if "borderType" in link["lineStyle"])
    table = sankey.links_table(ways)
    assert dashed == pytest.approx(table.loc[table["evidence"] == "modelled", "mass_t"].sum())
    assert dashed > 0
