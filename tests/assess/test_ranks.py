"""T4: the order under three aggregations, ties as ties, each kind apart, and only by what is assessed."""

from dataclasses import replace

import pytest
from hypothesis import given

from risk_graph.assess.ranks import ranks_table, themes_at_hand
from risk_graph.assess.scorer_file import scorers
from risk_graph.assess.scores import scored, theme_numbers
from tests.assess.facts import facts_of, facts_of_layers, random_facts
from tests.trace.strategies import graph_of

PLACES = scorers()["places"]


def test_T4_the_order_of_two_depends_on_how_far_good_makes_up_for_bad():
    graph = graph_of([("A", "S0", "mine", "AUS"), ("B", "S1", "mine", "GIN"), ("C", "S2", "mine", "GIN")], [])
    facts = facts_of(graph, {"eu_cahra": {"A": "T"}}, {"A": 2.5, "B": -2.5, "C": -2.5})
    numbers = theme_numbers(facts, PLACES)
    ids = list(facts.subjects.ids)
    at = {t.id: i for i, t in enumerate(PLACES.themes)}
    numbers[ids.index("B"), at["forced_labour"], :3] = 60.0
    numbers[ids.index("C"), at["forced_labour"], :3] = 60.0
    table = ranks_table(facts, PLACES, numbers).set_index("subject_id")
    # A: 30 from one theme at 100. B and C: 18 + 20 = 38 from two, one of which is at 100 too.
    assert table.loc[["A", "B", "C"], "rank_arithmetic"].tolist() == [3, 1, 1]
    assert table.loc[["A", "B", "C"], "rank_max"].tolist() == [1, 1, 1]
    assert set(table["count"]) == {3}
    assert set(table.loc[["A", "B", "C"], "kind"]) == {"facility"}


@pytest.mark.slow
@given(random_facts())
def test_T4_the_worse_in_every_theme_never_comes_later(parts):
    facts = facts_of(*parts)
    numbers = theme_numbers(facts, PLACES)
    table = ranks_table(facts, PLACES, numbers).set_index("subject_id").loc[list(facts.subjects.ids)]
    kinds = facts.subjects.kinds
    for first, column in (("rank", 1), ("proven", 0)):
        for name in ("arithmetic", "inverted_geometric", "max"):
            rank = table[f"{first}_{name}"].to_numpy()
            for i in range(len(rank)):
                worse = (numbers[:, :, column] >= numbers[i, :, column] + 1e-6).all(axis=1) & (
                    kinds == kinds[i]
                )
                assert (rank[worse] <= rank[i]).all()


def test_a_theme_that_nobody_is_assessed_by_makes_nobody_alike():
    graph = graph_of([("A", "S0", "mine", "AUS"), ("B", "S1", "mine", "GIN")], [])
    nine = scorers()["nine_themes"]
    facts = facts_of_layers(graph, {"eu_cahra": {"A": "T", "B": "F", "S0": "F", "S1": "F", "S2": "F"}})
    assert [nine.themes[i].id for i in themes_at_hand(facts, nine)] == ["conflict", "origin_unknown"]
    table = scored(facts, nine)["ranks"].set_index("subject_id")
    assert table.loc[["A", "B"], "rank_max"].tolist() == [1, 2]
    assert table.loc[["A", "B"], "proven_max"].tolist() == [1, 2]
    unread = replace(
        nine, themes=tuple(replace(t, weight=1.0) for t in nine.themes if t.id == "child_labour")
    )
    assert set(scored(facts, unread)["ranks"]["rank_max"]) == {1}
