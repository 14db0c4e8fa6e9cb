"""What users can get wrong: one clear line, the right exit code, nothing lost, no traceback."""

import json
import os
import socket
import subprocess
import sys

import pytest

from tests.cli.helpers import copy_of, no_traceback, risk_graph


@pytest.fixture
def project(tmp_path):
    return copy_of("trace_loop", tmp_path)


CASES = [
    (["run", "{missing}"], 2, "risk-graph init"),
    (["trace", "{project}", "B"], 2, "risk-graph run"),
    (["run", "{project}", "--as-of", "yesterday"], 2, "2026-06-30"),
    (["run", "{project}", "--as-of", "20260630"], 2, "2026-06-30"),
    (["run", "{project}", "--as-of", "2026-W10"], 2, "2026-06-30"),
    (["run", "{project}", "--period", ""], 2, "2024-01-01:2024-12-31"),
    (["run", "{project}", "--period", "2024"], 2, "2024-01-01:2024-12-31"),
    (["run", "{project}", "--period", "2024-12-31:2024-01-01"], 2, "ends before"),
    (["run", "{project}", "--store", "bolt://127.0.0.1:1"], 3, ""),
    (["findings", "{project}", "--rule", "NONE"], 2, "OECD-RF-L1"),
    (["query", "{project}", "MATCH (n) RETURN n"], 2, "risk-graph run"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), CASES)
def test_a_wrong_call_says_what_to_do(project, tmp_path, arguments, code, words):
    filled = [a.format(project=project, missing=tmp_path / "none") for a in arguments]
    login = {"RISK_GRAPH_NEO4J_USER": "neo4j", "RISK_GRAPH_NEO4J_PASSWORD": "open-sesame"}
    result = risk_graph(*filled, environment=login)
    no_traceback(result)
    assert result.exit_code == code, result.stderr
    assert words in result.stderr
    assert "open-sesame" not in result.stdout + result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("[project", "TOML"),
        (
            "[project]\nnmae = 'x'",
            "project.nmae: there is no such setting; known here: name, chain, last_report.",
        ),
        ("[projekt]\nname = 'x'", "known here: project, store, journal, run, input, layers."),
        ("[run]\nas_of = 'soon'", "run.as_of: write a day such as 2026-06-30."),
        ("[run]\nas_of = 0", "run.as_of: write a day such as 2026-06-30."),
        ("[run]\nperiod = ''", "run.period: The period '' is not of the form"),
        ("[project]\nchain = 'unobtainium'", "aluminium"),
        ("[run]\nperiod = 'x'", "period"),
        ("[run]\nscorer = 'luck'", "places"),
        ("[input]\ndecimal = 'x'", "decimal"),
    ],
)
def test_wrong_settings_are_named(project, settings, words):
    (project / "risk-graph.toml").write_text(settings)
    result = risk_graph("run", project)
    no_traceback(result)
    assert result.exit_code == 2
    assert words in result.stderr


def test_an_unknown_subject_is_refused(project):
    risk_graph("run", project)
    for command in ("trace", "explain"):
        result = risk_graph(command, project, "NOBODY")
        no_traceback(result)
        assert result.exit_code == 2
        assert "NOBODY" in result.stderr


def test_a_port_that_is_taken_is_named_with_what_to_do(project):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = risk_graph("serve", project, "--port", port)
    no_traceback(result)
    assert result.exit_code == 1
    assert f"Port {port} is in use" in result.stderr
    assert "--port" in result.stderr


def test_a_layer_that_is_refused_is_a_source_that_is_refused(project, tmp_path, monkeypatch):
    layer = tmp_path / "data" / "layers" / "torn"
    layer.mkdir(parents=True)
    (layer / "layer.toml").write_text("id = ")
    monkeypatch.setattr("risk_graph.layers.layer.data_dir", lambda: tmp_path / "data")
    result = risk_graph("run", project)
    no_traceback(result)
    assert result.exit_code == 4
    assert "torn/layer.toml" in result.stderr


def test_strict_refuses_what_run_would_load(project):
    flows = project / "inputs" / "flows.csv"
    flows.write_text(flows.read_text() + "9,M1,R,metal,-5,t,2024-01-01,2024-12-31,verified\n")
    strict = risk_graph("run", project, "--strict")
    assert strict.exit_code == 2
    assert risk_graph("trace", project, "B").exit_code == 2  # nothing was loaded
    loose = risk_graph("run", project)
    assert loose.exit_code == 0, loose.stderr
    assert "Input: 1 error." in loose.stderr
    assert "1 error and" in strict.stderr


