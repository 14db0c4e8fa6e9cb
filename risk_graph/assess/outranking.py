"""Who is worse than whom without adding anything up: no component makes up for another.

An order of those who were compared, so it depends on who they are: shown beside a score, never a score.
"""

import numpy as np

_TIE = 1e-9
_CELLS = 2_000_000


def outranking(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n, n) E: the weight of the components of x (n, k) in which the row is above the column, ties counted half.

    Weights (k,) are divided by their sum; E + E' = 1. Raises ValueError where a component is missing: compare bounds
    (`composite.bounds`) then. Condorcet; OECD/JRC Handbook on Constructing Composite Indicators (2008).
    """
    x, w = _checked(x, weights)
    return _rows(x, x, w)


def copeland(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) how many others each outranks (E above 1/2) less how many outrank it; on a risk scale the largest is the
    worst. Never holds E whole; time grows with n squared. Raises as `outranking`.
    """
    x, w = _checked(x, weights)
    step = max(1, _CELLS // max(1, len(x)))
    parts = [_rows(x[i : i + step], x, w) - 0.5 for i in range(0, len(x), step)]
    won = [(part > _TIE).sum(axis=1) - (part < -_TIE).sum(axis=1) for part in parts]
    return np.concatenate(won) if won else np.zeros(0, dtype=np.int64)


def _rows(some: np.ndarray, x: np.ndarray, w: np.ndarray) -> np.ndarray:
    above = np.zeros((len(some), len(x)))
    for k, weight in enumerate(w):
        above += weight * (1 + np.sign(some[:, k, None] - x[None, :, k])) / 2
    return above


def _checked(x: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, w = np.asarray(x, dtype=float), np.asarray(weights, dtype=float)
    if x.ndim != 2 or w.shape != x.shape[1:] or not (w >= 0).all() or not 0 < w.sum() < np.inf:
        raise ValueError(f"Weights must be one for each component, none negative, and not all 0: {w}.")
    if not np.isfinite(x).all():
        raise ValueError("A component is missing: compare the bounds instead.")
    return x, w / w.sum()
