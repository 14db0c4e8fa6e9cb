"""Events near sites: true distances held against brute force, the window, the precision of places, and no zeros."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from risk_graph.layers.deaths import deaths_within
from risk_graph.layers.join import join
from risk_graph.layers.layer import Layer
from risk_graph.layers.near import Points, bands_of, sums_within
from risk_graph.model.table import fact_tables
from tests.layers.conftest import LAYERS, at, node, nodes

AS_OF = date(2026, 6, 30)
TIMBUKTU = at(16.77, -3.0)
TABLE = fact_tables()["events"]


def event(event_id: str, **other: Any) -> dict[str, Any]:
    known = {
        "date_start": "2025-03-02",
        "date_end": "2025-03-02",
        "violence": "state_based",
        "country": "MLI",
        "latitude": 16.77,
        "longitude": -3.0,
        "where_prec": 1,
        "best": 3,
        "low": 2,
        "high": 7,
        "edition": "26.1",
        "source": f"UCDP GED 26.1, event {event_id}",
    }
    days = {k: pd.Timestamp(other.pop(k, known.pop(k))) for k in ("date_start", "date_end")}
    return {"event_id": event_id, **known, **days, "retrieved": pd.Timestamp("2026-11-24"), **other}


ELSEWHERE = event(
    "first", date_start="2020-01-01", date_end="2020-01-01", latitude=0, longitude=0, country=""
)
LATEST = event("last", date_start="2026-06-30", date_end="2026-06-30", latitude=0, longitude=0, country="")


def layer_of(*events: dict[str, Any], **other: Any) -> Layer:
    values = TABLE.conform(pd.DataFrame([ELSEWHERE, LATEST, *events]))
    about = {"id": "ucdp_ged", "kind": "events", "title": "UCDP GED", "edition": "26.1", "source": "UCDP GED"}
    return replace(LAYERS["eu_cahra"], **about, values=values, **other)


def signal(layer: Layer, as_of: date = AS_OF, **known: Any) -> pd.Series:
    found = join(nodes(node(**known)), {"ucdp_ged": layer}, as_of).signals
    assert len(found) == 1
    return found.iloc[0]


def numbers(found: pd.Series) -> list[float]:
    return [float(found[c]) for c in ("low", "value", "high")]


def test_events_near_a_site() -> None:
    layer = layer_of(
        event("1"),
        event("2", violence="one_sided", latitude=16.9, best=10, low=8, high=12),
        event("3", latitude=17.3, best=100, low=100, high=100),
    )
    found = signal(layer, country="MLI", **TIMBUKTU)
    assert numbers(found) == [10, 13, 19]
    assert (found["how_joined"], found["certainty"], found["distance_km"]) == ("within_km", "computed", 0.0)
    assert "2 events within 50 km in 2021-07-01 to 2026-06-30 with 13 deaths" in found["detail"]
    assert "state-based 3 in 1, one-sided 10 in 1" in found["detail"]
    assert "largest: 2 (10 on 2025-03-02), 1 (3 on 2025-03-02)" in found["detail"]
    assert found["source"] == "UCDP GED, events 2, 1"
    assert found["truth"] == ""


def test_no_event_is_zero_and_says_where_and_when() -> None:
    found = signal(layer_of(event("1")), country="AUS", **at(-32.6, 116.0))
    assert numbers(found) == [0, 0, 0]
    assert np.isnan(found["distance_km"])
    assert found["detail"] == (
        "UCDP GED: no event of state-based, non-state or one-sided violence within 50 km in 2021-07-01 to 2026-06-30, "
        "edition 26.1."
    )


@pytest.mark.parametrize(
    "known",
    [
        {"country": "MLI"},
        {},
        {"country": "MLI", "location_precision": "country", **TIMBUKTU},
        {"country": "AUS", **TIMBUKTU},
        {"country": "AUS", "subdivision": "AU-WA", **TIMBUKTU},
        {"kind": "supplier", "country": "MLI"},
    ],
)
def test_without_a_place_nothing_is_known(known: dict[str, Any]) -> None:
    """Never 0: neither for no coordinates, nor for those that contradict the country."""
    found = signal(layer_of(event("1")), **known)
    assert np.isnan(numbers(found)).all()
    assert (found["how_joined"], found["certainty"]) == ("none", "none")


def test_a_site_known_by_its_subdivision_is_an_interval() -> None:
    layer = layer_of(event("1"), event("2", where_prec=4), event("3", latitude=13.0, longitude=-8.0))
    found = signal(layer, country="MLI", subdivision="ML-6")
    assert (found["low"], found["high"]) == (0, 14)
    assert np.isnan(found["value"])
    assert (found["how_joined"], found["place"]) == ("subdivision", "ML-6")
    assert "2 events with at most 14 deaths may be near or far" in found["detail"]


def test_what_is_known_to_its_division_raises_the_upper_bound_alone() -> None:
    layer = layer_of(event("1"), event("2", where_prec=4, latitude=19.0, high=40), event("3", where_prec=3))
    found = signal(layer, country="MLI", subdivision="ML-6", **TIMBUKTU)
    assert numbers(found) == [4, 6, 54]
    assert "1 more somewhere in the same division raises the upper bound by 40." in found["detail"]
    far = signal(layer, country="MLI", **at(12.63, -8.0))
    assert numbers(far) == [0, 0, 0]


@pytest.mark.parametrize("precision", [5, 6, 7])
def test_what_cannot_be_placed_is_counted_and_used_nowhere(precision: int) -> None:
    layer = layer_of(event("1", where_prec=precision))
    found = signal(layer, country="MLI", **TIMBUKTU)
    assert numbers(found) == [0, 0, 0]
    assert found["detail"].endswith("1 event in Mali cannot be placed and does not count.")
    assert "Mali" not in signal(layer, country="AUS", **at(-32.6, 116.0))["detail"]


def test_a_country_by_a_table_that_was_not_checked_is_said() -> None:
    unchecked = "An event's country is that of its number by general knowledge (verified = false)."
    layer = layer_of(event("1", where_prec=6), notes=unchecked)
    found = signal(layer, country="MLI", **TIMBUKTU)
    assert "1 event in Mali (by numbers of states, not verified) cannot be placed" in found["detail"]
    coarse = layer_of(event("1", where_prec=4), notes=unchecked)
    found = signal(coarse, country="MLI", **at(16.77, -13.0))
    assert ("(by numbers of states, not verified)" in found["detail"]) == (
        "somewhere in Mali" in found["detail"]
    )


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        ("2021-06-30", "2021-06-30", False),
        ("2021-07-01", "2021-07-01", True),
        ("2021-01-01", "2021-12-31", True),
        ("2026-06-30", "2026-06-30", True),
        ("2026-07-01", "2026-07-01", False),
        ("2026-06-01", "2026-07-31", True),
    ],
)
def test_the_window_ends_on_the_runs_date(first: str, last: str, counts: bool) -> None:
    """A day that is not known exactly counts if it may lie in the window."""
    found = signal(layer_of(event("1", date_start=first, date_end=last)), country="MLI", **TIMBUKTU)
    assert found["value"] == (3 if counts else 0)


def test_an_edition_that_does_not_reach_the_window_is_unknown() -> None:
    layer = layer_of(event("1"))
    for as_of in (date(2019, 12, 31), date(2031, 6, 30)):
        found = signal(layer, as_of=as_of, country="MLI", **TIMBUKTU)
        assert np.isnan(numbers(found)).all()
        assert "edition 26.1 has events from 2020-01-01 to 2026-06-30, none of" in found["detail"]
    partly = signal(layer, as_of=date(2028, 2, 29), country="MLI", **TIMBUKTU)
    assert "in 2023-03-01 to 2026-06-30" in partly["detail"]


def test_the_radius_and_the_years_are_the_layers() -> None:
    layer = layer_of(event("1", latitude=16.0), event("2", date_start="2022-01-01", date_end="2022-01-01"))
    assert signal(layer, country="MLI", **TIMBUKTU)["value"] == 3
    wider = replace(layer, radius_km=100.0)
    assert signal(wider, country="MLI", **TIMBUKTU)["value"] == 6
    assert signal(replace(wider, years_back=2), country="MLI", **TIMBUKTU)["value"] == 3


def test_a_declared_subdivision_that_contradicts_the_coordinates_widens_the_bounds() -> None:
    layer = layer_of(event("1"), event("2", latitude=13.0, longitude=-8.0, high=30))
    found = signal(layer, country="MLI", subdivision="ML-2", **TIMBUKTU)
    assert (numbers(found), found["certainty"]) == ([0, 3, 30], "conflicting")


def test_across_the_antimeridian_and_at_a_pole() -> None:
    layer = layer_of(
        event("1", latitude=-16.8, longitude=-179.9, country=""),
        event("2", latitude=89.9, longitude=10.0, country=""),
    )
    assert signal(layer, **at(-16.8, 179.9))["value"] == 3
    assert signal(layer, **at(89.9, -170.0))["value"] == 3


GEOD = Geod(ellps="WGS84")


@st.composite
def clouds(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Points close together somewhere on earth, the poles and the antimeridian more often than chance has them."""
    lat = draw(st.sampled_from([-90.0, -89.8, -45.0, 0.0, 30.0, 60.0, 89.9, 90.0]))
    lon = draw(st.sampled_from([-180.0, -179.95, 0.0, 77.7, 179.9, 180.0]))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    spread = draw(st.sampled_from([0.3, 1.0]))
    lats = np.clip(lat + random.normal(0, spread, 60), -90, 90)
    wide = 180.0 if abs(lat) > 89 else spread / np.cos(np.radians(lat))
    lons = (lon + random.normal(0, wide, 60) + 180) % 360 - 180
    return lons, lats


