"""Laying the layers over the nodes: one signal a node and layer, and the issues found on the way.

A product is no place and gets no signal. Trade layers are about countries as traders, not about sites.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from risk_graph.layers.areas import area_signals
from risk_graph.layers.country import CountryValues, read_country_value
from risk_graph.layers.events import Events, read_events
from risk_graph.layers.history import read_over_time
from risk_graph.layers.layer import Layer
from risk_graph.layers.listing import disagrees, read_listing, where
from risk_graph.layers.place import MAX_SNAP_KM
from risk_graph.layers.region import Listing
from risk_graph.layers.situation import Reading, Situation, Situations, situations
from risk_graph.model.gazetteer import country_name, subdivision_name
from risk_graph.model.issue import Issue, Level
from risk_graph.model.results.signals import TABLE

_BY_POINT = ("point_in_polygon", "nearest_polygon")


@dataclass(frozen=True, eq=False)
class Joined:
    """`signals` conforms to the signals table, sorted by layer and node; `also` names by layer the editions that were
    looked up besides the one that counts.
    """

    signals: pd.DataFrame
    issues: list[Issue]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class History:
    """What is needed to judge a node by the editions of the days when metal left it: those at hand by layer, oldest
    first, and the deliveries (`node_id`, `first` and `last` day, a row a flow that leaves a node).
    """

    editions: Mapping[str, tuple[Layer, ...]]
    left: pd.DataFrame


def join(
    nodes: pd.DataFrame, layers: dict[str, Layer], as_of: date, history: History | None = None
) -> Joined:
    """Signals of facilities and suppliers; `nodes` needs node_id and kind, what else it lacks is unknown.

    Without a history (or with one edition of a listing) the edition that counts decides alone.
    """
    sites = nodes[nodes["kind"] != "product"].sort_values("node_id").reset_index(drop=True)
    found = situations(sites)
    frames, also = [], {}
    for name in sorted(layers):
        if layers[name].kind == "areas":
            frames.append(area_signals(sites, layers[name], found, as_of))
            continue
        answers = _answers(layers[name], as_of, sites, found, history)
        if answers is not None:
            frames.append(_signals(sites["node_id"], layers[name], answers))
            also.update({name: answers.also} if answers.also else {})
    signals = TABLE.conform(pd.concat(frames, ignore_index=True)) if frames else TABLE.empty()
    return Joined(signals, _issues(sites, found), also)


@dataclass(frozen=True, eq=False)
class _Answers:
    """`of` (n,) is the position in `readings` of each site's answer; `distance_km` (n,) to what answered."""

    readings: list[Reading]
    of: np.ndarray
    distance_km: np.ndarray
    also: tuple[str, ...] = ()


def _answers(
    layer: Layer, as_of: date, sites: pd.DataFrame, found: Situations, history: History | None
) -> _Answers | None:
    if layer.kind == "listing":
        editions = history.editions.get(layer.id, ()) if history else ()
        if history and len(editions) > 1:
            read = read_over_time(layer, editions, as_of, sites["node_id"], found, history.left)
            distance = _by_point(read.readings, read.of, found.distance_km)
            return _Answers(read.readings, read.of, distance, read.also)
        listing = Listing(layer, as_of)
        readings = [read_listing(listing, s) for s in found.unique]
    elif layer.kind == "country_value":
        values = CountryValues(layer, as_of)
        readings = [read_country_value(values, s) for s in found.unique]
    elif layer.kind == "events":
        each, distance = read_events(Events(layer, as_of), sites, found)
        return _Answers(each, np.arange(len(sites)), distance)
    else:
        return None
    return _Answers(readings, found.of, _by_point(readings, found.of, found.distance_km))


def _by_point(readings: list[Reading], of: np.ndarray, distance_km: np.ndarray) -> np.ndarray:
    """The distance to a polygon, where one was used."""
    used = np.array([r.how in _BY_POINT or r.certainty == "conflicting" for r in readings], bool)
    return np.where(used[of], distance_km, np.nan)


def _signals(ids: pd.Series, layer: Layer, answers: _Answers) -> pd.DataFrame:
    readings = answers.readings
    each = pd.DataFrame(
        {
            "truth": [r.truth.letter if r.truth is not None else "" for r in readings],
            "low": [r.low for r in readings],
            "value": [r.value for r in readings],
            "high": [r.high for r in readings],
            "place": [r.place for r in readings],
            "how_joined": [r.how for r in readings],
            "certainty": [r.certainty for r in readings],
            "detail": [r.detail for r in readings],
            "source": [r.source for r in readings],
            "edition": [r.edition or layer.edition for r in readings],
        }
    )
    for column in ("truth", "place", "how_joined", "certainty", "detail", "source", "edition"):
        each[column] = each[column].astype("str")
    out = each.take(answers.of).reset_index(drop=True)
    ids = ids.astype("str")
    out["distance_km"] = answers.distance_km
    return out.assign(signal_id=layer.id + "|" + ids, subject_id=ids, layer=layer.id)


def _issues(sites: pd.DataFrame, found: Situations) -> list[Issue]:
    said = [_problem(s) for s in found.unique]
    bad = np.array([p is not None for p in said], bool)
    if not bad.any():
        return []
    file, sheet = (
        _column(sites, c).fillna("").astype("str").tolist() for c in ("source_file", "source_sheet")
    )
    row = _column(sites, "source_row").fillna(0).astype("int64").tolist()
    ids = sites["node_id"].tolist()
    out = []
    for i in np.flatnonzero(bad[found.of]):
        problem = said[found.of[i]]
        if problem is not None:
            message = f"{ids[i]}: {problem.message}"
            where_from = {"file": file[i], "sheet": sheet[i], "row": row[i]}
            out.append(Issue(**{**vars(problem), **where_from, "message": message}))
    return out


def _column(sites: pd.DataFrame, name: str) -> pd.Series:
    return sites[name] if name in sites else pd.Series([None] * len(sites), dtype="object")


def _problem(at: Situation) -> Issue | None:
    """The issue of a situation, still without its row; levels and remedies are those of docs/issues.md."""
    country = country_name(at.country)
    if at.state == "swapped":
        message = (
            f"the coordinates lie outside {country}; with latitude and longitude exchanged they lie inside."
        )
        return _issue("swapped-coordinates", "error", "latitude", message, "Exchange the two.")
    if at.state == "elsewhere":
        place = f", in {where(at)}" if at.placed else ""
        message = f"the coordinates lie more than {MAX_SNAP_KM:.0f} km outside {country}{place}."
        remedy = "Correct the coordinates (a sign?) or the country."
        return _issue("outside-country", "error", "latitude", message, remedy)
    if disagrees(at):
        declared = f"{subdivision_name(at.subdivision)} ({at.subdivision})"
        message = f"the declared subdivision is {declared}, the coordinates lie in {where(at)}. The worse of the two counts."
        remedy = "Correct the coordinates or the subdivision."
        return _issue("subdivision-coordinates-disagree", "warning", "subdivision", message, remedy)
    return None


def _issue(code: str, level: Level, column: str, message: str, remedy: str) -> Issue:
    return Issue(code, level, file="", sheet="", row=0, column=column, message=message, remedy=remedy)
