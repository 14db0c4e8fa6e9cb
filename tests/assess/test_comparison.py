import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk_graph.assess.comparison import available_case, half_up, min_max, percentile_rank, rank, z_score
from risk_graph.assess.composite import AGGREGATIONS, bounds
from risk_graph.assess.outranking import copeland, outranking


def test_a_column_that_does_not_vary_says_nothing():
    x = np.array([[1.0, 5], [np.nan, 5], [3, 5]])
    assert np.array_equal(min_max(x, 1, 100), [[1, np.nan], [np.nan, np.nan], [100, np.nan]], equal_nan=True)
    assert z_score(x)[:, 0] == pytest.approx([-(0.5**0.5), np.nan, 0.5**0.5], nan_ok=True)
    assert np.isnan(z_score(x)[:, 1]).all()


def test_ranks_leave_out_the_missing():
    x = np.array([3.0, np.nan, 1, 3])
    assert rank(x) == pytest.approx([2, np.nan, 1, 2], nan_ok=True)
    assert percentile_rank(x) == pytest.approx([75, np.nan, 0, 75], nan_ok=True)
    assert percentile_rank(np.array([np.nan, 7.0])) == pytest.approx([np.nan, 50], nan_ok=True)


def test_relative_numbers_depend_on_who_is_loaded():
    """Why none of them may reach a score (T19)."""
    x = np.array([1.0, 2, 3])
    for relative in (min_max, z_score, rank, percentile_rank):
        assert relative(np.append(x, -9))[1] != relative(x)[1]


def test_leaving_out_the_missing_hides_it():
    x, weights = np.array([[90.0, np.nan, 10], [np.nan, np.nan, np.nan]]), np.array([1.0, 2, 1])
    arithmetic = AGGREGATIONS["arithmetic"]
    assert available_case(arithmetic, x, weights) == pytest.approx([50, np.nan], nan_ok=True)
    found = bounds(arithmetic, x, weights)
    assert (found.low[0], found.high[0], found.coverage[0]) == (25, 75, 0.5)
    assert available_case(arithmetic, np.array([[np.nan, 10.0, 10]]), weights).item() < found.high[0]


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        (0.285, 2, 0.29), (2.25, 1, 2.3), (2.35, 1, 2.4), (4.35, 1, 4.4), (0.5, 0, 1), (2.5, 0, 3), (-2.5, 0, -3),
        (2.449999, 1, 2.4), (125, -1, 130), (0, 1, 0),
    ],
)  # fmt: skip
def test_a_half_is_rounded_up(x, digits, expected):
    assert half_up(np.array([x, np.nan]), digits) == pytest.approx([expected, np.nan], nan_ok=True, abs=0)


MATRIX = arrays(float, st.tuples(st.integers(1, 7), st.just(3)), elements=st.integers(0, 4).map(float))


@given(MATRIX, arrays(float, 3, elements=st.floats(0.01, 9)))
def test_outranking_is_a_pairwise_vote(x, weights):
    e = outranking(x, weights)
    assert np.abs(e + e.T - 1).max() < 1e-12
    votes = copeland(x, weights)
    assert votes.sum() == 0
    assert votes.tolist() == ((e > 0.5 + 1e-9).sum(1) - (e < 0.5 - 1e-9).sum(1)).tolist()
    worse = x.copy()
    worse[0] += 1
    assert copeland(worse, weights)[0] >= votes[0]


def test_copeland_in_parts(monkeypatch):
    x = np.random.default_rng(1).integers(0, 5, (50, 4)).astype(float)
    whole = copeland(x, np.ones(4))
    monkeypatch.setattr("risk_graph.assess.outranking._CELLS", 120)
    assert copeland(x, np.ones(4)).tolist() == whole.tolist()
    assert copeland(np.empty((0, 4)), np.ones(4)).tolist() == []


def test_nobody_outranks_with_what_is_missing():
    with pytest.raises(ValueError, match="missing"):
        outranking(np.array([[1.0, np.nan], [2, 3]]), np.ones(2))
    with pytest.raises(ValueError, match="Weights"):
        copeland(np.ones((2, 2)), np.array([1.0, -1]))
