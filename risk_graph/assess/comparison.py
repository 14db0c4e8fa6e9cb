"""How published indices do what we do not, so that ours can be compared with theirs: numbers relative to who was loaded,
what is missing left out, rounding as in a spreadsheet.

Nothing here may reach a score: with it an unrelated subject would change everybody's number, and a missing figure
would lower a risk.
"""

import numpy as np
from scipy.stats import rankdata

from risk_graph.assess.composite import Weighted


def min_max(x: np.ndarray, low: float = 0.0, high: float = 100.0) -> np.ndarray:
    """Columns of x (n, ...) from `low` at their smallest to `high` at their largest value; a constant one is missing."""
    x = np.asarray(x, dtype=float)
    least, most = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    span = np.where(most > least, most - least, np.nan)
    return np.asarray(low + (high - low) * (x - least) / span)


def z_score(x: np.ndarray) -> np.ndarray:
    """Columns of x (n, ...) in standard deviations (of n - 1) from their mean; a constant one is missing."""
    x = np.asarray(x, dtype=float)
    deviation = np.nanstd(x, axis=0, ddof=1)
    return np.asarray((x - np.nanmean(x, axis=0)) / np.where(deviation > 0, deviation, np.nan))


def rank(x: np.ndarray) -> np.ndarray:
    """Rank of x (n,) from 1 for the smallest; ties share the smallest rank, what is missing has none."""
    return np.asarray(rankdata(x, method="min", nan_policy="omit"))


def percentile_rank(x: np.ndarray) -> np.ndarray:
    """Share, in percent, of the others' x (n,) that is below one's own, ties counted half; 50 where there is no other."""
    x = np.asarray(x, dtype=float)
    others = max(int((~np.isnan(x)).sum()) - 1, 0)
    middle = np.asarray(rankdata(x, method="average", nan_policy="omit"))
    return np.asarray(100.0 * (middle - 1) / others if others else np.where(np.isnan(x), np.nan, 50.0))


def available_case(aggregate: Weighted, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) the aggregate of what is there of x (n, k), the weights of the rest spread over it; missing where nothing is.

    The default of COINr and of many indices: whoever reports least is judged on what was pleasant to report.
    """
    x = np.asarray(x, dtype=float)
    there = ~np.isnan(x) & (np.asarray(weights) > 0)
    some = there.any(axis=1)
    result = np.full(len(x), np.nan)
    shown = np.where(there, weights, 0.0)[some]
    result[some] = aggregate(np.where(there, x, 1.0)[some], shown)
    return result


def half_up(x: np.ndarray, digits: int = 0) -> np.ndarray:
    """Rounded as spreadsheets do, a half away from zero, and not to the even neighbour as numpy does.

    A half is what is one to 1e-9 of the last digit kept: 0.285 to two digits is 0.29, although its binary number is a
    little below.
    """
    scaled = np.abs(np.asarray(x, dtype=float)) * 10.0**digits
    return np.asarray(np.sign(x) * np.floor(np.round(scaled, 9) + 0.5) / 10.0**digits)
