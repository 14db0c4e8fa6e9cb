"""One number from several on the same risk scale: means of different strictness, what each component contributes, and
bounds where components are missing.

Rows are subjects, columns components; 0 is best, WORST (100) is worst. Weights are >= 0 and are divided by their sum; a
component of weight 0 takes no part. A missing component (NaN) makes the result missing: nothing is left out
silently; `bounds` says between what it must lie. docs/composites.md has a worked example of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from risk_graph.assess.goalposts import WORST

Weighted = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From x (n, k) and weights (k,), or anything that broadcasts to x along the leading axes."""

_ROUNDING = 1e-9
_INVERTED = 0.9  # INFORM maps its scale to 10 down to 1 before it takes the geometric mean


def arithmetic(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) weighted sum: a good component makes up for a bad one in full."""
    x, w = _prepared(x, weights, -np.inf)
    return np.asarray(np.vecdot(x, w))


def geometric(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) weighted product of x >= 0. On a risk scale one good component hides the bad ones: not for risks."""
    x, w = _prepared(x, weights, 0.0, idle=1.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(np.vecdot(np.log(x), w)))


def harmonic(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) harmonic mean of x >= 0; 0 where a component is 0. Stricter than `geometric`, and not for risks."""
    x, w = _prepared(x, weights, 0.0, idle=1.0)
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1.0 / np.vecdot(1.0 / x, w))


def power_mean(x: np.ndarray, weights: np.ndarray, power: float) -> np.ndarray:
    """(n,) M_p of x >= 0, (sum w x^p)^(1/p): the larger p, the more the worst component counts. Raises ValueError for
    p = 0, whose limit is `geometric`.
    """
    if power == 0 or not np.isfinite(power):
        raise ValueError("The power must be finite and not 0; the limit at 0 is the geometric mean.")
    x, w = _prepared(x, weights, 0.0, idle=1.0 if power < 0 else 0.0)
    largest = x.max(axis=-1)
    with np.errstate(divide="ignore", over="ignore"):
        parts = (x / np.where(largest > 0, largest, 1.0)[..., None]) ** power
        return np.asarray(largest * np.vecdot(parts, w) ** (1.0 / power))


def quadratic(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) M_2, the power mean of power 2."""
    return power_mean(x, weights, 2.0)


def inverted_geometric(x: np.ndarray, weights: np.ndarray, worst: float = WORST) -> np.ndarray:
    """(n,) geometric mean of what is good, turned over: one bad component raises the result, a good one does little.

    x is 0 to `worst`. With a worst end of 10 it is R = (10 - GEOMEAN((10 - x) / 10 * 9 + 1)) / 9 * 10 (INFORM Risk
    Index, European Commission JRC; equal weights there).
    """
    terms, w = _inverted_terms(x, weights, worst)
    return np.asarray(np.minimum(-np.expm1(-np.vecdot(terms, w)) * worst / _INVERTED, worst))


