"""The edges of polygons that are outlines in truth: without the cuts at the antimeridian and along the poles.

A polygon across the antimeridian is stored in two parts, one round a pole with an edge along the pole and two down the
antimeridian. Those edges lie inside it; a distance to them would be a distance to nothing.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_TINY = 1e-9


def edges(geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(m, 2) starts, (m, 2) ends in longitude (perhaps beyond 180) and latitude, and (m,) the number of the polygon."""
    west, _, east, _ = shapely.bounds(geometry).T
    both = np.flatnonzero((west <= -180 + _TINY) & (east >= 180 - _TINY))
    if len(both):
        geometry = geometry.copy()
        geometry[both] = [_rejoined(polygon) for polygon in geometry[both]]
    parts, of_part = shapely.get_parts(geometry, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    a, b, part = points[:-1][same], points[1:][same], of_ring[ring[1:][same]]
    drawn = ~_seam(a, b, shapely.bounds(parts)[part]) if len(both) else np.ones(len(a), bool)
    return a[drawn], b[drawn], of_part[part[drawn]]


def _rejoined(polygon: BaseGeometry) -> BaseGeometry:
    """Parts on either side of the antimeridian as one, its eastern end beyond 180."""
    parts = shapely.get_parts(polygon)
    west, _, east, _ = shapely.bounds(parts).T
    moved = [
        shapely.transform(part, lambda xy: xy + np.array([360.0, 0.0]))
        if w <= -180 + _TINY and e < 180 - _TINY
        else part
        for part, w, e in zip(parts, west, east, strict=True)
    ]
    return shapely.union_all(np.array(moved, object))


def _seam(a: np.ndarray, b: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Edges along a pole, and those down the antimeridian of a part that goes all round the world."""
    round_the_world = (
        (bounds[:, 0] <= -180 + _TINY) & (bounds[:, 2] >= 180 - _TINY) & (bounds[:, 2] <= 180 + _TINY)
    )
    down = (np.abs(np.abs(a[:, 0]) - 180) < _TINY) & (np.abs(a[:, 0] - b[:, 0]) < _TINY)
    along = (np.abs(a[:, 1]) > 90 - _TINY) & (np.abs(b[:, 1]) > 90 - _TINY)
    return np.asarray(along | (down & round_the_world))
