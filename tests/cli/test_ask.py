"""`risk-graph ask` on the worked example: ask, answer in the input files, run again, look."""

import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from risk_graph.assess.ask import COLUMNS
from tests.cli.helpers import copy_of, no_traceback, risk_graph

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "ask.md"
DAYS = "2024-01-01,2024-12-31,reported"


def loaded(project):
    done = risk_graph("run", project, "--as-of", "2026-06-30")
    assert done.exit_code == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    return loaded(copy_of("trace_loop", tmp_path_factory.mktemp("ask")))


def table_of(*arguments):
    result = risk_graph(*arguments, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)


def test_the_worked_example_of_the_page(loop):
    said = risk_graph("ask", loop, "B").stdout
    example = PAGE.read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    assert said == example


@pytest.mark.parametrize(
    ("facilities", "flows", "unknown"),
    [
        (["N,S2,New mine,mine,GIN"], ["9,N,R,metal,12,t"], 0.0),
        (["N,S2,New smelter,smelter,DEU"], ["9,N,R,metal,12,t"], 12 / 70),
        (["N,S2,New mine,mine,CHN"], ["9,N,R,metal,6,t", "10,S2,R,metal,6,t"], 6 / 70),
        ([], ["9,M2,R,metal,12,t"], 0.0),
    ],
    ids=["known origin", "unknown origin", "half of it", "an origin that is there"],
)
def test_an_answer_in_the_files_and_another_run_are_inside_the_range(
    loop, tmp_path, facilities, flows, unknown
):
    asked = table_of("ask", loop, "B", "--all")
    project = tmp_path / "answered"
    shutil.copytree(loop, project, ignore=shutil.ignore_patterns("graph", "runs"))
    for name, rows in (("facilities", facilities), ("flows", [f"{f},{DAYS}" for f in flows])):
        with (project / "inputs" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)
    loaded(project)
    after = json.loads(risk_graph("trace", project, "B", "--format", "json").stdout)["unknown"]["value"]
    first = asked.iloc[0]
    assert (first["ask_id"], first["node_id"], first["missing_t"]) == ("S3", "R", 12.0)
    assert after == pytest.approx(unknown, abs=1e-9)
    assert first["unknown_best"] - 1e-9 <= after <= first["unknown_worst"] + 1e-9
    scores = table_of("scores", project).set_index(["subject_id", "theme"]).loc["B"]
    for row in asked.to_dict("records"):
        for name in ("low", "value", "high"):
            assert row[f"{name}_best"] - 1e-9 <= scores.at[row["theme"], name] <= row[f"{name}_worst"] + 1e-9


def test_stable_columns_and_themes_only_if_asked_for(loop):
    assert list(table_of("ask", loop, "B").columns) == COLUMNS
    assert set(table_of("ask", loop, "B")["theme"]) == {"overall"}
    assert table_of("ask", loop, "B", "--all")["theme"].nunique() == 5
    told = json.loads(risk_graph("ask", loop, "B", "--format", "json").stdout)
    assert (told["subject"], told["mass_t"], told["as_of"]) == ("B", 70.0, "2026-06-30")
    assert told["unknown"] == pytest.approx(12 / 70)


def test_where_nothing_is_missing_that_is_said_with_the_day_and_no_all_clear(loop):
    said = risk_graph("ask", loop, "M1").stdout
    assert "Nothing to ask: as of 2026-06-30" in said
    assert "not that they are true" in said


def test_asking_about_nobody(loop):
    result = risk_graph("ask", loop, "NOBODY")
    no_traceback(result)
    assert result.exit_code == 2
