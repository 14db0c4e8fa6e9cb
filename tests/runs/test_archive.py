"""The archive of runs: added whole or not at all, the same run once, damage is said, the disk may refuse."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from risk_graph.act.archive import Archive, Kept, objects_of
from risk_graph.errors import ArchiveError, ChangedError, NotFoundError
from risk_graph.model.table import result_tables
from tests.cli.helpers import no_traceback, risk_graph
from tests.runs.chain import ENVIRONMENT, edit, run, write_chain


def results(value=1.0):
    shares = pd.DataFrame({"subject_id": ["a", "b"], "unknown": [value, 0.5]})
    return {"exposures": result_tables()["exposures"].conform(shares)}


def about(run_id, **more):
    rest = {"inputs": {}, "layers": [], "decisions": "", "trace": "t"}
    return {"format": 1, "run_id": run_id, **rest, **more}


def files_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "runs")


def test_the_same_run_again_adds_nothing(archive):
    assert archive.add(about("aaaa1111"), results(), [], [b"x"]) == []
    before = files_of(archive.root)
    assert archive.add(about("aaaa1111"), results(), [], [b"x"]) == []
    assert files_of(archive.root) == before


def test_a_run_of_the_same_id_with_other_results_is_said_and_not_written(archive):
    archive.add(about("aaaa1111"), results(), [], [])
    assert archive.add(about("aaaa1111", trace="other"), results(0.9), [], []) == ["exposures", "trace"]
    assert archive.table("aaaa1111", "exposures")["unknown"].tolist() == [1.0, 0.5]


def test_runs_are_in_the_order_in_which_they_were_last_run(archive):
    for run_id in ("aaaa1111", "aaab2222", "bbbb3333", "aaaa1111"):
        archive.add(about(run_id), results(), [], [])
    assert archive.ids() == ["aaab2222", "bbbb3333", "aaaa1111"]
    assert (archive.find("latest"), archive.find("previous")) == ("aaaa1111", "bbbb3333")
    assert archive.find("bbbb") == "bbbb3333"
    (archive.root / "order").unlink()
    assert set(archive.ids()) == {"aaab2222", "bbbb3333", "aaaa1111"}


def test_a_name_that_stands_for_no_single_run_is_refused(archive):
    with pytest.raises(NotFoundError, match="No run is kept"):
        archive.find("latest")
    archive.add(about("aaaa1111"), results(), [], [])
    with pytest.raises(NotFoundError, match="no previous"):
        archive.find("previous")
    archive.add(about("aaaa2222"), results(), [], [])
    for name, said in (
        ("aaaa", "2 runs begin"),
        ("aaa", "2 runs begin"),
        ("ffff", "No run begins"),
        ("", "2 runs"),
    ):
        with pytest.raises(NotFoundError, match=said):
            archive.find(name)


def test_a_file_that_is_not_the_one_that_was_read_is_not_kept(archive, tmp_path):
    (tmp_path / "flows.csv").write_text("changed meanwhile")
    for link in (False, True):
        with pytest.raises(ChangedError, match="changed while"):
            archive.add(about("aaaa1111"), results(), [Kept(tmp_path / "flows.csv", "0" * 64, link)], [])
    assert archive.ids() == []


def test_damage_is_said_with_what_is_damaged(archive):
    archive.add(about("aaaa1111"), results(), [], [b"decided"])
    table = archive.root / "aaaa1111" / "exposures.parquet"
    table.write_bytes(table.read_bytes()[:-20])
    with pytest.raises(ArchiveError, match="exposures of the run aaaa1111"):
        archive.table("aaaa1111", "exposures")
    kept = next((archive.root / "objects").iterdir())
    kept.write_bytes(b"other")
    with pytest.raises(ArchiveError, match="The journal is not as it was written"):
        archive.objects.path(kept.name, "The journal")
    kept.unlink()
    with pytest.raises(ArchiveError, match="The journal is missing"):
        archive.objects.path(kept.name, "The journal")
    archive.add(about("aaaa1111"), results(), [], [b"decided"])  # running it again mends it
    assert archive.table("aaaa1111", "exposures")["unknown"].tolist() == [1.0, 0.5]
    assert archive.objects.path(kept.name, "The journal").read_bytes() == b"decided"
    (archive.root / "aaaa1111" / "run.json").write_text("{}")
    with pytest.raises(ArchiveError, match=r"run\.json cannot be read"):
        archive.about("aaaa1111")


def test_old_runs_are_removed_with_what_nobody_needs_any_more(archive):
    shas = {}
    for run_id in ("aaaa1111", "bbbb2222", "cccc3333"):
        sha = archive.objects.put_bytes(run_id.encode())
        shared = archive.objects.put_bytes(b"shared")
        files = {"flows.csv": {"sha256": sha}, "suppliers.csv": {"sha256": shared}}
        archive.add(about(run_id, inputs=files, decisions=shared), results(), [], [])
        shas[run_id] = sha
    gone, freed = archive.keep(1)
    assert gone == ["aaaa1111", "bbbb2222"]
    assert freed > 0
    assert archive.ids() == ["cccc3333"]
    there = {p.name for p in (archive.root / "objects").iterdir()}
    assert there == objects_of(archive.about("cccc3333"))
    assert archive.keep(5) == ([], 0)


def test_leftovers_of_a_killed_run_are_swept_and_are_no_runs(archive):
    archive.add(about("aaaa1111"), results(), [], [])
    left = archive.root / ".new-x"
    left.mkdir()
    (left / "run.json").write_text("{")
    assert archive.ids() == ["aaaa1111"]
    archive.add(about("bbbb2222"), results(), [], [])
    assert not left.exists()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = write_chain(tmp_path_factory.mktemp("archive") / "project")
    run(folder)
    return folder


@pytest.mark.slow
def test_runs_lists_what_each_run_stood_on(project):
    done = risk_graph("runs", project, "--format", "json")
    assert done.exit_code == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert row["as_of"] == "2026-06-30"
    assert "flows.csv " in row["inputs"]
    assert "eu_cahra 2026-06" in row["editions"]
    assert row["scorer"]
    assert row["ruleset"]
    assert row["subjects"] == 8 + 2 + 5
    assert row["run_id"] in risk_graph("runs", project).stdout
    assert risk_graph("runs", project, "--keep", "0").exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("failure", ["full", "read-only", "folder is a file"])
def test_a_run_that_cannot_be_kept_is_not_lost(tmp_path, monkeypatch, failure):
    project = write_chain(tmp_path / "project")
    if failure == "folder is a file":
        (project / "runs").write_text("mine")
    else:
        error = (
            OSError(28, "No space left on device")
            if failure == "full"
            else OSError(30, "Read-only file system")
        )

        def refuse(*_, **__):
            raise error

        monkeypatch.setattr("risk_graph.act.archive._sync", refuse)
    done = risk_graph("run", project)
    no_traceback(done)
    assert done.exit_code == 0
    assert "The answers are saved, but the run is not kept" in done.stderr
    assert risk_graph("scores", project).exit_code == 0
    monkeypatch.undo()
    if failure != "folder is a file":
        assert [p.name for p in (project / "runs").iterdir() if p.name not in ("lock", "objects")] == []
        assert run(project)  # the next one is kept


@pytest.mark.slow
def test_a_killed_run_leaves_the_archive_whole(project, tmp_path):
    """Killed at many moments while the run is being kept: what is listed can be computed again."""
    command = [sys.executable, "-m", "risk_graph.cli", "run", str(project)]
    whole = Archive(project / "runs").ids()
    for attempt in range(4):
        edit(project, "flows", lambda t, k=attempt: t.assign(mass=[f"{float(m) + 1 + k}" for m in t["mass"]]))
        process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if line.startswith(("Saving the graph", "Screening")[attempt % 2]):
                break
        time.sleep(0.03 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()
        archive = Archive(project / "runs")
        assert set(whole) <= set(archive.ids())
        for run_id in archive.ids():
            assert archive.table(run_id, "scores") is not None
    last = run(project)
    assert risk_graph("rerun", project, last).exit_code == 0
    assert not list((project / "runs").glob(".new-*"))
