"""Which areas hold a point, and how far the point is from their outlines.

Whether a point lies inside is asked in longitude and latitude (areas are cut at the antimeridian), how far it is in
space (see `distance.py`). Knows no layer and no node table.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from risk_graph.layers.distance import Outlines

_ON_THE_LINE_KM = 1e-5
_AT_ONCE = 5000
_KM_A_DEGREE = 110.5
"""No degree of latitude is shorter."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Point and area that have to do with each other, by point: `inside`, or with an outline at most the reach away.
    `outline_km` is missing if it is farther.
    """

    point: np.ndarray
    area: np.ndarray
    inside: np.ndarray
    outline_km: np.ndarray


def pairs(geometry: np.ndarray, lon: np.ndarray, lat: np.ndarray, reach_km: float) -> Pairs:
    """Every area that holds a point or whose outline is at most `reach_km` away from it; longitudes -180 to 180."""
    point, area = _holding(geometry, lon, lat)
    near_point, near_area, km = _near(geometry, lon, lat, reach_km)
    count = max(len(geometry), 1)
    keys, near_keys = point * count + area, near_point * count + near_area
    every = np.union1d(keys, near_keys)
    outline_km = np.full(len(every), np.nan)
    outline_km[np.searchsorted(every, near_keys)] = km
    inside = np.isin(every, keys) | (outline_km <= _ON_THE_LINE_KM)
    return Pairs(every // count, every % count, inside, outline_km)


def _holding(geometry: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (point, area) where the point lies in the area or on its edge, once each."""
    edge = np.flatnonzero(np.abs(lon) > 180 - 1e-9)
    at = np.r_[np.arange(len(lon)), edge]
    tree = shapely.STRtree(shapely.points(np.r_[lon, -lon[edge]], lat[at]))
    area, point = tree.query(geometry, predicate="intersects")
    found = np.unique(np.column_stack([at[point], area]), axis=0)
    return found[:, 0], found[:, 1]


def _near(
    geometry: np.ndarray, lon: np.ndarray, lat: np.ndarray, reach_km: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tree = shapely.STRtree(geometry)
    asked: set[int] = set()
    for i in range(0, len(lon), _AT_ONCE):
        for boxes in _boxes(lon[i : i + _AT_ONCE], lat[i : i + _AT_ONCE], reach_km):
            asked.update(np.unique(tree.query(boxes)[1]).tolist())
    some = np.array(sorted(asked), np.int64)
    outlines = Outlines.around(geometry[some], lon, lat, reach_km)
    point, area, km = outlines.within(lon, lat, reach_km)
    return point, some[area], km


def _boxes(lon: np.ndarray, lat: np.ndarray, km: float) -> list[np.ndarray]:
    """Boxes in longitude and latitude that hold everything within `km` of the points; in three copies of the world, for
    those that reach beyond 180 degrees. Near a pole they go all round.
    """
    high = km / _KM_A_DEGREE
    farthest = np.minimum(np.abs(lat) + high, 90)
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = np.where(farthest > 89.5, 360.0, 1.02 * high / np.cos(np.radians(np.minimum(farthest, 89.5))))
    box = (lon - wide, lat - high, lon + wide, lat + high)
    out = [shapely.box(*box)]
    for side, over in ((-360.0, box[2] > 180), (360.0, box[0] < -180)):
        if over.any():
            out.append(shapely.box(box[0][over] + side, box[1][over], box[2][over] + side, box[3][over]))
    return out
