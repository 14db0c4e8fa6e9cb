"""Facts about random graphs with random answers of the layers."""

from datetime import date
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from risk_graph.assess.facts import Facts
from risk_graph.model.graph import SupplyGraph
from risk_graph.model.table import result_tables
from risk_graph.trace.network import prepare
from tests.trace.strategies import random_cases

LISTINGS = ("eu_cahra", "uflpa_region")
VALUES = "wgi_political_stability"


def place_ids(graph: SupplyGraph) -> list[str]:
    nodes = graph.nodes
    return sorted({*nodes.loc[nodes["kind"] != "product", "node_id"], *graph.suppliers["supplier_id"]})


Said = dict[str, dict[str, str | float | None]]
"""Layer -> id -> what it says: a letter (T, F, U) or a number; None is missing."""


def facts_of_layers(graph: SupplyGraph, said: Said, **more: Any) -> Facts:
    """Facts in which exactly the layers of `said` are at hand; numbers with bounds 0.1 to either side."""
    rows = []
    for layer, of_ids in said.items():
        for id_ in place_ids(graph):
            answer = of_ids.get(id_)
            row = {"subject_id": id_, "layer": layer, "truth": answer if isinstance(answer, str) else ""}
            known = isinstance(answer, float)
            rows.append(row | ({"low": answer - 0.1, "value": answer, "high": answer + 0.1} if known else {}))
    signals = pd.DataFrame(rows, columns=["subject_id", "layer", "truth", "low", "value", "high"])
    signals["detail"] = signals["layer"] + " of " + signals["subject_id"]
    signals["signal_id"] = signals["layer"] + "|" + signals["subject_id"]
    return Facts(prepare(graph), result_tables()["signals"].conform(signals), date(2026, 6, 30), **more)


def facts_of(graph: SupplyGraph, truth: dict[str, dict[str, str]], values: dict[str, float | None]) -> Facts:
    """`truth[layer][id]` (default F) and `values[id]` (default 0; None is missing), standard error 0.2."""
    rows = []
    for id_ in place_ids(graph):
        for layer in LISTINGS:
            rows.append({"subject_id": id_, "layer": layer, "truth": truth.get(layer, {}).get(id_, "F")})
        value = values.get(id_, 0.0)
        known = {} if value is None else {"low": value - 0.3, "value": value, "high": value + 0.3}
        rows.append({"subject_id": id_, "layer": VALUES, **known})
    signals = pd.DataFrame(rows)
    signals["detail"] = "said of " + signals["subject_id"]
    signals["signal_id"] = signals["layer"] + "|" + signals["subject_id"]
    return Facts(prepare(graph), result_tables()["signals"].conform(signals), date(2026, 6, 30))


@st.composite
def random_case_facts(draw):
    """(case, truth, values): facts_of takes the last two beside the case's graph."""
    case = draw(random_cases())
    ids = place_ids(case.graph())
    truth = {layer: {i: draw(st.sampled_from("FFFTU")) for i in ids} for layer in LISTINGS}
    values = {i: draw(st.one_of(st.none(), st.floats(-3, 3))) for i in ids}
    return case, truth, values


def random_facts():
    """(graph, truth, values) as facts_of takes them."""
    return random_case_facts().map(lambda parts: (parts[0].graph(), *parts[1:]))


@st.composite
def random_said(draw, ids, layers):
    """What some of the layers say: `layers` maps an id to the goalposts of a number, or to None for a list of places."""
    said = {}
    for layer, goalposts in sorted(layers.items()):
        if draw(st.booleans()):
            one = (
                st.sampled_from("FFTU")
                if goalposts is None
                else st.one_of(st.none(), st.floats(min(goalposts), max(goalposts)))
            )
            said[layer] = {i: draw(one) for i in ids}
    return said
