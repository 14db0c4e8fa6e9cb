"""The policy on worked traps: what is a match, what a person must look at, what is neither."""

import json
from datetime import date

import pytest

from risk_graph.layers.entity.judge import MATCH, NO_MATCH, POSSIBLE
from risk_graph.layers.entity.watchlist import watchlist
from risk_graph.layers.entity.wording import reasons, sentence
from tests.entity.lists import AS_OF, entry, layer, outcome, party, verdicts

RUSAL = entry("1", "RUSAL", countries="RUS")
EXAMPLE = entry("2", "Xinjiang Example Co., Ltd.", countries="CHN", names=["Example New Material"])


def test_the_same_name_is_a_match():
    assert outcome("Xinjiang Example", EXAMPLE) == MATCH
    assert outcome(party("XINJIANG EXAMPLE CO LTD", "CHN"), EXAMPLE) == MATCH
    assert outcome("新疆 Example 有限公司", EXAMPLE) == MATCH


def test_an_alias_is_a_match_too():
    found = verdicts("Example New Material", EXAMPLE)
    assert [(v.outcome, v.theirs.kind) for v in found] == [(MATCH, "alias")]


def test_a_name_inside_another_word_is_no_match():
    assert outcome("JERUSALEM", RUSAL) == NO_MATCH
    assert outcome("Jerusalem Metals Ltd", RUSAL) == NO_MATCH


@pytest.mark.parametrize(
    ("ours", "listed"),
    [
        ("Rusal Brasil Ltda", entry("1", "Rusal LLC", countries="RUS")),
        ("Rusal Ltda", entry("1", "Rusal LLC")),  # the form alone tells the country
        ("Mustermetall AG", entry("1", "Mustermetall GmbH")),
        ("Henan Example Trading Ltd", entry("1", "Henan Example Ltd")),
    ],
)
def test_two_companies_of_one_group_are_not_one(ours, listed):
    assert outcome(ours, listed) == POSSIBLE


@pytest.mark.parametrize(
    ("ours", "listed"),
    [
        ("OOO Rusal", "Rusal LLC"),
        ("OAO Rusal", "PJSC Rusal"),
        ("Rusal", "Rusal LLC"),
        ("Rusal Company", "Rusal LLC"),
    ],
)
def test_forms_that_mean_the_same_keep_nothing_apart(ours, listed):
    assert outcome(ours, entry("1", listed)) == MATCH


def test_another_country_needs_a_person():
    assert outcome(party("Xinjiang Example", "DEU"), EXAMPLE) == POSSIBLE
    assert verdicts(party("Xinjiang Example", "DEU"), EXAMPLE)[0].country == "differs"


def test_an_unknown_country_is_said_and_is_no_difference():
    found = verdicts(party("Xinjiang Example"), EXAMPLE)[0]
    assert (found.outcome, found.country) == (MATCH, "unknown")


def test_a_weak_alias_alone_is_never_a_match():
    weak = entry("3", "Somebody Else Group", names=[("Example Trading House", "weak")])
    assert outcome("Example Trading House", weak) == POSSIBLE
    assert outcome("Example Trading House Holding", weak) == NO_MATCH
    strong = entry("3", "Example Trading House", names=[("Example Trading House", "weak")])
    assert outcome("Example Trading House", strong) == MATCH


def test_short_and_general_names_prove_nothing():
    assert outcome("ABC", entry("1", "ABC")) == POSSIBLE
    assert outcome("Industrial Bank", entry("1", "Industrial Bank")) == POSSIBLE


def test_two_entries_as_close_are_for_a_person():
    twin = entry("4", "Xinjiang Example")
    found = verdicts("Xinjiang Example", EXAMPLE, twin)
    assert [v.outcome for v in found] == [POSSIBLE, POSSIBLE]
    assert all("2 entries" in v.against[-1] for v in found)


def test_vessels_and_persons_are_no_suppliers():
    assert outcome("Example Star", entry("1", "EXAMPLE STAR", kind="vessel")) == POSSIBLE
    assert outcome("Johann Example GmbH", entry("1", "Johann Example", kind="person")) == POSSIBLE
    assert outcome("Johann Example", entry("1", "EXAMPLE, Johann", kind="person")) == MATCH


