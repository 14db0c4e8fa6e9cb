"""The commands uncertainty and sensitivity on the worked example."""

import io
import json
import re

import pandas as pd
import pytest

from tests.cli.helpers import copy_of, no_traceback, risk_graph

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    project = copy_of("trace_loop", tmp_path_factory.mktemp("loop"))
    assert risk_graph("run", project).exit_code == 0
    return project


def answer(*arguments):
    result = risk_graph(*arguments, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)


def test_values_and_ranks_with_their_intervals(loop):
    table = answer("uncertainty", loop, "--theme", "governance", "--draws", 200)
    columns = "subject_id,theme,p05,p50,p95,rank_p05,rank_p95,p_top_k,tie_group,low,value,high,kind"
    assert list(table.columns) == columns.split(",")
    stored = answer("scores", loop).query("theme == 'governance'").set_index("subject_id")
    table = table.set_index("subject_id")
    assert set(table.index) == set(stored.index)
    for column in ("low", "value", "high"):
        pd.testing.assert_series_equal(table[column], stored[column].loc[table.index])
    assert (table["low"] <= table["p05"]).all()
    assert (table["p95"] <= table["high"]).all()


def test_a_table_shows_one_decimal_at_most_and_says_what_was_drawn(loop):
    result = risk_graph(
        "uncertainty", loop, "--theme", "all", "--draws", 50, "--kind", "facility", "--top", 2
    )
    assert result.exit_code == 0
    assert not re.search(r"\d\.\d\d", result.stdout)
    assert "50 draws, seed 0, scorer places 1" in result.stderr
    assert "supplier" not in result.stdout


def test_the_same_seed_gives_the_same_bytes(loop):
    for command in (["uncertainty", loop, "--draws", 50], ["sensitivity", loop, "B", "--draws", 64]):
        one, two, other = (
            risk_graph(*command, "--seed", seed, "--format", "json").stdout for seed in (1, 1, 2)
        )
        assert one == two != other
        assert json.loads(one)


def test_which_input_matters(loop):
    table = answer("sensitivity", loop, "B", "--draws", 100)
    assert list(table.columns) == ["input", "what", "first", "first_conf", "total", "total_conf"]
    assert table["total"].is_monotonic_decreasing
    told = json.loads(risk_graph("sensitivity", loop, "B", "--draws", 100, "--format", "json").stdout)
    assert (told["subject"], told["theme"], told["draws"]) == ("B", "overall", 128)
    assert len(told["rows"]) == len(table)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["uncertainty", "--theme", "nonsense"], "There is no theme 'nonsense'. The themes are overall,"),
        (["sensitivity", "nobody"], "No supplier, facility or product has the id 'nobody'"),
        (["sensitivity", "B", "--theme", "all"], "There is no theme 'all'"),
    ],
)
def test_a_question_that_cannot_be_answered_is_said_in_one_line(loop, arguments, words):
    command, *rest = arguments
    result = risk_graph(command, loop, *rest)
    no_traceback(result)
    assert result.exit_code == 2
    assert words in result.stderr


def test_what_may_not_be_passed_on_is_left_out(loop, monkeypatch):
    from risk_graph.act.export import Withheld
    from risk_graph.session import Session

    withheld = Withheld(
        {"wgi_political_stability": "edition 1, none"}, frozenset(), frozenset({"governance"})
    )
    monkeypatch.setattr(Session, "withheld", withheld)
    table = answer("uncertainty", loop, "--theme", "all", "--draws", 50).set_index("theme")
    for column in ("p05", "p50", "p95", "rank_p05", "rank_p95", "p_top_k", "low", "value", "high"):
        assert (table.loc["governance", column] == "").all(), column
        assert (table.loc["overall", column] != "").all(), column