@given(clouds(), st.sampled_from([1.0, 50.0, 500.0]))
def test_pairs_are_those_of_brute_force(cloud: tuple[np.ndarray, np.ndarray], km: float) -> None:
    lon, lat = cloud
    sites, events = Points(lon[:30], lat[:30]), Points(lon[30:], lat[30:])
    one, other = (a.ravel() for a in np.meshgrid(range(30), range(30), indexing="ij"))
    true = (
        GEOD.inv(sites.lon[one], sites.lat[one], events.lon[other], events.lat[other])[2].reshape(30, 30)
        / 1000
    )
    found = sums_within(sites, bands_of(events, np.arange(30), np.eye(30, dtype=int), km))
    np.testing.assert_array_equal(found.totals, true <= km)
    nearest = np.where(true <= km, true, np.inf).min(axis=1)
    np.testing.assert_allclose(np.nan_to_num(found.nearest_km, nan=np.inf), nearest, atol=0.003)
    for i in range(30):
        near = np.flatnonzero(true[i] <= km)[::-1][:3]
        assert found.largest[i].tolist() == [*near, *[-1] * (3 - len(near))]


@pytest.mark.parametrize("lat", [-90.0, -60.0, 0.0, 45.0, 89.0])
@pytest.mark.parametrize("km", [1.0, 50.0, 500.0])
def test_a_point_on_the_very_circle(lat: float, km: float) -> None:
    """A centimetre within counts and one beyond does not, in every direction: the limit is the geodesic's."""
    for azimuth in range(0, 360, 15):
        for metres, inside in ((-0.01, 1), (0.01, 0)):
            lon_to, lat_to, _ = GEOD.fwd(179.9, lat, azimuth, km * 1000 + metres)
            event = Points(np.array([lon_to]), np.array([lat_to]))
            bands = bands_of(event, np.ones(1, int), np.ones((1, 1), int), km)
            assert sums_within(Points(np.array([179.9]), np.array([lat])), bands).totals[0, 0] == inside


