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
_LON_STEP, _LAT_STEP = 1e-7, 1e-5
"""Degrees to which places are put in order: to 1 cm by longitude, to 1 m by latitude within that."""


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
    lon = (at.lon + 180) % 360 - 180
    height = np.degrees(km / _LEAST_RADIUS_KM) + _MARGIN
    order = _in_bands(lon, at.lat, height)
    lon, lat = lon[order], at.lat[order]
    new = np.ones(len(order), bool)
    new[1:] = (lon[1:] != lon[:-1]) | (lat[1:] != lat[:-1])
    first = np.flatnonzero(new)
    lon, lat = lon[first], lat[first]
    totals = np.zeros((len(first), values.shape[1]), np.int64)
    top, sizes = (np.full((len(first), LARGEST), -1, np.int64) for _ in range(2))
    _add_up(order, np.cumsum(new) - 1, values, size, totals, top, sizes)
    starts = np.searchsorted(_band(lat, height), np.arange(int(180 // height) + 2))
    return Bands(km, height, starts, lon, lat, in_space(lon, lat), totals, top, sizes)


def _band(lat: np.ndarray, height: float) -> np.ndarray:
    return ((lat + 90) // height).astype(np.int64)


def _in_bands(lon: np.ndarray, lat: np.ndarray, height: float) -> np.ndarray:
    """Order by band, longitude and latitude, to a step: one key of 64 bits sorts several times faster than three."""
    east, up = int(360 / _LON_STEP) + 2, int(height / _LAT_STEP) + 2
    x, y = ((lon + 180) / _LON_STEP).astype(np.int64), ((lat + 90) % height / _LAT_STEP).astype(np.int64)
    return np.argsort((_band(lat, height) * east + x) * up + y)


def sums_within(points: Points, bands: Bands) -> Sums:
    """What lies at most `bands.km` from each point."""
    lon = (points.lon + 180) % 360 - 180
    order = _in_bands(lon, points.lat, bands.height)  # neighbours share what lies in the cache
    found = _sums_in_order(Points(lon[order], points.lat[order]), bands)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return Sums(found.totals[back], found.nearest_km[back], found.largest[back])


def _sums_in_order(points: Points, bands: Bands) -> Sums:
    lon, lat, count = points.lon, points.lat, len(points.lon)
    out = (
        np.zeros((count, bands.totals.shape[1]), np.int64),
        np.full(count, np.nan),
        *(np.full((count, LARGEST), -1, np.int64) for _ in range(2)),
    )
    places = bands.totals, bands.top, bands.size
    close = _sum(
        lon,
        lat,
        in_space(lon, lat),
        bands.km,
        bands.height,
        bands.starts,
        bands.lon,
        bands.space,
        places,
        out,
    )
    geod = Geod(ellps="WGS84")
    for one, other in close:
        distance = geod.inv(lon[one], lat[one], bands.lon[other], bands.lat[other])[2] / 1000
        if distance <= bands.km:
            _take(one, other, distance, places, out)
    return Sums(*out[:3])


@nb.njit(cache=True)
def _add_up(order, place, values, size, totals, top, sizes):  # type: ignore[no-untyped-def]  # compiled: numba infers the types of its arrays
    """Adds up what stands at each place."""
    for i in range(len(order)):
        row, at = order[i], place[i]
        for k in range(values.shape[1]):
            totals[at, k] += values[row, k]
        _rank(row, size[row], at, top, sizes)


@nb.njit(cache=True)
def _sum(lon, lat, space, km, height, starts, at_lon, at_space, places, out):  # type: ignore[no-untyped-def]
    """Adds up what is surely near; returns the pairs that are too close to the limit."""
    close = [(0, 0) for _ in range(0)]
    doubt = km * (km / _MEAN_RADIUS_KM) ** 2 / 24 * 0.02 + 1e-6
    for i in range(len(lon)):
        width = _width(lat[i], km)
        band = int((lat[i] + 90) // height)
        for b in range(max(band - 1, 0), min(band + 2, len(starts) - 1)):
            for turn in (-360.0, 0.0, 360.0):
                west, east = lon[i] - width + turn, lon[i] + width + turn
                if east < -180 or west > 180 or (width >= 180 and turn != 0):
                    continue
                j = _first_from(at_lon, starts[b], starts[b + 1], west)
                while j < starts[b + 1] and at_lon[j] <= east:
                    x, y, z = (
                        space[i, 0] - at_space[j, 0],
                        space[i, 1] - at_space[j, 1],
                        space[i, 2] - at_space[j, 2],
                    )
                    square = x * x + y * y + z * z
                    if square <= km * km:
                        distance = np.sqrt(square) * (1 + square / (24 * _MEAN_RADIUS_KM**2))
                        if abs(distance - km) <= doubt:
                            close.append((i, j))
                        elif distance < km:
                            _take(i, j, distance, places, out)
                    j += 1
    return close


@nb.njit(cache=True)
def _width(lat, km):  # type: ignore[no-untyped-def]
    """Degrees of longitude on either side of a point that hold everything within `km`, and the rounding of the order;
    360 if all of them do.
    """
    reach, phi = km / _LEAST_RADIUS_KM, np.radians(abs(lat))
    if phi + reach >= np.pi / 2 - 1e-6:
        return 360.0
    return np.degrees(np.arcsin(np.sin(reach) / np.cos(phi))) + 1e-6


@nb.njit(cache=True)
def _first_from(values, first, last, low):  # type: ignore[no-untyped-def]
    """Position of the first of values[first:last], in order, that is at least `low`."""
    while first < last:
        middle = (first + last) // 2
        if values[middle] < low:
            first = middle + 1
        else:
            last = middle
    return first


@nb.njit(cache=True)
def _take(i, j, distance, places, out):  # type: ignore[no-untyped-def]
    """Adds place j to the sums of point i."""
    at_totals, top, top_size = places
    totals, nearest, largest, size = out
    for k in range(at_totals.shape[1]):
        totals[i, k] += at_totals[j, k]
    if not nearest[i] <= distance:
        nearest[i] = distance
    if top_size[j, 0] >= size[i, LARGEST - 1]:
        for k in range(LARGEST):
            if top[j, k] < 0 or not _rank(top[j, k], top_size[j, k], i, largest, size):
                break


@nb.njit(cache=True)
def _rank(row, large, i, rows, sizes):  # type: ignore[no-untyped-def]
    """Puts a row among the largest of i, the smaller number of equals first; False if it is none of them."""
    last = LARGEST - 1
    if large < sizes[i, last] or (large == sizes[i, last] and row > rows[i, last] >= 0):
        return False
    while last > 0 and (
        large > sizes[i, last - 1] or (large == sizes[i, last - 1] and row < rows[i, last - 1])
    ):
        rows[i, last], sizes[i, last] = rows[i, last - 1], sizes[i, last - 1]
        last -= 1
    rows[i, last], sizes[i, last] = row, large
    return True
