"""What the commands answer on the worked examples."""

import io
import json

import pandas as pd
import pytest

from tests.cli.helpers import copy_of, no_traceback, risk_graph
from tests.conftest import ORACLES

TRACE_COLUMNS = [
    "origin_id",
    "origin_name",
    "kind",
    "last_known_id",
    "stage",
    "country",
    "subdivision",
    "share",
    "mass_t",
    "evidence",
]
YEAR = "2024-01-01:2024-12-31"


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    project = copy_of("trace_loop", tmp_path_factory.mktemp("loop"))
    done = risk_graph("run", project)
    assert done.exit_code == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def ranges(tmp_path_factory):
    project = copy_of("trace_ranges", tmp_path_factory.mktemp("ranges"))
    done = risk_graph("run", project)
    assert done.exit_code == 0, done.stderr
    return project


def traced(project, subject, *options):
    result = risk_graph("trace", project, subject, "--format", "csv", *options)
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options"), [("all", []), ("2024", ["--period", YEAR])])
def test_traces_through_the_command_line_equal_the_published_ones(ranges, name, options):
    expected = pd.read_csv(ORACLES / "trace_ranges" / f"expected_{name}.csv", keep_default_na=False)
    keys = ["origin_id", "kind", "last_known_id", "evidence"]
    for (subject, by), rows in expected.groupby(["subject", "by"]):
        found = traced(ranges, subject, "--by", by, *options)
        both = rows.merge(found, on=keys, how="outer", suffixes=("", "_found"), indicator=True)
        assert (both["_merge"] == "both").all(), f"{subject} by {by}"
        assert (both["share"] - both["share_found"]).abs().max() < 1e-9


def test_the_loop_with_a_gap(loop):
    rows = traced(loop, "B")
    assert list(rows.columns) == TRACE_COLUMNS
    shares = dict(zip(rows["origin_id"], rows["share"], strict=True))
    assert shares == pytest.approx({"M1": 3 / 7, "M2": 9 / 35, "PCS": 1 / 7, "UNKNOWN": 6 / 35}, abs=1e-9)
    assert rows.loc[rows["kind"] == "unknown", "last_known_id"].tolist() == ["R"]


def test_json_says_the_same_to_the_bit(loop):
    rows = traced(loop, "B")
    found = json.loads(risk_graph("trace", loop, "B", "--format", "json").stdout)
    assert [row["share"] for row in found["rows"]] == rows["share"].tolist()
    assert found["subject"] == "B"
    assert found["mass_t"] == pytest.approx(70)
    assert found["unknown"] == pytest.approx({"low": 6 / 35, "value": 6 / 35, "high": 6 / 35})
    assert found["period"] is None
    assert found["incomplete"] == 0


def test_without_modelled_flows_their_share_is_unknown(loop):
    rows = traced(loop, "B", "--without-modelled")
    assert "modelled" not in set(rows["evidence"])
    assert rows["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize("by", ["supplier", "country", "subdivision"])
def test_sums_by_a_key(loop, by):
    rows = traced(loop, "B", "--by", by)
    keys = {
        "supplier": {"S1", "S2", "S3"},
        "country": {"AUS", "GIN", "DEU"},
        "subdivision": {"AUS-?", "GIN-?", "DEU-?"},
    }
    assert set(rows.loc[rows["kind"] == "origin", "origin_id"]) == keys[by]
    assert (rows["kind"] == "unknown").sum() == 1
    assert rows["share"].sum() == pytest.approx(1)


def test_findings_and_scores_have_the_promised_columns(loop):
    findings = pd.read_csv(
        io.StringIO(risk_graph("findings", loop, "--format", "csv").stdout), keep_default_na=False
    )
    promised = ["rule", "subject_id", "truth", "since", "evidence", "missing", "as_of"]
    assert list(findings.columns[: len(promised)]) == promised
    truths = findings.set_index(["rule", "subject_id"])["truth"]
    assert truths["OECD-RF-U", "B"] == "T"
    assert truths["OECD-RF-U", "M1"] == "F"
    assert truths["UFLPA-XUAR", "B"] == "U"
    scores = pd.read_csv(io.StringIO(risk_graph("scores", loop, "--format", "csv").stdout))
    assert list(scores.columns) == ["subject_id", "theme", "low", "value", "high", "coverage"]
    assert "overall" in set(scores["theme"])
    one = risk_graph("findings", loop, "--rule", "OECD-RF-U", "--format", "json")
    assert {row["rule"] for row in json.loads(one.stdout)} == {"OECD-RF-U"}


def test_explain_leads_to_rows_and_ways(loop):
    text = risk_graph("explain", loop, "B")
    assert text.exit_code == 0, text.stderr
    assert "flows.csv row" in text.stdout
    assert "M1 > R > S > C > F > B" in text.stdout
    data = json.loads(risk_graph("explain", loop, "B", "--json").stdout)
    overall = [c for c in data["contributions"] if c["within"] == "overall"]
    value = next(s["value"] for s in data["scores"] if s["theme"] == "overall")
    assert sum(c["points"] for c in overall) == pytest.approx(value, abs=1e-9)
    met = {(t["of"], t["id"]): t["share"] for t in data["pass_through"]}
    assert met["node", "R"] == pytest.approx(6 / 7)
    assert met["country", "DEU"] == pytest.approx(1)


def test_a_question_in_cypher(loop):
    query = "MATCH (f:Facility)-[r:FLOWS_TO]->(p:Product) RETURN f.facility_id AS id, r.mass AS mass"
    result = risk_graph("query", loop, query, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "id,mass\nF,70.0\n"
    refused = risk_graph("query", loop, "MATCH (f:Facility) DETACH DELETE f")
    assert refused.exit_code == 2
    assert traced(loop, "B")["share"].sum() == pytest.approx(1)
    wrong = risk_graph("query", loop, "MATCH (f:Facility RETURN f")
    assert wrong.exit_code == 2
    no_traceback(wrong)


def test_running_twice_changes_no_byte(loop):
    before = [risk_graph(c, loop, "--format", "csv").stdout for c in ("findings", "scores")]
    again = risk_graph("run", loop)
    assert again.exit_code == 0
    assert before == [risk_graph(c, loop, "--format", "csv").stdout for c in ("findings", "scores")]


@pytest.mark.slow
def test_a_new_project_validates_runs_and_answers(tmp_path):
    project = tmp_path / "new"
    made = risk_graph("init", project)
    assert made.exit_code == 0, made.stderr
    checked = risk_graph("validate", project, "--json")
    assert [i for i in json.loads(checked.stdout) if i["level"] == "error"] == []
    assert checked.exit_code == 0
    ran = risk_graph("run", project, "--strict", "--json")
    assert ran.exit_code == 0, ran.stderr
    assert json.loads(ran.stdout)["rows"]["facilities"] >= 1
    again = risk_graph("init", project)
    assert again.exit_code == 2


def test_a_closed_loop_is_an_issue(ranges):
    issues = json.loads(risk_graph("validate", ranges, "--json").stdout)
    found = [i for i in issues if i["code"] == "closed-loop"]
    assert len(found) == 1
    assert "X1" in found[0]["message"]
    assert found[0]["file"] == "flows.csv"
    assert found[0]["row"] == 54
