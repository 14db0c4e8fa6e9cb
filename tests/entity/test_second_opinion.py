"""Another program's opinion is shown beside a possible match and changes no outcome."""

import importlib.util
import json

import pytest

from risk_graph.assess import match_rows
from risk_graph.assess.match_rows import row_of
from risk_graph.layers.entity.second_opinion import label, second_opinion
from risk_graph.layers.entity.watchlist import watchlist
from tests.entity.lists import AS_OF, entry, layer, party, verdicts

SISTER = entry("1", "Example Juno LLC", countries="RUS", names=["Juno Example Works"])


def row(ours, *entries):
    return row_of(ours, verdicts(ours, *entries)[0], watchlist(layer(*entries), AS_OF))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_it_stands_beside_what_is_possible_and_decides_nothing(monkeypatch, value):
    asked = []

    def opinion(ours, theirs, kind):
        asked.append((ours, list(theirs), kind))
        return value

    without = row(party("Example Juno Brasil Ltda", "BRA"), SISTER)
    monkeypatch.setattr(match_rows, "second_opinion", lambda: opinion)
    monkeypatch.setattr(match_rows, "label", lambda: "Another 1.0")
    found = row(party("Example Juno Brasil Ltda", "BRA"), SISTER)
    assert found["outcome"] == without["outcome"] == "possible"
    assert found["closeness"] == without["closeness"]
    assert (
        f"Another 1.0 gives the names {value:.2f} (a second opinion that decides nothing)." in found["reason"]
    )
    assert json.loads(found["reasons"])["second_opinion"] == {"by": "Another 1.0", "value": value}
    assert asked == [("Example Juno Brasil Ltda", ["Example Juno LLC", "Juno Example Works"], "organisation")]
    assert row(party("Example Juno", "RUS"), SISTER)["outcome"] == "match"
    assert len(asked) == 1  # of a match it is not asked


def test_without_it_nothing_is_said_of_it(monkeypatch):
    monkeypatch.setattr(match_rows, "second_opinion", lambda: None)
    found = row(party("Example Juno Brasil Ltda", "BRA"), SISTER)
    assert "second opinion" not in found["reason"]
    assert "second_opinion" not in json.loads(found["reasons"])


def test_it_is_there_if_and_only_if_it_is_installed():
    installed = importlib.util.find_spec("nomenklatura") is not None
    assert bool(label()) == installed
    opinion = second_opinion()
    assert (opinion is not None) == installed
    if opinion is not None:
        first = opinion("Juno Tabuk", ["Juno Tabuk", "Henan Works"], "organisation")
        other = opinion("Juno Tabuk", ["Quite Different"], "organisation")
        assert first == 1 > 0.5 > other
        assert opinion("Juno Tabuk", ["Juno Tabuk", "Henan Works"], "vessel") <= 1
