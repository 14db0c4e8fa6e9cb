"""Scorer files: what is wrong with one is said; those that ship read their layers by the layers' own goalposts."""

import dataclasses

import pandas as pd
import pytest

from risk_graph.assess.reader import readers
from risk_graph.assess.scorer import NEVER_LOWERED, Correction
from risk_graph.assess.scorer_file import check_layers, load_scorer, parse_scorer, scorers
from risk_graph.errors import InputError, ScorerError
from risk_graph.layers.layer import load_layers
from risk_graph.model.chain import load_chain
from risk_graph.model.table import result_tables
from risk_graph.session import Session
from risk_graph.store import Snapshot

GOOD = """
id = "mine"
version = "1"
title = "Mine"
source = "me"
verified = false
[[themes]]
id = "a"
title = "A"
weight = 0.5
    [[themes.signals]]
    kind = "listing"
    layer = "eu_cahra"
    [[themes.signals]]
    kind = "country_value"
    layer = "wgi_political_stability"
    weight = 0.4
    goalposts = [2.5, -2.5]
    direction = "higher is better"
[[themes]]
id = "b"
title = "B"
weight = 0.5
    [[themes.signals]]
    kind = "unknown_origin"
[[standards]]
standard = "ASI PS"
source = "me"
verified = false
    [standards.lowers]
    a = { points = 10, floor = 20 }
"""


def test_a_scorer_file_is_read():
    scorer = parse_scorer(GOOD)
    assert scorer.label == "mine 1"
    assert [t.cap for t in scorer.themes] == [0.4, 0.0]
    assert scorer.standards[0].lowers == {"a": (10.0, 20.0)}
    assert scorer.text == GOOD
    assert scorer.correction is None
    more = parse_scorer(GOOD + "[corrective_action]\npoints = 5\nfloor = 20\nyears = 2\n")
    assert more.correction == Correction(5.0, 20.0, 2.0)


@pytest.mark.parametrize(
    "part", ["points = 5", "points = 5\nfloor = -1\nyears = 2", "points = 5\nfloor = 1\nyears = 2\nx = 1"]
)
def test_what_corrective_action_lowers_is_said_in_full(part):
    with pytest.raises(ScorerError, match="corrective_action"):
        parse_scorer(f"{GOOD}[corrective_action]\n{part}\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("weight = 0.5\n    [[themes.signals]]\n    kind = \"l", "weight = 0.4\n    [[themes.signals]]\n    kind = \"l", "sum to 0.9"),
        ('id = "b"', 'id = "a"', "ids of their own"),
        ('id = "b"', 'id = "overall"', "ids of their own"),
        ('kind = "listing"', 'kind = "list"', "kind is 'list'"),
        ("goalposts = [2.5, -2.5]", "goalposts = [1, 1]", "goalposts are"),
        ("goalposts = [2.5, -2.5]", "goalposts = [inf, 1]", "goalposts are"),
        ("goalposts = [2.5, -2.5]", "goalposts = 3", "goalposts are"),
        ("goalposts = [2.5, -2.5]", "goalposts = [-2.5, 2.5]", "Exchange"),
        ('direction = "higher is better"', 'direction = "up"', "direction is 'up'"),
        ('direction = "higher is better"', "", "direction is None"),
        ("weight = 0.4", "weight = 1.4", "from 0 to 1"),
        ("weight = 0.4", "weight = true", "from 0 to 1"),
        ("weight = 0.4", "weight = nan", "from 0 to 1"),
        ("weight = 0.4", "weight = 0", "Leave the signal out"),
        ("weight = 0.4", 'weight = 0.4\n    curve = "bent"', "curve is 'bent'"),
        ("weight = 0.4", 'weight = 0.4\n    curve = "log"', "for counts"),
        ("weight = 0.4", "weight = 0.4\n    wieght = 1", "unknown key wieght"),
        ('layer = "wgi_political_stability"', "", "needs a layer"),
        ('layer = "wgi_political_stability"', 'layer = "eu_cahra"', "each of another layer"),
        ('    kind = "unknown_origin"', '    kind = "unknown_origin"\n    layer = "x"', "has no layer"),
        ('layer = "eu_cahra"', 'layer = "eu_cahra"\n    goalposts = [0, 1]', "has no goalposts"),
        ('    kind = "listing"\n    layer = "eu_cahra"', '    kind = "unknown_origin"', "the only signal"),
        ("verified = false\n[[themes]]", '[[themes]]', "verified is missing"),
        ('version = "1"', "version = 1", "version is missing or no text"),
        ("a = { points", "z = { points", "no theme of this scorer"),
        ("points = 10, floor = 20", "points = 10", "floor is None"),
        ("points = 10, floor = 20", "points = 110, floor = 20", "from 0 to 100"),
        ("[[themes]]", "[[theme]]", "unknown key theme"),
        ('id = "mine"', 'id = "mine', "not valid TOML"),
    ],
)  # fmt: skip
def test_a_malformed_scorer_is_refused(old, new, words):
    assert old in GOOD
    with pytest.raises(ScorerError, match=words) as raised:
        parse_scorer(GOOD.replace(old, new))
    assert raised.value.exit_code == 2


