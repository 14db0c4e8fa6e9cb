"""The bundled real chain, end to end. `make golden` writes the results anew; their diff is the review."""

import io
import os

import pandas as pd
import pytest

from risk_graph import data_dir
from tests.cli.helpers import risk_graph
from tests.conftest import FIXTURES

GOLDEN = FIXTURES.parent / "golden"
COMMANDS = {
    "findings.csv": ["findings"],
    "scores.csv": ["scores"],
    "ranks.csv": ["scores", "--ranks"],
    "exposure-prod-nalco-aluminium-export.csv": ["exposure", "prod-nalco-aluminium-export"],
    "priorities.csv": ["priorities"],
    "trace-prod-nalco-aluminium-export.csv": ["trace", "prod-nalco-aluminium-export"],
    "trace-prod-chalco-henan-alumina.csv": ["trace", "prod-chalco-henan-alumina"],
    "trace-alunorte-refinery-by-country.csv": ["trace", "alunorte-refinery", "--by", "country"],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden") / "graph"
    done = risk_graph("run", data_dir() / "aluminium", "--store", folder, "--strict")
    assert done.exit_code == 0, done.stderr
    (folder.parent / "summary.txt").write_text(done.stderr, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_the_bundled_chain_gives_its_golden_results(store, name):
    command, *arguments = COMMANDS[name]
    result = risk_graph(command, data_dir() / "aluminium", *arguments, "--format", "csv", "--store", store)
    assert result.exit_code == 0, result.stderr
    path = GOLDEN / name
    if os.environ.get("RISK_GRAPH_WRITE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(result.stdout, encoding="utf-8", newline="\n")
    assert result.stdout == path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_summary_sums_what_rests_on_modelled_flows_apart(store):
    """Most of the bundled chain's traced metal rests on modelled flows: the first lines must say how much."""
    said = (store.parent / "summary.txt").read_text(encoding="utf-8")
    modelled_t = 0.0
    for product in pd.read_csv(data_dir() / "aluminium/inputs/products.csv")["product_id"]:
        traced = risk_graph("trace", data_dir() / "aluminium", product, "--format", "csv", "--store", store)
        rows = pd.read_csv(io.StringIO(traced.stdout))
        modelled_t += rows[rows["evidence"] == "modelled"]["mass_t"].sum()
    assert modelled_t > 0
    assert f"Of what leads to an origin, {modelled_t:,.0f} t" in said
