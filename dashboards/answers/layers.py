"""The layers: their editions, how they reach our facilities, what changed since the edition before, where they say what."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from dashboards.answers.names import said_rows
from dashboards.theme import BANDS
from ingest.changes import changes_of_kind
from risk_graph.assess.scorer import NOT_ASSESSED
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import Library
from risk_graph.layers.situation import are_exact
from risk_graph.session import Session

OLD_DAYS = 365
KINDS = {
    "country_value": "number of a country", "listing": "list of places", "trade": "trade between countries",
    "production": "production of countries", "events": "violent events", "areas": "areas", "boundaries": "boundaries",
    "entities": "list of names",
}  # fmt: skip
JOINED = ("declared", "computed", "conflicting", "none")
_NOT_LAID = ("trade", "production", "boundaries", "entities")
_MOST_OUTLINES, _SIMPLER_DEGREES, _AROUND_DEGREES = 400, 0.005, 0.5


def layers(session: Session, library: Library) -> pd.DataFrame:
    """One row a layer that the run used or that is at hand; `state` says what is to be done about it, or nothing.

    `declared`, `computed`, `conflicting` and `none` count our facilities by how the layer was joined to them.
    """
    used = json.loads(session.run["layers"])
    rows = [_row(session, library, name, used.get(name, "")) for name in sorted({*used, *library.editions})]
    return pd.DataFrame(rows).sort_values(["title", "layer"], ignore_index=True)


def shown(library: Library, name: str, used: str) -> Layer | None:
    """The edition that the run used, if it is at hand, else the one that a run would use."""
    own = next((layer for layer in library.editions.get(name, ()) if layer.edition == used), None)
    return own or library.layers.get(name)


def _row(session: Session, library: Library, name: str, used: str) -> dict[str, Any]:
    layer = shown(library, name, used)
    counts = _joined(session, name)
    laid = sum(counts.values()) - counts["none"]
    sites = len(session.snapshot.tables["facilities"])
    about: dict[str, Any] = {"layer": name, "used": used, **counts, "facilities": sites}
    about["covered"] = laid / sites if sites and sum(counts.values()) else np.nan
    if layer is None:
        gone = "Its edition is not at hand any more; what the run found of it stays."
        return {**about, "title": name, "kind": "", "edition": used, "age_days": np.nan, "rows": 0, "licence": "", "passed_on": "",
                "released": None, "retrieved": None, "publisher": "", "editions": 0, "state": gone}  # fmt: skip
    return {
        **about, "title": layer.title, "kind": KINDS[layer.kind], "edition": layer.edition,
        "released": layer.released if layer.released != layer.retrieved else None, "retrieved": layer.retrieved,
        "age_days": _age(session, layer),
        "rows": len(layer.values), "licence": layer.licence, "passed_on": "yes" if layer.redistribution else "no",
        "publisher": layer.publisher, "editions": len(library.editions[name]),
        "state": _state(session, library, layer, used),
    }  # fmt: skip


def _age(session: Session, layer: Layer) -> float:
    """Days from the edition to the day of the run; missing if it was fetched later and does not say when it appeared."""
    days = (session.as_of - layer.released).days
    return float(days) if days >= 0 else np.nan


def _state(session: Session, library: Library, layer: Layer, used: str) -> str:
    chosen = library.layers[layer.id]
    if not used:
        return "Came after the run: run the project again to use it."
    if layer.edition != used:
        return f"The run used edition {used}, which is not at hand any more; {layer.edition} is."
    if chosen.edition != used:
        return f"Edition {chosen.edition} is at hand: run the project again to use it."
    if session.as_of < layer.released != layer.retrieved:
        return "Appeared after the day of the run; no older edition is at hand."
    if (session.as_of - layer.released).days > OLD_DAYS and layer.kind != "trade":
        return "Over a year old on the day of the run: look for a newer edition."
    return ""


def _joined(session: Session, name: str) -> dict[str, int]:
    tables = session.snapshot.tables
    signals = tables["signals"]
    own = signals[
        (signals["layer"] == name) & signals["subject_id"].isin(tables["facilities"]["facility_id"])
    ]
    counts = own["certainty"].fillna("none").replace("", "none").value_counts()
    return {how: int(counts.get(how, 0)) for how in JOINED}


@dataclass(frozen=True)
class Change:
    """From which edition to which, how many rows of each kind, and the rows."""

    older: str
    newer: str
    added: int
    removed: int
    changed: int
    rows: pd.DataFrame


def change(library: Library, layer: Layer) -> Change | None:
    """What changed since the edition before, if that is at hand."""
    editions = library.editions[layer.id]
    at = next(i for i, edition in enumerate(editions) if edition is layer)
    if not at:
        return None
    older = editions[at - 1]
    rows = changes_of_kind(layer.kind, (older.values, older.names), (layer.values, layer.names))
    counts = rows["change"].value_counts()
    added, removed, changed = (int(counts.get(word, 0)) for word in ("added", "removed", "changed"))
    return Change(older.edition, layer.edition, added, removed, changed, rows)


def sites(session: Session, layer: Layer) -> pd.DataFrame:
    """Our facilities with what the layer says of them; `word` is the marker, `placing` how well the place is known."""
    tables = session.snapshot.tables
    signals = tables["signals"]
    said = signals[signals["layer"] == layer.id].drop(columns=["signal_id", "layer"])
    table = tables["facilities"].rename(columns={"source": "row_source"}).merge(
        said, left_on="facility_id", right_on="subject_id", how="left"
    )  # fmt: skip
    placed = table["latitude"].notna() & table["longitude"].notna()
    exact = pd.Series(are_exact(table["location_precision"]), index=table.index)
    return table.assign(
        supplier=table["supplier_id"].map(tables["suppliers"].set_index("supplier_id")["name"]),
        detail=table["detail"].fillna("The run says nothing of this layer."),
        word=words(layer, table),
        placing=exact.map({True: "known", False: "estimated"}).where(placed, "none"),
        row=said_rows(table),
    ).sort_values(["truth", "facility_id"], key=lambda c: c.map({"T": 0, "U": 1}) if c.name == "truth" else c,
                  ignore_index=True)  # fmt: skip


def words(layer: Layer, signals: pd.DataFrame) -> pd.Series:
    """Marker of each signal: by truth where the layer has one and no number, else by its number on the layer's scale."""
    if not _by_number(layer):
        marks = {"T": BANDS[4].id, "U": NOT_ASSESSED, "F": BANDS[0].id}
        return signals["truth"].map(marks).fillna(NOT_ASSESSED)
    best, worst = _goalposts(layer)
    share = ((signals["value"] - best) / (worst - best)).clip(0, 1) if worst != best else signals["value"] * 0
    step = (share * 5).clip(upper=4.999).fillna(5).astype(int)
    return step.map(dict(enumerate(b.id for b in BANDS)))


