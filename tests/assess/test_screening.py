"""Screening of a project: matches, operators, owners, decisions, and what is said of lists that were not looked at."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from risk_graph.assess.decided import Decision, basis_of, latest
from risk_graph.assess.screening import parties_of, screening
from risk_graph.layers.entity.known import KNOWN_LISTS
from risk_graph.layers.entity.watchlist import watchlist
from risk_graph.model.table import result_tables
from tests.assess.tables import DAY, tables
from tests.entity.lists import entry, layer

BAD = entry("E-1", "Example Steelworks LLC", countries="RUS", source="Test list, entry 1")
GONE = entry("E-2", "Former Metalworks", delisted_on=date(2019, 1, 27))
SOON = entry("E-3", "Future Metalworks", listed_on=date(2027, 1, 1))
LIST = layer(BAD, GONE, SOON)
INPUT = tables(
    [
        ("S-1", "Example Steelworks", "RUS"),
        ("S-2", "Innocent Smelting", "DEU"),
        ("S-3", "Daughter Rolling", "DEU"),
    ],
    [("F-1", "S-1", "Works one", "RUS"), ("F-3", "S-3", "Works three", "DEU")],
    [("S-1", "S-3", 0.6)],
)


def screened(input_=INPUT, *layers, decisions=(), as_of=DAY):
    lists = {one.id: one for one in (layers or (LIST,))}
    return screening(input_, lists, as_of, latest(decisions))


def outcomes(found):
    rows = found.matches
    return {(r.subject_id, r.entry_id, r.via): r.outcome for r in rows.itertuples()}


def decision(
    answer, subject="S-1", entry_id="E-1", listed=LIST, input_=INPUT, time="2026-01-02T10:00:00+00:00"
):
    party = next(p for p in parties_of(input_) if p.id == subject)
    names = watchlist(listed, DAY)
    basis = basis_of(party, names.entries[names.position[entry_id]], names)
    return Decision(subject, listed.id, entry_id, answer, "Ann", time, "looked it up", basis)


def test_a_match_belongs_to_its_subject_with_list_edition_and_source():
    row = screened().matches.iloc[2]
    found = screened().matches.set_index(["subject_id", "via"]).loc[("S-1", "name")]
    assert row["list"] == "test_list"
    assert (found["outcome"], found["edition"], found["entry_id"]) == ("match", "2026-06", "E-1")
    assert found["source"] == "Test list, entry 1"
    assert json.loads(found["reasons"])["country"] == "agrees"
    assert "S-2" not in set(screened().matches["subject_id"])


def test_risk_by_operator_and_owner_is_its_own_weaker_signal():
    assert outcomes(screened()) == {
        ("S-1", "E-1", "name"): "match",
        ("F-1", "E-1", "operator"): "linked",
        ("S-3", "E-1", "owner"): "linked",
        ("F-3", "E-1", "owner"): "linked",
    }
    rows = screened().matches.set_index(["subject_id", "via"])
    assert rows.loc[("S-3", "owner"), "share"] == pytest.approx(0.6)
    assert rows.loc[("S-3", "owner"), "via_id"] == "S-1"
    assert "60.00 %" in rows.loc[("S-3", "owner"), "reason"]
    assert rows.loc[("S-3", "owner"), "subject_name"] == "Daughter Rolling"


def test_owners_count_to_any_depth_and_only_within_their_dates():
    chain = [("S-1", "S-2", 0.5), ("S-2", "S-3", 0.5), ("S-3", "S-4", 0.5, None, pd.Timestamp("2020-12-31"))]
    suppliers = [
        ("S-1", "Example Steelworks", "RUS"),
        *((f"S-{i}", f"Nobody number {i}", "DEU") for i in (2, 3, 4)),
    ]
    rows = screened(tables(suppliers, owners=chain)).matches
    shares = dict(zip(rows["subject_id"], rows["share"], strict=True))
    assert shares["S-2"] == pytest.approx(0.5)
    assert shares["S-3"] == pytest.approx(0.25)
    assert "S-4" not in shares
    then = screened(tables(suppliers, owners=chain), as_of=date(2020, 12, 31)).matches
    assert dict(zip(then["subject_id"], then["share"], strict=True))["S-4"] == pytest.approx(0.125)


def test_owners_in_a_circle_are_found_though_no_share_can_be_told():
    suppliers = [
        ("S-1", "Example Steelworks", "RUS"),
        ("S-2", "Nobody two", "DEU"),
        ("S-3", "Nobody three", "DEU"),
    ]
    circle = [("S-1", "S-2", 0.5), ("S-2", "S-3", 1.0), ("S-3", "S-2", 1.0)]
    rows = screened(tables(suppliers, owners=circle)).matches.set_index("subject_id")
    assert rows.loc["S-3", "outcome"] == "linked"
    assert pd.isna(rows.loc["S-3", "share"])
    assert "unknown size" in rows.loc["S-3", "reason"]


def test_a_possible_owner_makes_nothing_certain():
    input_ = tables(
        [("S-1", "Example Steelworks Brasil Ltda", "BRA"), ("S-3", "Daughter", "DEU")],
        owners=[("S-1", "S-3", 1)],
    )
    assert outcomes(screened(input_))[("S-3", "E-1", "owner")] == "possibly_linked"


def test_delisted_and_later_entries_are_no_matches():
    input_ = tables([("S-1", "Former Metalworks", ""), ("S-2", "Future Metalworks", "")])
    found = screened(input_)
    assert outcomes(found) == {("S-1", "E-2", "name"): "delisted", ("S-2", "E-3", "name"): "listed_later"}
    assert "taken off the list on 2019-01-27" in found.matches["reason"].iloc[0]
    assert outcomes(screened(input_, as_of=date(2019, 1, 26)))[("S-1", "E-2", "name")] == "match"
    assert outcomes(screened(input_, as_of=date(2027, 1, 1)))[("S-2", "E-3", "name")] == "match"


def test_what_was_not_looked_at_is_said_and_nothing_is_called_clear():
    empty = layer(id_="ofac_sdn")
    lists = screened(INPUT, LIST, empty).screenings.set_index("list")
    assert set(lists.index) == {"test_list", *KNOWN_LISTS}
    assert lists.loc["ofac_sdn", "state"] == "empty"
    assert "holds nobody" in lists.loc["ofac_sdn", "statement"]
    assert lists.loc["un_sc", "state"] == "not_at_hand"
    assert lists.loc["un_sc", "statement"].startswith("Not screened against")
    said = lists.loc["test_list", "statement"]
    assert said == "No match found in Test list, edition 2026-06, as of 2026-06-30."
    assert not any("clear" in text.lower() for text in lists["statement"])
    assert (lists.loc["test_list", "matches"], lists.loc["test_list", "linked"]) == (1, 3)
    assert lists.loc["test_list", "subjects"] == 5


def test_an_edition_that_appeared_after_the_day_says_so():
    said = screened(as_of=date(2020, 1, 1)).screenings.set_index("list").loc["test_list", "statement"]
    assert "appeared later, on 2026-06-01" in said


def test_a_name_that_cannot_be_compared_is_said():
    found = screened(tables([("S-1", "***", "RUS")]))
    assert list(found.matches["outcome"]) == ["not_screened"]
    assert found.screenings.set_index("list").loc["test_list", "subjects"] == 0


def test_no_list_no_match_and_every_known_list_is_named():
    found = screening(INPUT, {}, DAY, {})
    assert len(found.matches) == 0
    assert set(found.screenings["state"]) == {"not_at_hand"}


@pytest.mark.parametrize(
    ("answer", "outcome"), [("same", "match"), ("not_same", "no_match"), ("unsure", "possible")]
)
def test_what_a_person_decided_counts(answer, outcome):
    found = screened(decisions=[decision(answer)]).matches.set_index(["subject_id", "via"])
    row = found.loc[("S-1", "name")]
    assert (row["outcome"], row["decision"], row["decided_by"]) == (outcome, answer, "Ann")
    assert "looked it up" in row["reason"]
    weaker = {"match": "linked", "possible": "possibly_linked"}.get(outcome)
    assert (("S-3", "owner") in found.index) == (weaker is not None)


def test_a_later_decision_takes_back_an_earlier_one():
    found = screened(decisions=[decision("not_same"), decision("same", time="2026-02-01T00:00:00+00:00")])
    assert outcomes(found)[("S-1", "E-1", "name")] == "match"


@pytest.mark.parametrize("answer", ["not_same", "unsure", "same"])
def test_a_decision_about_something_that_changed_is_asked_again(answer):
    other_name = tables([("S-1", "Example Steelworks Holding", "RUS")])
    row = screened(other_name, decisions=[decision(answer)]).matches.iloc[0]
    assert row["outcome"] == "possible"
    assert "our name (Example Steelworks, now Example Steelworks Holding) changed" in row["reason"]


def test_not_same_falls_when_the_entry_changes():
    grown = layer({**BAD, "names": ["Steel Example"]}, GONE, SOON)
    row = (
        screened(INPUT, grown, decisions=[decision("not_same")])
        .matches.set_index(["subject_id", "via"])
        .loc[("S-1", "name")]
    )
    assert row["outcome"] == "possible"
    assert "the entry's aliases" in row["reason"]
    assert row["decision"] == "not_same"


def test_a_decided_pair_is_kept_whatever_its_names_are():
    """Names do not lead from the one to the other; a person knows better."""
    found = screened(decisions=[decision("same", subject="S-2")])
    assert outcomes(found)[("S-2", "E-1", "name")] == "match"


def test_an_entry_that_left_the_list_is_remembered():
    shorter = layer(GONE)
    found = screened(INPUT, shorter, decisions=[decision("same")]).matches.set_index(["subject_id", "via"])
    assert found.loc[("S-1", "name"), "outcome"] == "delisted"
    assert found.loc[("S-1", "name"), "entry_name"] == "Example Steelworks LLC"
    assert len(screened(INPUT, shorter, decisions=[decision("not_same")]).matches) == 0


def test_a_decision_about_a_delisted_entry_makes_it_no_match():
    input_ = tables([("S-1", "Former Metalworks", "")])
    made = decision("same", entry_id="E-2", input_=input_)
    assert outcomes(screened(input_, decisions=[made]))[("S-1", "E-2", "name")] == "delisted"


def test_decisions_about_strangers_do_nothing():
    made = decision("same")
    strangers = [replace(made, subject_id="nobody"), replace(made, list_id="other")]
    assert outcomes(screened(decisions=strangers)) == outcomes(screened())


def test_the_tables_are_the_declared_ones_and_keys_are_unique():
    found = screened()
    for name, frame in (("matches", found.matches), ("screenings", found.screenings)):
        table = result_tables()[name]
        assert list(frame.columns) == table.names
        assert frame[table.key].is_unique
    assert set(found.matches["outcome"]) <= set(result_tables()["matches"].column("outcome").choices)
