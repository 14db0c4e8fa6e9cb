"""Polygons of the user's own, in every form they come in: good, and damaged. All files are synthetic, written here."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from ingest.source import Asked, Edition, source_of
from ingest.update import Updated, Wish, update
from risk_graph.errors import SourceError
from risk_graph.layers.library import load_library

DAY = date(2026, 11, 24)
TOML = """
layer = "reserves"
edition = "2026-11"
released = 2026-11-01
title = "Reserves (synthetic)"
meaning = "Lies in a made-up reserve"
publisher = "Nobody (synthetic)"
licence = "none"
licence_class = "own_terms"
[columns]
id = "code"
name = "label"
"""
BOXES = [box(10, 50, 11, 51), box(12, 50, 13, 51)]


def frame(geometry: list[Any], crs: Any = "EPSG:4326", **columns: list[Any]) -> gpd.GeoDataFrame:
    own = {
        "code": [f"A{i}" for i in range(len(geometry))],
        "label": [f"Area {i}" for i in range(len(geometry))],
    }
    return gpd.GeoDataFrame({**own, **columns}, geometry=geometry, crs=crs)


def write(folder: Path, name: str, shapes: gpd.GeoDataFrame, toml: str = TOML) -> Path:
    path = folder / name
    shapes.to_file(path, **({"layer": "reserves"} if name.endswith("gpkg") else {}))
    path.with_suffix(".toml").write_text(toml)
    return path


def bring(folder: Path, file: Path, **wish: Any) -> Updated:
    return update(
        source_of("areas"), folder / "sources", Wish(file=file, **wish), DAY, {}, lambda _s, _d: None
    )


def brought(folder: Path, geometry: list[Any], toml: str = TOML, **columns: list[Any]) -> Updated:
    return bring(folder, write(folder, "map.gpkg", frame(geometry, **columns), toml))


def layer(folder: Path, name: str = "reserves") -> Any:
    return load_library(folder / "sources", DAY).layers[name]


def outline(folder: Path) -> Any:
    return layer(folder).values["geometry"].iloc[0]


@pytest.mark.parametrize("name", ["map.gpkg", "map.geojson", "map.shp"])
def test_every_form_gives_the_same_layer(tmp_path: Path, name: str) -> None:
    found = bring(tmp_path, write(tmp_path, name, frame(BOXES)))
    assert found.held.rows == {"reserves": 2}
    assert found.held.edition == "2026-11"
    assert not found.issues
    got = layer(tmp_path)
    assert (got.title, got.licence, got.redistribution, got.near_km) == (
        "Reserves (synthetic)",
        "none",
        False,
        5.0,
    )
    assert list(got.values["area_id"]) == ["A0", "A1"]
    assert list(got.values["name"]) == ["Area 0", "Area 1"]
    assert got.values["source"].iloc[1] == f"{name}, row 2"
    assert shapely.equals(got.values["geometry"].to_numpy(), np.array(BOXES)).all()


def test_what_is_kept_can_be_read_again(tmp_path: Path) -> None:
    held = bring(tmp_path, write(tmp_path, "map.shp", frame(BOXES))).held
    again: Edition = source_of("areas").read(held.folder / "raw" / held.file, Asked(DAY))
    assert len(again.drafts[0].rows) == 2
    assert not bring(tmp_path, tmp_path / "map.shp").is_new


def test_the_toml_alone_names_its_map(tmp_path: Path) -> None:
    write(tmp_path, "map.geojson", frame(BOXES))
    assert bring(tmp_path, tmp_path / "map.toml").held.rows == {"reserves": 2}
    other = tmp_path / "other.toml"
    other.write_text('file = "map.geojson"\n' + TOML.replace('2026-11"', '2026-12"'))
    assert bring(tmp_path, other).held.edition == "2026-12"
    other.write_text('file = "../../etc/passwd"\n' + TOML)
    with pytest.raises(SourceError, match="0 maps lie beside"):
        bring(tmp_path, other)


def test_a_folder_and_archives_in_an_archive(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for n in (0, 1):
        write(inside, f"part{n}.shp", frame([BOXES[n]], code=[f"B{n}"]))
        with zipfile.ZipFile(inside / f"part{n}.zip", "w") as archive:
            for part in [p for p in inside.glob(f"part{n}.*") if p.suffix not in (".toml", ".zip")]:
                archive.write(part, f"deep/../{part.name}")
                part.unlink()
        (inside / f"part{n}.toml").unlink()
    (inside / "about.toml").write_text(TOML)
    found = bring(tmp_path, inside)
    assert found.held.rows == {"reserves": 2}
    assert set(layer(tmp_path).values["area_id"]) == {"B0", "B1"}
    assert not list(tmp_path.glob("*.shp"))


def test_two_layers_of_one_edition_stand_side_by_side(tmp_path: Path) -> None:
    brought(tmp_path, BOXES)
    brought(tmp_path, BOXES[:1], TOML.replace('"reserves"', '"lands"'))
    assert len(layer(tmp_path).values) == 2
    assert len(layer(tmp_path, "lands").values) == 1


def test_another_reference_system_is_brought_to_wgs84(tmp_path: Path) -> None:
    bring(tmp_path, write(tmp_path, "map.gpkg", frame(BOXES).to_crs("EPSG:3035")))
    assert shapely.hausdorff_distance(outline(tmp_path), BOXES[0]) < 0.01


def test_a_missing_reference_system_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path, "map.shp", frame(BOXES))
    path.with_suffix(".prj").unlink()
    with pytest.raises(SourceError, match=r"\.prj") as caught:
        bring(tmp_path, path)
    assert "\n" not in str(caught.value)
    path.with_suffix(".toml").write_text('crs = "EPSG:4326"\n' + TOML)
    assert bring(tmp_path, path).held.rows == {"reserves": 2}
    path.with_suffix(".toml").write_text('crs = "nonsense"\n' + TOML)
    with pytest.raises(SourceError, match="no coordinate reference system"):
        bring(tmp_path, path)


def test_a_bow_tie_keeps_both_halves_and_overlaps_stay_inside(tmp_path: Path) -> None:
    tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    twice = MultiPolygon([box(5, 0, 7, 2), box(6, 0, 8, 2)])
    found = brought(tmp_path, [tie, twice])
    rows = layer(tmp_path).values
    assert rows["geometry"].iloc[0].area == pytest.approx(2)
    assert rows["geometry"].iloc[1].equals(box(5, 0, 8, 2))
    assert rows["note"].str.contains("outline repaired").all()
    assert [i.code for i in found.issues] == ["repaired-area", "repaired-area"]


def test_points_lines_and_nothing_are_issues_and_no_areas(tmp_path: Path) -> None:
    shapes = [
        BOXES[0],
        Point(1, 1),
        LineString([(0, 0), (1, 1)]),
        None,
        Polygon(),
        Polygon([(0, 0), (1, 1), (2, 2)]),
    ]
    found = bring(tmp_path, write(tmp_path, "map.geojson", frame(shapes)))
    assert found.held.rows == {"reserves": 1}
    assert [(i.code, i.row) for i in found.issues] == [("no-area", n) for n in (2, 3, 4, 5, 6)]


def test_many_issues_are_counted(tmp_path: Path) -> None:
    found = brought(tmp_path, [BOXES[0]] + [None] * 150)
    assert len(found.issues) == 101
    assert "50 more rows" in found.issues[-1].message


@pytest.mark.parametrize(
    "ring",
    [
        [(179, -17), (-179, -17), (-179, -16), (179, -16)],
        [(179, -17), (181, -17), (181, -16), (179, -16)],
        [(-181, -17), (-179, -17), (-179, -16), (-181, -16)],
    ],
)
def test_across_the_antimeridian_it_is_cut(tmp_path: Path, ring: list[Any]) -> None:
    brought(tmp_path, [Polygon(ring)])
    got = outline(tmp_path)
    assert got.area == pytest.approx(2)
    assert shapely.contains_xy(got, [179.5, -179.5, 0.0], [-16.5] * 3).tolist() == [True, True, False]


def test_a_hole_across_the_antimeridian_stays_a_hole(tmp_path: Path) -> None:
    shell = [(178, -18), (-178, -18), (-178, -14), (178, -14)]
    hole = [(179, -17), (-179, -17), (-179, -16), (179, -16)]
    brought(tmp_path, [Polygon(shell, [hole])])
    assert outline(tmp_path).area == pytest.approx(16 - 2)
    assert not shapely.contains_xy(outline(tmp_path), -179.5, -16.5)


@pytest.mark.parametrize("south", [True, False])
def test_a_ring_round_a_pole_holds_the_pole(tmp_path: Path, south: bool) -> None:
    lat = -80 if south else 80
    ring = [(lon, lat) for lon in range(-170, 180, 20)]
    brought(tmp_path, [Polygon(ring)])
    got = outline(tmp_path)
    assert got.is_valid
    assert shapely.intersects_xy(got, [0, 123, -180, 180], [np.sign(lat) * 89.9] * 4).all()
    assert not shapely.intersects_xy(got, [0, 123], [np.sign(lat) * 79.0] * 2).any()


def test_a_round_area_in_a_polar_map_holds_the_pole(tmp_path: Path) -> None:
    disc = frame([Point(0, 0).buffer(500_000)], crs="EPSG:3031")
    bring(tmp_path, write(tmp_path, "map.gpkg", disc))
    got = outline(tmp_path)
    assert shapely.intersects_xy(got, [0, 90, 179.9], [-86.0] * 3).all()
    assert not shapely.intersects_xy(got, [0, 90, 179.9], [-85.0] * 3).any()


def test_the_edge_of_the_world_is_no_crossing(tmp_path: Path) -> None:
    found = brought(tmp_path, [box(-180, -90, 180, -60)])
    assert outline(tmp_path).equals(box(-180, -90, 180, -60))
    assert not found.issues


def test_repeated_ids_are_told_apart(tmp_path: Path) -> None:
    found = brought(tmp_path, BOXES, code=["A", "A"])
    assert list(layer(tmp_path).values["area_id"]) == ["A", "A #2"]
    assert [i.code for i in found.issues] == ["duplicate-id"]


WDPA = 'layer = "protected"\nedition = "2026-11"\npreset = "protected_areas"\n'
AQUEDUCT = 'layer = "stress"\nedition = "4.0"\npreset = "water_stress"\n'


def test_columns_of_a_protected_planet_download(tmp_path: Path) -> None:
    own = {
        "WDPA_PID": ["555_A", "556"], "NAME": ["Réserve (synthetic)", "Other (synthetic)"], "DESIG_ENG": ["Nature Reserve"] * 2,
        "IUCN_CAT": ["Ia", "Not Reported"], "STATUS": ["Designated"] * 2,
    }  # fmt: skip
    brought(tmp_path, BOXES, WDPA, **own)
    rows = layer(tmp_path, "protected").values
    assert list(rows["area_id"]) == ["555_A", "556"]
    assert rows["category"].iloc[0] == "Nature Reserve, Ia, Designated"
    assert not layer(tmp_path, "protected").redistribution


def test_arid_basins_have_no_number_which_is_not_low(tmp_path: Path) -> None:
    own = {
        "string_id": ["a", "b"], "name_1": ["x", "y"], "bws_cat": [-1.0, 4.0],
        "bws_label": ["Arid and Low Water Use", "Extremely High (>80%)"],
    }  # fmt: skip
    brought(tmp_path, BOXES, AQUEDUCT, **own)
    rows = layer(tmp_path, "stress").values
    assert np.isnan(rows["value"].iloc[0])
    assert rows["value"].iloc[1] == 4
    assert rows["category"].iloc[0] == "Arid and Low Water Use"


def test_columns_that_are_not_there_are_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"No column NAME_ENG or NAME \(name\).*it has code, label"
    ) as caught:
        brought(tmp_path, BOXES, WDPA)
    assert "\n" not in str(caught.value)


def test_numbers_that_are_none(tmp_path: Path) -> None:
    found = brought(tmp_path, BOXES, TOML + 'value = "n"\n', n=["1.5", "many"])
    assert list(layer(tmp_path).values["value"].fillna(-1)) == [1.5, -1]
    assert [i.code for i in found.issues] == ["bad-number"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("", "layer: Field required"),
        ('layer = "eu_cahra"\nedition = "1"\npreset = "protected_areas"', "that of another layer"),
        ('layer = "uflpa_entities"\nedition = "1"\npreset = "protected_areas"', "that of another layer"),
        ('layer = "../x"\nedition = "1"', "write an id of small letters"),
        ('layer = "x1"\nedition = "1"', "does not say title, meaning, publisher, licence, licence_class"),
        ('layer = "x1"\npreset = "protected_areas"', "Which edition"),
        ('layer = "x1"\nspeed = 1', "no such key"),
        ("layer = ", "no valid TOML"),
        (TOML.replace("[columns]", "rows = [5, 10]\n[columns]"), "5 to 10 are expected"),
        (TOML.replace("[columns]", "near_km = 500\n[columns]"), "from 0 to 50 km"),
    ],
)
def test_what_the_toml_must_say(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        brought(tmp_path, BOXES, toml)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "sources").glob("areas/*/edition.json"))


def test_without_a_toml_it_says_what_to_write(tmp_path: Path) -> None:
    path = write(tmp_path, "map.gpkg", frame(BOXES))
    path.with_suffix(".toml").unlink()
    with pytest.raises(SourceError, match=r"ends with \.toml beside it"):
        bring(tmp_path, path)


@pytest.mark.parametrize("name", ["map.gpkg", "map.geojson", "map.shp"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, frame(BOXES))
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(SourceError) as caught:
        bring(tmp_path, path)
    assert "\n" not in str(caught.value)


def test_a_shapefile_without_its_index_and_a_cut_archive(tmp_path: Path) -> None:
    path = write(tmp_path, "map.shp", frame(BOXES))
    path.with_suffix(".dbf").unlink()
    with pytest.raises(SourceError):
        bring(tmp_path, path)
    archive = tmp_path / "cut.zip"
    archive.write_bytes(b"PK\x03\x04 this is no archive")
    archive.with_suffix(".toml").write_text(TOML)
    with pytest.raises(SourceError):
        bring(tmp_path, archive)


def test_an_archive_that_grows_too_much_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("map.geojson", b" " * (30 << 20))
        archive.writestr("about.toml", TOML)
    with pytest.raises(SourceError, match="not unpacked"):
        bring(tmp_path, bomb)


def test_several_tables_must_be_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "map.gpkg", frame(BOXES))
    frame(BOXES[:1]).to_file(path, layer="other")
    with pytest.raises(SourceError, match="2 tables with outlines"):
        bring(tmp_path, path)
    path.with_suffix(".toml").write_text('table = "other"\n' + TOML)
    assert bring(tmp_path, path).held.rows == {"reserves": 1}


def test_nothing_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing to fetch"):
        update(source_of("areas"), tmp_path, Wish(), DAY, {}, lambda _s, _d: None)