@pytest.mark.slow
def test_a_rejected_row_clears_nobody_downstream(project):
    before = risk_graph("run", project)
    assert before.exit_code == 0
    flows = project / "inputs" / "flows.csv"
    flows.write_text(flows.read_text() + "9,M1,R,metal,-5,t,2024-01-01,2024-12-31,verified\n")
    assert risk_graph("run", project).exit_code == 0
    rows = json.loads(risk_graph("findings", project, "--format", "json").stdout)
    truth = {(r["rule"], r["subject_id"]): r["truth"] for r in rows}
    for subject in ("M1", "R", "S", "C", "F", "B", "S1", "S3"):
        assert truth["OECD-RF-L1", subject] != "F", subject
        assert truth["UFLPA-XUAR", subject] != "F", subject
        assert truth["OECD-RF-U", subject] == "T", subject
    assert truth["UFLPA-XUAR", "PCS"] == "F"
    found = json.loads(risk_graph("trace", project, "B", "--format", "json").stdout)
    assert found["incomplete"] == 2  # the row names M1 and R


@pytest.mark.slow
def test_what_was_loaded_stays_when_a_file_is_damaged(project):
    assert risk_graph("run", project).exit_code == 0
    before = risk_graph("trace", project, "B", "--format", "csv").stdout
    (project / "inputs" / "flows.csv").write_bytes(b"\x00\x01\x02")
    result = risk_graph("run", project)
    no_traceback(result)
    assert result.exit_code == 2
    assert "stays" in result.stderr
    assert risk_graph("trace", project, "B", "--format", "csv").stdout == before


def test_tables_without_rows_load_nothing_and_say_so(project):
    for table in (project / "inputs").iterdir():
        table.write_text(table.read_text().splitlines()[0] + "\n")
    result = risk_graph("run", project)
    no_traceback(result)
    assert result.exit_code == 2
    assert "no rows" in result.stderr
    assert risk_graph("validate", project).exit_code == 2


def test_an_unforeseen_failure_is_one_line_with_an_id_that_stands_in_the_log(project, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("very odd")

    monkeypatch.setattr("risk_graph.pipeline.check", fail)
    result = risk_graph("validate", project)
    assert result.exit_code == 1
    no_traceback(result)
    line = result.stderr.strip().splitlines()[-1]
    error_id = line.split()[1].rstrip(":")
    assert "very odd" in (project / "risk-graph.log").read_text()
    assert error_id in (project / "risk-graph.log").read_text()


@pytest.mark.slow
def test_an_interrupted_run_says_so_and_loses_nothing(project, monkeypatch):
    assert risk_graph("run", project).exit_code == 0

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("risk_graph.assess.evaluate.findings", interrupted)
    result = risk_graph("run", project)
    assert result.exit_code == 130
    assert "stays" in result.stderr
    monkeypatch.undo()
    assert risk_graph("trace", project, "B").exit_code == 0


@pytest.mark.slow
def test_a_run_needs_nobody_to_listen(project):
    command = f'"{sys.executable}" -m risk_graph.cli run "{project}" 2>&- <&-'
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.returncode == 0, (project / "risk-graph.log").read_text()


_INTERRUPTED_WHILE_IMPORTING = """
import signal, sys
from risk_graph.start import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests may have it ignored


class Interrupting:
    module = sys.argv.pop(1)

    def find_spec(self, name, *_):
        if name == self.module:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("module", ["risk_graph.cli", "risk_graph.pipeline", "risk_graph.store.database"])
def test_an_interrupt_while_modules_are_loading_is_answered_in_words(project, module):
    command = [sys.executable, "-c", _INTERRUPTED_WHILE_IMPORTING, module, "run", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr.endswith("Interrupted. What was loaded before stays.\n")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error(project):
    assert risk_graph("run", project).exit_code == 0
    command = f'"{sys.executable}" -m risk_graph.cli findings "{project}" --format csv | head -n 1'
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.stdout.startswith("rule,subject_id")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_way_a_file_is_read_belongs_to_the_run(project):
    first = json.loads(risk_graph("run", project, "--json").stdout)["run"]["run_id"]
    settings = project / "risk-graph.toml"
    settings.write_text(settings.read_text() + '\n[input]\ndecimal = "."\n')
    assert json.loads(risk_graph("run", project, "--json").stdout)["run"]["run_id"] != first


@pytest.mark.slow
def test_names_in_any_script_are_written_whatever_the_locale(project):
    code = "from risk_graph.start import main; main()"
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    question = "MATCH (s:Supplier) RETURN s.name AS name, '铝' AS sign LIMIT 1"
    assert risk_graph("run", project).exit_code == 0
    command = [sys.executable, "-c", code, "query", str(project), question, "--format", "csv"]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "铝" in done.stdout.decode("utf-8")
