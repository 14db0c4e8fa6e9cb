"""Distances against brute force: a sphere and very dense outlines."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.layers.distance import Outlines, in_space

EARTH_KM = 6371.0088


def _haversine(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    a, b, c, d = (np.radians(v) for v in (lat, lats, lon, lons))
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin((d - c) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(h)))


def _slow(lon: float, lat: float, ring: np.ndarray) -> float:
    t = np.linspace(0, 1, 2001)[:, None]
    every = np.concatenate([a + (b - a) * t for a, b in pairwise(ring)])
    return float(_haversine(lon, lat, every[:, 0], every[:, 1]).min())


def _box(lon: float, lat: float, width: float, height: float) -> np.ndarray:
    return np.array(
        [[lon, lat], [lon + width, lat], [lon + width, lat + height], [lon, lat + height], [lon, lat]], float
    )


@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-89.5, 89.5),
    east=st.floats(-0.3, 0.3),
    north=st.floats(-0.3, 0.3),
    width=st.floats(0.01, 3),
    height=st.floats(0.01, 0.4),
)
def test_distance_is_that_of_brute_force(
    lon: float, lat: float, east: float, north: float, width: float, height: float
) -> None:
    """Anywhere: across the antimeridian, and so near a pole that a degree of longitude is a short walk."""
    stretch = 1 / max(np.cos(np.radians(lat)), 0.02)
    ring = _box(lon + east * stretch, min(max(lat + north, -89.99), 89.5), width, height)
    found = Outlines.of(np.array([shapely.Polygon(ring)])).within(np.array([lon]), np.array([lat]), 60.0)
    slow = _slow(lon, lat, ring)
    if slow < 59:
        assert found[2][0] == pytest.approx(
            slow, rel=0.008, abs=0.1
        )  # a sphere is up to 0.7 % off, dense points 0.08 km
    elif slow > 61:
        assert len(found[2]) == 0


def test_known_lengths_on_the_ellipsoid() -> None:
    """A degree along the meridian: 110.574 km at the equator, 111.694 km at the pole; along the equator 111.320."""
    space = in_space(np.array([0.0, 0.0, 0.1, 0.0, 0.0]), np.array([0.0, 0.1, 0.0, 90.0, 89.9]))
    assert np.linalg.norm(space[0] - space[1]) == pytest.approx(11.0574, abs=1e-3)
    assert np.linalg.norm(space[0] - space[2]) == pytest.approx(11.1320, abs=1e-3)
    assert np.linalg.norm(space[3] - space[4]) == pytest.approx(11.1694, abs=1e-3)


def test_poles_and_antimeridian_have_no_case_of_their_own() -> None:
    cap = shapely.Polygon(_box(-180, 89.9, 360, 0.1))
    east = shapely.Polygon(_box(179, -17, 1, 1))
    outlines = Outlines.of(np.array([cap, east]))
    point, polygon, km = outlines.within(np.array([123.0, -179.9]), np.array([89.8, -16.5]), 30.0)
    assert point.tolist() == [0, 1]
    assert polygon.tolist() == [0, 1]
    assert km == pytest.approx([11.169, 10.67], abs=0.02)


def test_the_nearest_of_many_polygons_is_found() -> None:
    random = np.random.default_rng(7)
    boxes = [_box(lon, lat, 0.2, 0.1) for lon, lat in random.uniform([-3, 50], [3, 53], (60, 2))]
    outlines = Outlines.of(np.array([shapely.Polygon(b) for b in boxes]))
    lon, lat = random.uniform([-3, 50], [3, 53], (15, 2)).T
    point, polygon, km = outlines.within(lon, lat, 25.0)
    found = dict(zip(zip(point.tolist(), polygon.tolist(), strict=True), km.tolist(), strict=True))
    for i in range(len(lon)):
        for j, ring in enumerate(boxes):
            slow = _slow(lon[i], lat[i], ring)
            if slow < 24.8:
                assert found[i, j] == pytest.approx(slow, rel=0.006, abs=0.02)
            elif slow > 25.2:
                assert (i, j) not in found


def test_no_points() -> None:
    outlines = Outlines.of(np.array([shapely.Polygon(_box(0, 0, 1, 1))]))
    assert all(len(column) == 0 for column in outlines.within(np.empty(0), np.empty(0), 30.0))
