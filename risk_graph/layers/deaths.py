"""Deaths in violent events within a distance of sites: counts, bounds, the nearest and the largest events.

Events at one place are added up first: capitals hold thousands. Knows no sentence and no layer file.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.layers.near import Pairs, Points, pairs_within

VIOLENCE = ("state_based", "non_state", "one_sided")
LARGEST = 3
"""So many events are named."""


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
    nearest: np.ndarray
    largest: np.ndarray

    @classmethod
    def nothing(cls, count: int) -> "Around":
        zeros, none = np.zeros(count, np.int64), np.full(count, -1, np.int64)
        by_type = np.zeros((count, len(VIOLENCE)), np.int64)
        largest = np.full((count, LARGEST), -1, np.int64)
        return cls(by_type, by_type.copy(), zeros, zeros.copy(), np.full(count, np.nan), none, largest)


@dataclass(frozen=True, eq=False)
class Places:
    """Events by their coordinates. `totals` (places, 8): events by type, deaths by type, low, high; `top` (places, 3)
    row numbers of the largest events.
    """

    points: Points
    of: np.ndarray
    totals: np.ndarray
    top: np.ndarray
    best: np.ndarray

    @classmethod
    def of_events(cls, events: pd.DataFrame) -> "Places":
        """Events with the columns of risk_graph/model/facts/events.py."""
        at = events[["longitude", "latitude"]].to_numpy(float)
        unique, of = np.unique(at, axis=0, return_inverse=True)
        of = of.reshape(-1)
        kind = pd.Index(VIOLENCE).get_indexer(pd.Index(events["violence"]))
        best, low, high = (events[c].to_numpy(np.int64) for c in ("best", "low", "high"))
        totals = np.zeros((len(unique), 2 * len(VIOLENCE) + 2), np.int64)
        np.add.at(totals, (of, kind), 1)
        np.add.at(totals, (of, kind + len(VIOLENCE)), best)
        np.add.at(totals[:, -2], of, low)
        np.add.at(totals[:, -1], of, high)
        rows = np.arange(len(events))
        return cls(Points(*unique.T), of, totals, _largest(of, rows, best, len(unique)), best)


def deaths_within(sites: Points, places: Places, km: float) -> Around:
    """What lies at most `km` from each site by true distance."""
    out = Around.nothing(len(sites.lon))
    for pairs in pairs_within(sites, places.points, km):
        if len(pairs.one):
            _add(out, pairs, places)
    return out


def _add(out: Around, pairs: Pairs, places: Places) -> None:
    first = int(pairs.one[0])
    ones = pairs.one - first
    shape = (int(ones[-1]) + 1, len(places.totals))
    ties = sparse.csr_array((np.ones(len(ones), np.int64), (ones, pairs.other)), shape=shape)
    sums = ties @ places.totals
    rows = slice(first, first + shape[0])
    types = len(VIOLENCE)
    out.events[rows], out.best[rows] = sums[:, :types], sums[:, types : 2 * types]
    out.low[rows], out.high[rows] = sums[:, -2], sums[:, -1]
    order = np.lexsort((pairs.other, pairs.distance_km, pairs.one))
    nearest = order[np.unique(pairs.one[order], return_index=True)[1]]
    out.nearest_km[pairs.one[nearest]] = pairs.distance_km[nearest]
    out.nearest[pairs.one[nearest]] = places.top[pairs.other[nearest], 0]
    top = places.top[pairs.other]
    site, event = np.repeat(ones, LARGEST), top.ravel()
    there = event >= 0
    out.largest[rows] = _largest(site[there], event[there], places.best[event[there]], shape[0])


def _largest(group: np.ndarray, row: np.ndarray, best: np.ndarray, count: int) -> np.ndarray:
    """(count, LARGEST) rows with the most deaths of each group, the first of equals; -1 where there are fewer."""
    order = np.lexsort((row, -best, group))
    group, row = group[order], row[order]
    begins = np.searchsorted(group, group)
    rank = np.arange(len(group)) - begins
    out = np.full((count, LARGEST), -1, np.int64)
    kept = rank < LARGEST
    out[group[kept], rank[kept]] = row[kept]
    return out
