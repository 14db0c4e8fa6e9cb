"""A journal that was deleted, shortened or exchanged after a run: `verify`, `run` and `screen` say so."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime

import pytest

from risk_graph.act.entries import used_by
from risk_graph.act.journal import Journal
from risk_graph.act.noted import missing, state_with
from risk_graph.assess.decided import Decision
from tests.cli.helpers import no_traceback, risk_graph
from tests.cli.test_screen import ENTRY, FACILITIES, SUPPLIERS, write_list

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def project(tmp_path):
    """With a run that rests on three decisions; the journal of the first alone is kept in `older.db`."""
    (tmp_path / "inputs").mkdir()
    (tmp_path / "risk-graph.toml").write_text("[run]\nas_of = 2026-06-30\n")
    (tmp_path / "inputs" / "suppliers.csv").write_text(SUPPLIERS)
    (tmp_path / "inputs" / "facilities.csv").write_text(FACILITIES)
    write_list(tmp_path, ENTRY)
    decided(tmp_path, "unsure")
    shutil.copy(tmp_path / "journal.db", tmp_path / "older.db")
    decided(tmp_path, "not_same")
    decided(tmp_path, "same")
    assert risk_graph("run", tmp_path).exit_code == 0
    return tmp_path


def decided(folder, answer, author="Ann"):
    Journal("", folder).decide(Decision("S-3", "ofac_sdn", "E-1", answer, author, "", "r", {}), NOW)


def delete(folder):
    (folder / "journal.db").unlink()


def shorten(folder):
    """As somebody would who knows of the note of the last entry."""
    with sqlite3.connect(folder / "journal.db") as database:
        database.execute("DELETE FROM risk_graph_journal WHERE number > 2")
        (last,) = database.execute("SELECT hash FROM risk_graph_journal WHERE number = 2").fetchone()
        database.execute("UPDATE risk_graph_journal_head SET number = 2, hash = ?", (last,))
    database.close()


def put_back_an_older_copy(folder):
    shutil.copy(folder / "older.db", folder / "journal.db")


def write_another(folder):
    delete(folder)
    for _ in range(4):
        decided(folder, "not_same", "Somebody else")


CHANGES = {
    delete: "it is empty or gone",
    shorten: "it holds 2",
    put_back_an_older_copy: "it holds 1",
    write_another: "its entry 3 is another one",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_what_was_lost_is_said_until_it_is_back_or_accepted(project, change):
    assert risk_graph("journal", "verify", project).exit_code == 0
    kept = project / "kept.db"
    shutil.copy(project / "journal.db", kept)
    change(project)

    done = risk_graph("journal", "verify", project)
    no_traceback(done)
    assert done.exit_code == 2
    assert "rests on a journal of 3 entries" in done.stderr
    assert CHANGES[change] in done.stderr
    assert "does not continue it" in risk_graph("screen", project).stderr

    for _ in range(2):  # the second run must not take the first one's note for all there was
        again = risk_graph("run", project)
        no_traceback(again)
        assert again.exit_code == 0
        assert CHANGES[change] in again.stderr
    assert risk_graph("journal", "verify", project).exit_code == 2
    asked = "MATCH (i:Issue) WHERE i.code = 'journal-lost' RETURN i.level AS level"
    assert json.loads(risk_graph("query", project, asked, "--format", "json").stdout) == [
        {"level": "warning"}
    ]

    shutil.copy(kept, project / "journal.db")
    if change is not write_another:  # its four decisions were used by a run, and are now what is lost
        assert "does not continue it" not in risk_graph("run", project).stderr
        assert risk_graph("journal", "verify", project).exit_code == 0
    else:
        assert "journal of 4 entries" in risk_graph("run", project).stderr


def test_a_loss_that_a_person_accepts_is_said_no_more(project):
    nothing = risk_graph("journal", "accept", project, "--by", "Ann", "--reason", "r")
    assert nothing.exit_code == 2
    delete(project)
    assert risk_graph("journal", "accept", project, "--by", "Ann", "--reason", " ").exit_code == 2
    assert not (project / "journal.db").exists()
    done = risk_graph("journal", "accept", project, "--by", "Ann", "--reason", "the disk is gone")
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    assert risk_graph("journal", "verify", project).exit_code == 0
    assert "does not continue it" not in risk_graph("run", project).stderr
    assert risk_graph("journal", "verify", project).exit_code == 0
    assert "the disk is gone" in risk_graph("journal", "list", project, "--format", "csv").stdout


def test_decisions_after_a_run_are_no_loss(project):
    decided(project, "unsure")
    done = risk_graph("journal", "verify", project)
    assert done.exit_code == 0
    assert "all that the stored run noted" in done.stderr


def test_a_run_without_decisions_notes_nothing(project):
    shutil.rmtree(project / "graph")
    delete(project)
    for _ in range(2):
        done = risk_graph("run", project)
        no_traceback(done)
        assert done.exit_code == 0, done.stderr
    assert "No run noted a journal" in risk_graph("journal", "verify", project).stderr


def test_without_a_run_there_is_nothing_to_compare_with(project):
    shutil.rmtree(project / "graph")
    delete(project)
    done = risk_graph("journal", "verify", project)
    assert done.exit_code == 0
    assert "No run noted a journal" in done.stderr


def test_every_loss_is_remembered(tmp_path):
    journal = Journal("", tmp_path)
    decided(tmp_path, "same")
    first = state_with(journal.entries(), [])
    delete(tmp_path)
    decided(tmp_path, "not_same")
    lost = missing(journal.entries(), first)
    assert lost == [first]
    second = state_with(journal.entries(), lost)
    delete(tmp_path)
    assert missing(journal.entries(), second) == [first, second.split(";")[0]]
    assert missing([], "") == []


def test_what_a_run_lacked_does_not_hide_what_it_used(tmp_path):
    decided(tmp_path, "same")
    entries = Journal("", tmp_path).entries()
    assert used_by(state_with(entries, ["3 abc"]), entries) == 1
    assert used_by(state_with([], ["3 abc"]), entries) == 0
