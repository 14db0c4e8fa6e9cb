"""From an indicator to a risk by fixed goalposts: an unrelated subject changes nobody's number."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

WORST = 100.0
"""The worst end of the product's risk scale; the best is 0."""


@dataclass(frozen=True)
class Goalposts:
    """The indicator's values of no risk and of full risk, in its own unit; which of the two is larger declares its
    direction. Raises ValueError unless both are finite and they differ.
    """

    best: float
    worst: float

    def __post_init__(self) -> None:
        if not (isfinite(self.best) and isfinite(self.worst)) or self.best == self.worst:
            raise ValueError(f"Goalposts must be finite and differ: best {self.best}, worst {self.worst}.")

    @property
    def higher_is_worse(self) -> bool:
        return self.worst > self.best

    def risk(self, x: np.ndarray, worst: float = WORST) -> np.ndarray:
        """Risk of each value, 0 to `worst`, linear between the goalposts and clipped beyond them (min-max with fixed
        ends, OECD/JRC Handbook on Constructing Composite Indicators, 2008). Missing (NaN) stays missing.
        """
        share = (np.asarray(x, dtype=float) - self.best) / (self.worst - self.best)
        return np.asarray(worst * np.clip(share, 0.0, 1.0))
