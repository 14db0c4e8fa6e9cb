"""A difference split among the factors that changed, in no order: Shapley values."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np

Evaluate = Callable[[frozenset[str]], np.ndarray]
"""The values when exactly these factors have changed."""


def shapley(evaluate: Evaluate, factors: Sequence[str]) -> dict[str, np.ndarray]:
    """The part of each factor in `evaluate(all) - evaluate(none)`: its effect, averaged over every order in which the
    factors could have changed. The parts sum to the difference (1e-9 for values up to 100); `evaluate` is asked 2^n
    times.

    Source: L. S. Shapley, "A value for n-person games", 1953; for decompositions A. F. Shorrocks, "Decomposition
    procedures for distributional analysis", Journal of Economic Inequality 11, 2013.
    """
    count = len(factors)
    found = {s: evaluate(s) for s in subsets(factors)}
    parts = {}
    for factor in factors:
        others = [f for f in factors if f != factor]
        part = np.zeros_like(found[frozenset()])
        for changed in subsets(others):
            size = len(changed)
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            part += weight * (found[changed | {factor}] - found[changed])
        parts[factor] = part
    return parts


def subsets(factors: Sequence[str]) -> list[frozenset[str]]:
    """Every subset, the smaller ones first."""
    return [frozenset(s) for size in range(len(factors) + 1) for s in combinations(factors, size)]
