"""`regimes` and `priorities`, and the law beside a finding, from a project on disk."""

import csv
import io
import json

import pytest

from tests.cli.helpers import copy_of, no_traceback, risk_graph

pytestmark = pytest.mark.slow

LAW = ["regime", "state", "rule_version", "source", "verified"]
IMPACTS = (
    "impact_id,subject_id,issue,status,scale,scope,irremediability,likelihood,observed_on,assessed_on,plan_on,improved_on,source\n"
    "I-1,{site},forced_labour,reasonable,4,2,,3,2026-01-05,2026-02-01,,,visit\n"
    "I-2,{site},bribery,verified,2,,1,,2025-01-05,2025-02-01,2025-03-01,,visit\n"
)


def rows(result):
    no_traceback(result)
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_of("trace_loop", tmp_path_factory.mktemp("regimes"))
    (folder / "inputs" / "impacts.csv").write_text(IMPACTS.format(site="M1"), encoding="utf-8")
    settings = folder / "risk-graph.toml"
    text = settings.read_text(encoding="utf-8") if settings.exists() else "[project]\n"
    settings.write_text(text + "\n", encoding="utf-8")
    done = risk_graph("run", folder, "--as-of", "2026-06-30")
    assert done.exit_code == 0, done.stderr
    return folder, done.stderr


def test_a_finding_names_its_law_at_the_end_of_the_row(project):
    folder, _ = project
    found = rows(risk_graph("findings", folder, "--format", "csv"))
    columns = ["rule", "subject_id", "truth", "since", "evidence", "missing", "as_of"]
    assert list(found[0]) == columns + LAW
    assert all(r["source"] and r["rule_version"] and r["verified"] in ("true", "false") for r in found)
    by_key = {(r["rule"], r["subject_id"]): r for r in found}
    assert by_key["OECD-S3-DISENGAGE", "M1"]["truth"] == "T"
    assert by_key["OECD-S3-MITIGATE", "M1"]["truth"] == "T"
    assert by_key["OECD-S5-REPORT", "*"]["truth"] == "U"
    assert by_key["FLR-RISK", "*"]["state"] == "not yet in force"


def test_priorities_are_ordered_with_their_ties(project):
    folder, _ = project
    found = rows(risk_graph("priorities", folder, "--regime", "ungp", "--format", "csv"))
    assert {r["regime"] for r in found} == {"ungp"}
    first = next(r for r in found if r["issue"] == "forced_labour" and r["subject_id"] == "M1")
    assert (first["severity_low"], first["severity_high"]) == ("4.0", "4.0")
    assert first["missing"] == "An assessment of irremediability."
    assert (first["rank_low"], first["rank_high"]) == (
        "2.0",
        "2.0",
    )  # the incomplete one may be as grave, and has happened
    as_json = json.loads(risk_graph("priorities", folder, "--format", "json").stdout)
    assert {r["regime"] for r in as_json} == {"csddd", "lksg", "ungp"}
    assert [r["regime"] for r in as_json] == sorted(r["regime"] for r in as_json)
    wrong = risk_graph("priorities", folder, "--regime", "nope")
    assert wrong.exit_code == 2
    assert "nope" in wrong.stderr


def test_the_summary_says_what_is_said_of_the_project_in_a_few_lines(project):
    _, words = project
    lines = [line for line in words.splitlines() if line.startswith("For the project as a whole")]
    assert 1 <= len(lines) <= 3
    assert any("OECD-S5-REPORT" in line for line in lines)
    assert "Not yet in force, answered all the same: " in words


def test_regimes_are_listed_without_a_project_and_with_one(project):
    folder, _ = project
    found = rows(risk_graph("regimes", "--format", "csv"))
    by_rule = {r["rule"]: r for r in found}
    assert by_rule["EU821-SCOPE"]["state"] == "not applicable"
    assert "because" in by_rule["EU821-SCOPE"]["why"]
    assert by_rule["UNGP-PRIO"]["criteria"] == "severity, likelihood"
    assert by_rule["LKSG-W"]["criteria"].endswith("influence, contribution")
    assert len(rows(risk_graph("regimes", folder, "--format", "csv"))) == len(found)


