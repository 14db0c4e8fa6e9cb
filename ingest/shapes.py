"""Polygons from the files that maps come in: GeoPackage, GeoJSON, shapefile, alone or in an archive.

What is read stands in WGS 84 with the row that it came from. Archives are bounded before anything is unpacked, and
nothing in one decides where it is unpacked to.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from ingest.archive import unpack
from risk_graph.errors import SourceError

MAPS = (".gpkg", ".geojson", ".json", ".shp")
BESIDE = (".shx", ".dbf", ".prj", ".cpg")
"""What belongs to a shapefile."""

MOST_ROWS = 1_000_000
MOST_VERTICES = 50_000_000
_MOST_FILES = 200
_DENSE_KM = 10.0
"""Edges of projected files are cut to this length first: a straight line there is a curve on the globe."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """Rows of one or more files: the columns as they are, `geometry` in WGS 84, `file` and `row` (1 is the first)."""

    frame: pd.DataFrame
    geometry: np.ndarray
    file: np.ndarray
    row: np.ndarray


@contextmanager
def unpacked(path: Path, largest_mb: int, more: tuple[str, ...] = ()) -> Iterator[list[Path]]:
    """The maps (and files that end with `more`) of a file or archive, as files of a folder that is gone afterwards.

    An archive in the archive is opened too, not one in that. Raises SourceError: too many, too large, damaged.
    """
    if not zipfile.is_zipfile(path):
        yield [path]
        return
    with tempfile.TemporaryDirectory(prefix="areas-") as name:
        yield unpack(path, Path(name), (*MAPS, *BESIDE, *more), largest_mb << 20, _MOST_FILES)


def read_shapes(files: list[Path], crs: str = "", table: str = "") -> Shapes:
    """All maps among the files, one below the other. `crs` stands for a missing one; `table` names the one of several
    tables in a GeoPackage.

    Raises SourceError: no map, no or unknown reference system, too many rows or corners, unreadable.
    """
    maps = [f for f in files if f.suffix.lower() in MAPS]
    if not maps:
        raise SourceError(
            f"No map was found; expected a file that ends with {', '.join(MAPS)}, or an archive of some."
        )
    parts = [_read(file, crs, table) for file in sorted(maps)]
    if sum(len(p) for p in parts) > MOST_ROWS:
        raise SourceError(
            f"More than {MOST_ROWS:,} areas: cut the file to the countries of your chain first."
        )
    geometry = np.concatenate([p.geometry.to_numpy() for p in parts])
    names = np.concatenate(
        [np.full(len(p), f.name, object) for p, f in zip(parts, sorted(maps), strict=True)]
    )
    rows = np.concatenate([np.arange(1, len(p) + 1) for p in parts])
    frames = [pd.DataFrame(p.drop(columns=p.geometry.name)) for p in parts]
    return Shapes(pd.concat(frames, ignore_index=True), geometry, names, rows)


def _read(file: Path, crs: str, table: str) -> gpd.GeoDataFrame:
    try:
        layer = _layer(file, table)
        about = pyogrio.read_info(file, layer=layer, force_feature_count=True)
        if about["features"] > MOST_ROWS:
            raise SourceError(
                f"{file.name} holds more than {MOST_ROWS:,} areas: cut it to the countries of your chain."
            )
        frame = pyogrio.read_dataframe(file, layer=layer, on_invalid="ignore")
    except (
        DataSourceError,
        DataLayerError,
        ValueError,
        UnicodeDecodeError,
        shapely.errors.ShapelyError,
    ) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(
            f"{file.name} cannot be read as a map ({said.rstrip('.')}). Is it whole, with the files that belong to it?"
        ) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{file.name} holds a table without outlines: expected polygons.")
    if int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()) > MOST_VERTICES:
        raise SourceError(f"{file.name} has more than {MOST_VERTICES:,} corners: simplify it, or cut it.")
    return _in_wgs84(file, frame, crs)


def _layer(file: Path, table: str) -> str | None:
    if file.suffix.lower() != ".gpkg":
        return None
    names = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    if table and table not in names:
        raise SourceError(
            f"{file.name} has no table {table!r}; it has {', '.join(names) or 'none with outlines'}."
        )
    if not table and len(names) != 1:
        raise SourceError(
            f'{file.name} has {len(names)} tables with outlines ({", ".join(names)}): name one with `table = "..."`.'
        )
    return table or names[0]


def _in_wgs84(file: Path, frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    if frame.crs is None or (file.suffix.lower() in (".geojson", ".json") and crs and not _says_crs(file)):
        if not crs:
            raise SourceError(
                f"{file.name} does not say its coordinate reference system: put its .prj file beside it, or write "
                '`crs = "EPSG:4326"` (or the code that is right) into the .toml.'
            )
        try:
            frame = frame.set_crs(pyproj.CRS.from_user_input(crs), allow_override=True)
        except pyproj.exceptions.CRSError:
            raise SourceError(
                f'crs = "{crs}" is no coordinate reference system; write one such as "EPSG:4326".'
            ) from None
    known: Any = frame.crs
    if not known.is_geographic and not known.is_projected:
        raise SourceError(f"{file.name}: {known.name} cannot be brought to longitude and latitude.")
    try:
        if known.is_projected:
            metres = known.axis_info[0].unit_conversion_factor or 1.0
            step = 1000 * _DENSE_KM / metres
            frame = frame.set_geometry(shapely.segmentize(frame.geometry.to_numpy(), step), crs=known)
        return frame.to_crs("EPSG:4326") if not known.equals("EPSG:4326", ignore_axis_order=True) else frame
    except pyproj.exceptions.ProjError as error:
        raise SourceError(f"{file.name} cannot be brought to longitude and latitude ({error}).") from None


def _says_crs(file: Path) -> bool:
    """GeoJSON is WGS 84 unless an old file names another."""
    with file.open("rb") as handle:
        return b'"crs"' in handle.read(1 << 16)


def decoded(value: Any) -> str:
    """A cell as text: whole numbers without a point, nothing for a missing one."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, list | dict)
        else str(value).strip()
    )
