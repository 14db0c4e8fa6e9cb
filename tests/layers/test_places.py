"""Known places, and every region that the bundled lists name."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely

from risk_graph import data_dir
from risk_graph.layers.listing import read_listing
from risk_graph.layers.locate import locate
from risk_graph.layers.place import MAX_SNAP_KM, Atlas, load_atlas
from risk_graph.layers.region import Listing, lineage
from risk_graph.layers.situation import Situation
from risk_graph.model.gazetteer import countries, may_lie_in, subdivisions
from risk_graph.model.truth import Truth
from tests.layers.conftest import AS_OF, LAYERS, at, joined, node, signal, truth

SITES = {
    "Panchpatmali": (18.83, 83.03, "IND", "IN-OD"),
    "Sangaredi": (11.09, -13.79, "GIN", "GN-BK"),
    "Urumqi": (43.8, 87.6, "CHN", "CN-XJ"),
    "Bell Bay": (-41.137, 146.862, "AUS", "AU-TAS"),
    "Aughinish": (52.629, -9.063, "IRL", "IE-LK"),
    "Tiwai Point": (-46.585, 168.385, "NZL", ""),
    "Fjardaal": (65.035, -14.07, "ISL", ""),
    "Lista": (58.083, 6.797, "NOR", ""),
    "Mosjoen": (65.846, 13.195, "NOR", ""),
    "Anadyr": (64.73, 177.5, "RUS", "RU-CHU"),
    "Provideniya, beyond the antimeridian": (64.42, -173.23, "RUS", "RU-CHU"),
    "Suva": (-18.14, 178.44, "FJI", ""),
    "Taveuni, on the antimeridian": (-16.8, 179.99, "FJI", ""),
    "South Pole": (-90.0, 0.0, "ATA", ""),
    "McMurdo": (-77.85, 166.67, "ATA", ""),
    "Hargeisa": (9.56, 44.06, "SOM", "SO-WO"),
    "Pristina": (42.66, 21.16, "XKX", ""),
    "Cayenne": (4.92, -52.32, "FRA", "FR-973"),
}


@pytest.mark.parametrize("site", SITES)
def test_known_sites_lie_where_they_lie(site: str) -> None:
    lat, lon, country, subdivision = SITES[site]
    atlas = load_atlas()
    found = locate(atlas, np.array([""], object), np.array([lon]), np.array([lat]))
    assert found.state[0] == "inside" or found.distance_km[0] < 5
    nearest = found.at[0][0]
    assert country in atlas.countries[nearest]
    assert subdivision in atlas.codes[nearest] or not subdivision


@pytest.mark.parametrize("site", SITES)
def test_no_site_is_misplaced(site: str) -> None:
    """The antimeridian trap: quantised outlines once put Mosjoen and Fjardaal into Russia."""
    lat, lon, country, subdivision = SITES[site]
    assert not joined(node(country=country, subdivision=subdivision, **at(lat, lon))).issues


def test_coastal_sites_snap_with_their_distance() -> None:
    found = signal("uflpa_region", **at(65.035, -14.07))
    assert found["how_joined"] == "nearest_polygon"
    assert 0 < found["distance_km"] < 2
    assert found["place"] == "ISL"


def test_open_sea_is_unknown() -> None:
    assert truth(**at(0.0, -140.0)) == "U"
    assert truth(country="SOM", **at(0.0, -140.0)) == "U"


def test_polygons_cover_every_country_that_the_layers_name() -> None:
    atlas = load_atlas()
    values = LAYERS["wgi_political_stability"].values
    named = set(values["country"]) | set(LAYERS["eu_cahra"].values["country"]) | {"CHN"}
    assert named - set(atlas.belongs.columns) == {"TUV"}, "Tuvalu is too small for the 50m outlines"
    assert {c for cs in atlas.countries for c in cs} <= set(countries())
    assert {c for cs in atlas.codes for c in cs} <= set(subdivisions())


def _account() -> dict[str, set[str]]:
    """Listed regions by how well their place on the map is known."""
    atlas = load_atlas()
    rows = LAYERS["eu_cahra"].values
    kinds: dict[str, set[str]] = {
        "own": set(),
        "shared": set(),
        "ambiguous": set(),
        "contradictory": set(),
        "none": set(),
    }
    listing = Listing(LAYERS["eu_cahra"], AS_OF)
    for row in rows[~rows["whole_country"]].itertuples():
        polygons = [p for p, cs in enumerate(atlas.codes) if any(row.code in lineage(c) for c in cs)]
        truths = {listing.of_places(atlas.codes[p], atlas.countries[p], "").truth for p in polygons}
        alone = all(row.code in lineage(c) for p in polygons for c in atlas.codes[p])
        if not row.certain:
            kinds["contradictory"].add(row.listed_code)
        elif not polygons:
            kinds["none"].add(row.code)
        elif truths != {Truth.TRUE}:
            kinds["ambiguous"].add(row.code)
        else:
            kinds["own" if alone else "shared"].add(row.code)
    return kinds


def test_the_account_of_listed_regions() -> None:
    """The numbers that docs/layers.md states."""
    found = _account()
    assert {k: len(v) for k, v in found.items()} == {
        "own": 199,
        "shared": 31,
        "ambiguous": 3,
        "contradictory": 1,
        "none": 0,
    }
    assert found["ambiguous"] == {"IN-JK", "ML-6", "ML-7"}


def test_a_point_in_every_listed_region_reads_true() -> None:
    atlas = load_atlas()
    account = _account()
    rows = []
    for code in sorted(account["own"] | account["shared"]):
        for number, codes in enumerate(atlas.codes):
            if any(code in lineage(c) for c in codes):
                point = shapely.point_on_surface(atlas.geometry[number])
                rows.append(
                    node(f"{code}:{number}", country=atlas.countries[number][0], **at(point.y, point.x))
                )
    signals = joined(*rows).signals
    cahra = signals[signals["layer"] == "eu_cahra"]
    assert len(cahra) > 230
    assert set(cahra["truth"]) == {"T"}
    assert set(cahra["how_joined"]) == {"point_in_polygon"}


@pytest.mark.parametrize("listed", ["IN-JK", "ML-6", "ML-7"])
def test_outlines_older_than_a_split_are_unknown(listed: str) -> None:
    atlas = load_atlas()
    number = next(i for i, codes in enumerate(atlas.codes) if listed in codes)
    point = shapely.point_on_surface(atlas.geometry[number])
    found = signal("eu_cahra", country=atlas.countries[number][0], **at(point.y, point.x))
    assert found["truth"] == "U"
    assert listed in found["detail"]


def test_basemap_and_sizes() -> None:
    folder = data_dir() / "boundaries"
    assert sum(f.stat().st_size for f in folder.iterdir()) < 6e6
    assert (folder / "basemap_110m.geojson").stat().st_size < 300_000
    base = gpd.read_file(folder / "basemap_110m.geojson")
    assert len(base) == 177
    assert base.is_valid.all()
    assert base.total_bounds[0] >= -180
    assert base.total_bounds[2] <= 180
    parts = base.set_index("name")["geometry"].explode().bounds
    assert set(parts.index[parts["maxx"] - parts["minx"] > 170]) == {"Antarctica"}
    assert set(base.columns) == {"iso3", "name", "geometry"}


@pytest.mark.parametrize("name", ["countries", "subdivisions"])
def test_polygons_are_valid_and_cut_at_the_antimeridian(name: str) -> None:
    frame = gpd.read_parquet(data_dir() / "boundaries" / f"{name}.parquet")
    assert frame.is_valid.all()
    assert frame["id"].is_unique
    bounds = frame.total_bounds
    assert bounds[0] >= -180
    assert bounds[2] <= 180
    parts = frame.set_index("id")["geometry"].explode()
    wide = parts.bounds["maxx"] - parts.bounds["minx"]
    assert set(parts.index[wide > 170]) <= {"ATA"}, "a part as wide as the world wraps the wrong way"


def test_a_region_without_outline_is_never_false(use_atlas: Callable[[Atlas], None]) -> None:
    from dataclasses import replace

    atlas = load_atlas()
    keep = np.array(["CN-XJ" not in codes for codes in atlas.codes])
    cut = replace(
        atlas,
        geometry=atlas.geometry[keep],
        fine=atlas.fine[keep],
        **{
            name: tuple(v for v, k in zip(getattr(atlas, name), keep, strict=True) if k)
            for name in ("names", "countries", "accepts", "codes")
        },
    )
    use_atlas(cut)
    edge = shapely.get_coordinates(atlas.geometry[~keep][0])[::50]
    rows = [node(f"{i:04d}", country="CHN", **at(lat, lon)) for i, (lon, lat) in enumerate(edge)]
    rows.append(node("urumqi", country="CHN", **at(43.8, 87.6)))
    signals = joined(*rows).signals
    found = signals[signals["layer"] == "uflpa_region"].set_index("subject_id")
    beyond = found["how_joined"] != "point_in_polygon"
    assert found["truth"]["urumqi"] == "U"
    assert set(found["truth"][beyond]) == {"U"}


def test_snapping_stops_at_the_stated_distance() -> None:
    """Due south of Lista's coast: a degree is 111.4 km."""
    atlas = load_atlas()
    lats = np.linspace(57.6, 57.99, 40)
    point, _, km = atlas.near(np.full(40, 6.8), lats)
    assert km.max() <= MAX_SNAP_KM
    within = np.isin(np.arange(40), point)
    assert 0 < within.sum() < 40
    assert (np.diff(within.astype(int)) >= 0).all()