LEI = "5493001KJTIIGC8Y1R12"


def test_an_identifier_beats_the_names():
    listed = entry(
        "1", "Something Else Entirely", identifiers=f"lei:{LEI}; registration:123456", countries="RUS"
    )
    found = verdicts(party("Xinjiang Example", "CHN", lei=LEI), listed)
    assert [(v.outcome, str(v.identifiers.equal)) for v in found] == [(MATCH, f"lei:{LEI}")]
    twin = entry("2", "Xinjiang Example")
    outcomes = {v.entry.id: v.outcome for v in verdicts(party("Xinjiang Example", lei=LEI), listed, twin)}
    assert outcomes["1"] == MATCH


def test_a_registration_number_counts_in_its_country_only():
    listed = entry("1", "Something Else", identifiers="registration:12-3456 78", countries="RUS")
    assert outcome(party("Example", "RUS", registration="12345678"), listed) == MATCH
    assert outcome(party("Example", "", registration="12345678"), listed) == POSSIBLE
    assert outcome(party("Example", "DEU", registration="12345678"), listed) == POSSIBLE
    short = entry("1", "Something Else", identifiers="registration:123", countries="RUS")
    assert outcome(party("Example", "RUS", registration="123"), short) == NO_MATCH


def test_identifiers_that_differ_keep_equal_names_apart():
    listed = entry("1", "Xinjiang Example", identifiers="lei:ANOTHER00000000000001")
    assert outcome(party("Xinjiang Example", lei=LEI), listed) == POSSIBLE


def test_an_alias_counts_within_its_dates_alone():
    """The list took the alias "Xinjiang Nonferrous" from one entity in November 2024, for another one bears it."""
    hope = entry(
        "EH",
        "Xinjiang East Example Nonferrous Metals Co., Ltd.",
        names=[("Xinjiang Nonferrous", "alias", date(2022, 6, 21), date(2024, 11, 24))],
    )
    assert outcome("Xinjiang Nonferrous Co., Ltd.", hope, as_of=date(2024, 11, 24)) == MATCH
    assert outcome("Xinjiang Nonferrous Co., Ltd.", hope, as_of=date(2024, 11, 25)) == NO_MATCH
    assert outcome("Xinjiang Nonferrous Co., Ltd.", hope, as_of=date(2022, 6, 20)) == NO_MATCH
    assert watchlist(layer(hope), AS_OF).lapsed == 1


def test_a_delisted_entry_keeps_the_names_of_its_last_day():
    gone = entry(
        "1",
        "Example Holdings",
        delisted_on=date(2019, 1, 27),
        names=[("Exampla", "alias", None, date(2019, 1, 26))],
    )
    found = verdicts("Exampla", gone)
    assert [v.entry.standing for v in found] == ["delisted"]


def test_reasons_are_data_and_a_sentence():
    who = party("Rusal Brasil Ltda", "BRA")
    verdict = verdicts(who, entry("1", "United Company Example PLC", countries="RUS", names=["RUSAL"]))[0]
    data = json.loads(json.dumps(reasons(who, verdict)))
    assert data["theirs"] == "RUSAL"
    assert data["kind"] == "alias"
    assert data["only_ours"] == ["brasil"]
    assert data["stripped_ours"] == ["ltda"]
    assert data["country"] == "differs"
    text = sentence(who, verdict)
    for part in (
        "'Rusal Brasil Ltda'",
        "the alias 'RUSAL' of United Company Example PLC",
        "brasil",
        "ltda",
        "BRA",
    ):
        assert part in text


def test_other_entries_change_no_closeness():
    alone = verdicts("Xinjiang Exampel Trading", EXAMPLE)[0]
    others = [entry(f"o{i}", f"Example Trading {i} Xinjiang Works") for i in range(80)]
    among = {v.entry.id: v for v in verdicts("Xinjiang Exampel Trading", EXAMPLE, *others)}
    assert among["2"].closeness == alone.closeness
