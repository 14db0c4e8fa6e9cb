"""The worked examples, computed apart from this project by a plain dense solve, to 1e-9."""

from datetime import date

import pandas as pd
import pytest

from risk_graph.model.chain import load_chain
from risk_graph.model.graph import build_graph
from risk_graph.trace.network import prepare
from risk_graph.trace.origins import trace
from tests.conftest import ORACLES, read_tables

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
CASES = [
    ("trace_loop", "all", None),
    pytest.param("trace_ranges", "all", None, marks=pytest.mark.slow),
    ("trace_ranges", "2024", YEAR),
]


@pytest.mark.parametrize(("example", "name", "period"), CASES, ids=lambda v: v if isinstance(v, str) else "")
def test_traces_equal_the_published_ones(example, name, period):
    folder = ORACLES / example
    graph = build_graph(read_tables(folder / "inputs"), load_chain("chain.toml", folder), period)
    network = prepare(graph)
    expected = pd.read_csv(folder / f"expected_{name}.csv", keep_default_na=False)
    bounds = pd.read_csv(folder / f"expected_{name}_unknown.csv").set_index("subject")
    assert set(expected["subject"]) <= set(bounds.index)
    for (subject, by), rows in expected.groupby(["subject", "by"]):
        found = trace(network, subject, by)
        keys = ["origin_id", "kind", "last_known_id", "evidence"]
        both = rows.merge(found.rows, on=keys, how="outer", suffixes=("", "_found"), indicator=True)
        assert (both["_merge"] == "both").all(), f"{subject} by {by}"
        assert (both["share"] - both["share_found"]).abs().max() < 1e-9
        assert (both["mass_t"] - both["mass_t_found"]).abs().max() < 1e-6
        assert found.rows["share"].sum() == pytest.approx(1, abs=1e-9)
        assert found.unknown.low == pytest.approx(bounds.at[subject, "unknown_low"], abs=1e-9)
        assert found.unknown.value == pytest.approx(bounds.at[subject, "unknown_value"], abs=1e-9)
        assert found.unknown.high == pytest.approx(bounds.at[subject, "unknown_high"], abs=1e-9)
        assert found.subject.mass_t == pytest.approx(bounds.at[subject, "mass_t"], abs=1e-6)
