"""The journal: only added to, survives, and shows what was changed behind its back."""

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from risk_graph.act.entries import decisions_of, state_of, used_by
from risk_graph.act.hashes import FIRST
from risk_graph.act.journal import Journal
from risk_graph.assess.decided import Decision
from risk_graph.errors import InputError, JournalError, NotFoundError, OvertakenError, TamperedError

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def decision(answer="same", subject="S-1", entry="E-1", reason="seen the register"):
    basis = {"ours": {"name": "Ältere 新疆"}, "theirs": {}}
    return Decision(subject, "ofac_sdn", entry, answer, "Ann", "", reason, basis)


@pytest.fixture
def journal(tmp_path):
    return Journal("", tmp_path)


@pytest.fixture
def filled(journal):
    for at, answer in enumerate(("same", "not_same", "unsure", "same")):
        journal.decide(decision(answer, f"S-{at}"), NOW + timedelta(days=at))
    return journal


def test_reading_makes_no_file(journal, tmp_path):
    assert journal.entries() == []
    assert journal.verify() == (0, FIRST)
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read_with_author_time_and_reason(journal, tmp_path):
    here = NOW.astimezone(timezone(timedelta(hours=5)))
    written = journal.decide(decision(), here)
    read = Journal("", tmp_path).entries()
    assert read == [written]
    assert (read[0].author, read[0].time) == ("Ann", "2026-01-02T03:04:05.000000+00:00")
    found = decisions_of(read)["S-1", "ofac_sdn", "E-1"]
    assert (found.answer, found.reason, found.basis["ours"]["name"]) == (
        "same",
        "seen the register",
        "Ältere 新疆",
    )


def test_the_last_decision_counts_and_the_first_stays(journal):
    journal.decide(decision("same"), NOW)
    journal.decide(decision("not_same"), NOW)
    assert decisions_of(journal.entries())["S-1", "ofac_sdn", "E-1"].answer == "not_same"
    assert [e.content["answer"] for e in journal.entries()] == ["same", "not_same"]


def test_a_decision_that_was_taken_back_counts_no_more_and_stays(journal):
    journal.decide(decision("same"), NOW)
    journal.decide(decision("taken_back"), NOW)
    assert decisions_of(journal.entries()) == {}
    assert [e.content["answer"] for e in journal.entries()] == ["same", "taken_back"]
    journal.decide(decision("not_same"), NOW)
    assert decisions_of(journal.entries())["S-1", "ofac_sdn", "E-1"].answer == "not_same"


def test_where_nothing_was_decided_nothing_can_be_taken_back(journal):
    with pytest.raises(NotFoundError, match="none can be taken back"):
        journal.decide(decision("taken_back"), NOW)
    journal.decide(decision("same"), NOW)
    journal.decide(decision("taken_back"), NOW)
    with pytest.raises(NotFoundError):
        journal.decide(decision("taken_back"), NOW)
    assert len(journal.entries()) == 2


def test_who_did_not_see_the_last_decision_overwrites_nothing(journal):
    first = journal.decide(decision("same"), NOW, seen=0)
    with pytest.raises(OvertakenError, match=r"Ann decided 'same'.*entry 1"):
        journal.decide(decision("not_same"), NOW, seen=0)
    journal.decide(decision("unsure", entry="E-2"), NOW, seen=0)
    journal.decide(decision("unsure", subject="S-2"), NOW, seen=0)
    journal.decide(decision("not_same"), NOW, seen=first.number)
    assert [e.content["answer"] for e in journal.entries()] == ["same", "unsure", "unsure", "not_same"]


