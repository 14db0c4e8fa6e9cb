"""Outlines as publishers draw them, made fit for use: polygons alone, valid, in longitude -180 to 180.

A ring that jumps more than half the world in longitude crosses the antimeridian (nobody draws an edge that long); one
that goes round the world once encloses a pole. Both are cut at the antimeridian, as RFC 7946 asks for.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_HALF, _WHOLE = 180.0, 360.0
_TINY = 1e-9
_WORLD = shapely.box(-_HALF, -90, _HALF, 90)
_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, eq=False)
class Mended:
    """Arrays over rows: `geometry` is a valid polygon or multipolygon, or None where `refused` says why; `note` says
    what was changed.
    """

    geometry: np.ndarray
    note: np.ndarray
    refused: np.ndarray


def mended(geometry: np.ndarray) -> Mended:
    """Outlines in longitude and latitude (WGS 84), longitudes perhaps beyond 180, made fit for use."""
    out = np.array(shapely.force_2d(geometry), object)
    note, refused = (np.full(len(out), "", object) for _ in range(2))
    kind = shapely.get_type_id(out)
    gone = shapely.is_missing(out) | shapely.is_empty(out)
    _refuse(out, refused, gone, "it has no outline")
    _refuse(
        out, refused, ~gone & ~np.isin(kind, _POLYGONAL), "it is no polygon but a point, a line or a mixture"
    )
    _refuse(out, refused, ~gone & _off_the_earth(out), "its coordinates lie outside the earth")
    for i in np.flatnonzero(_around_the_world(out)):
        placed, how = _placed(out[i])
        if how:
            out[i], note[i] = placed, _and(note[i], how)
    _repair(out, note, refused)
    return Mended(out, note, refused)


def _refuse(out: np.ndarray, refused: np.ndarray, which: np.ndarray, why: str) -> None:
    refused[which & (refused == "")] = why
    out[which] = None


def _off_the_earth(geometry: np.ndarray) -> np.ndarray:
    west, south, east, north = shapely.bounds(geometry).T
    slack = 1e-6
    out = (south < -90 - slack) | (north > 90 + slack) | (west < -2 * _WHOLE) | (east > 2 * _WHOLE)
    flat = shapely.get_coordinates(geometry)
    if np.isfinite(flat).all():
        return np.asarray(out)
    xy, at = shapely.get_coordinates(geometry, return_index=True)
    out[at[~np.isfinite(xy).all(axis=1)]] = True
    return np.asarray(out)


def _repair(out: np.ndarray, note: np.ndarray, refused: np.ndarray) -> None:
    """Invalid outlines made valid: every ring keeps all that it encloses, and parts that overlap are joined."""
    bad = np.flatnonzero(~shapely.is_missing(out) & ~shapely.is_valid(out))
    if not len(bad):
        return
    why = shapely.is_valid_reason(out[bad])
    fixed = shapely.make_valid(out[bad], method="structure", keep_collapsed=False)
    for i, reason, new in zip(bad, why, fixed, strict=True):
        polygons = _polygonal(new)
        if polygons is None:
            out[i], refused[i] = None, "its outline encloses nothing"
        else:
            out[i] = polygons
            note[i] = _and(note[i], _why(str(reason)))


def _polygonal(geometry: BaseGeometry) -> BaseGeometry | None:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)]
    if not len(parts):
        return None
    found: BaseGeometry = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return found


def _around_the_world(geometry: np.ndarray) -> np.ndarray:
    """Which outlines must be looked at ring by ring: wider than half the world, or beyond 180 degrees."""
    west, _, east, _ = shapely.bounds(geometry).T
    with np.errstate(invalid="ignore"):
        return np.asarray((east - west > _HALF) | (west < -_HALF - _TINY) | (east > _HALF + _TINY))


def _placed(geometry: BaseGeometry) -> tuple[BaseGeometry, str]:
    """The same area in -180 to 180, and what had to be done; the text is empty if nothing had."""
    done: set[str] = set()
    whole = []
    for polygon in shapely.get_parts(geometry):
        shell = _enclosed(np.asarray(polygon.exterior.coords), done)
        for hole in polygon.interiors:
            shell = shell.difference(_enclosed(np.asarray(hole.coords), done))
        whole.append(shell)
    if not done:
        return geometry, ""
    joined = _polygonal(shapely.union_all(np.array(whole, object)))
    return (joined if joined is not None else geometry), ", ".join(sorted(done))


def _enclosed(ring: np.ndarray, done: set[str]) -> BaseGeometry:
    """What a ring of longitudes and latitudes encloses, in -180 to 180."""
    step = np.diff(ring[:, 0])
    along_the_edge = (
        np.abs(np.abs(step) - _WHOLE) < _TINY
    )  # from -180 to 180 along a parallel: the world's own edge
    turns = np.where(along_the_edge, 0.0, -np.round(step / _WHOLE) * _WHOLE)
    lon = ring[:, 0] + np.r_[0.0, np.cumsum(turns)]
    ring = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) > _HALF and turns.any():
        pole = float(np.copysign(90.0, ring[:, 1].mean()))
        ring = np.vstack([ring, [lon[-1], pole], [lon[0], pole], ring[0]])
        done.add("drawn round a pole, closed over it")
    elif turns.any():
        done.add("crosses the antimeridian, cut there")
    area = shapely.Polygon(ring)
    if not area.is_valid:
        done.add(_why(shapely.is_valid_reason(area)))
        area = shapely.make_valid(area, method="structure", keep_collapsed=False)
    return _wrapped(area, done)


def _why(reason: str) -> str:
    return f"outline repaired ({reason.split('[')[0].strip().lower()})"


def _wrapped(area: BaseGeometry, done: set[str]) -> BaseGeometry:
    west, _, east, _ = area.bounds if not area.is_empty else (0, 0, 0, 0)
    if west >= -_HALF - _TINY and east <= _HALF + _TINY:
        return area
    if not done:
        done.add("longitudes beyond 180 brought back")
    first, last = int(np.floor((west + _HALF) / _WHOLE)), int(np.ceil((east - _HALF) / _WHOLE))
    moved = [
        shapely.transform(area, lambda xy, k=k: xy - [k * _WHOLE, 0.0]).intersection(_WORLD)
        for k in range(first, last + 1)
    ]
    return shapely.union_all(np.array(moved, object))


def _and(said: str, more: str) -> str:
    return f"{said}; {more}" if said else more
