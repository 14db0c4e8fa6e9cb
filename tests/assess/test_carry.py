"""Many draws at once are each what one is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.assess.carry import Carried, carried, carry_many
from risk_graph.assess.facts import Facts
from risk_graph.assess.reader import Risks
from risk_graph.assess.scorer_file import scorers
from tests.assess.facts import facts_of
from tests.trace.strategies import graph_of, random_cases

pytestmark = pytest.mark.slow
THEME = scorers()["places"].themes[2]


def value_of(facts: Facts, own: np.ndarray) -> np.ndarray:
    return Carried(facts, THEME, Risks.of(own, own, own, own < 0)).value


@given(random_cases(), st.integers(0, 2**32 - 1))
def test_each_draw_is_carried_as_if_it_were_alone(case, seed):
    graph = case.graph()
    facts = facts_of(graph, {}, {})
    own = np.random.default_rng(seed).uniform(0, 100, (graph.size, 5))
    many = carry_many(facts.network, own)
    alone = np.column_stack([value_of(facts, own[:, j]) for j in range(5)])
    np.testing.assert_allclose(many, alone, atol=1e-7)


def test_a_loop_that_hardly_leaks_is_solved_all_the_same():
    sites = [("M", "S0", "mine", "AUS"), ("A", "S1", "maker", "DEU"), ("B", "S1", "maker", "DEU")]
    flows = [("A", "B", "metal", 1e9), ("B", "A", "metal", 1e9 - 1e-3), ("M", "A", "metal", 1e-3)]
    facts = facts_of(graph_of(sites, flows), {}, {})
    own = np.array([[10.0, 0.0], [0.0, 30.0], [80.0, 40.0]])  # A, B, M
    alone = np.column_stack([value_of(facts, own[:, j]) for j in range(2)])
    np.testing.assert_allclose(carry_many(facts.network, own), alone, rtol=1e-9)
    assert alone[:, 0].tolist() == [80, 80, 80]


def test_the_values_of_a_theme_are_carried_alike():
    graph = graph_of([("M", "S0", "mine", "AUS"), ("F", "S1", "maker", "DEU")], [("M", "F", "metal", 5)])
    flow = carried(facts_of(graph, {}, {"M": -1.0, "F": 1.0}), THEME)
    np.testing.assert_allclose(carry_many(flow.facts.network, flow.risks.value[:, None])[:, 0], flow.value)
