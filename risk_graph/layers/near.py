"""Which points lie within a true distance of which others, on the WGS 84 ellipsoid.

Candidates come from a tree in space (geocentric coordinates, km), which has neither an antimeridian nor poles; a
straight line is never longer than the way along the ground, so none is missed. Knows no event.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

from risk_graph.layers.distance import in_space

LARGEST_KM = 500.0
"""Up to here a line in space gives the way along the ground to a few metres."""
_CLOSE_KM = 0.01
"""A distance that differs from the limit by less than this is computed anew, as a geodesic."""
_RADIUS_KM = 6371.0
_AT_ONCE = 2000


@dataclass(frozen=True, eq=False)
class Points:
    """Longitudes and latitudes in degrees, (n,) each."""

    lon: np.ndarray
    lat: np.ndarray

    @cached_property
    def tree(self) -> cKDTree:
        return cKDTree(in_space(self.lon, self.lat))

    def part(self, first: int, count: int) -> "Points":
        return Points(self.lon[first : first + count], self.lat[first : first + count])


@dataclass(frozen=True, eq=False)
class Pairs:
    """`distance_km` from point `one` of the first set to point `other` of the second; ordered by both."""

    one: np.ndarray
    other: np.ndarray
    distance_km: np.ndarray


def pairs_within(ones: Points, others: Points, km: float) -> Iterator[Pairs]:
    """Every pair at most `km` (up to LARGEST_KM) apart, in portions: all pairs of a point stand in one of them."""
    if not len(others.lon):
        return
    for first in range(0, len(ones.lon), _AT_ONCE):
        part = ones.part(first, _AT_ONCE)
        found = part.tree.sparse_distance_matrix(others.tree, km, output_type="ndarray")
        found = found[np.lexsort((found["j"], found["i"]))]
        chord = found["v"]
        distance = chord * (1 + (chord / _RADIUS_KM) ** 2 / 24)
        close = np.flatnonzero(np.abs(distance - km) < _CLOSE_KM)
        distance[close] = geodesic_km(part, found["i"][close], others, found["j"][close])
        inside = distance <= km
        yield Pairs(found["i"][inside] + first, found["j"][inside], distance[inside])


def geodesic_km(ones: Points, one: np.ndarray, others: Points, other: np.ndarray) -> np.ndarray:
    """Length of the shortest way along the ellipsoid between pairs of points."""
    ends = ones.lon[one], ones.lat[one], others.lon[other], others.lat[other]
    return np.asarray(Geod(ellps="WGS84").inv(*ends)[2]) / 1000
