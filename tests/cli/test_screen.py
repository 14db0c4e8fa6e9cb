"""`screen`, `decide`, `journal` and the screening of a run: data on stdout, words on stderr, exit codes."""

import csv
import io
import json
import sqlite3
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest
import tomli_w

from risk_graph.model.table import fact_tables
from risk_graph.screening import COLUMNS
from tests.cli.helpers import no_traceback, risk_graph
from tests.entity.lists import entry, layer

SUPPLIERS = "supplier_id,name,country,registration_id\nS-1,Example Steelworks,RUS,\nS-2,Innocent Smelting,DEU,\nS-3,Example Steelworks Brasil Ltda,BRA,\n"
FACILITIES = "facility_id,supplier_id,name,stage,country\nF-1,S-1,Works one,smelter,RUS\n"
ENTRY = entry("E-1", "Example Steelworks LLC", countries="RUS")


def write_list(project, *entries, id_="ofac_sdn", edition="2026-06"):
    """An edition of a list as `sources update` leaves it."""
    made = layer(*entries, id_=id_, edition=edition)
    folder = project / "sources" / "test" / edition / id_
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "id": id_, "kind": "entities", "title": made.title, "meaning": "m", "direction": "none", "unit": "",
        "publisher": "p", "source": "s", "licence": "l", "edition": edition, "retrieved": date(2026, 6, 1),
        "expect": {"rows": len(made.values)},
    }  # fmt: skip
    (folder / "layer.toml").write_text(tomli_w.dumps(about))
    values = made.values.assign(retrieved=pd.Timestamp("2026-06-01"))
    pq.write_table(fact_tables()["entities"].to_arrow(values), folder / "values.parquet")
    pq.write_table(fact_tables()["names"].to_arrow(made.names), folder / "names.parquet")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "inputs").mkdir()
    (tmp_path / "risk-graph.toml").write_text("[run]\nas_of = 2026-06-30\n")
    (tmp_path / "inputs" / "suppliers.csv").write_text(SUPPLIERS)
    (tmp_path / "inputs" / "facilities.csv").write_text(FACILITIES)
    return tmp_path


def rows(done):
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def found(project, *options):
    table = rows(risk_graph("screen", project, "--format", "csv", *options))
    return {(r["subject_id"], r["list"], r["via"]): r["outcome"] for r in table}


def test_without_any_list_nothing_is_said_to_be_found(project):
    done = risk_graph("screen", project)
    no_traceback(done)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "Not screened: no list is at hand" in done.stderr


def test_a_list_that_is_not_at_hand_is_named(project):
    write_list(project, ENTRY)
    done = risk_graph("screen", project, "--list", "un_sc")
    assert (done.exit_code, done.stdout) == (4, "")
    assert "'un_sc' is not at hand. At hand: ofac_sdn" in done.stderr


def test_csv_has_stable_columns_and_says_what_was_not_screened(project):
    write_list(project, ENTRY)
    done = risk_graph("screen", project, "--format", "csv")
    assert tuple(done.stdout.splitlines()[0].split(",")) == COLUMNS
    outcomes = found(project)
    assert outcomes["S-1", "ofac_sdn", "name"] == "match"
    assert outcomes["S-3", "ofac_sdn", "name"] == "possible"
    assert outcomes["F-1", "ofac_sdn", "operator"] == "linked"
    assert outcomes["*", "un_sc", ""] == "not_screened"
    assert not any(subject == "S-2" for subject, _, _ in outcomes)
    said = next(line for line in done.stderr.splitlines() if "No match found" in line)
    assert said.startswith("Test list: 1 of ")
    assert said.endswith("Of the others: No match found in Test list, edition 2026-06, as of 2026-06-30.")
    assert "Not screened against UN Security Council" in done.stderr


def test_all_names_everybody(project):
    write_list(project, ENTRY)
    table = rows(risk_graph("screen", project, "--all", "--list", "ofac_sdn", "--format", "csv"))
    rest = {r["subject_id"]: r["reason"] for r in table if r["outcome"] == "no_match"}
    assert rest == {"S-2": "No match found in Test list, edition 2026-06, as of 2026-06-30."}
    assert {r["list"] for r in table} == {"ofac_sdn"}