def test_of_several_who_saw_the_same_one_writes(journal, tmp_path):
    refused = []

    def write(who):
        try:
            Journal("", tmp_path).decide(replace(decision(), author=who), NOW, seen=0)
        except OvertakenError:
            refused.append(who)

    threads = [threading.Thread(target=write, args=(f"P{at}",)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.entries()) == 1
    assert len(refused) == 3


def test_what_a_run_used_is_found_again_or_not(filled):
    entries = filled.entries()
    assert used_by(state_of(entries), entries) == 4
    assert used_by(state_of(entries[:2]), entries) == 2
    assert used_by("", entries) == 0
    assert used_by(f"2 {'f' * 64}", entries) is None
    assert used_by(state_of(entries), entries[:3]) is None


def test_a_folder_that_may_not_be_written_is_said_before(journal, monkeypatch):
    assert journal.why_closed == ""
    monkeypatch.setattr("risk_graph.act.journal.os.access", lambda *_: False)
    assert "read-only" in journal.why_closed
    assert Journal("sqlite:////no/such/folder/journal.db", Path()).why_closed != ""


@pytest.mark.parametrize("bad", [{"reason": " "}, {"answer": "perhaps"}])
def test_a_decision_needs_a_reason_and_an_answer(journal, bad):
    with pytest.raises(InputError):
        journal.decide(decision(**bad), NOW)
    assert journal.entries() == []


CHANGES = {
    "changed reason": "UPDATE risk_graph_journal SET reason = 'x' WHERE number = 2",
    "changed author": "UPDATE risk_graph_journal SET author = 'Bob' WHERE number = 1",
    "changed answer": "UPDATE risk_graph_journal SET content = replace(content, 'not_same', 'same') WHERE number = 2",
    "changed time": "UPDATE risk_graph_journal SET time = '2027' WHERE number = 4",
    "changed subject": "UPDATE risk_graph_journal SET subject_id = 'S-9' WHERE number = 3",
    "changed kind": "UPDATE risk_graph_journal SET kind = 'other' WHERE number = 3",
    "changed hash": "UPDATE risk_graph_journal SET hash = 'x' WHERE number = 3",
    "removed first": "DELETE FROM risk_graph_journal WHERE number = 1",
    "removed middle": "DELETE FROM risk_graph_journal WHERE number = 3",
    "removed last": "DELETE FROM risk_graph_journal WHERE number = 4",
    "removed all": "DELETE FROM risk_graph_journal",
    "removed the note": "DELETE FROM risk_graph_journal_head",
    "reordered": "UPDATE risk_graph_journal SET number = CASE number WHEN 2 THEN 3 ELSE 2 END WHERE number IN (2, 3)",
    "added": "INSERT INTO risk_graph_journal SELECT 5, time, author, kind, subject_id, content, reason, previous, hash "
    "FROM risk_graph_journal WHERE number = 4",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c)
def test_what_was_changed_behind_its_back_is_found(filled, tmp_path, change):
    assert filled.verify()[0] == 4
    with sqlite3.connect(tmp_path / "journal.db") as database:
        if change == "reordered":
            database.execute("UPDATE risk_graph_journal SET number = 99 WHERE number = 2")
            database.execute("UPDATE risk_graph_journal SET number = 2 WHERE number = 3")
            database.execute("UPDATE risk_graph_journal SET number = 3 WHERE number = 99")
        else:
            database.execute(CHANGES[change])
    database.close()
    with pytest.raises(TamperedError, match="not as it was written"):
        filled.entries()


def test_several_writers_lose_nothing(journal, tmp_path):
    def write(who):
        mine = Journal("", tmp_path)
        for at in range(5):
            mine.decide(decision("same", f"{who}-{at}"), NOW)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.verify()[0] == 20
    assert len(decisions_of(journal.entries())) == 20


def test_another_database_by_url(tmp_path):
    journal = Journal(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}", tmp_path)
    journal.decide(decision(), NOW)
    assert (tmp_path / "elsewhere.sqlite").exists()
    assert state_of(journal.entries()) == f"1 {journal.verify()[1]}"


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y", "sqlite:////no/such/folder/journal.db"])
def test_a_database_that_cannot_be_reached(tmp_path, url):
    with pytest.raises(JournalError) as error:
        Journal(url, tmp_path).decide(decision(), NOW)
    assert error.value.exit_code == 3


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "journal.db").write_text("something else, and long enough to be no header " * 40)
    with pytest.raises(JournalError):
        Journal("", tmp_path).entries()
