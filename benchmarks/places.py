"""Sites against violent events and against polygons: time, and what the usual notebook gets wrong.

    python -m benchmarks.places                    # 100,000 sites, 300,000 events, 50 km
    python -m benchmarks.places --sites 10000 --events 30000

The events are synthetic and made from a seed: clusters of conflict and scattered ones; a hundredth of sites and events
straddles the antimeridian, a thousandth lies within two degrees of the North Pole. The usual way buffers the sites by 50 km in Web
Mercator (EPSG:3857) and joins with geopandas, and gives two numbers a site: events and deaths. Ours is timed for the same
two, and for the whole signal (events and deaths by type of violence, low, high, the nearest and the three largest). All
run in one process, one after the other, each timed as wall clock and as CPU; a sample of sites is held against geodesics to every event (pyproj). The polygons are those that ship: the
outlines that a layer is joined by, with the nearest-polygon rule for coasts.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod

from risk_graph.layers.deaths import Around, deaths_within
from risk_graph.layers.locate import locate
from risk_graph.layers.near import Points, bands_of, sums_within
from risk_graph.layers.place import load_atlas

KM = 50.0
_VIOLENCE = ("state_based", "non_state", "one_sided")
T = TypeVar("T")


@dataclass(frozen=True)
class Lap:
    """Seconds of one way."""

    wall: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=300_000)
    options = parser.parse_args()
    random = np.random.default_rng(20261124)
    centres = random.uniform([-180, -50], [180, 65], (400, 2))
    sites = points(random, centres, options.sites)
    events = some_events(random, centres, options.events)
    print(f"{options.sites:,} sites, {options.events:,} events, {KM:.0f} km; load {os.getloadavg()[0]:.1f}")
    against_events(sites, events, random)
    against_polygons(sites)


def points(random: np.random.Generator, centres: np.ndarray, count: int) -> Points:
    """Half around the centres, half anywhere; some on the seam and at the pole."""
    place = centres[random.integers(0, len(centres), count)] + random.normal(0, 3, (count, 2))
    anywhere = random.uniform([-180, -60], [180, 75], (count, 2))
    lon, lat = np.where((random.random(count) < 0.5)[:, None], place, anywhere).T
    kind = random.random(count)
    seam, pole = kind < 0.01, kind > 0.999
    lon = np.where(
        seam, 180 + random.normal(0, 0.2, count), np.where(pole, random.uniform(-180, 180, count), lon)
    )
    lat = np.where(pole, random.uniform(88, 90, count), np.clip(lat, -90, 90))
    return Points((lon + 180) % 360 - 180, lat)


def some_events(random: np.random.Generator, centres: np.ndarray, count: int) -> pd.DataFrame:
    at = points(random, centres, count)
    frame = pd.DataFrame({"longitude": at.lon, "latitude": at.lat})
    frame["best"] = random.geometric(0.2, count)
    frame["low"], frame["high"] = frame["best"] // 2, frame["best"] * 2
    frame["violence"] = random.choice(_VIOLENCE, count)
    return frame


def timed(work: Callable[[], T]) -> tuple[T, Lap]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, Lap(time.perf_counter() - wall, time.process_time() - cpu)


def against_events(sites: Points, events: pd.DataFrame, random: np.random.Generator) -> None:
    deaths_within(Points(sites.lon[:1], sites.lat[:1]), events[:1], KM)  # compiled once, then kept on disk
    two_sums(Points(sites.lon[:1], sites.lat[:1]), events[:1])
    ours, lap = timed(lambda: deaths_within(sites, events, KM))
    same, same_lap = timed(lambda: two_sums(sites, events))
    usual, usual_lap = timed(lambda: projected_buffers(sites, events))
    count, deaths = ours.events.sum(axis=1), ours.best.sum(axis=1)
    wrong = (usual["events"].to_numpy() != count) | (usual["best"].to_numpy() != deaths)
    some = (count > 0) | (usual["events"].to_numpy() > 0)
    seam, pole = np.abs(sites.lon) > 179, sites.lat > 85
    print(f"\nevents within {KM:.0f} km: {count.sum():,} pairs of a site and an event")
    assert np.array_equal(same, np.column_stack([count, deaths]))
    for name, one in (
        ("buffers in EPSG:3857, two sums", usual_lap),
        ("true distance, the same two", same_lap),
        ("true distance, whole signal", lap),
    ):
        ratio = f"{usual_lap.wall / one.wall:5.1f} and {usual_lap.cpu / one.cpu:5.1f} times faster"
        print(
            f"  {name:32} {one.wall:6.2f} s wall  {one.cpu:6.2f} s CPU  {ratio if one is not usual_lap else ''}"
        )
    inside = ~seam & ~pole
    for name, where in (
        ("all sites", seam | True),
        ("on the seam", seam),
        ("at the pole", pole),
        ("elsewhere", inside),
    ):
        here = where & some
        if here.any():
            lost = 1 - usual["events"].to_numpy()[here].sum() / max(count[here].sum(), 1)
            print(
                f"  the usual way, {name:12} {wrong[here].mean():6.1%} of {here.sum():,} sites with events wrong, "
                f"{lost:6.1%} of events lost"
            )
    print(f"  held against geodesics to every event: {brute_force(sites, events, ours, random)}")


def two_sums(sites: Points, events: pd.DataFrame) -> np.ndarray:
    """Events and deaths (n, 2) by true distance, with the kernel of the layer."""
    best = events["best"].to_numpy(np.int64)
    at = Points(events["longitude"].to_numpy(float), events["latitude"].to_numpy(float))
    return sums_within(sites, bands_of(at, best, np.column_stack([np.ones_like(best), best]), KM)).totals


def projected_buffers(sites: Points, events: pd.DataFrame) -> pd.DataFrame:
    """What a notebook does: buffers of 50,000 m in Web Mercator, a spatial join, a sum."""
    at = gpd.GeoSeries(gpd.points_from_xy(sites.lon, sites.lat), crs=4326).to_crs(3857).buffer(KM * 1000)
    rings = gpd.GeoDataFrame({"site": np.arange(len(sites.lon))}, geometry=at.to_numpy(), crs=3857)
    where = gpd.points_from_xy(events["longitude"], events["latitude"])
    there = gpd.GeoDataFrame({"best": events["best"]}, geometry=where, crs=4326).to_crs(3857)
    joined = gpd.sjoin(there, rings, predicate="within")
    sums = joined.groupby("site")["best"].agg(["size", "sum"])
    return sums.reindex(range(len(sites.lon)), fill_value=0).set_axis(["events", "best"], axis=1)


def brute_force(sites: Points, events: pd.DataFrame, ours: Around, random: np.random.Generator) -> str:
    """Sites drawn at random, on the seam and at the pole, against every event."""
    kinds = [np.flatnonzero(m) for m in (np.abs(sites.lon) > 179, sites.lat > 85, np.abs(sites.lat) < 85)]
    drawn = np.concatenate([random.choice(k, min(10, len(k)), replace=False) for k in kinds if len(k)])
    lon, lat, best = (events[c].to_numpy() for c in ("longitude", "latitude", "best"))
    wrong = 0
    for i in drawn:
        one = np.full(len(events), sites.lon[i]), np.full(len(events), sites.lat[i])
        near = Geod(ellps="WGS84").inv(*one, lon, lat)[2] <= KM * 1000
        wrong += int((near.sum(), best[near].sum()) != (ours.events[i].sum(), ours.best[i].sum()))
    return f"{wrong} of {len(drawn)} sites differ"


def against_polygons(sites: Points) -> None:
    atlas = load_atlas()
    country = np.full(len(sites.lon), "", object)
    _, first = timed(lambda: locate(atlas, country[:10], sites.lon[:10], sites.lat[:10]))
    found, lap = timed(lambda: locate(atlas, country, sites.lon, sites.lat))
    states = pd.Series(found.state).value_counts()
    print(
        f"\n{len(atlas.countries):,} bundled polygons, nearest one up to 30 km (first use {first.wall:.2f} s)"
    )
    print(f"  every site                 {lap.wall:7.2f} s wall  {lap.cpu:7.2f} s CPU")
    print("  " + ", ".join(f"{count:,} {state}" for state, count in states.items()))


if __name__ == "__main__":
    main()
