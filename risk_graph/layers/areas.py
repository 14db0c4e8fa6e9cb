"""Laying areas over sites: inside one, touched by one, near one, or none within reach.

T: the site lies in an area, with all the doubt about its place. F: no area within the layer's distance of all places
where it may be. U: everything between, and whenever the place is unknown or too coarse (docs/areas.md).
"""

from datetime import date

import numpy as np
import pandas as pd

from risk_graph.layers.area_near import Pairs, pairs
from risk_graph.layers.layer import Layer
from risk_graph.layers.situation import Situations

RADIUS_KM = {"": 0.0, "exact": 0.0, "site": 0.0, "city": 10.0}
"""Word of `location_precision` -> how far from its coordinates the site may be; any other word is too coarse."""

_INSIDE, _TOUCHED, _NEAR = 0, 1, 2
_UNPLACED = {
    "none": "No coordinates are known.",
    "estimated": "The coordinates are an estimate and are not used.",
    "swapped": "Latitude and longitude seem to be swapped and are not used.",
}


def area_signals(sites: pd.DataFrame, layer: Layer, found: Situations, as_of: date) -> pd.DataFrame:
    """One signal a row of `sites` (node_id, kind, latitude, longitude, location_precision); columns of the table."""
    state = (
        np.array([s.state for s in found.unique], object)[found.of] if len(found.of) else np.empty(0, object)
    )
    radius = radius_km(sites)
    placed = ~np.isin(state, list(_UNPLACED)) & np.isfinite(radius)
    at = np.flatnonzero(placed)
    spots, of_spot = _spots(sites, at, radius)
    answers = _answers(layer, spots, as_of)
    out = _unplaced(sites, layer, state)
    told = answers.take(of_spot).reset_index(drop=True)
    for column in told.columns:
        cells = np.array(out[column], object)
        cells[at] = told[column].to_numpy(object)
        out[column] = cells.astype(float) if column in _NUMBERS else pd.Series(cells, dtype="str")
    out = _doubted(out, np.isin(state, ["elsewhere"]) & placed)
    ids = sites["node_id"].astype("str").reset_index(drop=True)
    return out.assign(signal_id=layer.id + "|" + ids, subject_id=ids, layer=layer.id, edition=layer.edition)


_NUMBERS = ("low", "value", "high", "distance_km")


def radius_km(sites: pd.DataFrame) -> np.ndarray:
    """How far from its coordinates each site may be; missing if they are too coarse to be used."""
    if "location_precision" not in sites:
        return np.zeros(len(sites))
    words = sites["location_precision"].fillna("").astype("str").str.strip().str.lower()
    return np.asarray(words.map(RADIUS_KM).to_numpy(dtype=float, na_value=np.nan))


