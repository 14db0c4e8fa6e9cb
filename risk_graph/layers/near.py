"""Sums over what lies within a true distance of points, on the WGS 84 ellipsoid.

Candidates come from bands of latitude, each in the order of longitude: no projection, no antimeridian, no poles. A
distance so near the limit that a straight line in space cannot decide it is computed as a geodesic. Knows no event.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
from pyproj import Geod

from risk_graph.layers.distance import in_space

LARGEST_KM = 500.0
LARGEST = 3
"""So many of the largest are named."""
_LEAST_RADIUS_KM = 6335.4
"""Smallest radius of curvature of the ellipsoid: a way of so many km turns the vertical by one radian at most."""
_MEAN_RADIUS_KM = 6371.0
_MARGIN = 1e-9


@dataclass(frozen=True, eq=False)
class Points:
    """Longitudes and latitudes in degrees, (n,) each."""

    lon: np.ndarray
    lat: np.ndarray


@dataclass(frozen=True, eq=False)
class Bands:
    """Places in bands of latitude of `height` degrees, by longitude within a band. `starts` (bands + 1,) are positions;
    `totals` (p, k) what a place adds to a sum; `top` (p, LARGEST) row numbers of its largest, -1 where there are fewer,
    and `size` (p, LARGEST) how large they are.
    """

    km: float
    height: float
    starts: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    space: np.ndarray
    totals: np.ndarray
    top: np.ndarray
    size: np.ndarray


@dataclass(frozen=True, eq=False)
class Sums:
    """Arrays over points: `totals` (n, k), `nearest_km` (missing where there is none), `largest` (n, LARGEST) row numbers,
    the largest first, the smaller number of equals.
    """

    totals: np.ndarray
    nearest_km: np.ndarray
    largest: np.ndarray


def bands_of(at: Points, size: np.ndarray, values: np.ndarray, km: float) -> Bands:
    """Things at points, with their size and the values to add up (n, k), for sums within `km` (up to LARGEST_KM).

    What stands at one place is added up at once.
    """
    lon, lat = (at.lon + 180) % 360 - 180, at.lat
    height = np.degrees(km / _LEAST_RADIUS_KM) + _MARGIN
    band = ((lat + 90) // height).astype(np.int64)
    order = np.lexsort((np.arange(len(lon)), -size, lat, lon, band))
    lon, lat, band = lon[order], lat[order], band[order]
    new = np.ones(len(order), bool)
    new[1:] = (lon[1:] != lon[:-1]) | (lat[1:] != lat[:-1])
    first = np.flatnonzero(new)
    totals = np.add.reduceat(values[order], first) if len(first) else values[:0]
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    place = np.cumsum(new) - 1
    top = np.full((len(first), LARGEST), -1, np.int64)
    sizes = np.full((len(first), LARGEST), -1, np.int64)
    kept = rank < LARGEST
    top[place[kept], rank[kept]], sizes[place[kept], rank[kept]] = order[kept], size[order[kept]]
    starts = np.searchsorted(band[first], np.arange(int(180 // height) + 2))
    space = in_space(lon[first], lat[first])
    return Bands(km, height, starts, lon[first], lat[first], space, totals.astype(np.int64), top, sizes)


def sums_within(points: Points, bands: Bands) -> Sums:
    """What lies at most `bands.km` from each point."""
    order = np.lexsort(
        (points.lon, (points.lat + 90) // bands.height)
    )  # neighbours share what lies in the cache
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    found = _sums_in_order(Points(points.lon[order], points.lat[order]), bands)
    return Sums(found.totals[back], found.nearest_km[back], found.largest[back])


def _sums_in_order(points: Points, bands: Bands) -> Sums:
    count = len(points.lon)
    totals = np.zeros((count, bands.totals.shape[1]), np.int64)
    nearest = np.full(count, np.nan)
    largest, size = (np.full((count, LARGEST), -1, np.int64) for _ in range(2))
    lon = (points.lon + 180) % 360 - 180
    tables = bands.starts, bands.lon, bands.space, bands.totals, bands.top, bands.size
    out = totals, nearest, largest, size
    close = _sum(lon, points.lat, in_space(lon, points.lat), bands.km, bands.height, *tables, *out)
    for one, other in close:
        ends = lon[one], points.lat[one], bands.lon[other], bands.lat[other]
        distance = Geod(ellps="WGS84").inv(*ends)[2] / 1000
        if distance <= bands.km:
            _take(one, other, distance, bands.totals, bands.top, bands.size, *out)
    return Sums(totals, nearest, largest)


@nb.njit(cache=True)
def _sum(  # type: ignore[no-untyped-def]  # compiled: numba infers the types of its arrays
    lon,
    lat,
    space,
    km,
    height,
    starts,
    at_lon,
    at_space,
    at_totals,
    top,
    top_size,
    totals,
    nearest,
    largest,
    size,
):
    """Adds up what is surely near; returns the pairs that are too close to the limit."""
    close = [(0, 0) for _ in range(0)]
    reach = km / _LEAST_RADIUS_KM
    excess = (km / _MEAN_RADIUS_KM) ** 2 / 24
    doubt = km * excess * 0.02 + 1e-6
    for i in range(len(lon)):
        phi = np.radians(abs(lat[i]))
        width = 180.0
        if phi + reach < np.pi / 2 - 1e-6:
            width = np.degrees(np.arcsin(np.sin(reach) / np.cos(phi))) + 1e-6
        band = int((lat[i] + 90) // height)
        for b in range(max(band - 1, 0), min(band + 2, len(starts) - 1)):
            for turn in (-360.0, 0.0, 360.0):
                west, east = lon[i] - width + turn, lon[i] + width + turn
                if width >= 180:
                    if turn != 0:
                        continue
                    west, east = -180.0, 180.0
                elif east < -180 or west > 180:
                    continue
                j = starts[b] + np.searchsorted(at_lon[starts[b] : starts[b + 1]], west)
                while j < starts[b + 1] and at_lon[j] <= east:
                    x = space[i, 0] - at_space[j, 0]
                    y = space[i, 1] - at_space[j, 1]
                    z = space[i, 2] - at_space[j, 2]
                    square = x * x + y * y + z * z
                    if square <= km * km:
                        chord = np.sqrt(square)
                        distance = chord * (1 + square / (24 * _MEAN_RADIUS_KM**2))
                        if abs(distance - km) <= doubt:
                            close.append((i, j))
                        elif distance < km:
                            _take(i, j, distance, at_totals, top, top_size, totals, nearest, largest, size)
                    j += 1
    return close


@nb.njit(cache=True)
def _take(i, j, distance, at_totals, top, top_size, totals, nearest, largest, size):  # type: ignore[no-untyped-def]
    """Adds place j to the sums of point i."""
    for k in range(at_totals.shape[1]):
        totals[i, k] += at_totals[j, k]
    if not nearest[i] <= distance:
        nearest[i] = distance
    for k in range(LARGEST):
        row, large = top[j, k], top_size[j, k]
        last = LARGEST - 1
        if row < 0 or large < size[i, last] or (large == size[i, last] and row > largest[i, last]):
            break
        while last > 0 and (
            large > size[i, last - 1] or (large == size[i, last - 1] and row < largest[i, last - 1])
        ):
            largest[i, last], size[i, last] = largest[i, last - 1], size[i, last - 1]
            last -= 1
        largest[i, last], size[i, last] = row, large
