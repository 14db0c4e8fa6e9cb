"""Areas over sites: what each state says, and the geometry against a dense computation of its own."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from shapely.geometry import Polygon, box

from ingest.outlines import mended
from risk_graph.layers.areas import RADIUS_KM
from risk_graph.layers.join import join
from risk_graph.layers.layer import Layer
from risk_graph.model.results.signals import TABLE
from risk_graph.model.table import fact_tables
from tests.layers.conftest import AS_OF, LAYERS, at, node, nodes

RELEASED = date(2026, 1, 1)
GEOD = pyproj.Geod(ellps="WGS84")


def layer(geometry: list[Any], direction: Any = "none", near_km: float = 5.0, **columns: list[Any]) -> Layer:
    count = len(geometry)
    own = {"area_id": [f"a{i}" for i in range(count)], "name": [f"Area {i}" for i in range(count)]}
    rows = pd.DataFrame(
        {**own, "edition": "1", "source": [f"map.gpkg, row {i + 1}" for i in range(count)], **columns}
    )
    values = fact_tables()["areas"].conform(rows).assign(geometry=np.array(geometry, object))
    return replace(
        LAYERS["uflpa_region"], id="reserves", kind="areas", title="Reserves", direction=direction, edition="1",
        source="Nobody (synthetic)", released=RELEASED, values=values, near_km=near_km,
    )  # fmt: skip


def said(about: Layer, *rows: dict[str, Any], as_of: date = AS_OF) -> pd.DataFrame:
    signals = join(nodes(*rows), {"reserves": about}, as_of).signals
    assert list(signals.columns) == TABLE.names
    assert (signals["detail"].str.strip() != "").all()
    assert (signals["source"].str.strip() != "").all()
    return signals


def one(about: Layer, **known: Any) -> pd.Series:
    return said(about, node(**known)).iloc[0]


GUINEA = [box(-11, 10, -10, 11), box(-9, 10, -8, 11)]
INSIDE, NEXT_TO, FAR = at(10.5, -10.5), at(10.5, -9.97), at(10.5, -9.5)


def test_inside_is_true_down_to_the_row() -> None:
    found = one(layer(GUINEA, category=["Nature Reserve"] * 2), country="GIN", **INSIDE)
    assert (found["truth"], found["how_joined"], found["certainty"]) == ("T", "point_in_polygon", "computed")
    assert found["distance_km"] == 0
    assert found["place"] == "a0"
    assert found["detail"] == "Area 0 (Nature Reserve) holds the site."
    assert found["source"].startswith("Nobody (synthetic): map.gpkg, row 1, retrieved ")


def test_near_is_neither_and_says_how_far() -> None:
    found = one(layer(GUINEA), country="GIN", **NEXT_TO)
    assert (found["truth"], found["how_joined"], found["place"]) == ("U", "nearest_polygon", "a0")
    assert found["distance_km"] == pytest.approx(GEOD.inv(-9.97, 10.5, -10, 10.5)[2] / 1000, abs=0.01)
    assert one(layer(GUINEA, near_km=1.0), country="GIN", **NEXT_TO)["truth"] == "F"


def test_far_is_false() -> None:
    found = one(layer(GUINEA), country="GIN", **FAR)
    assert (found["truth"], found["certainty"]) == ("F", "computed")
    assert np.isnan(found["distance_km"])
    assert found["detail"] == "No area of Reserves lies within 5 km."


@pytest.mark.parametrize(
    ("known", "part"),
    [
        ({}, "No coordinates"),
        ({"kind": "supplier"}, "Site unspecified"),
        ({**FAR, "location_precision": "subdivision"}, "estimate"),
        ({**FAR, "location_precision": "country"}, "estimate"),
        ({**at(-9.5, 10.5)}, "swapped"),
    ],
)
def test_an_unknown_place_is_never_false(known: dict[str, Any], part: str) -> None:
    found = one(layer(GUINEA), country="GIN", **known)
    assert (found["truth"], found["how_joined"], found["certainty"]) == ("U", "none", "none")
    assert part in found["detail"]


@pytest.mark.parametrize(
    ("lon", "truth", "how"),
    [
        (-10.5, "T", "point_in_polygon"),  # 55 km from the edge
        (-10.05, "U", "disc_overlaps"),  # inside, 5 km from the edge
        (-9.95, "U", "disc_overlaps"),  # outside, 5 km
        (-9.88, "U", "nearest_polygon"),  # 13 km: the disc ends 3 km away
        (-9.5, "F", "point_in_polygon"),
    ],
)
def test_a_city_is_a_disc(lon: float, truth: str, how: str) -> None:
    found = one(layer(GUINEA), country="GIN", location_precision="city", **at(10.5, lon))
    assert (found["truth"], found["how_joined"]) == (truth, how)


def test_numbers_have_the_bounds_of_every_area_the_site_may_lie_in() -> None:
    basins = layer([box(-11, 10, -10, 11), box(-10, 10, -9, 11)], "higher is worse", value=[1.0, 4.0])
    sure = one(basins, country="GIN", **INSIDE)
    assert (sure["low"], sure["value"], sure["high"]) == (1, 1, 1)
    torn = one(basins, country="GIN", location_precision="city", **at(10.5, -10.02))
    assert (torn["low"], torn["value"], torn["high"]) == (1, 1, 4)
    near = one(basins, country="GIN", **at(10.5, -11.02))
    assert np.isnan([near["low"], near["value"], near["high"]]).all()


@pytest.mark.parametrize(("direction", "value"), [("higher is worse", 4.0), ("higher is better", 1.0)])
def test_of_two_areas_the_worse_counts(direction: str, value: float) -> None:
    found = one(layer([GUINEA[0]] * 2, direction, value=[1.0, 4.0]), country="GIN", **INSIDE)
    assert (found["low"], found["value"], found["high"]) == (1, value, 4)
    assert found["place"] == ("a1" if value == 4 else "a0")
    assert "1 more area likewise" in found["detail"]


def test_a_missing_number_is_not_low() -> None:
    found = one(layer([GUINEA[0]] * 2, "higher is worse", value=[None, 1.0]), country="GIN", **INSIDE)
    assert found["truth"] == "T"
    assert np.isnan([found["low"], found["value"], found["high"]]).all()
    assert found["place"] == "a0"


def test_coordinates_outside_the_declared_country_clear_nothing() -> None:
    found = one(layer(GUINEA), country="AUS", **FAR)
    assert (found["truth"], found["certainty"]) == ("U", "conflicting")
    assert one(layer(GUINEA), country="AUS", **INSIDE)["truth"] == "T"


def test_an_edition_from_after_the_day_clears_nothing() -> None:
    rows = [node("in", country="GIN", **INSIDE), node("out", country="GIN", **FAR)]
    found = said(layer(GUINEA), *rows, as_of=date(2025, 1, 1)).set_index("subject_id")
    assert (found["truth"]["in"], found["truth"]["out"]) == ("T", "U")
    assert "appeared on 2026-01-01" in found["detail"]["out"]


def test_no_sites() -> None:
    assert len(join(nodes(node()).iloc[:0], {"reserves": layer(GUINEA)}, AS_OF).signals) == 0


def test_across_the_antimeridian_and_over_a_pole_there_is_no_seam() -> None:
    rings = [[(178, -18), (-178, -18), (-178, -15), (178, -15)], [(lon, 85) for lon in range(-170, 180, 20)]]
    about = layer(list(mended(np.array([Polygon(r) for r in rings])).geometry))
    sites = [
        node("line", location_precision="city", **at(-16.5, 180.0)),
        node("line2", location_precision="city", **at(-16.5, -180.0)),
        node("pole", location_precision="city", **at(90.0, 12.0)),
        node("near pole", location_precision="city", **at(89.95, -179.9)),
        node("outside", **at(-16.5, -177.97)),
        node("below", **at(84.97, 180.0)),
    ]
    found = said(about, *sites).set_index("subject_id")["truth"].to_dict()
    assert found == {"line": "T", "line2": "T", "pole": "T", "near pole": "T", "outside": "U", "below": "U"}


def _star(random: np.random.Generator, lon: float, lat: float, size: float) -> np.ndarray:
    """A ring about a point; longitudes run on beyond 180."""
    angle = np.sort(random.uniform(0, 2 * np.pi, 9))
    far = random.uniform(0.3, 1.0, 9) * size
    stretch = 1 / max(np.cos(np.radians(min(abs(lat) + size, 89.0))), 0.02)
    x, y = lon + stretch * far * np.cos(angle), np.clip(lat + far * np.sin(angle), -89.9, 89.9)
    return np.column_stack([np.r_[x, x[0]], np.r_[y, y[0]]])


def _cap(random: np.random.Generator, south: bool) -> np.ndarray:
    lon = np.arange(-180.0, 181.0, 4.0)
    lat = random.uniform(88.6, 89.4, len(lon) - 1)
    return np.column_stack([lon, np.r_[lat, lat[0]] * (-1 if south else 1)])


def _holds(ring: np.ndarray, cap: bool, lon: float, lat: float) -> bool:
    """By crossings of a ray: independent of any library, on a plane of longitudes that goes on for ever."""
    if cap:
        edge = np.interp((lon + 180) % 360 - 180, ring[:, 0], ring[:, 1])
        return bool(lat * np.sign(edge) >= abs(edge))
    return any(_odd(ring, lon + turn, lat) for turn in (-360.0, 0.0, 360.0))


def _odd(ring: np.ndarray, x: float, y: float) -> bool:
    (ax, ay), (bx, by) = ring[:-1].T, ring[1:].T
    over = (ay > y) != (by > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = ax + (y - ay) / (by - ay) * (bx - ax)
    return bool((over & (x < cut)).sum() % 2)


def _km(ring: np.ndarray, lon: float, lat: float) -> float:
    """To the nearest of very many points of the ring, on the ellipsoid."""
    t = np.linspace(0, 1, 600)[:, None]
    every = np.concatenate([a + (b - a) * t for a, b in pairwise(ring)])
    ones = np.ones(len(every))
    return float(GEOD.inv(lon * ones, lat * ones, every[:, 0], every[:, 1])[2].min() / 1000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_every_answer_is_that_of_brute_force(seed: int) -> None:
    random = np.random.default_rng(seed)
    spots = [
        (179.9, -17.0),
        (-179.8, 66.0),
        (20.0, 88.9),
        (-100.0, -88.0),
        (7.0, 50.0),
        (-60.0, 0.0),
        (180.0, 0.0),
    ]
    rings = [_star(random, lon, lat, size) for lon, lat in spots for size in (0.1, 0.4)]
    caps = [_cap(random, south) for south in (False, True)]
    drawn = mended(np.array([Polygon(np.column_stack([(r[:, 0] + 180) % 360 - 180, r[:, 1]])) for r in rings]
                            + [Polygon(c[:-1]) for c in caps]))  # fmt: skip
    assert shapely.is_valid(drawn.geometry).all()
    every = [(r, False) for r in rings] + [(c, True) for c in caps]
    points = [(lon + random.uniform(-0.5, 0.5) / max(np.cos(np.radians(lat)), 0.02), lat + random.uniform(-0.5, 0.5))
              for lon, lat in spots for _ in range(6)]  # fmt: skip
    points += [
        (random.uniform(-180, 180), sign * random.uniform(88.4, 90)) for sign in (1, -1) for _ in range(6)
    ]
    precision = [("", "city")[i % 2] for i in range(len(points))]
    wrapped = [((lon + 180) % 360 - 180, float(np.clip(lat, -90, 90))) for lon, lat in points]
    rows = [
        node(f"{i:03}", location_precision=p, **at(y, x))
        for i, ((x, y), p) in enumerate(zip(wrapped, precision, strict=True))
    ]
    found = said(layer(list(drawn.geometry)), *rows)["truth"].tolist()
    checked = {"T": 0, "F": 0, "U": 0}
    for (x, y), word, truth in zip(wrapped, precision, found, strict=True):
        radius = RADIUS_KM[word]
        inside = np.array([_holds(r, cap, x, y) for r, cap in every])
        km = np.array([_km(r, x, y) for r, _ in every])
        if (np.abs(km[:, None] - [0.0, radius, radius + 5]) < 0.08).any():
            continue  # too close to a limit for points that stand 30 m apart
        expected = (
            "T"
            if (inside & (km >= radius)).any()
            else "U"
            if inside.any() or (km <= radius + 5).any()
            else "F"
        )
        assert truth == expected, (x, y, word)
        checked[truth] += 1
    assert min(checked.values()) >= 3, checked