def _spots(sites: pd.DataFrame, at: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(k, 3) longitude, latitude and radius that occur, and which of them each placed site has."""
    if not len(at):
        return np.empty((0, 3)), np.empty(0, np.int64)
    lon, lat = (sites[c].to_numpy(dtype=float, na_value=np.nan)[at] for c in ("longitude", "latitude"))
    every = np.column_stack([(lon + 180) % 360 - 180, lat, radius[at]])
    spots, of_spot = np.unique(every, axis=0, return_inverse=True)
    return spots, of_spot.reshape(-1)


def _answers(layer: Layer, spots: np.ndarray, as_of: date) -> pd.DataFrame:
    """What the layer says of each spot."""
    areas = layer.values
    lon, lat, radius = spots.T
    out = pd.DataFrame(
        {
            "truth": "F", "low": np.nan, "value": np.nan, "high": np.nan, "place": "", "how_joined": "point_in_polygon",
            "distance_km": np.nan, "certainty": "computed",
            "detail": [f"No area of {layer.title} lies within {layer.near_km:g} km{_about(r)}." for r in radius],
            "source": f"{layer.source}, retrieved {layer.retrieved}",
        },
        index=range(len(spots)),
    )  # fmt: skip
    if len(spots):
        reach = layer.near_km + float(radius.max())
        found = pairs(areas["geometry"].to_numpy(), lon, lat, reach)
        lead = _leads(_related(found, radius, layer, areas))
        _say(out, lead, layer, areas, radius)
    if layer.released > as_of:
        out.loc[out["truth"] == "F", "truth"] = "U"
        out["detail"] += f" The oldest edition at hand appeared on {layer.released}, after {as_of}."
    return out


def _related(found: Pairs, radius: np.ndarray, layer: Layer, areas: pd.DataFrame) -> pd.DataFrame:
    """Pairs with how they stand (`kind`), the distance from the coordinates to the area, and the area's number."""
    r, km = radius[found.point], found.outline_km
    whole = found.inside & ~((km < r) & (r > 0))
    touched = ~whole & (found.inside | (km <= r))
    near = ~whole & ~touched & (km - r <= layer.near_km)
    kind = np.select([whole, touched, near], [_INSIDE, _TOUCHED, _NEAR], -1)
    number = areas["value"].to_numpy(float)[found.area]
    worse = number if layer.direction == "higher is better" else -number
    table = pd.DataFrame(
        {
            "spot": found.point, "area": found.area, "kind": kind, "inside": found.inside,
            "km": np.where(found.inside, 0.0, km), "number": number, "worse": np.where(np.isnan(worse), -np.inf, worse),
        }
    )  # fmt: skip
    return table[kind >= 0]


def _leads(related: pd.DataFrame) -> pd.DataFrame:
    """One row a spot that has any: the area that decides (surest, nearest, worst), how many are like it, the numbers."""
    ordered = related.sort_values(["spot", "kind", "km", "worse", "area"], kind="stable")
    lead = ordered.drop_duplicates("spot").set_index("spot")
    alike = related["kind"] == related["spot"].map(lead["kind"])
    lead["others"] = related[alike].groupby("spot").size() - 1
    met = related[related["kind"] != _NEAR]
    inside = met[met["inside"]]
    groups = met.groupby("spot")["number"]
    every = groups.count() == groups.size()
    lead["low"], lead["high"] = groups.min().where(every), groups.max().where(every)
    own = inside.groupby("spot")["number"]
    known = own.count() == own.size()
    lead["least"], lead["most"] = own.min().where(known), own.max().where(known)
    return lead


def _say(
    out: pd.DataFrame, lead: pd.DataFrame, layer: Layer, areas: pd.DataFrame, radius: np.ndarray
) -> None:
    at = lead.index.to_numpy()
    kind = lead["kind"].to_numpy()
    out.loc[at, "truth"] = np.where(kind == _INSIDE, "T", "U")
    out.loc[at, "how_joined"] = np.select(
        [kind == _INSIDE, kind == _TOUCHED], ["point_in_polygon", "disc_overlaps"], "nearest_polygon"
    )
    out.loc[at, "distance_km"] = lead["km"].to_numpy()
    out.loc[at, "low"], out.loc[at, "high"] = lead["low"].to_numpy(), lead["high"].to_numpy()
    out.loc[at, "value"] = lead["least" if layer.direction == "higher is better" else "most"].to_numpy()
    rows = areas.iloc[lead["area"].to_numpy()]
    out.loc[at, "place"] = rows["area_id"].to_numpy()
    out.loc[at, "source"] = [
        f"{layer.source}: {source}, retrieved {layer.retrieved}" for source in rows["source"]
    ]
    out.loc[at, "detail"] = [
        _sentence(k, _named(name, area_id, category), km, others, radius[i], layer)
        for k, name, area_id, category, km, others, i in zip(
            kind, rows["name"], rows["area_id"], rows["category"], lead["km"], lead["others"], at, strict=True
        )
    ]


def _sentence(kind: int, area: str, km: float, others: float, radius: float, layer: Layer) -> str:
    more = f" {int(others):,} more {'area' if others == 1 else 'areas'} likewise." if others else ""
    if kind == _INSIDE:
        return f"{area} holds the site{_about(radius)}.{more}"
    if kind == _TOUCHED:
        return f"{area} reaches into the {radius:g} km about the coordinates in which the site lies.{more}"
    doubt = f"within {layer.near_km:g} km it cannot be told whether the site touches it"
    known = f", known to {radius:g} km" if radius else ""
    return f"{area} begins {km:.1f} km from the coordinates{known}; {doubt}.{more}"


def _named(name: str, area_id: str, category: str) -> str:
    return f"{name or area_id} ({category})" if category else name or area_id


def _about(radius: float) -> str:
    return f", wherever in {radius:g} km about its coordinates it lies" if radius else ""


def _unplaced(sites: pd.DataFrame, layer: Layer, state: np.ndarray) -> pd.DataFrame:
    """Unknown: what a site without a usable place is."""
    why = np.array([_UNPLACED.get(s, _UNPLACED["estimated"]) for s in state], object)
    supplier = (sites["kind"] == "supplier").to_numpy()
    why[supplier & (state == "none")] = "Site unspecified: no coordinates are known."
    return pd.DataFrame(
        {
            "truth": "U", "low": np.nan, "value": np.nan, "high": np.nan, "place": "", "how_joined": "none",
            "distance_km": np.nan, "certainty": "none", "detail": why,
            "source": f"{layer.source}, retrieved {layer.retrieved}",
        },
        index=range(len(sites)),
    )  # fmt: skip


def _doubted(out: pd.DataFrame, elsewhere: np.ndarray) -> pd.DataFrame:
    """Coordinates outside the declared country: one of the two is wrong, so nothing is clear, and no number is sure."""
    out.loc[elsewhere, "certainty"] = "conflicting"
    out.loc[elsewhere, "detail"] += " The coordinates lie outside the declared country."
    out.loc[elsewhere, ["low", "high"]] = np.nan
    out.loc[elsewhere & (out["truth"] == "F").to_numpy(), "truth"] = "U"
    return out
