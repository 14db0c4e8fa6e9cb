"""How few places or companies something comes from: the Herfindahl-Hirschman index, with what is unknown as bounds.

Words for it (highly concentrated ...) differ between the merger guidelines that define them, so each result names the set
of thresholds it was judged by, and none is the default.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

import numpy as np

from risk_graph import data_dir
from risk_graph.errors import ContributionError

POINTS = 10_000.0
"""Points of a market in one hand: guidelines count shares in percent."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class ThresholdSet:
    """From `moderate` points on a market is moderately concentrated, above `high` points highly."""

    id: str
    title: str
    moderate: float
    high: float
    issued: date
    source: str
    verified: bool

    def __post_init__(self) -> None:
        if not 0 < self.moderate < self.high < POINTS:
            raise ContributionError(f"Threshold set {self.id}: 0 < moderate < high < {POINTS:g} must hold.")

    def word(self, hhi: float) -> str:
        """Unconcentrated, moderately concentrated or highly concentrated, of an index of 0 to 1."""
        points = POINTS * hhi
        if points > self.high + _ROUNDING * POINTS:
            return "highly concentrated"
        return "moderately concentrated" if points >= self.moderate - _ROUNDING * POINTS else "unconcentrated"


@dataclass(frozen=True)
class Concentration:
    """The index, 0 to 1, with the unknown spread thin (`low`) and all in the largest hand (`high`).

    `word` is that of `high`: what is unknown makes nothing look spread. `proven` is that of `low`. Both are by
    `thresholds`, the id of the set.
    """

    low: float
    high: float
    word: str
    proven: str
    thresholds: str

    def __str__(self) -> str:
        low, high = (f"{POINTS * hhi:,.0f}" for hhi in (self.low, self.high))
        points = low if low == high else f"{low} to {high}"
        return f"HHI {points} points: {self.word} ({self.thresholds})"


def hhi_bounds(parts: np.ndarray, unknown: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest sum of squared shares, each (n,), 0 to 1, of parts (n, k) >= 0 and an unknown rest (n,) >= 0.

    In any one unit. Spread over ever more hands the rest adds nothing; the most it can add is to the largest part
    (a sum of squares is convex). Where there is nothing at all, both are NaN. Raises ValueError on a part that is
    negative or missing: a missing one belongs to the rest. Hirschman 1945; Herfindahl 1950.
    """
    parts, rest = np.asarray(parts, dtype=float), np.asarray(unknown, dtype=float)
    if not (
        (parts >= 0).all() and np.isfinite(parts).all() and (rest >= 0).all() and np.isfinite(rest).all()
    ):
        raise ValueError(
            "Parts and the unknown rest must be finite and not negative; what is missing is unknown."
        )
    total = parts.sum(axis=-1) + rest
    total = np.where(total > 0, total, np.nan)
    shares, rest = parts / total[..., None], rest / total
    low = np.minimum(np.vecdot(shares, shares), 1.0)
    largest = shares.max(axis=-1, initial=0.0)
    return np.asarray(low), np.asarray(np.minimum(low + rest * (rest + 2.0 * largest), 1.0))


def concentration(parts: np.ndarray, thresholds: ThresholdSet, unknown: float = 0.0) -> Concentration:
    """Concentration of parts (k,) and an unknown rest, see `hhi_bounds`. Raises ValueError where there is nothing."""
    low, high = (float(bound) for bound in hhi_bounds(parts, unknown))
    if np.isnan(low):
        raise ValueError("Nothing has no concentration.")
    return Concentration(low, high, thresholds.word(high), thresholds.word(low), thresholds.id)


@cache
def threshold_sets() -> Mapping[str, ThresholdSet]:
    """The sets of `data/standards/concentration.toml` by id. Raises ContributionError where one is malformed."""
    file = data_dir() / "standards" / "concentration.toml"
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))["threshold_sets"]
        sets = {one["id"]: ThresholdSet(**one) for one in raw}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ContributionError(f"{file} is malformed: {error}.") from error
    if len(sets) < len(raw):
        raise ContributionError(f"{file}: two sets have the same id.")
    return MappingProxyType(sets)
