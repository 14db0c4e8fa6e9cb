"""Sites against polygons: ours beside the usual way with geopandas, in one run.

    python -m benchmarks.areas                    # 100,000 sites against 250,000 polygons of 8 million corners
    python -m benchmarks.areas 10000 25000

Ours is `area_signals`: inside, or an outline within 5 km, on the ellipsoid. The usual way buffers the sites by 5 km in
Web Mercator (EPSG:3857) and joins the boxes. Both get the same polygons (synthetic, from a seed, up to 84 degrees north
and south, for Web Mercator ends at 85). What is wrong of the usual way is told by the row: sites that it calls near an
area that is farther than 5 km away, and sites near an area that it loses. A sample of our answers is held against dense
outlines measured with geodesics.
"""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from risk_graph.layers.areas import area_signals
from risk_graph.layers.layer import Layer, load_layers
from risk_graph.layers.situation import Situation, Situations
from risk_graph.model.table import fact_tables

NEAR_KM = 5.0
CORNERS = 32
DAY = date(2026, 1, 1)
GEOD = pyproj.Geod(ellps="WGS84")
_SAMPLE = 300
T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sites", nargs="?", type=int, default=100_000)
    parser.add_argument("polygons", nargs="?", type=int, default=250_000)
    options = parser.parse_args()
    random = np.random.default_rng(4)
    outlines = polygons(random, options.polygons)
    lon, lat = spots(random, options.sites)
    corners = int(shapely.get_num_coordinates(outlines).sum())
    print(f"{options.sites:,} sites, {len(outlines):,} polygons, {corners:,} corners")
    ours, seconds = timed(lambda: by_us(outlines, lon, lat))
    print(f"ours          {seconds:8.1f} s   peak {peak_mb():,.0f} MB")
    usual, slower = timed(lambda: by_the_usual_way(outlines, lon, lat))
    print(f"usual way     {slower:8.1f} s   {slower / seconds:.1f} times ours   peak {peak_mb():,.0f} MB")
    near = ours != "F"
    print(f"sites near or inside an area: {near.sum():,}; the usual way finds {usual.sum():,}")
    print(f"  called near though farther than {NEAR_KM:g} km: {(usual & ~near).sum():,} rows")
    print(f"  near, but lost: {(~usual & near).sum():,} rows")
    far = np.abs(lat) > 60
    print(f"  wrong beyond 60 degrees: {(usual != near)[far].sum():,} of {far.sum():,} rows")
    checked, wrong = check(random, outlines, lon, lat, near)
    print(f"checked against dense outlines: {checked:,} rows, {wrong:,} wrong")


def polygons(random: np.random.Generator, count: int) -> np.ndarray:
    """Star-shaped areas of about 1 to 10 km on the globe, a few of which cross the antimeridian (cut there)."""
    lon, lat = (
        random.uniform(-179.9, 179.9, count),
        np.degrees(np.arcsin(random.uniform(-0.994, 0.994, count))),
    )
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    far = random.uniform(0.5, 1.0, (count, CORNERS)) * random.uniform(1, 10, count)[:, None] / 111.2
    x = lon[:, None] + far * np.cos(angle) / np.cos(np.radians(lat))[:, None]
    y = lat[:, None] + far * np.sin(angle)
    shapes = shapely.polygons(np.stack([x, y], axis=2))
    over = np.flatnonzero((x.max(axis=1) > 180) | (x.min(axis=1) < -180))
    world = shapely.box(-180, -90, 180, 90)
    for i in over:
        turned = [
            shapely.transform(shapes[i], lambda xy, k=k: xy - [k, 0.0]).intersection(world)
            for k in (-360.0, 0.0, 360.0)
        ]
        shapes[i] = shapely.union_all(np.array(turned, object))
    return np.asarray(shapes)


def spots(random: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    return random.uniform(-180, 180, count), np.degrees(np.arcsin(random.uniform(-0.994, 0.994, count)))


def by_us(outlines: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    sites = pd.DataFrame(
        {"node_id": [f"s{i}" for i in range(len(lon))], "kind": "facility", "longitude": lon, "latitude": lat}
    )
    here = Situations(
        (Situation("facility", "", "", "", "off", ()),), np.zeros(len(lon), int), np.full(len(lon), np.nan)
    )
    return np.asarray(area_signals(sites, layer(outlines), here, DAY)["truth"])


def layer(outlines: np.ndarray) -> Layer:
    rows = pd.DataFrame(
        {
            "area_id": np.arange(len(outlines)).astype(str),
            "name": "",
            "category": "",
            "edition": "1",
            "source": "synthetic",
        }
    )
    values = fact_tables()["areas"].conform(rows).assign(geometry=outlines)
    base = load_layers()["uflpa_region"]
    return replace(base, kind="areas", values=values, near_km=NEAR_KM, released=DAY)


def by_the_usual_way(outlines: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Buffers of 5 km in Web Mercator, joined with the areas."""
    areas = gpd.GeoDataFrame(geometry=outlines, crs="EPSG:4326").to_crs("EPSG:3857")
    sites = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs("EPSG:3857")
    sites["geometry"] = sites.buffer(1000 * NEAR_KM)
    found = np.zeros(len(lon), bool)
    found[gpd.sjoin(sites, areas, predicate="intersects").index.unique()] = True
    return found


def check(
    random: np.random.Generator, outlines: np.ndarray, lon: np.ndarray, lat: np.ndarray, near: np.ndarray
) -> tuple[int, int]:
    """Rows compared with every polygon about them, outlines as points 20 m apart, by geodesics; and those that differ."""
    centre = shapely.centroid(outlines)
    x, y = shapely.get_x(centre), shapely.get_y(centre)
    some = np.r_[
        random.choice(len(lon), min(_SAMPLE, len(lon)), False),
        random.choice(np.flatnonzero(near), min(_SAMPLE, int(near.sum())), False),
    ]
    checked = wrong = 0
    for i in np.unique(some):
        about = np.flatnonzero(np.abs(y - lat[i]) < 0.4)
        split = np.abs(x[about]) < 170  # the centroid of one that is cut lies on the other side of the world
        ones = np.ones(len(about))
        km = GEOD.inv(lon[i] * ones, lat[i] * ones, x[about], y[about])[2] / 1000
        least = min(
            (dense_km(outlines[j], lon[i], lat[i]) for j in about[(km < 30) | ~split]), default=np.inf
        )
        if abs(least - NEAR_KM) < 0.05:
            continue
        checked += 1
        wrong += bool(near[i]) != (least < NEAR_KM)
    return checked, wrong


def dense_km(outline: shapely.Geometry, lon: float, lat: float) -> float:
    if shapely.intersects_xy(outline, lon, lat):
        return 0.0
    points = shapely.get_coordinates(shapely.segmentize(outline, 0.0002))
    ones = np.ones(len(points))
    return float(GEOD.inv(lon * ones, lat * ones, *points.T)[2].min() / 1000)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