def test_sums_are_those_of_brute_force() -> None:
    """5,000 sites against 3,000 events, a tenth of them on the seam and at the poles."""
    random = np.random.default_rng(7)

    def points(count: int) -> tuple[np.ndarray, np.ndarray]:
        lon, lat = random.uniform(-10, 10, count), random.uniform(-10, 10, count)
        seam, pole = random.random(count) < 0.05, random.random(count) < 0.05
        lon[seam] = (180 + random.normal(0, 0.5, seam.sum()) + 180) % 360 - 180
        lat[pole] = random.choice([-1, 1], pole.sum()) * random.uniform(89.5, 90, pole.sum())
        lon[pole] = random.uniform(-180, 180, pole.sum())
        return lon, lat

    lon, lat = points(3000)
    rows = pd.DataFrame({"longitude": lon, "latitude": lat, "event_id": [f"{i:05d}" for i in range(3000)]})
    rows["best"] = random.integers(0, 50, 3000)
    rows["low"], rows["high"] = rows["best"] // 2, rows["best"] * 2
    rows["violence"] = random.choice(["state_based", "non_state", "one_sided"], 3000)
    rows.loc[1500:, ["longitude", "latitude"]] = rows.loc[:1499, ["longitude", "latitude"]].to_numpy()
    sites = Points(*points(5000))
    found = deaths_within(sites, rows, 50.0)
    best = rows["best"].to_numpy()
    for i in range(0, 5000, 23):
        lon_i, lat_i = np.full(3000, sites.lon[i]), np.full(3000, sites.lat[i])
        true = GEOD.inv(lon_i, lat_i, rows["longitude"].to_numpy(), rows["latitude"].to_numpy())[2] / 1000
        near = np.flatnonzero(true <= 50)
        assert found.events[i].sum() == len(near)
        assert found.best[i].sum() == best[near].sum()
        assert (found.low[i], found.high[i]) == (rows["low"][near].sum(), rows["high"][near].sum())
        for k, kind in enumerate(("state_based", "non_state", "one_sided")):
            assert found.best[i, k] == rows["best"][near][rows["violence"][near] == kind].sum()
        largest = near[np.lexsort((near, -best[near]))][:3]
        assert found.largest[i].tolist() == [*largest, *[-1] * (3 - len(largest))]
        assert found.nearest_km[i] == pytest.approx(
            true.min() if len(near) else np.nan, abs=0.001, nan_ok=True
        )