def legend(layer: Layer) -> dict[str, str]:
    """Marker -> what it stands for."""
    if not _by_number(layer):
        holds = "listed" if layer.kind == "listing" else "inside"
        return {BANDS[4].id: holds, NOT_ASSESSED: "cannot be told", BANDS[0].id: f"not {holds}"}
    best, worst = _goalposts(layer)
    ends = np.linspace(best, worst, 6)
    steps = {b.id: f"{ends[i]:.3g} to {ends[i + 1]:.3g}" for i, b in enumerate(BANDS[:5])}
    return {**steps, NOT_ASSESSED: "no number"}


def _numbers(layer: Layer) -> pd.Series:
    column = next((c for c in ("estimate", "value", "best") if c in layer.values), "")
    return layer.values[column] if column else pd.Series(dtype="float64")


def _by_number(layer: Layer) -> bool:
    return layer.kind != "listing" and bool(_numbers(layer).notna().any())


def _goalposts(layer: Layer) -> tuple[float, float]:
    numbers = _numbers(layer)
    low, high = layer.scale or (float(numbers.min()), float(numbers.max()))
    return (high, low) if layer.direction == "higher is better" else (low, high)


def outlines(layer: Layer, drawn: pd.DataFrame) -> dict[str, Any] | None:
    """Outlines of the layer's areas about the sites, simplified, as GeoJSON; None if it has none there."""
    if "geometry" not in layer.values or not len(drawn):
        return None
    lon, lat = drawn["longitude"].to_numpy(float), drawn["latitude"].to_numpy(float)
    geometry = layer.values["geometry"].to_numpy()
    tree = shapely.STRtree(geometry)
    near = tree.query(
        shapely.box(
            lon - _AROUND_DEGREES, lat - _AROUND_DEGREES, lon + _AROUND_DEGREES, lat + _AROUND_DEGREES
        )
    )
    some = np.unique(near[1])[:_MOST_OUTLINES]
    if not len(some):
        return None
    simple = shapely.simplify(geometry[some], _SIMPLER_DEGREES)
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(g))} for g in simple
    ]
    return {"type": "FeatureCollection", "features": features}


def is_laid(layer: Layer) -> bool:
    """Is the layer joined to sites at all?"""
    return layer.kind not in _NOT_LAID
