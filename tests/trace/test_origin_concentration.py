"""Concentration of origins: what is unknown widens the bounds, and never improves one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.trace.network import prepare
from risk_graph.trace.origin_concentration import bounds_of_hhi, concentration
from tests.trace.strategies import PRODUCTS, SUPPLIERS, random_cases


@given(st.lists(st.floats(0.001, 1), max_size=6), st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_whatever_the_unknown_turns_out_to_be_lies_within_the_bounds(known, unknown):
    total = sum(known) + sum(unknown)
    if not total:
        return
    shares, rest = np.array(known) / total, np.array(unknown) / total
    low, high = bounds_of_hhi(shares, rest.sum())
    found = np.zeros(max(len(shares), len(rest)) + 3)
    found[: len(shares)] += shares
    for start in range(4):  # from known ones, from others, from some of both
        mixed = found.copy()
        mixed[start : start + len(rest)] += rest[: len(mixed) - start]
        if mixed.sum() == pytest.approx(1):
            assert low - 1e-12 <= np.sum(mixed**2) <= high + 1e-12
    assert high == pytest.approx(
        np.sum(np.sort(np.append(shares, 0))[:-1] ** 2) + (shares.max(initial=0) + rest.sum()) ** 2
    )


@given(random_cases())
def test_bounds_are_those_of_the_traced_shares(case):
    network, reference = prepare(case.graph()), case.reference()
    for subject in (*(f[0] for f in case.facilities), *PRODUCTS, *SUPPLIERS):
        for of, by in (("origins", "facility"), ("suppliers", "supplier"), ("countries", "country")):
            found = concentration(network, subject, of)
            shares = {}
            for (origin, kind, _, _), share in reference.trace(subject, by).items():
                key = origin if kind == "origin" else None
                shares[key] = shares.get(key, 0) + float(share)
            unknown = shares.pop(None, 0.0)
            off = 10 * reference.blur()
            low, high = bounds_of_hhi(np.array([*shares.values()]), unknown)
            assert (found.low, found.high) == pytest.approx((low, high), abs=off)
            assert found.unknown_share == pytest.approx(unknown, abs=off)
            assert found.largest_share == pytest.approx(max(shares.values(), default=0), abs=off)
            assert found.incomplete == reference.incomplete(subject)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(0, 1), st.integers(0, 5))
def test_t5_an_origin_that_is_not_declared_any_more_lowers_no_upper_bound(weights, hidden, which):
    shares = np.array(weights) / sum(weights)
    _, before = bounds_of_hhi(shares, 0.0)
    less = shares.copy()
    less[which % len(shares)] *= 1 - hidden
    low, high = bounds_of_hhi(less, 1 - less.sum())
    assert low <= before + 1e-12
    assert high >= before - 1e-12
