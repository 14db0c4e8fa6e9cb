"""Where a point lies: in which polygon, or how far from the nearest one.

The polygons of `data/boundaries` are cut at the antimeridian; containment is tested in longitude and latitude,
distance in space (see `distance.py`), so that neither the antimeridian nor the poles need a case of their own.
Knows no layer and no node table.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from risk_graph import data_dir
from risk_graph.errors import LayerError
from risk_graph.layers.distance import Outlines

MAX_SNAP_KM = 30.0
"""A point outside every polygon belongs to the nearest one up to here: coasts are drawn coarsely, ports lie on
piers and islets. Farther out nothing is said."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """Polygons of subdivisions, then of countries.

    Of polygon i: `countries[i]` it belongs to (two if claimed by both, with what is not known), `accepts[i]`
    under which it may be declared without being misplaced, `codes[i]` of today's subdivisions one of which it
    is (empty: not known), `fine[i]` whether it is a subdivision. `covered` countries have subdivision polygons.
    """

    geometry: np.ndarray
    names: tuple[str, ...]
    countries: tuple[tuple[str, ...], ...]
    accepts: tuple[tuple[str, ...], ...]
    codes: tuple[tuple[str, ...], ...]
    fine: np.ndarray

    @cached_property
    def covered(self) -> frozenset[str]:
        return frozenset(c for f, cs in zip(self.fine, self.countries, strict=True) if f for c in cs)

    @cached_property
    def drawn(self) -> frozenset[str]:
        """Subdivisions that some polygon is, or may be."""
        return frozenset(code for codes in self.codes for code in codes)

    @cached_property
    def outlines(self) -> Outlines:
        return Outlines.of(self.geometry)

    @cached_property
    def _boxes(self) -> shapely.STRtree:
        """Tells cheaply which polygons are worth preparing for a test."""
        return shapely.STRtree(self.geometry)

    @cached_property
    def belongs(self) -> pd.DataFrame:
        """Polygons (rows) x countries (columns): may a site in the polygon be declared under the country?"""
        known = sorted({c for cs in (*self.countries, *self.accepts) for c in cs})
        held = [{*a, *b} for a, b in zip(self.countries, self.accepts, strict=True)]
        return pd.DataFrame([[c in h for c in known] for h in held], columns=known)

    def accordant(self, polygons: np.ndarray, countries: np.ndarray) -> np.ndarray:
        """Pairwise: does the polygon belong to the country? True if no polygon at all bears the country."""
        table = self.belongs
        column = table.columns.get_indexer(pd.Index(countries))
        return np.asarray((column < 0) | table.to_numpy()[polygons, column])

    def containing(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pairs (point, polygon) where the point lies in the polygon or on its edge."""
        points = shapely.points(lon, lat)
        asked = np.unique(self._boxes.query(points)[1])
        polygon, point = shapely.STRtree(points).query(self.geometry[asked], predicate="intersects")
        polygon = asked[polygon]
        order = np.lexsort((polygon, point))
        return point[order], polygon[order]

    def near(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Triples (point, polygon, km) of outlines within MAX_SNAP_KM, the nearest first."""
        point, polygon, km = self.outlines.within(lon, lat, MAX_SNAP_KM)
        order = np.lexsort((polygon, km, point))
        return point[order], polygon[order], km[order]


@cache
def load_atlas(folder: Path | None = None) -> Atlas:
    """The polygons that ship, or those of another folder; read once."""
    folder = folder or data_dir() / "boundaries"
    frames = []
    for name in ("subdivisions", "countries"):
        file = folder / f"{name}.parquet"
        try:
            frames.append(gpd.read_parquet(file).assign(fine=name == "subdivisions"))
        except OSError as error:
            raise LayerError(
                f"{file}: cannot be read. Restore it: no point can be placed without it."
            ) from error
    frame = pd.concat(frames, ignore_index=True)
    words = {c: tuple(tuple(text.split()) for text in frame[c]) for c in ("country", "accepts", "codes")}
    return Atlas(
        geometry=frame["geometry"].to_numpy(),
        names=tuple(frame["name"]),
        countries=words["country"],
        accepts=words["accepts"],
        codes=words["codes"],
        fine=frame["fine"].to_numpy(),
    )
