"""The tab about lists of the supplier page: what was found, what people decide, what stands in their way."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
import streamlit as st

from dashboards import data, widgets
from dashboards.answers import lists
from dashboards.text import JOINER
from risk_graph.act.journal import Journal
from risk_graph.errors import NotFoundError, OvertakenError, RefusedError
from risk_graph.model.table import result_tables
from risk_graph.project import JOURNAL_VARIABLE, STORE_VARIABLE
from tests.cli.test_screen import write_list
from tests.dashboards.listed_project import GONE, KEY, PAIR, load, make_project
from tests.dashboards.test_pages import run, words

pytestmark = pytest.mark.slow

NOW = datetime(2026, 7, 1, tzinfo=UTC)
BUTTON = "Record the decision"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("lists") / "project")


@pytest.fixture
def project(made, tmp_path, monkeypatch):
    st.cache_resource.clear()
    folder = tmp_path / "project"
    shutil.copytree(made, folder)
    monkeypatch.setenv(data.PROJECT_VARIABLE, str(folder))
    for name in (STORE_VARIABLE, JOURNAL_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return folder


def tab(supplier, **query):
    test = run("supplier", supplier=supplier, tab="Lists", **query)
    assert not test.exception
    return test


def table_with(test, column):
    return next((d.value for d in test.dataframe if column in d.value), None)


def fill(test, answer="not_same", author="Ann", reason="Other register number", key=KEY):
    test.radio(key=f"answer|{key}").set_value(answer)
    test.text_input(key=f"author|{key}").set_value(author)
    test.text_area(key=f"reason|{key}").set_value(reason)
    return test


def press(test):
    next(b for b in test.button if b.label == BUTTON).click()
    test.run()
    assert not test.exception
    return test


def has_form(test):
    return any(b.label == BUTTON for b in test.button)


def entries(project):
    return Journal("", project).entries()


def test_without_any_list_nothing_was_screened(tmp_path, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setenv(data.PROJECT_VARIABLE, str(make_project(tmp_path / "bare", with_lists=False)))
    said = words(tab("S-1"))
    assert "Lists: ▨ Nothing was screened: no edition of a list was at hand" in said
    assert "Not screened against CBP withhold release orders" in said
    assert "sources update" in said
    assert "No match" not in said


def test_no_match_names_lists_editions_and_day(project):
    said = words(tab("S-4"))
    assert "Quietholding: " in said
    test = tab("S-2")
    assert (
        "No match of the supplier or its facilities found in Test list (edition 2026-06) as of 2026-06-30."
        in words(test)
    )
    assert "Not screened against 5 lists" in words(test)


def test_a_name_that_holds_nothing_is_not_told_to_have_no_match(project):
    said = words(tab("S-6"))
    assert "Its name could not be screened" in said
    assert "No match" not in said


def test_a_possible_match_has_everything_a_person_needs(project):
    test = tab("S-3")
    said = words(test)
    assert "Lists: ? 1 possible match" in said
    for fact in (
        "Entry: Example Steelworks LLC (organisation, E-1)", "List: Test list, edition 2026-06", "Programme: TEST-1",
        "On the list: since 2022-03-01", "its name; closeness 0.91 of 1", "Country: differs (ours: BRA; theirs: RUS)",
        "the legal forms differ",
    ):  # fmt: skip
        assert fact in said
    row = table_with(test, "closeness").iloc[0]
    assert (row["said"], row["entry_name"], row["edition"]) == (
        "? Possible match",
        "Example Steelworks LLC",
        "2026-06",
    )
    assert "Nobody has decided about this yet" in said


def test_being_named_and_being_owned_stand_apart(project):
    test = tab("S-2")
    assert table_with(test, "holding")["said"].tolist() == [
        "⚑ Owner is a match",
        "Owner delisted by that day",
    ]
    assert table_with(test, "holding")["holding"].tolist() == [30.0, 60.0]
    assert (
        "Reaches: Works two (look-through share 30 %), Innocent Smelting (look-through share 30 %)"
        in words(test)
    )
    own = tab("S-1")
    assert table_with(own, "holding") is None
    assert table_with(own, "closeness")["reaches"].tolist() == ["Works one (runs it)"]


def test_a_decision_is_recorded_shown_used_by_the_next_run_and_taken_back(project):
    test = press(fill(tab("S-3")))
    said = words(test) + " ".join(s.value for s in test.success)
    assert "Not the same: Other register number" in said.replace("*", "")
    assert "entry 1. Counts from the next run." in said
    assert said.count("1 decision about these names was made after this run") == 2
    assert "The run on screen stays as it is" in said.replace("\\", "")
    row = table_with(test, "closeness").iloc[0]
    assert row["said"] == "? Possible match"
    assert row["since"].startswith("Not the same (Ann, ")
    assert test.text_area(key=f"reason|{KEY}").value == ""
    assert test.text_input(key=f"author|{KEY}").value == "Ann"
    load(project)
    test = tab("S-3")
    assert table_with(test, "closeness")["said"].tolist() == ["Ruled out by a person"]
    assert "No match found in Test list (edition 2026-06) as of 2026-06-30" in words(test)
    assert "Ruled out by a person: 1 entry." in words(test)
    assert table_with(test, "state")["state"].tolist() == ["Counts in the run on screen"]
    press(fill(test, "taken_back", "Bob", "It was the wrong register"))
    history = table_with(test, "state")
    assert history["state"].tolist() == ["Does not count any more: entry 2", "Counts from the next run"]
    assert history["answer"].tolist() == ["Not the same", "Taken back"]
    assert history["edition"].tolist() == ["2026-06", ""]
    assert "taken_back" not in test.radio(key=f"answer|{KEY}").options
    load(project)
    test = tab("S-3")
    assert table_with(test, "closeness")["said"].tolist() == ["? Possible match"]
    assert "2 entries, each as it was written" in words(test)
    assert entries(project)[-1].hash in words(test)


@pytest.mark.parametrize("missing", [{"answer": None}, {"author": " "}, {"reason": ""}])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(project, missing):
    test = press(fill(tab("S-3"), **missing))
    assert "Not recorded" in words(test)
    assert "A decision needs an answer, your name and a reason" in words(test)
    assert "Ann" in test.text_input(key=f"author|{KEY}").value or "author" in missing
    assert test.text_area(key=f"reason|{KEY}").value == (
        "" if "reason" in missing else "Other register number"
    )
    assert not (project / "journal.db").exists()


def decide_elsewhere(project, answer="same", author="Bob"):
    run_ = data.opened()
    return data.decide(run_, PAIR, answer, author, "Seen the register", len(entries(project)))


def test_of_two_who_decide_at_once_the_second_is_told(project):
    test = fill(tab("S-3"))
    decide_elsewhere(project)
    press(test)
    said = words(test)
    assert "meanwhile Bob decided 'same'" in said
    assert "Seen the register" in said
    assert test.text_area(key=f"reason|{KEY}").value == "Other register number"
    assert [e.author for e in entries(project)] == ["Bob"]
    press(test)
    assert [(e.author, e.content["answer"]) for e in entries(project)] == [
        ("Bob", "same"),
        ("Ann", "not_same"),
    ]


def test_what_is_sent_twice_is_written_once(project):
    run_ = data.opened()
    first = data.decide(run_, PAIR, "same", "Ann", "r", 0)
    assert data.decide(run_, PAIR, "same", "Ann", " r ", 0) == first
    with pytest.raises(OvertakenError):
        data.decide(run_, PAIR, "same", "Ann", "another reason", 0)
    assert len(entries(project)) == 1


def test_a_damaged_journal_closes_the_form_and_hides_nothing(project):
    decide_elsewhere(project)
    test = fill(tab("S-3"))
    with sqlite3.connect(project / "journal.db") as database:
        database.execute("UPDATE risk_graph_journal SET reason = 'x'")
    database.close()
    press(test)
    said = words(test)
    assert said.count("entry 1 was changed") == 3  # the click, the form, the history
    assert not has_form(test)
    assert table_with(test, "closeness")["said"].tolist() == ["? Possible match"]
    assert "Traceback" not in said


def test_a_journal_that_is_no_journal(project):
    (project / "journal.db").write_text("something else, and long enough to be no header " * 40)
    test = tab("S-3")
    assert "Nothing can be decided here" in words(test)
    assert not has_form(test)


def test_a_locked_journal_is_said(project, monkeypatch):
    decide_elsewhere(project)
    monkeypatch.setattr(Journal.__init__, "__defaults__", (0.1,))
    monkeypatch.setattr(data, "_WAIT_S", 0.1)
    test = fill(tab("S-3"))
    database = sqlite3.connect(project / "journal.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    press(test)
    assert "The journal is busy. Nothing was written" in words(test)
    assert test.text_area(key=f"reason|{KEY}").value == "Other register number"
    database.execute("ROLLBACK")
    database.execute("BEGIN EXCLUSIVE")
    test.run()
    assert "The journal is busy" in words(test)
    assert not has_form(test)
    database.close()
    press(fill(tab("S-3")))
    assert len(entries(project)) == 2


def test_a_folder_that_is_read_only_says_so(project, monkeypatch):
    monkeypatch.setattr("risk_graph.act.journal.os.access", lambda *_: False)
    test = tab("S-3")
    assert "The journal cannot be written" in words(test)
    assert not has_form(test)


def test_the_folder_of_another_project_takes_no_decision(project, monkeypatch):
    """As with one graph on a server, and the data elsewhere."""
    settings = project / "risk-graph.toml"
    monkeypatch.setenv(STORE_VARIABLE, str(project / "graph"))
    settings.write_text(settings.read_text() + '[project]\nname = "Another"\n')
    test = tab("S-3")
    assert "a decision would go to the wrong journal" in words(test)
    assert not has_form(test)
    with pytest.raises(RefusedError, match="wrong journal"):
        data.decide(data.opened(), PAIR, "same", "Ann", "r", 0)
    assert not (project / "journal.db").exists()


def test_a_journal_that_the_run_did_not_use_takes_no_decision(project):
    decide_elsewhere(project)
    load(project)
    (project / "journal.db").unlink()
    test = tab("S-3")
    assert "not in the journal of this project's folder" in words(test)
    assert not has_form(test)


def test_an_unknown_folder_takes_no_decision(project, monkeypatch):
    run_ = data.opened()
    monkeypatch.delenv(data.PROJECT_VARIABLE)
    assert "folder is not known here" in data.journal(run_).closed


def test_an_edition_that_is_not_at_hand_any_more_cannot_be_decided_about(project):
    test = fill(tab("S-3"))
    shutil.rmtree(project / "sources")
    press(test)
    assert "edition 2026-06 of the list ofac_sdn, which you see, is not at hand any more" in words(test)
    assert entries(project) == []


def test_an_entry_that_left_the_list_leaves_only_taking_back(project):
    decide_elsewhere(project)
    shutil.rmtree(project / "sources")
    write_list(project, GONE, edition="2026-07")
    load(project)
    test = tab("S-3")
    assert table_with(test, "closeness")["said"].tolist() == ["Delisted by that day"]
    assert test.radio(key=f"answer|{KEY}").options == ["Take the last decision back"]
    press(fill(test, "taken_back"))
    assert "does not hold this entry any more" in words(test)
    load(project)
    assert table_with(tab("S-3"), "closeness") is None


def test_a_decision_that_does_not_hold_any_more_is_asked_about_again(project):
    data.decide(data.opened(), PAIR, "not_same", "Ann", "Read the register.", 0)
    suppliers = project / "inputs" / "suppliers.csv"
    suppliers.write_text(suppliers.read_text().replace("Brasil", "Brazil"))
    load(project)
    test = tab("S-3")
    assert table_with(test, "closeness")["said"].tolist() == ["? Possible match"]
    assert table_with(test, "state")["state"].tolist() == [
        "Does not hold any more: the name or the entry changed since"
    ]
    assert "Read the register. But our name" in words(test)
    assert "changed since: decide again." in words(test)
    press(fill(test))
    load(project)
    assert table_with(tab("S-3"), "closeness")["said"].tolist() == ["Ruled out by a person"]


def test_a_decision_about_what_this_run_did_not_find_can_be_taken_back(project):
    data.decide(data.opened(), ("S-2", "ofac_sdn", "E-1"), "unsure", "Bob", "A rumour", 0)
    test = tab("S-2", match="ofac_sdn|E-1|S-2")
    assert (
        "Not found by this run: Example Steelworks LLC — Innocent Smelting"
        in test.selectbox(key="match").options
    )
    press(fill(test, "taken_back", key="ofac_sdn|E-1|S-2"))
    assert "Entry 2 of the journal" in " ".join(s.value for s in test.success)
    assert [e.content["answer"] for e in entries(project)] == ["unsure", "taken_back"]


def test_nobody_can_take_back_what_was_never_decided(project):
    with pytest.raises(NotFoundError):
        data.decide(data.opened(), PAIR, "taken_back", "Ann", "r", 0)


def test_names_programmes_and_reasons_do_nothing(project):
    attack = "![x](http://evil.example/r.png) <b>b</b> :red[y] :material/home:"
    data.decide(data.opened(), ("S-5", "ofac_sdn", "E-3"), "unsure", attack, attack, 0)
    test = tab("S-5")
    for part in [*test.markdown, *test.caption, *test.warning, *test.info, *test.success]:
        assert "![x](" not in part.value
        assert "<b>" not in part.value.replace("\\<", "")
        assert ":red[" not in part.value
    assert "http://evil.example/r.png" in words(test).replace(JOINER, "")
    assert table_with(test, "state")["reason"].tolist() == [attack]


def test_the_match_of_a_supplier_stays_whole_in_the_download_whatever_the_lists_licence(project, monkeypatch):
    """As `risk-graph screen` prints it: one entry that a person must look up; the list itself does not leave."""
    about = project / "sources" / "test" / "2026-06" / "ofac_sdn" / "layer.toml"
    about.write_text("redistribution = false\n" + about.read_text())
    load(project)
    assert table_with(tab("S-3"), "closeness")["programme"].tolist() == ["TEST-1"]
    files = []
    monkeypatch.setattr(widgets.st, "download_button", lambda *_, data, **__: files.append(data().decode()))
    tab("S-3")
    text = next(f for f in files if "closeness" in f)
    for kept in ("? Possible match", "Example Steelworks LLC", "E-1", "2026-06", "TEST-1", "is close to"):
        assert kept in text


def test_rejected_rows_were_not_screened_and_that_is_said(project):
    with (project / "inputs" / "suppliers.csv").open("a") as file:
        file.write("S-9,Somebody,NOWHERE\n")
    load(project)
    assert "1 rejected row of the input was not screened" in words(tab("S-3"))


def test_the_overview_says_how_many_suppliers_may_be_listed(project):
    said = words(run("overview"))
    assert "Screened against" in said
    assert "no match found is not cleared" in said


def test_the_group_is_the_supplier_its_facilities_and_owners_of_any_depth(project):
    ours = lists.group(data.opened().session, "S-2")
    assert ours.own == {"S-2", "F-2"}
    assert ours.owners == {"S-4", "S-1"}


def test_a_supplier_with_many_matches_is_one_table(session):
    """Of many matches each stands once, the group's own and the strongest first."""
    rows = pd.DataFrame({
        "match_id": [f"l|E{i}|S3|name|" for i in range(1200)], "subject_id": "S3", "subject_name": "x", "list": "l",
        "list_name": "L", "edition": "1", "entry_id": [f"E{i}" for i in range(1200)], "entry_name": "e",
        "outcome": ["possible"] * 1199 + ["match"], "closeness": 0.8, "country": "unknown", "via": "name",
        "decision": "", "as_of": pd.Timestamp("2026-06-30"),
    })  # fmt: skip
    tables = {**session.snapshot.tables, "matches": result_tables()["matches"].conform(rows)}
    found = lists.found(replace(session, snapshot=replace(session.snapshot, tables=tables)), "S3")
    assert len(found.matches) == 1200
    assert found.matches["outcome"].iat[0] == "match"
    assert found.matches["key"].is_unique
