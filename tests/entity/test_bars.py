"""How close is close enough to ask a person: less if the countries agree, more if they differ or the name is short."""

import pytest

from risk_graph.layers.entity.judge import BARS, CANDIDATE, MATCH, NO_MATCH, POSSIBLE
from risk_graph.layers.entity.names import normalise
from risk_graph.layers.entity.wording import sentence
from tests.entity.lists import entry, outcome, party, verdicts


def listed(name, country="IRN", **more):
    return entry("1", name, countries=country, **more)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("National Aluminium Company Limited (NALCO)", "Kalco Aluminum Company"),
        ("Nalco", "Kalco"),
        ("Alcoa Corp.", "ALCO"),
        ("Bayside smelter", "Wayside Corporation"),
        ("Alumina Limited", "ALUMINAT"),
        ("Vale", "Inversiones Valle"),
        ("Had Kaew Company", "Hatkaew Co. Ltd."),
    ],
)
def test_a_letter_in_a_word_that_stands_alone_is_another_company_in_another_country(ours, theirs):
    assert outcome(party(ours, "AUS"), listed(theirs)) == NO_MATCH
    assert outcome(party(ours, "IRN"), listed(theirs)) == POSSIBLE


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Mahrous Trading FZE", "Mahrus Trading"),  # vowels are a matter of transliteration
        ("Kardiam", "Cardiam"),
        ("Al-Husan", "Al-Hisan"),
        ("Exemplarium", "Exemplarum"),
        ("Henan Juno Tabuk", "Henan Juno Talbuk"),
        ("Example Juno Brasil Ltda", "Example Juno LLC"),
        ("Iranosharg Example", "Iran Sharg Example"),
    ],
)
def test_a_spelling_of_one_name_is_asked_about_wherever_it_is(ours, theirs):
    assert outcome(party(ours), listed(theirs)) == POSSIBLE
    if "Exemplar" not in ours:
        assert outcome(party(ours, "AUS"), listed(theirs)) == POSSIBLE


def test_a_short_word_is_another_one_where_no_country_is_known_and_a_long_one_is_misspelt():
    assert outcome("Nalco", entry("1", "Kalco")) == NO_MATCH
    assert (
        outcome("Boali Group", entry("1", "Bu Ali Group")) == POSSIBLE
    )  # written apart: short pieces, one word
    assert outcome("Exemplarium", entry("1", "Exemplarum")) == POSSIBLE


def test_a_number_beats_a_letter_and_a_country():
    found = entry("1", "Kalco", countries="IRN", identifiers="lei:5493001KJTIIGC8Y1R12")
    assert outcome(party("Nalco", "IND", lei="5493001KJTIIGC8Y1R12"), found) == MATCH


def test_the_same_name_in_another_country_is_never_lost():
    for name in ("Vale", "Alco", "Henan Example Trading"):
        assert outcome(party(name, "AUS"), listed(name)) == POSSIBLE


def test_what_differs_most_needs_most():
    assert CANDIDATE == BARS["agrees"] <= BARS["unknown"] <= BARS["differs"]
    ours, theirs = "Henan Juno", "Henan Juno Tabuk Trading Group"
    closeness = verdicts(party(ours, "IRN"), listed(theirs))[0].closeness.value
    assert BARS["unknown"] <= closeness < BARS["differs"]
    assert outcome(party(ours), listed(theirs)) == POSSIBLE
    assert outcome(party(ours, "AUS"), listed(theirs)) == NO_MATCH


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("NITC", "National Iranian Tanker Company"),
        ("General Bureau of Atomic Energy", "GBAE"),
        ("AIAI", "Al-Itihaad Al-Islamiya"),
    ],
)
def test_initials_are_possible_and_found(ours, theirs):
    """They share no word: blocking has to look for them by themselves."""
    found = verdicts(party(ours, "IRN"), listed(theirs), entry("2", "Henan Juno Tabuk"))
    assert [(v.outcome, v.entry.id) for v in found] == [(POSSIBLE, "1")]
    assert "is by its initials the name" in sentence(party(ours, "IRN"), found[0])
    assert outcome(party(ours), listed(theirs)) == POSSIBLE
    assert outcome(party(ours, "AUS"), listed(theirs)) == NO_MATCH


def test_three_initials_need_the_country():
    assert outcome(party("BIF", "IRN"), listed("Benevolence International Foundation")) == POSSIBLE
    assert outcome(party("BIF"), listed("Benevolence International Foundation")) == NO_MATCH


def test_initials_joined_by_and_are_initials():
    assert normalise("I & S Holding").tokens == normalise("I and S Holding").tokens == ("is", "holding")
    assert normalise("Sons and S Holding").tokens == ("sons", "s", "holding")
