"""First-order divisions as their publishers pack them; small synthetic files in the real layout."""

import zipfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from ingest.source import Asked, source_of
from ingest.update import Wish, update
from risk_graph.errors import SourceError
from tests.reference import reference_file

DAY = date(2026, 11, 24)
CGAZ = {
    "shapeGroup": ["MLI", "118"],
    "shapeType": ["ADM1"] * 2,
    "shapeName": ["One (synthetic)", "Two"],
    "shapeID": ["a", "b"],
}
NE = {
    "adm1_code": ["MLI-1", "FJI-2"],
    "name": ["One", "Two"],
    "adm0_a3": ["MLI", "FJI"],
    "iso_3166_2": ["ML-6", "FJ-"],
}
OUTLINES = [box(-3, 16, -2, 17), box(179, -17, 181, -16)]


def packed(folder: Path, name: str, columns: dict[str, list[str]], version: str = "") -> Path:
    gpd.GeoDataFrame(columns, geometry=OUTLINES, crs="EPSG:4326").to_file(folder / f"{name}.shp")
    if version:
        (folder / f"{name}.VERSION.txt").write_text(version)
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.glob(f"{name}.*"):
            if part.suffix != ".zip":
                archive.write(part, f"release/{part.name}")
    return path


def test_geoboundaries(tmp_path: Path) -> None:
    path = packed(tmp_path, "geoBoundariesCGAZ_ADM1", CGAZ)
    edition = source_of("geoboundaries").read(path, Asked(DAY))
    rows = edition.drafts[0].rows
    assert edition.edition == "CGAZ 6.0.0"
    assert list(rows["country"]) == ["MLI", ""]
    assert rows["geometry"].iloc[1].bounds == (-180, -17, 180, -16)
    assert [i.code for i in edition.issues] == ["repaired-area", "bad-country"]


def test_natural_earth(tmp_path: Path) -> None:
    path = packed(tmp_path, "ne_10m_admin_1_states_provinces", NE, "5.1.1\n")
    edition = source_of("natural_earth").read(path, Asked(DAY))
    assert edition.edition == "5.1.1"
    assert list(edition.drafts[0].rows["code"]) == ["ML-6", ""]


def test_too_few_divisions_are_no_edition(tmp_path: Path) -> None:
    path = packed(tmp_path, "geoBoundariesCGAZ_ADM1", CGAZ)
    with pytest.raises(SourceError, match="at least 2,000"):
        update(
            source_of("geoboundaries"), tmp_path / "sources", Wish(file=path), DAY, {}, lambda _s, _d: None
        )


@pytest.mark.parametrize(
    ("source", "expected"), [("geoboundaries", "shapeName"), ("natural_earth", "adm1_code")]
)
def test_another_layout_names_what_was_expected(tmp_path: Path, source: str, expected: str) -> None:
    other = {"a": ["1", "2"], "b": ["3", "4"]}
    with pytest.raises(SourceError, match=expected) as caught:
        source_of(source).read(packed(tmp_path, "x", other, "1"), Asked(DAY))
    assert "it has" in str(caught.value) or "the file has" in str(caught.value)


def test_no_map_and_no_version(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(SourceError, match="No map was found"):
        source_of("geoboundaries").read(tmp_path / "none.zip", Asked(DAY))
    with pytest.raises(SourceError, match=r"VERSION\.txt"):
        source_of("natural_earth").read(packed(tmp_path, "ne", NE), Asked(DAY))


def test_points_are_no_divisions(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    gpd.GeoDataFrame(CGAZ, geometry=[OUTLINES[0], Point(1, 1)], crs="EPSG:4326").to_file(path)
    edition = source_of("geoboundaries").read(path, Asked(DAY))
    assert len(edition.drafts[0].rows) == 1
    assert edition.issues[0].code == "no-area"


def test_the_real_subset_of_natural_earth() -> None:
    edition = source_of("natural_earth").read(
        reference_file("boundaries/admin1_subset_simplified.geojson"), Asked(DAY, "test")
    )
    rows = edition.drafts[0].rows
    assert len(rows) > 1000
    assert {"GIN", "MLI", "CHN"} <= set(rows["country"])
