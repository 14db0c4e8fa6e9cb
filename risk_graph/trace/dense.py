"""Factors of 1 - T for a loop, without a single subtraction."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

_BLOCK = 64


@dataclass(frozen=True, eq=False)
class Factors:
    """1 - T = L U with `lower` L (unit diagonal) and `upper` U, both (n, n) with non-positive entries off the
    diagonal: solving for a right-hand side >= 0 only adds.
    """

    lower: np.ndarray
    upper: np.ndarray

    def solve(self, b: np.ndarray) -> np.ndarray:
        """X of x = T x + b; b >= 0 is (n,) or (n, k)."""
        y = solve_triangular(self.lower, b, lower=True, unit_diagonal=True, check_finite=False)
        return np.asarray(solve_triangular(self.upper, y, check_finite=False))

    def visits(self, start: np.ndarray) -> np.ndarray:
        """Y of y = T' y + start; start >= 0 is (n,) or (n, k)."""
        z = solve_triangular(self.upper, start, trans="T", check_finite=False)
        return np.asarray(
            solve_triangular(self.lower, z, lower=True, trans="T", unit_diagonal=True, check_finite=False)
        )


def factorise(inner: np.ndarray, leak: np.ndarray) -> Factors:
    """Factors of 1 - `inner` (n, n), entries >= 0, whose rows sum to 1 - `leak` (n,).

    A leak of 1e-15 drowns in the rounding of 1 - T, so pivots are not differences but sums of what leaves
    (Grassmann, Taksar & Heyman 1985); every entry is then exact to some n units in the last place, however little
    leaks (O'Cinneide 1993). By blocks, so that nearly all of the work is one matrix product.
    """
    n = len(leak)
    rest = np.column_stack([inner, leak])  # what is left to eliminate; the diagonal is never read
    pivot = np.empty(n)
    for first in range(0, n, _BLOCK):
        end = min(first + _BLOCK, n)
        for k in range(first, end):
            out = rest[k, k + 1 :].sum()
            pivot[k] = out if out > 0 else 1.0  # only where the product of leaks underflows
            row = rest[k, k + 1 :] / pivot[k]
            rest[k + 1 : end, k + 1 :] += np.outer(rest[k + 1 : end, k], row)
            rest[end:, k + 1 : end] += np.outer(rest[end:, k], row[: end - k - 1])
        rest[end:, end:] += (rest[end:, first:end] / pivot[first:end]) @ rest[first:end, end:]
    lower = -np.tril(rest[:, :n], -1) / pivot
    upper = -np.triu(rest[:, :n], 1)
    np.fill_diagonal(upper, pivot)
    return Factors(lower, upper)
