"""Which polygons a site's coordinates stand for, given the country it was declared in.

A site inside its country is where its coordinates are. Just outside (a coast, a border drawn coarsely) it belongs
to the nearest polygon of its country. Farther out the coordinates or the country are wrong, and both are kept.
Knows no layer.
"""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from risk_graph.layers.place import Atlas

State = Literal["none", "estimated", "inside", "near", "elsewhere", "swapped", "off"]
"""none: no coordinates; estimated: too coarse to use; inside, near: its country's polygon, or within the snapping
distance of it; elsewhere: farther away; swapped: latitude and longitude stand the wrong way round; off: no country
to hold against, and no polygon near."""

Polygons = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Located:
    """Arrays over points; `at` holds tuples of polygon numbers, the nearest first."""

    state: np.ndarray
    at: np.ndarray
    distance_km: np.ndarray


def locate(atlas: Atlas, country: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> Located:
    """`country` is alpha-3, "" if not known; longitudes may run beyond 180."""
    lon = (lon + 180) % 360 - 180
    count = len(lon)
    out = Located(np.full(count, "off", object), _empty(count), np.full(count, np.nan))
    point, polygon = atlas.containing(lon, lat)
    accord = atlas.accordant(polygon, country[point])
    coarse = np.array([bool(atlas.covered & set(c)) for c in atlas.countries]) & ~atlas.fine
    good = accord & ~coarse[polygon]
    inside = _gather(atlas, point[good], polygon[good], count)
    home = _filled(inside)
    out.state[home], out.at[home], out.distance_km[home] = "inside", inside[home], 0.0
    rest = np.flatnonzero(~home)
    if len(rest):
        around = _gather(atlas, point[~accord], polygon[~accord], count)
        at_home = _gather(atlas, point[accord], polygon[accord], count)
        _rest(atlas, out, rest, country, (lon, lat), around, at_home)
    return out


def _rest(
    atlas: Atlas,
    out: Located,
    rest: np.ndarray,
    country: np.ndarray,
    lon_lat: tuple[np.ndarray, np.ndarray],
    around: np.ndarray,
    at_home: np.ndarray,
) -> None:
    """Points in no polygon that answers: `around` are foreign ones that hold them, `at_home` the whole country."""
    lon, lat = lon_lat
    point, polygon, km = atlas.near(lon[rest], lat[rest])
    accord = atlas.accordant(polygon, country[rest][point])
    close = _gather(atlas, point[accord], polygon[accord], len(rest))
    any_close = _gather(atlas, point, polygon, len(rest))
    known = atlas.belongs.columns
    nearest = dict(zip(zip(point.tolist(), polygon.tolist(), strict=True), km.tolist(), strict=True))
    for i, at in enumerate(rest):
        whole = at_home[at]
        if close[i] and not (whole and not _any_fine(atlas, close[i])):
            out.state[at], out.at[at] = "near", close[i] + around[at]
            out.distance_km[at] = nearest[i, close[i][0]]
        elif whole:
            out.state[at], out.at[at], out.distance_km[at] = "inside", whole, 0.0
        elif country[at] in known:
            out.state[at], out.at[at] = "elsewhere", around[at] or any_close[i]
            out.distance_km[at] = 0.0 if around[at] else nearest.get((i, (any_close[i] or (-1,))[0]), np.nan)
    _swapped(atlas, out, country, lon, lat)


def _swapped(atlas: Atlas, out: Located, country: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> None:
    """A point elsewhere that lies in its country once latitude and longitude change places."""
    asked = np.flatnonzero((out.state == "elsewhere") & (np.abs(lon) <= 90))
    if not len(asked):
        return
    point, polygon = atlas.containing(lat[asked], lon[asked])
    hit = np.unique(asked[point[atlas.accordant(polygon, country[asked][point])]])
    out.state[hit], out.distance_km[hit] = "swapped", np.nan
    out.at[hit] = _empty(len(hit))


def _empty(count: int) -> np.ndarray:
    out = np.empty(count, object)
    out[:] = [()] * count
    return out


def _filled(tuples: np.ndarray) -> np.ndarray:
    return np.fromiter((len(t) > 0 for t in tuples), bool, len(tuples))


def _any_fine(atlas: Atlas, polygons: Polygons) -> bool:
    return any(atlas.fine[p] for p in polygons)


def _gather(atlas: Atlas, point: np.ndarray, polygon: np.ndarray, count: int) -> np.ndarray:
    """Polygons of each point as a tuple, in the order given; subdivisions alone where there are any."""
    fine = atlas.fine[polygon]
    has_fine = np.zeros(count, bool)
    has_fine[point[fine]] = True
    keep = fine | ~has_fine[point]
    point, polygon = point[keep], polygon[keep]
    out = _empty(count)
    first = np.flatnonzero(np.r_[True, point[1:] != point[:-1]]) if len(point) else np.empty(0, np.int64)
    size = np.diff(np.r_[first, len(point)])
    alone = first[size == 1]
    singles = np.empty(len(atlas.names), object)
    singles[:] = [(i,) for i in range(len(atlas.names))]
    out[point[alone]] = singles[polygon[alone]]
    for start, length in zip(first[size > 1], size[size > 1], strict=True):
        out[point[start]] = cast(Polygons, tuple(polygon[start : start + length].tolist()))
    return out