def test_two_near_places_with_different_answers_are_unknown() -> None:
    """On the coast of Ukraine: Mykolaiv (not listed) and Kherson (listed) are neighbours."""
    listing = Listing(LAYERS["eu_cahra"], AS_OF)
    atlas = load_atlas()
    by_code = {codes[0]: i for i, codes in enumerate(atlas.codes) if len(codes) == 1}
    situation = Situation("facility", "UKR", "", "", "near", (by_code["UA-48"], by_code["UA-65"]))
    assert read_listing(listing, situation).truth is Truth.UNKNOWN
    alone = Situation("facility", "UKR", "", "", "near", (by_code["UA-48"],))
    assert read_listing(listing, alone).truth is Truth.FALSE


def test_extents_of_countries_enclose_their_polygons() -> None:
    table = gpd.read_parquet(data_dir() / "boundaries" / "countries.parquet")
    for place in table.itertuples():
        west, south, east, north = place.geometry.bounds
        for country in {*place.country.split(), *place.accepts.split()}:
            assert may_lie_in(country, south, west)
            assert may_lie_in(country, north, east)
    assert not may_lie_in("DEU", 6.81, 51.12)
    assert not may_lie_in("DEU", 6.81, 91.0)
    assert may_lie_in("AUS", -32.63, 115.97)
