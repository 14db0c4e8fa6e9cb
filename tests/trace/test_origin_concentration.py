"""Concentration of origins: what is unknown widens the bounds, and never improves one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.trace.concentration import hhi_bounds
from risk_graph.trace.network import prepare
from risk_graph.trace.origin_concentration import origin_concentration
from tests.trace.strategies import PRODUCTS, SUPPLIERS, random_cases


@pytest.mark.slow
@given(random_cases())
def test_bounds_are_those_of_the_traced_shares(case):
    network, reference = prepare(case.graph()), case.reference()
    for subject in (*(f[0] for f in case.facilities), *PRODUCTS, *SUPPLIERS):
        for of, by in (("origins", "facility"), ("suppliers", "supplier"), ("countries", "country")):
            found = origin_concentration(network, subject, of)
            shares = {}
            for (origin, kind, _, _), share in reference.trace(subject, by).items():
                key = origin if kind == "origin" else None
                shares[key] = shares.get(key, 0) + float(share)
            unknown = shares.pop(None, 0.0)
            off = 10 * reference.blur()
            low, high = (float(bound) for bound in hhi_bounds(np.array([*shares.values()]), unknown))
            assert (found.low, found.high) == pytest.approx((low, high), abs=off)
            assert found.unknown_share == pytest.approx(unknown, abs=off)
            assert found.largest_share == pytest.approx(max(shares.values(), default=0), abs=off)
            assert found.incomplete == reference.incomplete(subject)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(0, 1), st.integers(0, 5))
def test_t5_an_origin_that_is_not_declared_any_more_lowers_no_upper_bound(weights, hidden, which):
    shares = np.array(weights) / sum(weights)
    _, before = hhi_bounds(shares, 0.0)
    less = shares.copy()
    less[which % len(shares)] *= 1 - hidden
    low, high = hhi_bounds(less, max(0.0, 1 - less.sum()))
    assert low <= before + 1e-12
    assert high >= before - 1e-12
