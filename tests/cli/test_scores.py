"""Scorers of one's own, exposure, ranks and the waterfall on the worked example."""

import io
import json
import shutil
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from risk_graph import data_dir
from tests.cli.helpers import copy_of, no_traceback, risk_graph

MINE = (data_dir() / "scorers" / "places.toml").read_text(encoding="utf-8").replace('"places"', '"mine"')
pytestmark = pytest.mark.slow
LOWERS = """
[[standards]]
standard = "ASI PS"
source = "me"
verified = false
    [standards.lowers]
    governance = { points = 10, floor = 20 }
"""


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    project = copy_of("trace_loop", tmp_path_factory.mktemp("loop"))
    suppliers = project / "inputs" / "suppliers.csv"
    suppliers.write_text(suppliers.read_text().replace("Supplier two", '"<b>&""x"" ]]> two"'))
    facilities = project / "inputs" / "facilities.csv"
    facilities.write_text(facilities.read_text().replace("Mine two", '"<script>&""x"" ]]>"'))
    settings(project, 'scorer = "nine_themes"')
    done = risk_graph("run", project)
    assert done.exit_code == 0
    assert (
        "Not assessed for anybody, for no layer of them is at hand: Child labour; Communities" in done.stderr
    )
    assert "Forced labour (not vdem_forced_labour)" in done.stderr
    return project


def settings(project, run):
    file = project / "risk-graph.toml"
    head = file.read_text(encoding="utf-8").split("[run]")[0]
    file.write_text(f"{head}\n[run]\nas_of = 2026-06-30\n{run}\n", encoding="utf-8")


def answer(*arguments):
    result = risk_graph(*arguments, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)


def test_the_nine_themes_of_the_scores_and_their_stable_columns(loop):
    table = answer("scores", loop)
    assert list(table.columns) == ["subject_id", "theme", "low", "value", "high", "coverage"]
    assert table[table["subject_id"] == "B"]["theme"].nunique() == 10


def test_a_scorer_of_the_project_counts_and_is_part_of_the_run(tmp_path):
    project = copy_of("trace_loop", tmp_path)
    settings(project, 'scorer = "mine.toml"')
    (project / "mine.toml").write_text(MINE, encoding="utf-8")
    told = [json.loads(risk_graph("run", project, "--json").stdout)["run"]]
    before = answer("scores", project).set_index(["subject_id", "theme"])
    changed = MINE.replace("weight = 0.2", "weight = 0.25").replace("weight = 0.3", "weight = 0.25")
    (project / "mine.toml").write_text(changed, encoding="utf-8")
    # The stored scores are still explained by what they were made with.
    explained = json.loads(risk_graph("explain", project, "B", "--json").stdout)
    points = sum(c["points"] for c in explained["contributions"] if c["within"] == "overall")
    assert points == pytest.approx(before.at[("B", "overall"), "value"], abs=1e-9)
    told.append(json.loads(risk_graph("run", project, "--json").stdout)["run"])
    after = answer("scores", project).set_index(["subject_id", "theme"])
    assert told[0]["scorer"] == told[1]["scorer"] == "mine 1"
    assert told[0]["run_id"] != told[1]["run_id"]  # the weights are part of it
    assert before.at[("B", "overall"), "value"] != after.at[("B", "overall"), "value"]
    assert before.at[("B", "conflict"), "value"] == after.at[("B", "conflict"), "value"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MINE.replace("weight = 0.3", "weight = 0.4"), "sum to 1.2"),
        (MINE.replace('"country_value"', '"listing"'), "no goalposts"),
        (None, "There is no scorer 'mine.toml'"),
    ],
)
def test_a_malformed_scorer_ends_with_2_and_one_line(tmp_path, text, words):
    project = copy_of("trace_loop", tmp_path)
    settings(project, 'scorer = "mine.toml"')
    if text is not None:
        (project / "mine.toml").write_text(text, encoding="utf-8")
    result = risk_graph("run", project)
    no_traceback(result)
    assert result.exit_code == 2
    assert words in result.stderr.splitlines()[-1]
    assert not (project / "graph").exists()