def test_an_edition_that_holds_nobody_is_refused(project):
    write_list(project)
    done = risk_graph("screen", project, "--all", "--format", "csv")
    no_traceback(done)
    assert (done.exit_code, done.stdout) == (4, "")


def test_json_and_table(project):
    write_list(project, ENTRY)
    data = json.loads(risk_graph("screen", project, "--format", "json").stdout)
    assert [row["subject_id"] for row in data if row["outcome"] != "not_screened"] == ["F-1", "S-1", "S-3"]
    assert all(set(row) == set(COLUMNS) for row in data)
    assert "Example Steelworks" in risk_graph("screen", project).stdout


NAMES = "name;country;id\nExample Steelworks;Russia;A\nСталь Example;Atlantis;B\n;DEU;C\n"


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_file_of_names(project, tmp_path, form):
    write_list(project, ENTRY)
    file = tmp_path / f"to screen.{form}"
    if form == "csv":
        file.write_text(NAMES)
    else:
        frame = pd.read_csv(io.StringIO(NAMES), sep=";", keep_default_na=False)
        frame.to_excel(file, index=False) if form == "xlsx" else frame.to_parquet(file)
    done = risk_graph("screen", project, "--names", file, "--format", "csv")
    outcomes = {(r["subject_id"], r["list"]): r["outcome"] for r in rows(done)}
    assert outcomes["A", "ofac_sdn"] == "match"
    assert outcomes["C", "ofac_sdn"] == "not_screened"
    assert ("B", "ofac_sdn") not in outcomes
    assert "bad-country" in done.stderr
    assert "missing-value" in done.stderr


def test_a_file_of_names_alone(project, tmp_path):
    write_list(project, ENTRY)
    (tmp_path / "n.csv").write_text("name\nExample Steelworks\n")
    assert found(project, "--names", tmp_path / "n.csv")["2", "ofac_sdn", "name"] == "match"


@pytest.mark.parametrize("content", ["supplier\nx\n", "", "\x00\x01"])
def test_a_file_that_holds_no_names(project, tmp_path, content):
    write_list(project, ENTRY)
    (tmp_path / "n.csv").write_text(content)
    done = risk_graph("screen", project, "--names", tmp_path / "n.csv")
    no_traceback(done)
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_missing_file_of_names(project, tmp_path):
    write_list(project, ENTRY)
    done = risk_graph("screen", project, "--names", tmp_path / "none.csv")
    no_traceback(done)
    assert done.exit_code == 2


@pytest.mark.slow
def test_a_run_saves_matches_and_says_against_what(project):
    write_list(project, ENTRY)
    done = risk_graph("run", project)
    no_traceback(done)
    assert done.exit_code == 0
    assert "1 supplier matches, 1 more may (a person must look)" in done.stderr
    assert "Test list, edition 2026-06" in done.stderr
    assert "Not screened against" in done.stderr
    asked = "MATCH (s:Supplier)-[:HAS_MATCH]->(m:Match) RETURN s.supplier_id AS who, m.outcome AS outcome ORDER BY who"
    assert rows(risk_graph("query", project, asked, "--format", "csv")) == [
        {"who": "S-1", "outcome": "match"},
        {"who": "S-3", "outcome": "possible"},
    ]


@pytest.mark.slow
def test_a_run_without_lists_says_that_nobody_was_screened(project):
    done = risk_graph("run", project)
    assert done.exit_code == 0
    assert "Not screened against any list of entities" in done.stderr


def decide(project, answer, subject="S-3", entry_id="E-1", **more):
    who = {"by": "Ann", "reason": "read the register", **more}
    return risk_graph(
        "decide", project, subject, "ofac_sdn", entry_id, answer, "--by", who["by"], "--reason", who["reason"]
    )


@pytest.mark.slow
def test_decisions_are_used_by_the_next_run_survive_a_reload_and_are_reversible(project):
    write_list(project, ENTRY)
    assert decide(project, "not_same").exit_code == 0
    assert ("S-3", "ofac_sdn", "name") not in found(project)
    assert found(project, "--all")["S-3", "ofac_sdn", "name"] == "no_match"
    risk_graph("run", project)
    first = json.loads(risk_graph("run", project, "--json").stdout)["run"]
    assert first["journal"].startswith("1 ")
    import shutil

    shutil.rmtree(project / "graph")
    assert decide(project, "same").exit_code == 0
    second = json.loads(risk_graph("run", project, "--json").stdout)["run"]
    assert second["run_id"] != first["run_id"]
    assert found(project)["S-3", "ofac_sdn", "name"] == "match"
    listed = rows(risk_graph("journal", "list", project, "--format", "csv"))
    assert [(r["number"], r["answer"], r["author"]) for r in listed] == [
        ("1", "not_same", "Ann"),
        ("2", "same", "Ann"),
    ]
    assert risk_graph("journal", "verify", project).stdout.startswith("2 ")