def test_averages_that_weigh_more_than_one_are_refused():
    second = '[[themes.signals]]\n    kind = "country_value"\n    layer = "x"\n    weight = 0.7\n    goalposts = [0, 1]\n    direction = "higher is worse"\n'
    text = GOOD.replace(
        '    [[themes.signals]]\n    kind = "listing"',
        second + '    [[themes.signals]]\n    kind = "listing"',
    )
    with pytest.raises(ScorerError, match=r"sum to 1\.1"):
        parse_scorer(text)


@pytest.mark.parametrize("theme", NEVER_LOWERED)
def test_no_scorer_lets_a_certificate_lower_conflict_forced_labour_or_the_origin(theme):
    text = GOOD.replace('id = "a"', f'id = "{theme}"').replace("a = { points", f"{theme} = {{ points")
    with pytest.raises(ScorerError, match=f"no certificate lowers {theme}"):
        parse_scorer(text)


def test_a_scorer_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ScorerError, match="nine_themes, places"):
        load_scorer("nowhere")


@pytest.mark.parametrize("scorer", scorers().values(), ids=lambda s: s.id)
def test_what_ships_reads_the_layers_that_ship_as_they_are(scorer):
    layers = load_layers()
    check_layers(scorer, layers)
    for signal in (s for t in scorer.themes for s in t.signals if s.layer in layers):
        layer = layers[signal.layer]
        if signal.kind == "country_value":
            assert signal.goalposts == (
                layer.scale[::-1] if layer.direction == "higher is better" else layer.scale
            )
    assert {s.kind for t in scorer.themes for s in t.signals} <= set(readers())


def test_a_layer_at_hand_of_another_kind_or_direction_is_refused():
    layers = load_layers()
    listed_as_value = GOOD.replace(
        'kind = "listing"\n    layer = "eu_cahra"', 'kind = "areas"\n    layer = "eu_cahra"'
    )
    with pytest.raises(ScorerError, match="kind listing"):
        check_layers(parse_scorer(listed_as_value), layers)
    turned = {
        **layers,
        "wgi_political_stability": dataclasses.replace(
            layers["wgi_political_stability"], direction="higher is worse"
        ),
    }
    with pytest.raises(ScorerError, match="Exchange them"):
        check_layers(parse_scorer(GOOD), turned)


def session_scored_by(text: str) -> Session:
    runs = result_tables()["runs"].conform(pd.DataFrame({"scorer": ["mine 1"], "scorer_toml": [text]}))
    return Session(Snapshot("generation1", {"runs": runs}), load_chain("aluminium"), None)


def test_stored_scores_are_explained_by_the_scorer_they_were_made_with_or_not_at_all():
    assert session_scored_by(GOOD).scorer == parse_scorer(GOOD)
    with pytest.raises(InputError, match="scores anew"):
        _ = session_scored_by("").scorer
