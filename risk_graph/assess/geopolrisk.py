"""The GeoPolRisk method: how much a country's supply of a raw material hangs on unstable suppliers.

Gemechu et al. 2016 (J. Ind. Ecol. 20(1)), as the package geopolrisk-py 2.0.1 computes it. Unlike there a supplier whose
stability is unknown does not count as the most stable one: the result has bounds.
"""

from dataclasses import dataclass

import numpy as np

from risk_graph.model.interval import Interval
from risk_graph.trace.concentration import hhi_bounds

COPPER_USD_PER_KG = 0.409412948
"""Score times price of copper, the mean over OECD countries, 2017 to 2021, as geopolrisk-py states it."""


@dataclass(frozen=True)
class GeoPolRisk:
    """`hhi` of world production, 0 to 1; `import_risk`, the political risk of what is used, 0 to 1; `score`, their
    product. Bounds count suppliers of unknown stability at best and at worst; values at worst.
    """

    hhi: float
    import_risk: Interval
    score: Interval

    def characterisation(self, price_usd_per_kg: float) -> Interval:
        """Characterisation factor in kg copper-equivalent per kg: score times price, over that of copper."""
        factor = price_usd_per_kg / COPPER_USD_PER_KG
        return Interval(*(bound * factor for bound in (self.score.low, self.score.value, self.score.high)))


def political_risk(stability: np.ndarray) -> np.ndarray:
    """Risk of 0 to 1 from political stability (Worldwide Governance Indicators, -2.5 to 2.5); missing stays missing."""
    return np.clip((2.5 - np.asarray(stability, dtype=float)) / 5.0, 0.0, 1.0)


def geopolrisk(
    production_t: np.ndarray, imports_t: np.ndarray, risks: np.ndarray, domestic_t: float
) -> GeoPolRisk:
    """Score of an importer: HHI times sum(risk x import) / (domestic production + imports).

    `production_t` is each producing country's, `imports_t` and `risks` (0 to 1, NaN where unknown) each exporting
    country's, `domestic_t` the importer's own production, which carries no risk. Raises ValueError where nothing is
    produced or used, or a number is out of range.
    """
    production, imports, risks = (np.asarray(a, dtype=float) for a in (production_t, imports_t, risks))
    used = imports.sum() + domestic_t
    if not (np.isfinite(used) and used > 0 and (imports >= 0).all() and domestic_t >= 0):
        raise ValueError("Imports and domestic production must be finite, not negative and not all 0.")
    if not production.sum() > 0 or ((risks < 0) | (risks > 1)).any():
        raise ValueError("Something must be produced, and risks are from 0 to 1.")
    hhi = float(hhi_bounds(production)[0])
    low, high = (float(np.where(np.isnan(risks), end, risks) @ imports / used) for end in (0.0, 1.0))
    return GeoPolRisk(hhi, Interval(low, high, high), Interval(hhi * low, hhi * high, hhi * high))
