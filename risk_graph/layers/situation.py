"""What is known about the place of a node, reduced to what an answer depends on.

Many nodes share a situation (same country, subdivision and polygon), so layers are read once a situation.
Knows no layer.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from risk_graph.layers.locate import Polygons, State, locate
from risk_graph.layers.place import load_atlas
from risk_graph.model.gazetteer import subdivisions, withdrawn_subdivisions
from risk_graph.model.truth import Truth

How = Literal[
    "country", "subdivision", "whole_country", "point_in_polygon", "nearest_polygon", "within_km", "none"
]
Certainty = Literal["declared", "computed", "conflicting", "none"]

_EXACT = ("", "site", "exact", "city")


@dataclass(frozen=True)
class Situation:
    """`country` and `subdivision` are codes or ""; `said` is a subdivision that is no code.

    `at` are polygon numbers, the nearest first (see `locate`).
    """

    kind: str
    country: str
    subdivision: str
    said: str
    state: State
    at: Polygons

    @property
    def placed(self) -> bool:
        """Do the coordinates say anything?"""
        return bool(self.at)

    @property
    def home(self) -> str:
        """Country of the declared subdivision."""
        return subdivisions().get(self.subdivision, "")


@dataclass(frozen=True)
class Reading:
    """What a layer says in a situation: a listing has a truth, a country value has numbers.

    `edition` is the one that decided, "" if it is the one that counts.
    """

    how: How
    certainty: Certainty
    place: str
    detail: str
    source: str
    truth: Truth | None = None
    low: float = float("nan")
    value: float = float("nan")
    high: float = float("nan")
    edition: str = ""


@dataclass(frozen=True, eq=False)
class Situations:
    """`of` (n,) is the position in `unique` of each node's situation."""

    unique: tuple[Situation, ...]
    of: np.ndarray
    distance_km: np.ndarray


def are_exact(precisions: pd.Series) -> np.ndarray:
    """Which words of `location_precision` (or none) place a point: the centre of a subdivision or country says nothing
    that its code does not.
    """
    return np.asarray(precisions.fillna("").str.strip().str.lower().isin(_EXACT))


def situations(nodes: pd.DataFrame) -> Situations:
    """The situation of each row of a node table; columns that it lacks are unknown."""
    country = _text(nodes, "country")
    said = _text(nodes, "subdivision").str.upper()
    today = said.replace(withdrawn_subdivisions())
    home = today.map(subdivisions()).astype("str")
    code = today.where(home.notna(), "")
    country = country.mask(country == "", home.fillna(""))
    state, at, distance = _points(nodes, country.to_numpy(object))
    keys = pd.DataFrame(
        {
            "kind": _text(nodes, "kind"),
            "country": country,
            "code": code,
            "said": said.where(code == "", ""),
            "state": state,
            "at": at,
        }
    )
    group = keys.groupby(list(keys), sort=False, dropna=False)
    of = group.ngroup().to_numpy()
    first = keys[~pd.Series(of).duplicated().to_numpy()]
    unique = tuple(Situation(*row) for row in first.itertuples(index=False, name=None))
    return Situations(unique, of, distance)


def _points(nodes: pd.DataFrame, country: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = len(nodes)
    state, distance = np.full(count, "none", object), np.full(count, np.nan)
    at = np.empty(count, object)
    at[:] = [()] * count
    lat, lon = (_number(nodes, c) for c in ("latitude", "longitude"))
    given = (np.abs(lat) <= 90) & (np.abs(lon) <= 360)
    exact = are_exact(_text(nodes, "location_precision"))
    state[given & ~exact] = "estimated"
    asked = np.flatnonzero(given & exact)
    if len(asked):
        found = locate(load_atlas(), country[asked], lon[asked], lat[asked])
        state[asked], at[asked], distance[asked] = found.state, found.at, found.distance_km
    return state, at, distance


def _text(nodes: pd.DataFrame, column: str) -> pd.Series:
    if column not in nodes:
        return pd.Series("", index=range(len(nodes)), dtype="str")
    return nodes[column].reset_index(drop=True).astype("str").fillna("").str.strip()


def _number(nodes: pd.DataFrame, column: str) -> np.ndarray:
    if column not in nodes:
        return np.full(len(nodes), np.nan)
    return np.asarray(pd.to_numeric(nodes[column]).to_numpy(dtype=float, na_value=np.nan))
