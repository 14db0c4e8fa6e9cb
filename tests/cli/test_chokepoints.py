"""The command `chokepoints`: the page's worked example word by word, columns, and what is never implied."""

import io
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from risk_graph.trace.chokepoints import COLUMNS
from tests.cli.helpers import no_traceback, risk_graph
from tests.conftest import ORACLES

pytestmark = pytest.mark.slow  # the project is loaded first; tests/trace has the worked example without

PAGE = Path(__file__).parents[2] / "docs" / "chokepoints.md"
KINDS = ["dominator", "single_source", "pass_through", "betweenness", "esri", "unknown"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chokepoints")
    shutil.copytree(ORACLES / "trace_loop", folder / "loop")
    done = risk_graph("run", folder / "loop")
    assert done.exit_code == 0, done.stderr
    return folder


def asked(folder, *arguments):
    done = risk_graph("chokepoints", folder / "loop", *arguments)
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    return done


def test_the_worked_example_of_the_page(folder, monkeypatch):
    monkeypatch.chdir(folder)
    blocks = re.findall(
        r"```console\n\$ risk-graph ([^\n]*)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(blocks) == 4
    for command, expected in blocks:
        done = risk_graph(*command.split())
        assert done.exit_code == 0, done.stderr
        assert [line.rstrip() for line in done.stdout.splitlines()] == [
            line.rstrip() for line in expected.splitlines()
        ]


def test_csv_is_flat_and_json_says_the_same(folder):
    done = asked(folder, "B", "--format", "csv")
    rows = pd.read_csv(io.StringIO(done.stdout), keep_default_na=False)
    assert list(rows.columns) == [*COLUMNS, "meaning"]
    assert list(rows["kind"].unique()) == KINDS
    assert (rows["meaning"] != "").all()
    found = json.loads(asked(folder, "B", "--format", "json").stdout)
    assert list(found) == [
        "subject", "mass_t", "unknown", "modelled", "period", "incomplete", "left_out", "scenario", "rows",
    ]  # fmt: skip
    assert [row["share"] for row in found["rows"]] == [float(share) for share in rows["share"]]
    assert found["left_out"] == dict.fromkeys(KINDS, 0)
    assert "essential" in found["scenario"]
    assert found["modelled"] == pytest.approx(1 / 7)
    assert "14.3% of the metal leads to an origin only over modelled flows" in done.stderr
    assert "17.1% of the metal is of unknown origin" in done.stderr


def test_the_dominators_of_the_worked_example(folder):
    """idom(M1) = R, idom(PCS) = C: R is the choke point for all primary metal."""
    rows = pd.read_csv(io.StringIO(asked(folder, "B", "--format", "csv").stdout), keep_default_na=False)
    share = rows[rows["kind"] == "dominator"].set_index("id")["share"].astype(float).to_dict()
    assert share == pytest.approx({"C": 1, "F": 1, "R": 6 / 7, "S": 6 / 7})
    for origin, passed in (("M1", {"R", "S", "C", "F"}), ("M2", {"R", "S", "C", "F"}), ("PCS", {"C", "F"})):
        found = json.loads(asked(folder, "B", "--origin", origin, "--format", "json").stdout)
        assert {row["id"] for row in found["rows"]} == passed


def test_without_modelled_flows_their_ways_are_gone(folder):
    found = json.loads(asked(folder, "B", "--without-modelled", "--format", "json").stdout)
    assert found["modelled"] == 0
    assert "PCS" not in {row["id"] for row in found["rows"]}
    assert {row["id"] for row in found["rows"] if row["kind"] == "unknown"} == {"C", "R"}


def test_top_says_what_it_leaves_out(folder):
    found = json.loads(asked(folder, "B", "--top", "1", "--format", "json").stdout)
    assert [row["kind"] for row in found["rows"]] == KINDS
    assert found["left_out"]["dominator"] == 3
    assert "3 of dominator" in asked(folder, "B", "--top", "1").stderr


def test_who_is_no_origin_of_the_subject_is_an_error(folder):
    for wrong in ("R", "nobody"):
        done = risk_graph("chokepoints", folder / "loop", "B", "--origin", wrong)
        assert (done.exit_code, done.stdout) == (2, "")
        assert wrong in done.stderr


@pytest.mark.parametrize("of", ["origins", "suppliers", "countries"])
def test_concentration_is_an_interval(folder, of):
    rows = json.loads(asked(folder, "B", "--of", of, "--format", "json").stdout)
    assert {row["thresholds"]: (row["proven"], row["word"]) for row in rows} == {
        "doj_ftc_1992": ("highly concentrated", "highly concentrated"),
        "doj_ftc_2010": ("highly concentrated", "highly concentrated"),
        "doj_ftc_2023": ("highly concentrated", "highly concentrated"),
    }
    row = rows[0]
    known = (3 / 7) ** 2 + (9 / 35) ** 2 + (1 / 7) ** 2
    assert row["hhi_low"] == pytest.approx(known)
    assert row["hhi_high"] == pytest.approx(known - (3 / 7) ** 2 + (3 / 7 + 6 / 35) ** 2)
    assert row["known"] == 3


def test_a_chain_of_which_nothing_is_declared_is_not_an_empty_answer(folder):
    """Neither a site without input nor a supplier without site looks clear."""
    inputs = folder / "silent" / "inputs"
    shutil.copytree(ORACLES / "trace_loop", folder / "silent")
    with (inputs / "suppliers.csv").open("a") as file:
        file.write("S9,Trader,CHE\n")
    flows = (inputs / "flows.csv").read_text().splitlines()
    bad = flows[8].replace(",70,", ",-70,")
    (inputs / "flows.csv").write_text("\n".join([flows[0], bad, *flows[5:8]]) + "\n")
    done = risk_graph("run", folder / "silent")
    no_traceback(done)
    for subject in ("S9", "B"):
        done = risk_graph("chokepoints", folder / "silent", subject, "--format", "json")
        no_traceback(done)
        found = json.loads(done.stdout)
        assert [row["share"] for row in found["rows"] if row["kind"] == "unknown"] == [1.0]
        assert found["unknown"]["value"] == 1
        assert "does not show that it is no choke point" in done.stderr
    assert found["incomplete"] == 1
    assert found["rows"][-1]["incomplete"] == 1
    assert "1 rejected input row names it: incomplete." in found["rows"][-1]["meaning"]
    table = risk_graph("chokepoints", folder / "silent", "S9")
    assert "unknown origin" in table.stdout