def maximum(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) the worst component, whatever its weight (above 0): nothing makes up for anything."""
    x, w = _prepared(x, weights, -np.inf, idle=-np.inf)
    return np.array(np.broadcast_to(x.max(axis=-1), np.broadcast_shapes(x.shape, w.shape)[:-1]))


@dataclass(frozen=True)
class Aggregation:
    """A way to make one number of several, 0 to 100, called with (x, weights).

    `for_risk`: it is never below the weighted arithmetic mean, so that a good component hides a bad one at most in
    proportion. `_terms` are what each component's share of the value goes by.
    """

    id: str
    title: str
    for_risk: bool
    _value: Weighted
    _terms: Weighted

    def __call__(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return self._value(x, weights)

    def contributions(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """(n, k): what each component gives of the value; each >= 0, 0 for a component at its best, together the value.

        The attribution of Aumann and Shapley (1974), the derivatives along a straight path from the best point times
        the way: for means of degree one it is x df/dx (Euler), so arithmetic w x, geometric w, harmonic w / x,
        quadratic w x^2, each as a share of the value. The inverted geometric mean takes the path that is straight in
        the logarithms which it adds, w ln(10 / y): as the additive decomposition by logarithmic means (Ang 2004) it has a
        closed form and no remainder. Of the maximum all is the worst component's; those that tie share it evenly.
        """
        value, terms = self._value(x, weights), self._terms(x, weights)
        total = terms.sum(axis=-1)
        shares = terms / np.where((total > 0) | np.isnan(total), total, 1.0)[..., None]
        return np.asarray(value[..., None] * shares)


def _of_arithmetic(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x, w = _prepared(x, weights, 0.0)
    return np.asarray(x * w)


def _of_geometric(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x, w = _prepared(x, weights, 0.0)
    return np.broadcast_to(w, np.broadcast_shapes(x.shape, w.shape))


def _of_harmonic(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x, w = _prepared(x, weights, 0.0, idle=1.0)
    least = x.min(axis=-1, keepdims=True)
    return np.asarray(w * np.where(x > 0, least / np.where(x == 0, 1.0, x), 0.0))


def _of_quadratic(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x, w = _prepared(x, weights, 0.0)
    largest = x.max(axis=-1, keepdims=True)
    return np.asarray(w * (x / np.where(largest > 0, largest, 1.0)) ** 2)


def _of_inverted_geometric(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    terms, w = _inverted_terms(x, weights, WORST)
    return np.asarray(terms * w)


def _of_maximum(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x, _ = _prepared(x, weights, -np.inf, idle=-np.inf)
    worst = x.max(axis=-1, keepdims=True)
    return np.asarray(np.where(np.isnan(worst), np.nan, x == worst))


_ALL = (
    Aggregation("arithmetic", "Arithmetic mean", True, arithmetic, _of_arithmetic),
    Aggregation("geometric", "Geometric mean", False, geometric, _of_geometric),
    Aggregation("harmonic", "Harmonic mean", False, harmonic, _of_harmonic),
    Aggregation("inverted_geometric", "Inverted geometric mean", True, inverted_geometric, _of_inverted_geometric),
    Aggregation("maximum", "Worst component", True, maximum, _of_maximum),
    Aggregation("quadratic", "Quadratic mean", True, quadratic, _of_quadratic),
)  # fmt: skip

AGGREGATIONS: Mapping[str, Aggregation] = MappingProxyType({a.id: a for a in _ALL})
"""All by id; the geometric and harmonic mean are there to be compared with published indices."""

RISK_AGGREGATIONS: Mapping[str, Aggregation] = MappingProxyType({a.id: a for a in _ALL if a.for_risk})


def ranks(
    x: np.ndarray, weights: np.ndarray, aggregations: Mapping[str, Aggregation] = RISK_AGGREGATIONS
) -> dict[str, np.ndarray]:
    """Rank (n,) under each aggregation, 1 for the worst; ties (to 1e-9) share the smallest, the missing have none.

    Where they differ, the order is a choice of how far good makes up for bad, and no finding.
    """
    values = {name: np.round(aggregate(x, weights), 9) for name, aggregate in aggregations.items()}
    return {
        name: np.asarray(rankdata(-value, method="min", nan_policy="omit")) for name, value in values.items()
    }


class Bounds(NamedTuple):
    """Arrays (n,): `low` and `high` of the result, and `coverage`, the weight of what is known, 0 to 1."""

    low: np.ndarray
    high: np.ndarray
    coverage: np.ndarray


def bounds(
    aggregate: Weighted, x: np.ndarray, weights: np.ndarray, best: float = 0.0, worst: float = WORST
) -> Bounds:
    """Between what the result must lie when each missing component (NaN) may be anything from `best` to `worst`.

    Exact, because every aggregation of this module grows with each of its components.
    """
    missing = np.isnan(x)
    low, high = (aggregate(np.where(missing, end, x), weights) for end in (best, worst))
    return Bounds(low, high, arithmetic(np.where(missing, 0.0, 1.0), weights))


def _prepared(
    x: np.ndarray, weights: np.ndarray, least: float, idle: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Components and weights that sum to 1; what takes no part is `idle`. Raises ValueError on what makes no sense."""
    x, w = np.asarray(x, dtype=float), np.asarray(weights, dtype=float)
    if not w.shape or x.shape[-1:] != w.shape[-1:]:
        raise ValueError(f"One weight for each component is needed: {w.shape} for {x.shape}.")
    total = w.sum(axis=-1, keepdims=True)
    if not (np.isfinite(w).all() and (w >= 0).all() and (total > 0).all()):
        raise ValueError("Weights must be finite, none may be negative and one must be above 0.")
    x = x if w.all() else np.where(w > 0, x, idle)
    if (x < least).any():
        raise ValueError(f"Components must not be below {least:g} here.")
    return x, w / total


def _inverted_terms(x: np.ndarray, weights: np.ndarray, worst: float) -> tuple[np.ndarray, np.ndarray]:
    """ln(10 / y), y from 10 at best down to 1 at worst, and the weights."""
    x, w = _prepared(x, weights, -np.inf)
    if ((x < -_ROUNDING * worst) | (x > (1 + _ROUNDING) * worst)).any():
        raise ValueError(f"Components must be from 0 to {worst:g} here.")
    return -np.log1p(-_INVERTED * np.clip(x / worst, 0.0, 1.0)), w
