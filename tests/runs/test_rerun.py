"""T14: same inputs and version, same bytes: from the archive alone, in another process, with another hash seed."""

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from risk_graph.act.archive import Archive
from tests.cli.helpers import no_traceback, risk_graph
from tests.runs.chain import ENVIRONMENT, edit, run, write_chain

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path):
    folder = write_chain(tmp_path / "project")
    (folder / "inputs" / "notes.txt").write_text("not a table")
    return folder


def test_a_run_is_computed_again_from_the_archive_alone(project):
    first = run(project)
    scores = risk_graph("scores", project, "--format", "csv").stdout
    edit(project, "flows", lambda t: t.assign(mass="77"))
    second = run(project, "--as-of", "2026-01-01")
    assert first != second
    shutil.rmtree(project / "inputs")
    (project / "risk-graph.toml").write_text('[project]\nname = "Renamed"\n')
    done = risk_graph("rerun", project, first, "--format", "json")
    assert done.exit_code == 0, done.stderr
    assert "same bytes" in done.stderr
    rows = {row["table"]: row for row in json.loads(done.stdout)}
    assert {"findings", "scores", "exposures", "trace", "signals", "runs", "issues"} <= set(rows)
    assert all(row["same"] for row in rows.values())
    current = risk_graph("scores", project, "--format", "csv").stdout
    assert current != scores  # what is stored is still the second run
    assert risk_graph("rerun", project, first[:6], "--store", project / "again").exit_code == 0
    assert risk_graph("scores", project, "--format", "csv", "--store", project / "again").stdout == scores


def test_the_bytes_are_the_same_in_another_process_with_another_hash_seed(project, tmp_path):
    """T14, across processes: ids, results and traces."""
    ids, tables = [], []
    for seed in ("1", "2"):
        folder = tmp_path / f"copy{seed}"
        shutil.copytree(project, folder)
        command = [sys.executable, "-m", "risk_graph.cli", "run", str(folder)]
        subprocess.run(command, env={**ENVIRONMENT, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
        archive = Archive(folder / "runs")
        ids.append(archive.find("latest"))
        about = archive.about(ids[-1])
        tables.append((about["results"], about["trace"]))
    assert ids[0] == ids[1]
    assert tables[0] == tables[1]


def test_a_newer_edition_does_not_change_an_older_run(project):
    first = run(project)
    made = project / "sources" / "own" / "2026" / "uflpa_region"
    shutil.copytree(_bundled("uflpa_region"), made)
    for file in made.iterdir():
        file.write_text(file.read_text().replace("Public Law", "Newer Public Law"))
    second = run(project)
    assert first != second
    assert risk_graph("rerun", project, first).exit_code == 0
    shutil.rmtree(project / "sources")  # what was made by hand was copied
    assert risk_graph("rerun", project, second).exit_code == 0


def _bundled(layer):
    from risk_graph import data_dir

    return data_dir() / "layers" / layer


def test_another_program_is_said_table_by_table(project, monkeypatch):
    first = run(project)
    from risk_graph.assess import evaluate

    answer = evaluate.scored

    def other(facts, scorer):
        tables = answer(facts, scorer)
        tables["scores"].loc[:1, "value"] += 1e-12
        return tables

    monkeypatch.setattr(evaluate, "scored", other)
    monkeypatch.setattr("risk_graph.act.record.__version__", "0.0.9")
    done = risk_graph("rerun", project, first, "--format", "csv")
    no_traceback(done)
    assert done.exit_code == 5
    table = pd.read_csv(pd.io.common.StringIO(done.stdout)).set_index("table")
    assert not table.loc["scores", "same"]
    assert table.loc["scores", "differing"] == 2
    assert table.loc["findings", "same"]
    assert "risk_graph: 0.1.0 then, 0.0.9 now" in done.stderr
    assert "gives something else now" in done.stderr


def test_what_is_damaged_or_missing_is_said(project):
    first = run(project)
    archive = Archive(project / "runs")
    sha = archive.about(first)["inputs"]["flows.csv"]["sha256"]
    (archive.root / "objects" / sha).write_text("flow_id\n")
    done = risk_graph("rerun", project, first)
    no_traceback(done)
    assert done.exit_code == 3
    assert "The input file flows.csv is not as it was written" in done.stderr
    assert risk_graph("rerun", project, "ffff").exit_code == 2


def test_an_archive_that_somebody_changed_writes_nowhere_else(project):
    first = run(project)
    path = project / "runs" / first / "run.json"
    about = json.loads(path.read_text())
    about["inputs"]["../../outside.csv"] = about["inputs"].pop("flows.csv")
    path.write_text(json.dumps(about))
    done = risk_graph("rerun", project, first)
    no_traceback(done)
    assert done.exit_code == 3
    assert "no name of a file" in done.stderr