def test_the_settings_choose_regimes_and_a_wrong_one_is_named(project, tmp_path):
    folder = copy_of("trace_loop", tmp_path)
    settings = folder / "risk-graph.toml"
    text = settings.read_text(encoding="utf-8")
    assert "[run]" not in text
    settings.write_text(text + '\n[run]\nregimes = ["uflpa"]\n', encoding="utf-8")
    done = risk_graph("run", folder)
    assert done.exit_code == 0, done.stderr
    found = rows(risk_graph("findings", folder, "--format", "csv"))
    assert {r["regime"] for r in found} == {"uflpa"}
    settings.write_text(text + '\n[run]\nregimes = ["nope"]\n', encoding="utf-8")
    for command in ("run", "regimes"):
        wrong = risk_graph(command, folder)
        no_traceback(wrong)
        assert wrong.exit_code == 2
        assert "There is no regime 'nope'" in wrong.stderr


def test_bad_cells_of_impacts_are_issues_and_nothing_else_is_lost(project, tmp_path):
    folder = copy_of("trace_loop", tmp_path)
    bad = (
        IMPACTS.format(site="M1")
        + "I-3,nobody,wages,suspected,1,1,1,1,,,,,\nI-4,M1,weather,suspected,9,x,1,1,2026-13-01,,,,\n"
    )
    (folder / "inputs" / "impacts.csv").write_text(bad, encoding="utf-8")
    done = risk_graph("validate", folder, "--json")
    no_traceback(done)
    found = {
        (i["code"], i["row"], i["column"]) for i in json.loads(done.stdout) if i["file"] == "impacts.csv"
    }
    assert {
        ("unknown-reference", 4, "subject_id"),
        ("bad-choice", 5, "issue"),
        ("bad-number", 5, "scale"),
        ("bad-number", 5, "scope"),
        ("bad-date", 5, "observed_on"),
    } <= found
    assert risk_graph("run", folder, "--as-of", "2026-06-30").exit_code == 0
    found = rows(risk_graph("findings", folder, "--rule", "OECD-S3-DISENGAGE", "--format", "csv"))
    assert any(r["subject_id"] == "M1" and r["truth"] == "T" for r in found)
    told = rows(risk_graph("findings", folder, "--rule", "OECD-RF-L1", "--format", "csv"))
    assert next(r for r in told if r["subject_id"] == "M1")["truth"] == "U"  # a rejected row improves nothing


LAYER_TOML = """
id = "{id}"
kind = "{kind}"
title = "{id}"
meaning = "made for a test"
direction = "none"
unit = ""
publisher = "nobody"
source = "nobody"
licence = "none"
edition = "2026"
released = 2020-01-01
retrieved = 2026-01-01
[expect]
rows = 1
"""


def put_layer(folder, id_, kind, header, row):
    where = folder / "sources" / "own" / "2026" / id_
    where.mkdir(parents=True)
    (where / "layer.toml").write_text(LAYER_TOML.format(id=id_, kind=kind), encoding="utf-8")
    (where / "values.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")


def test_tables_of_ones_own_are_asked_as_the_page_says(tmp_path):
    folder = copy_of("trace_loop", tmp_path)
    put_layer(
        folder, "transit_countries", "listing",
        "code,listed_code,name,country,status,whole_country,certain,note,edition,listed_from,retrieved,source",
        ",,Guinea,GIN,transit,true,true,,2026,,2026-01-01,nobody",
    )  # fmt: skip
    put_layer(
        folder, "world_mining_data", "production", "country,year,commodity,mass_t,retrieved,source",
        "GIN,2024,Bauxite,0,2026-01-01,nobody",
    )  # fmt: skip
    done = risk_graph("run", folder)
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    found = rows(risk_graph("findings", folder, "--format", "csv"))
    asked = {(r["rule"], r["subject_id"]) for r in found}
    assert ("OECD-RF-L3", "*") not in asked
    assert ("OECD-RF-L3", "M1") in asked
    assert ("OECD-RF-L2", "*") not in asked
    assert ("OECD-RF-L2", "M1") in asked
