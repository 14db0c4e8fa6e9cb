"""Screening of a project: two equal candidates, and what counts on which day, to any depth."""

from datetime import date

import pandas as pd
import pytest

from tests.assess.tables import tables
from tests.assess.test_screening import BAD, INPUT, decision, outcomes, screened
from tests.entity.lists import entry, layer

TWIN = entry("E-9", "Example Steelworks", countries="RUS")
TWINS = layer(BAD, TWIN)


def test_ruling_out_one_of_two_equal_candidates_makes_the_other_the_match():
    both = screened(INPUT, TWINS)
    assert {k[1]: v for k, v in outcomes(both).items() if k[2] == "name"} == {
        "E-1": "possible",
        "E-9": "possible",
    }
    ruled_out = decision("not_same", listed=TWINS)
    found = outcomes(screened(INPUT, TWINS, decisions=[ruled_out]))
    assert found[("S-1", "E-9", "name")] == "match"
    assert found[("S-1", "E-1", "name")] == "no_match"
    assert found[("S-3", "E-9", "owner")] == "linked"
    assert ("S-3", "E-1", "owner") not in found


@pytest.mark.parametrize("then", ["unsure", "same"])
def test_taking_the_ruling_back_makes_both_possible_again(then):
    decisions = [decision("not_same", listed=TWINS), decision(then, listed=TWINS)]
    found = outcomes(screened(INPUT, TWINS, decisions=decisions))
    assert found[("S-1", "E-9", "name")] == "possible"
    assert found[("S-1", "E-1", "name")] == {"unsure": "possible", "same": "match"}[then]


def test_a_ruling_about_an_entry_that_changed_promotes_nobody():
    ruled_out = decision("not_same", listed=TWINS)
    grown = layer({**BAD, "names": ["Steel Example"]}, TWIN)
    found = outcomes(screened(INPUT, grown, decisions=[ruled_out]))
    assert found[("S-1", "E-9", "name")] == "possible"


def test_ruling_one_of_three_out_leaves_two_for_a_person():
    three = layer(BAD, TWIN, entry("E-7", "Example Steelworks JSC", countries="RUS"))
    found = outcomes(screened(INPUT, three, decisions=[decision("not_same", listed=three)]))
    assert found[("S-1", "E-9", "name")] == found[("S-1", "E-7", "name")] == "possible"


def test_a_listed_alias_links_as_long_as_it_is_valid_and_the_share_is_held():
    """An alias, a share two companies away and an ended share, each with its own dates, on the days around them."""
    listed = layer(
        entry("E-1", "Somebody Else Altogether", names=[("Juno Tabuk", "alias", None, date(2024, 6, 30))])
    )
    suppliers = [("S-1", "Juno Tabuk", "RUS"), ("S-2", "Middle Works", "DEU"), ("S-3", "Lower Works", "DEU")]
    shares = [
        ("S-1", "S-2", 0.5, pd.Timestamp("2020-01-01"), None),
        ("S-2", "S-3", 0.5, None, pd.Timestamp("2023-12-31")),
    ]
    input_ = tables(suppliers, owners=shares)
    linked_on = {
        day: {
            r.subject_id for r in screened(input_, listed, as_of=date.fromisoformat(day)).matches.itertuples()
        }
        for day in ("2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01")
    }
    assert linked_on == {
        "2019-12-31": {"S-1"},
        "2020-01-01": {"S-1", "S-2", "S-3"},
        "2023-12-31": {"S-1", "S-2", "S-3"},
        "2024-01-01": {"S-1", "S-2"},
        "2024-06-30": {"S-1", "S-2"},
        "2024-07-01": set(),
    }


def test_a_share_is_looked_through_six_companies_deep():
    chain = [(f"S-{i}", f"S-{i + 1}", 0.9) for i in range(1, 7)]
    suppliers = [("S-1", "Example Steelworks", "RUS")]
    suppliers += [(f"S-{i}", f"Nobody number {i}", "DEU") for i in range(2, 8)]
    rows = screened(tables(suppliers, owners=chain)).matches.set_index("subject_id")
    assert rows.loc["S-7", "share"] == pytest.approx(0.9**6)
    assert rows.loc["S-7", "outcome"] == "linked"


def test_a_name_inside_a_word_and_a_sister_company_in_a_whole_project():
    listed = layer(entry("E-1", "RUSAL LLC", countries="RUS"))
    input_ = tables(
        [
            ("S-1", "Jerusalem Metals", "ISR"),
            ("S-2", "Rusal Brasil Ltda", "BRA"),
            ("S-3", "Rusal", "RUS"),
        ]
    )
    assert outcomes(screened(input_, listed)) == {
        ("S-2", "E-1", "name"): "possible",
        ("S-3", "E-1", "name"): "match",
    }
