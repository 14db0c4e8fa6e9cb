"""Deaths in violent events within a distance of sites: counts, bounds, the nearest and the largest events.

Knows no sentence and no layer file.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.layers.near import Points, bands_of, sums_within

VIOLENCE = ("state_based", "non_state", "one_sided")


@dataclass(frozen=True, eq=False)
class Around:
    """Arrays over sites. `events` and `best` are (n, 3), by type of violence; `largest` (n, 3) are row numbers of the
    events with the most deaths, -1 where there are fewer; `nearest_km` is missing where there is none.
    """

    events: np.ndarray
    best: np.ndarray
    low: np.ndarray
    high: np.ndarray
    nearest_km: np.ndarray
    largest: np.ndarray


def deaths_within(sites: Points, events: pd.DataFrame, km: float) -> Around:
    """What lies at most `km` from each site by true distance; events as in risk_graph/model/facts/events.py."""
    types = len(VIOLENCE)
    best, low, high = (events[c].to_numpy(np.int64) for c in ("best", "low", "high"))
    values = np.empty((len(events), 2 * types + 2), np.int64)
    for number, kind in enumerate(VIOLENCE):
        values[:, number] = events["violence"] == kind
    values[:, types : 2 * types] = values[:, :types] * best[:, None]
    values[:, -2], values[:, -1] = low, high
    at = Points(events["longitude"].to_numpy(float), events["latitude"].to_numpy(float))
    found = sums_within(sites, bands_of(at, best, values, km))
    totals = found.totals
    return Around(
        events=totals[:, :types],
        best=totals[:, types : 2 * types],
        low=totals[:, -2],
        high=totals[:, -1],
        nearest_km=found.nearest_km,
        largest=found.largest,
    )