def test_exposure_in_its_three_forms(loop):
    table = answer("exposure", loop, "B")
    assert table.groupby("theme")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert table.groupby("theme")["mass_t"].sum().to_numpy() == pytest.approx(70.0)
    only = answer("exposure", loop, "B", "--theme", "conflict")
    assert set(only["theme"]) == {"conflict"}
    told = json.loads(risk_graph("exposure", loop, "B", "--format", "json").stdout)
    assert (told["subject"], told["mass_t"], told["scorer"]) == ("B", 70.0, "nine_themes 1")
    assert len(told["rows"]) == len(table)
    shown = risk_graph("exposure", loop, "B")
    assert "or_worse_most" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "words"), [(("NOBODY",), "NOBODY"), (("B", "--theme", "weather"), "The themes are")]
)
def test_exposure_of_nobody_or_nothing(loop, arguments, words):
    result = risk_graph("exposure", loop, *arguments)
    no_traceback(result)
    assert result.exit_code == 2
    assert words in result.stderr


def test_ranks_under_three_aggregations(loop):
    table = answer("scores", loop, "--ranks")
    assert list(table.columns) == [
        "subject_id", "kind", "count", "rank_arithmetic", "rank_inverted_geometric", "rank_max", "proven_arithmetic",
        "proven_inverted_geometric", "proven_max",
    ]  # fmt: skip
    suppliers = table[table["kind"] == "supplier"]
    assert set(suppliers["count"]) == {3}
    for column in (c for c in table.columns if c.startswith(("rank", "proven"))):
        assert suppliers[column].between(1, 3).all()
        assert suppliers[column].min() == 1


SVG = "{http://www.w3.org/2000/svg}"


def test_the_waterfall_is_a_picture_that_any_name_leaves_whole(loop, tmp_path):
    file = tmp_path / "b.svg"
    result = risk_graph("explain", loop, "B", "--picture", file)
    assert result.exit_code == 0, result.stderr
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    assert root.tag == f"{SVG}svg"
    assert not list(root.iter(f"{SVG}script"))
    words = " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
    value = answer("scores", loop).set_index(["subject_id", "theme"]).at[("B", "overall"), "value"]
    assert f"{value:.1f}  Overall value" in words
    assert "missing, at its worst" in words
    fills = {r.get("fill") for r in root.iter(f"{SVG}rect")}
    assert {"url(#missing)", "url(#unknown)"} <= fills


def test_a_picture_needs_a_name_that_says_svg_and_a_place(loop, tmp_path):
    for file, words in ((tmp_path / "b.png", ".svg"), (tmp_path / "no" / "b.svg", "cannot be written")):
        result = risk_graph("explain", loop, "B", "--picture", file)
        no_traceback(result)
        assert result.exit_code == 2
        assert words in result.stderr


def test_a_certificate_is_told_with_its_row(loop, tmp_path):
    project = tmp_path / "certified"
    shutil.copytree(loop, project, ignore=shutil.ignore_patterns("graph"))
    inputs = project / "inputs"
    (inputs / "certificates.csv").write_text(
        "certificate_id,standard,version,level,status,holder_id,issued_on,expires_on\n"
        "C-1,ASI PS,V3,full,active,S2,2025-01-01,2027-01-01\nC-2,ASI PS,V3,full,suspended,S2,2025-01-01,2027-01-01\n"
    )
    (inputs / "certificate_scope.csv").write_text("certificate_id,covers_id\nC-1,M2\nC-2,M2\n")
    (project / "mine.toml").write_text(MINE + LOWERS, encoding="utf-8")
    settings(project, 'scorer = "mine.toml"')
    assert risk_graph("run", project).exit_code == 0
    said = risk_graph("explain", project, "B").stdout
    assert "C-1 (ASI PS V3) at M2: governance from" in said
    assert "C-2 (ASI PS V3) at M2: no effect: its status is suspended" in said
    assert "certificates.csv row 2" in said
    told = json.loads(risk_graph("explain", project, "M2", "--json").stdout)
    assert told["residual"]["governance"] < next(
        s["value"] for s in told["scores"] if s["theme"] == "governance"
    )