@pytest.mark.slow
def test_taking_back_needs_neither_the_list_nor_the_supplier(project):
    write_list(project, ENTRY)
    assert decide(project, "taken_back").exit_code == 2
    decide(project, "same")
    assert found(project)["S-3", "ofac_sdn", "name"] == "match"
    (project / "inputs" / "suppliers.csv").write_text(SUPPLIERS.split("S-3")[0])
    done = decide(project, "taken_back", reason="wrong row")
    no_traceback(done)
    assert done.exit_code == 0
    (project / "inputs" / "suppliers.csv").write_text(SUPPLIERS)
    assert found(project)["S-3", "ofac_sdn", "name"] == "possible"
    listed = rows(risk_graph("journal", "list", project, "--format", "csv"))
    assert [(r["answer"], r["edition"]) for r in listed] == [("same", "2026-06"), ("taken_back", "")]


@pytest.mark.slow
def test_a_supplier_that_was_renamed_is_asked_about_again(project):
    write_list(project, ENTRY)
    decide(project, "not_same")
    (project / "inputs" / "suppliers.csv").write_text(SUPPLIERS.replace("Brasil", "Brazil"))
    table = rows(risk_graph("screen", project, "--format", "csv"))
    row = next(r for r in table if r["subject_id"] == "S-3")
    assert row["outcome"] == "possible"
    assert "changed since: decide again" in row["reason"]


@pytest.mark.parametrize(
    ("subject", "entry_id", "reason", "code"),
    [("S-9", "E-1", "r", 2), ("S-1", "E-9", "r", 2), ("S-1", "E-1", " ", 2)],
)
def test_decisions_about_nobody_are_refused(project, subject, entry_id, reason, code):
    write_list(project, ENTRY)
    done = decide(project, "same", subject, entry_id, reason=reason)
    no_traceback(done)
    assert done.exit_code == code
    assert not (project / "journal.db").exists()


@pytest.mark.slow
def test_a_changed_journal_refuses_the_run_and_keeps_what_was_loaded(project):
    write_list(project, ENTRY)
    decide(project, "not_same")
    assert risk_graph("run", project).exit_code == 0
    with sqlite3.connect(project / "journal.db") as database:
        database.execute("UPDATE risk_graph_journal SET content = replace(content, 'not_same', 'same')")
    database.close()
    for command in (
        ("run", project),
        ("screen", project),
        ("journal", "verify", project),
        ("journal", "list", project),
    ):
        done = risk_graph(*command)
        no_traceback(done)
        assert done.exit_code == 2, command
        assert "entry 1 was changed" in done.stderr
    assert risk_graph("findings", project).exit_code == 0


def test_the_journal_may_be_elsewhere_but_no_password_in_a_file(project):
    write_list(project, ENTRY)
    settings = project / "risk-graph.toml"
    settings.write_text('[run]\nas_of = 2026-06-30\n[journal]\nurl = "sqlite:///kept/decisions.db"\n')
    (project / "kept").mkdir()
    assert decide(project, "not_same").exit_code == 0
    assert (project / "kept" / "decisions.db").exists()
    settings.write_text('[journal]\nurl = "postgresql://ann:secret@host/db"\n')
    done = risk_graph("journal", "list", project)
    no_traceback(done)
    assert done.exit_code == 2
    assert "secret" not in done.stderr
    assert "RISK_GRAPH_JOURNAL" in done.stderr


def test_the_journal_of_the_environment_comes_first(project):
    write_list(project, ENTRY)
    where = {"RISK_GRAPH_JOURNAL": f"sqlite:///{project / 'other.db'}"}
    arguments = ("decide", project, "S-3", "ofac_sdn", "E-1", "same", "--by", "Ann", "--reason", "r")
    assert risk_graph(*arguments, environment=where).exit_code == 0
    assert (project / "other.db").exists()
    assert not (project / "journal.db").exists()
