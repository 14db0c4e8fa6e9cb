"""What a scorer declares: weights that sum, layers that ship, the goalposts of their layers."""

import dataclasses

import pandas as pd
import pytest

from risk_graph.assess.scorer import OVERALL, Scorer, Theme, scorers
from risk_graph.errors import ContributionError, InputError
from risk_graph.layers.layer import load_layers
from risk_graph.model.chain import load_chain
from risk_graph.model.table import result_tables
from risk_graph.session import Session
from risk_graph.store import Snapshot

HALF = Theme("half", "Half", 0.5, "unknown_origin")


@pytest.mark.parametrize(
    ("themes", "words"),
    [
        ((HALF,), "sum to 1"),
        ((HALF, HALF), "ids of their own"),
        ((HALF, dataclasses.replace(HALF, id=OVERALL)), "ids of their own"),
    ],
)
def test_a_malformed_scorer_is_refused(themes, words):
    with pytest.raises(ContributionError, match=words):
        Scorer("x", "1", "X", themes)


@pytest.mark.parametrize("theme", [t for s in scorers().values() for t in s.themes], ids=lambda t: t.id)
def test_a_theme_reads_a_layer_that_ships_by_its_own_goalposts(theme):
    if theme.kind == "unknown_origin":
        assert theme.layer == ""
        return
    layer = load_layers()[theme.layer]
    assert layer.kind == theme.kind
    if theme.kind == "country_value":
        best_first = layer.scale[::-1] if layer.direction == "higher is better" else layer.scale
        assert theme.goalposts == best_first


def session_scored_by(label: str) -> Session:
    runs = result_tables()["runs"].conform(pd.DataFrame({"scorer": [label]}))
    return Session(Snapshot("generation1", {"runs": runs}), load_chain("aluminium"), None)


def test_stored_scores_are_explained_by_their_own_scorer_or_not_at_all():
    assert session_scored_by("places 1").scorer is scorers()["places"]
    with pytest.raises(InputError, match="scores anew"):
        _ = session_scored_by("places 0").scorer
