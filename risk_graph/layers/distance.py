"""True distances from points to outlines, on the WGS 84 ellipsoid.

Outlines are broken into short chords in space (geocentric coordinates, km). Over 30 km the straight line differs
from the way along the ground by less than a metre, and space has neither an antimeridian nor poles.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from risk_graph.layers.seams import edges

_A, _E2 = 6378.137, 6.69437999014e-3
_LONGEST_KM, _WIDEST_DEGREES = 5.0, 0.5
"""Chords are neither longer than this, nor wider in longitude: they run at most 0.5 m below the ground, and stray at
most 6 m from a parallel, however close to a pole."""
_AT_ONCE, _EDGES_AT_ONCE = 2000, 500_000
"""Points and edges per step, so that memory stays bounded."""


def in_space(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """(n, 3) geocentric coordinates in km of points at height 0."""
    lam, phi = np.radians(lon), np.radians(lat)
    n = _A / np.sqrt(1 - _E2 * np.sin(phi) ** 2)
    return np.column_stack(
        [n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - _E2) * np.sin(phi)]
    )


@dataclass(frozen=True, eq=False)
class Outlines:
    """Chords of the outlines of polygons: `start` and `end` (m, 3), `owner` (m,) the polygon's number."""

    start: np.ndarray
    end: np.ndarray
    owner: np.ndarray
    tree: cKDTree

    @classmethod
    def of(cls, geometry: np.ndarray) -> "Outlines":
        start, end, owner = _shortened(*edges(geometry))
        return cls(start, end, owner, cKDTree((start + end) / 2))

    @classmethod
    def around(cls, geometry: np.ndarray, lon: np.ndarray, lat: np.ndarray, km: float) -> "Outlines":
        """Only the chords that may lie within `km` of one of the points: enough to ask about these, and small however
        many corners the polygons have.
        """
        points, (a, b, owner) = cKDTree(in_space(lon, lat)), edges(geometry)
        kept = []
        for i in range(0, len(a), _EDGES_AT_ONCE):
            some = slice(i, i + _EDGES_AT_ONCE)
            start, end, of = _shortened(a[some], b[some], owner[some])
            far, _ = points.query(
                (start + end) / 2, distance_upper_bound=km + _LONGEST_KM / 2 + 0.01, workers=-1
            )
            near = np.isfinite(far)
            kept.append((start[near], end[near], of[near]))
        start, end, owner = (
            (np.concatenate(column) for column in zip(*kept, strict=True)) if kept else _none()
        )
        return cls(start, end, owner, cKDTree((start + end) / 2))

    def within(
        self, lon: np.ndarray, lat: np.ndarray, km: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(point, polygon, distance) of every polygon whose outline is at most `km` away."""
        found = [
            self._within(lon[i : i + _AT_ONCE], lat[i : i + _AT_ONCE], km, i)
            for i in range(0, len(lon), _AT_ONCE)
        ]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        point, polygon, distance = (np.concatenate(column) for column in zip(*found, strict=True))
        return point, polygon, distance

    def _within(
        self, lon: np.ndarray, lat: np.ndarray, km: float, first: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        at = in_space(lon, lat)
        hits = self.tree.query_ball_point(at, km + _LONGEST_KM / 2 + 0.01, workers=-1)
        counts = np.fromiter((len(h) for h in hits), np.int64, len(hits))
        point = np.repeat(np.arange(len(lon)), counts)
        chord = np.fromiter((c for h in hits for c in h), np.int64, counts.sum())
        distance = _to_chord(at[point], self.start[chord], self.end[chord])
        owner = self.owner[chord]
        order = np.lexsort((distance, owner, point))
        point, owner, distance = point[order], owner[order], distance[order]
        nearest = np.ones(len(point), bool)
        nearest[1:] = (point[1:] != point[:-1]) | (owner[1:] != owner[:-1])
        nearest &= distance <= km
        return point[nearest] + first, owner[nearest], distance[nearest]


def _none() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.empty((0, 3)), np.empty((0, 3)), np.empty(0, np.int64)


def _shortened(a: np.ndarray, b: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges (lon, lat) cut into pieces no longer than _LONGEST_KM, in space.

    Edges are straight in longitude and latitude, as the polygons are drawn; their length is bounded along the
    meridian and the parallel, because the chord of a long one would cut through the earth.
    """
    step = np.abs(b - a)
    parallel = np.cos(np.radians(np.minimum(np.abs(a[:, 1]), np.abs(b[:, 1]))))
    length = 111.7 * np.hypot(step[:, 1], step[:, 0] * parallel)
    pieces = np.ceil(np.maximum.reduce([length / _LONGEST_KM, step[:, 0] / _WIDEST_DEGREES, np.ones(len(a))]))
    pieces = pieces.astype(np.int64)
    edge = np.repeat(np.arange(len(a)), pieces)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    low, high = (nth / pieces[edge])[:, None], ((nth + 1) / pieces[edge])[:, None]
    start, end = a[edge] + (b - a)[edge] * low, a[edge] + (b - a)[edge] * high
    return in_space(*start.T), in_space(*end.T), owner[edge]


def _to_chord(at: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    along = end - start
    square = np.maximum((along**2).sum(axis=1), 1e-30)
    t = np.clip(((at - start) * along).sum(axis=1) / square, 0, 1)
    return np.asarray(np.linalg.norm(at - start - t[:, None] * along, axis=1))
