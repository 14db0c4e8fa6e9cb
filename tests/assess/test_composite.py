"""What holds of every aggregation, whatever the components and weights are."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk_graph.assess.composite import (
    AGGREGATIONS,
    RISK_AGGREGATIONS,
    Aggregation,
    bounds,
    inverted_geometric,
    power_mean,
    ranks,
)
from risk_graph.assess.goalposts import WORST, Goalposts

CUTS = (20.0, 40.0, 60.0, 80.0)
ALL = sorted(AGGREGATIONS)
FOR_RISK = sorted(RISK_AGGREGATIONS)


@st.composite
def composites(draw, most_rows=6, may_miss=False, may_be_idle=True):
    """Components (n, k) from 0 to 100, many of them equal or at an end, and weights (k,) that sum to anything."""
    n, k = draw(st.integers(1, most_rows)), draw(st.integers(1, 6))
    ends = [0.0, 0.01, 50.0, WORST] + ([np.nan] if may_miss else [])
    number = st.one_of(st.sampled_from(ends), st.floats(0, WORST))
    weight = st.one_of(st.sampled_from([0.0, 1.0] if may_be_idle else [1.0]), st.floats(0.01, 9))
    x = draw(arrays(float, (n, k), elements=number))
    weights = draw(arrays(float, k, elements=weight))
    assume(weights.sum() > 0)
    return x, weights


@pytest.mark.parametrize("name", ALL)
@given(composites())
def test_contributions_sum_to_the_value_and_nothing_comes_of_the_best(name, drawn):
    x, weights = drawn
    value, parts = AGGREGATIONS[name](x, weights), AGGREGATIONS[name].contributions(x, weights)
    assert parts.shape == x.shape
    assert np.abs(parts.sum(axis=1) - value).max() < 1e-9
    assert (parts >= 0).all()
    assert (parts[(x == 0) | (weights == 0)] == 0).all()


@pytest.mark.parametrize("name", ["arithmetic", "quadratic", "inverted_geometric", "maximum"])
@given(composites(most_rows=1))
def test_of_two_components_of_equal_weight_the_worse_contributes_no_less(name, drawn):
    x, weights = drawn
    parts = AGGREGATIONS[name].contributions(x, np.ones_like(weights))[0]
    assert (np.diff(parts[np.argsort(x[0], kind="stable")]) >= -1e-9).all()


def test_the_worst_components_share_the_maximum_evenly():
    x = np.array([[70.0, 10, 70, 70], [0, 0, 0, 0]])
    parts = AGGREGATIONS["maximum"].contributions(x, np.array([5.0, 1, 1, 0]))
    assert parts.tolist() == [[35, 0, 35, 0], [0, 0, 0, 0]]


@given(composites())
def test_T4_the_stricter_the_mean_the_worse_the_result(drawn):
    """Every result lies between the components, in one order of strictness; ranks under the means may differ."""
    x, weights = drawn
    found = {name: aggregate(x, weights) for name, aggregate in AGGREGATIONS.items()}
    part = x[:, weights > 0]
    ladder = [part.min(axis=1), found["harmonic"], found["geometric"], found["arithmetic"]]
    for stricter in ("quadratic", "inverted_geometric"):
        for least, most in zip(
            [*ladder, found[stricter]], [*ladder[1:], found[stricter], found["maximum"]], strict=True
        ):
            assert (least <= most + 1e-9).all()
    assert (found["maximum"] == part.max(axis=1)).all()


def test_T4_the_rank_is_shown_under_three_aggregations_at_least():
    """One bad component among good ones against all middling: who is worse is a choice."""
    found = ranks(np.array([[95.0, 5, 5], [40, 40, 40], [40, 40, 40], [0, 0, 0]]), np.ones(3))
    assert len(found) >= 3
    assert found["arithmetic"].tolist() == [3, 1, 1, 4]
    assert found["maximum"].tolist() == found["inverted_geometric"].tolist() == [1, 2, 2, 4]


def test_ranks_tie_what_differs_by_rounding_and_leave_out_the_missing():
    sums = np.array([0.3, 0.1 + 0.2, np.nan, 0.29])
    given_sums = Aggregation("sums", "Sums", True, lambda x, w: sums, lambda x, w: x)
    found = ranks(np.zeros((4, 1)), np.ones(1), {"sums": given_sums})["sums"]
    assert sums[0] != sums[1]
    assert found == pytest.approx([1, 1, np.nan, 3], nan_ok=True)


@pytest.mark.parametrize("name", ALL)
@given(composites(most_rows=1, may_be_idle=False), st.data())
def test_T25_replacing_a_component_by_a_worse_one_never_gives_a_better_class(name, drawn, data):
    x, weights = drawn
    worse = x.copy()
    k = data.draw(st.integers(0, x.shape[1] - 1))
    worse[0, k] = data.draw(st.floats(x[0, k], WORST))
    before, after = (AGGREGATIONS[name](v, weights).item() for v in (x, worse))
    assert after >= before - 1e-12 * WORST
    classes = [np.searchsorted(CUTS, round(v, 9), side="right") for v in (before, after)]
    assert classes[0] <= classes[1]


@given(composites())
def test_T25_no_aggregation_for_risks_lets_one_good_component_hide_a_bad_one(drawn):
    x, weights = drawn
    mean = AGGREGATIONS["arithmetic"](x, weights)
    assert all((aggregate(x, weights) >= mean - 1e-9).all() for aggregate in RISK_AGGREGATIONS.values())


def test_T25_the_inverted_form_is_used_on_risks():
    one_good = np.array([[0.0, 100.0]])
    assert (
        AGGREGATIONS["geometric"](one_good, np.ones(2)).item() == 0
    )  # the good one hides the worst there is
    assert AGGREGATIONS["inverted_geometric"](one_good, np.ones(2)).item() == pytest.approx(75.97469266)
    assert {"geometric", "harmonic"}.isdisjoint(FOR_RISK)
    assert {"arithmetic", "inverted_geometric", "maximum"} <= set(FOR_RISK)


@pytest.mark.parametrize("name", ALL)
@given(composites(may_miss=True), st.data())
def test_T5_losing_a_component_never_lowers_the_upper_bound(name, drawn, data):
    x, weights = drawn
    lost = np.where(data.draw(arrays(bool, x.shape)), np.nan, x)
    known, unknown = bounds(AGGREGATIONS[name], x, weights), bounds(AGGREGATIONS[name], lost, weights)
    assert (unknown.high >= known.high - 1e-9).all()
    assert (unknown.low <= known.low + 1e-9).all()
    assert (unknown.coverage <= known.coverage + 1e-12).all()
    assert ((unknown.coverage >= -1e-12) & (unknown.coverage <= 1 + 1e-12)).all()


@pytest.mark.parametrize("name", ALL)
@given(composites(may_miss=True), st.data())
def test_bounds_hold_whatever_the_missing_turns_out_to_be(name, drawn, data):
    x, weights = drawn
    found = bounds(AGGREGATIONS[name], x, weights)
    truth = np.where(np.isnan(x), data.draw(arrays(float, x.shape, elements=st.floats(0, WORST))), x)
    value = AGGREGATIONS[name](truth, weights)
    assert (found.low <= value + 1e-9).all()
    assert (value <= found.high + 1e-9).all()


@pytest.mark.parametrize("name", ALL)
def test_what_is_missing_is_left_out_of_nothing(name):
    x, aggregate = np.array([[np.nan, 50.0, 10.0], [10, 50, 10]]), AGGREGATIONS[name]
    assert np.isnan(aggregate(x, np.ones(3))).tolist() == [True, False]
    assert np.isnan(aggregate.contributions(x, np.ones(3)))[0].all()
    assert not np.isnan(aggregate(x, np.array([0.0, 1, 1]))).any()  # it takes no part


@pytest.mark.parametrize("name", ALL)
@given(composites())
def test_T19_others_change_nobodys_number(name, drawn):
    x, weights = drawn
    together = AGGREGATIONS[name](x, weights)
    alone = [AGGREGATIONS[name](row[None], weights).item() for row in x]
    assert together.tolist() == alone


@pytest.mark.parametrize("name", ALL)
@given(composites(), st.floats(0.1, 50))
def test_weights_are_shares(name, drawn, factor):
    x, weights = drawn
    first, second = AGGREGATIONS[name](x, weights), AGGREGATIONS[name](x, factor * weights)
    assert np.abs(first - second).max() < 1e-9


@pytest.mark.parametrize("name", ALL)
@given(composites(), st.integers(1, 4))
def test_many_weights_at_once_are_one_after_another(name, drawn, draws):
    x, weights = drawn
    many = np.abs(np.sin(np.arange(1, draws + 1)))[:, None, None] + weights
    aggregate = AGGREGATIONS[name]
    together, parts = aggregate(x, many), aggregate.contributions(x, many)
    assert together.shape == (draws, len(x))
    assert parts.shape == (draws, *x.shape)
    for i, one in enumerate(many):
        assert together[i].tolist() == aggregate(x, one[0]).tolist()
        assert parts[i].tolist() == aggregate.contributions(x, one[0]).tolist()


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("weights", [[1.0], [0.0, 0], [-1.0, 2], [np.nan, 1], [np.inf, 1], 1.0])
def test_weights_that_make_no_sense_are_refused(name, weights):
    with pytest.raises(ValueError, match=r"[Ww]eight"):
        AGGREGATIONS[name](np.array([[1.0, 2]]), np.array(weights))


def test_components_off_the_scale_are_refused():
    for name in ("geometric", "harmonic", "quadratic", "inverted_geometric"):
        with pytest.raises(ValueError, match="Components must"):
            AGGREGATIONS[name](np.array([[-1.0, 2]]), np.ones(2))
    with pytest.raises(ValueError, match="from 0 to 10"):
        inverted_geometric(np.array([[11.0]]), np.ones(1), worst=10)
    with pytest.raises(ValueError, match="geometric"):
        power_mean(np.array([[1.0]]), np.ones(1), 0)


@given(composites(), st.floats(0.5, 8), st.floats(0.1, 4))
def test_a_larger_power_is_stricter(drawn, power, step):
    x, weights = drawn
    assert (power_mean(x, weights, power) <= power_mean(x, weights, power + step) + 1e-6).all()
    assert power_mean(x, weights, -1) == pytest.approx(AGGREGATIONS["harmonic"](x, weights), abs=1e-9)


@given(
    st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.booleans(),
    st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=9),
)  # fmt: skip
def test_T24_risk_follows_the_declared_direction(low, span, higher_is_worse, values):
    ends = (low, low + span) if higher_is_worse else (low + span, low)
    posts = Goalposts(*ends)
    risk = posts.risk(np.sort(values))
    assert posts.higher_is_worse == higher_is_worse
    assert ((risk >= 0) & (risk <= WORST)).all()
    assert (np.diff(risk) * (1 if higher_is_worse else -1) >= 0).all()
    turned = Goalposts(posts.worst, posts.best).risk(np.sort(values))
    assert np.abs(risk + turned - WORST).max() < 1e-6
    assert posts.risk(np.array(ends)).tolist() == [0, WORST]


def test_goalposts_keep_the_missing_missing_and_must_differ():
    assert np.isnan(Goalposts(2.5, -2.5).risk(np.array([np.nan]))).all()
    for ends in ((1.0, 1.0), (np.nan, 1.0), (0.0, np.inf)):
        with pytest.raises(ValueError, match="Goalposts must"):
            Goalposts(*ends)
