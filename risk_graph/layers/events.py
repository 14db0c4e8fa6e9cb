"""Violent events around sites: deaths within a distance, in the years up to the run's date (docs/layers.md).

A place that is known to its second-order division or better (`where_prec` 1 to 3) counts by true distance. One known
to its first-order division (4) may be near a site there: it raises the upper bound alone. Others (5 to 7) are counted
and placed nowhere. A site without usable coordinates is unknown, not at 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import nan

import numpy as np
import pandas as pd

from risk_graph.layers.deaths import VIOLENCE, Around, deaths_within
from risk_graph.layers.divisions import Divisions, division_of
from risk_graph.layers.layer import Layer
from risk_graph.layers.listing import disagrees
from risk_graph.layers.near import Points
from risk_graph.layers.situation import Certainty, Reading, Situation, Situations
from risk_graph.model.gazetteer import country_name, subdivision_name

_NEAR_PREC, _DIVISION_PREC = 3, 4
_WORDS = dict(zip(VIOLENCE, ("state-based", "non-state", "one-sided"), strict=True))
_DOUBT = "(verified = false)"
"""Stands in the notes of a layer whose countries come from numbers by a table that was not checked."""
_USABLE = ("inside", "near", "off")
_WHY_UNUSED = {
    "none": "no coordinates are known",
    "estimated": "the coordinates are an estimate",
    "swapped": "latitude and longitude seem to be swapped",
    "elsewhere": "the coordinates lie outside the declared country",
}


@dataclass(frozen=True, eq=False)
class Window:
    """The days that are looked at, and the part of them that the edition holds; `silent` says why it holds none."""

    first: date
    last: date
    silent: str

    @classmethod
    def of(cls, layer: Layer, as_of: date) -> "Window":
        asked = _years_before(as_of, layer.years_back)
        if not len(layer.values):
            return cls(asked, as_of, f"edition {layer.edition} holds no event")
        begins, ends = layer.values["date_start"].min().date(), layer.values["date_end"].max().date()
        silent = ""
        if begins > as_of or ends < asked:
            silent = f"edition {layer.edition} has events from {begins} to {ends}, none of {asked} to {as_of}"
        return cls(max(asked, begins), min(as_of, ends), silent)


def _years_before(day: date, years: int) -> date:
    """The day after the same day so many years before: both ends count."""
    try:
        return day.replace(year=day.year - years) + timedelta(days=1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, month=3, day=1)


@dataclass(frozen=True, eq=False)
class Events:
    """An events layer as of a date."""

    layer: Layer
    as_of: date

    @cached_property
    def window(self) -> Window:
        return Window.of(self.layer, self.as_of)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Events some day of which lies in the window, in the order of their ids."""
        values = self.layer.values
        first, last = pd.Timestamp(self.window.first), pd.Timestamp(self.window.last)
        inside = (values["date_end"] >= first) & (values["date_start"] <= last)
        return values[inside].sort_values("event_id", ignore_index=True)

    @cached_property
    def near(self) -> pd.DataFrame:
        return self.rows[self.rows["where_prec"] <= _NEAR_PREC].reset_index(drop=True)

    @cached_property
    def coarse(self) -> pd.DataFrame:
        return self.rows[self.rows["where_prec"] == _DIVISION_PREC].reset_index(drop=True)

    @cached_property
    def placeable(self) -> pd.DataFrame:
        return self.rows[self.rows["where_prec"] <= _DIVISION_PREC].reset_index(drop=True)

    @cached_property
    def coarse_divisions(self) -> Divisions:
        return Divisions.of_events(self.coarse)

    @cached_property
    def every_division(self) -> Divisions:
        return Divisions.of_events(self.placeable)

    @cached_property
    def nowhere(self) -> dict[str, int]:
        """Country -> events whose place is too vague for anything."""
        vague = self.rows[self.rows["where_prec"] > _DIVISION_PREC]
        return {str(k): int(v) for k, v in vague["country"].value_counts().items()}


def read_events(events: Events, sites: pd.DataFrame, found: Situations) -> tuple[list[Reading], np.ndarray]:
    """What the layer says of each site, and the distance to the nearest event that counts."""
    distance = np.full(len(sites), np.nan)
    at = [found.unique[i] for i in found.of]
    if events.window.silent:
        why = f"{events.layer.title}: {events.window.silent}."
        nothing = [Reading("none", "none", _place(s), why, events.layer.source) for s in found.unique]
        return [nothing[i] for i in found.of], distance
    usable = np.array([s.state in _USABLE for s in at], bool)
    asked = np.flatnonzero(usable)
    lon, lat = (
        (pd.to_numeric(sites[c]).to_numpy(float)[asked] for c in ("longitude", "latitude"))
        if len(asked)
        else (np.empty(0), np.empty(0))
    )
    around = deaths_within(Points(lon, lat), events.near, events.layer.radius_km)
    distance[asked] = around.nearest_km
    sentences = _Sentences(events)
    position = np.full(len(sites), -1)
    position[asked] = np.arange(len(asked))
    readings = [
        sentences.near(s, around, int(p)) if p >= 0 else sentences.without_coordinates(s)
        for s, p in zip(at, position, strict=True)
    ]
    return readings, distance


class _Sentences:
    """Readings of one layer; what sites of one situation share is worked out once."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self.days = f"in {events.window.first} to {events.window.last}"
        self.within = f"within {events.layer.radius_km:g} km"
        self.edition = f"edition {events.layer.edition}"
        self.ids = events.near["event_id"].tolist()
        self.starts = events.near["date_start"].dt.strftime("%Y-%m-%d").tolist()
        self.deaths = events.near["best"].tolist()
        self.by_situation: dict[Situation, tuple[int, str]] = {}
        self.unplaced: dict[Situation, Reading] = {}

    def near(self, at: Situation, around: Around, i: int) -> Reading:
        more, note = self._beyond(at)
        count, best = int(around.events[i].sum()), int(around.best[i].sum())
        low, high = int(around.low[i]), int(around.high[i]) + more
        certainty: Certainty = "computed"
        if disagrees(at):
            certainty, low = "conflicting", 0
            high = max(high, self._all_in_division(at)[1])
            note += " The declared subdivision is another one: the bounds hold both."
        largest = [int(row) for row in around.largest[i] if row >= 0]
        said = self._found(around, i, count, best, largest) if count else self._none()
        source = self.events.layer.source
        if largest:
            source += f", event{'s' * (len(largest) > 1)} {', '.join(self.ids[r] for r in largest)}"
        detail = f"{self.events.layer.title}: {said}{note}"
        return Reading(
            "within_km", certainty, _place(at), detail, source, low=low, value=best, high=max(high, best)
        )

    def _none(self) -> str:
        return f"no event of state-based, non-state or one-sided violence {self.within} {self.days}, {self.edition}."

    def _found(self, around: Around, i: int, count: int, best: int, largest: Sequence[int]) -> str:
        by_type = [
            f"{_WORDS[kind]} {deaths} in {events}"
            for kind, events, deaths in zip(
                VIOLENCE, around.events[i].tolist(), around.best[i].tolist(), strict=True
            )
            if events
        ]
        named = ", ".join(f"{self.ids[r]} ({self.deaths[r]} on {self.starts[r]})" for r in largest)
        return (
            f"{count:,} event{'s' * (count != 1)} {self.within} {self.days} with {best:,} deaths (low "
            f"{around.low[i]:,}, high {around.high[i]:,}; {', '.join(by_type)}), the nearest "
            f"{around.nearest_km[i]:.1f} km away, {self.edition}; largest: {named}."
        )

    def _beyond(self, at: Situation) -> tuple[int, str]:
        """Deaths of events that are known to the site's division alone, and a sentence on what has no place."""
        if at not in self.by_situation:
            events = self.events
            rows = events.coarse_divisions.may_hold(at)
            more = int(events.coarse["high"].to_numpy()[rows].sum())
            note = ""
            if len(rows):
                where = "the same division" if division_of(at) else self._country(at)
                note = f" {len(rows):,} more somewhere in {where} raise{'s' * (len(rows) == 1)} the upper bound by {more:,}."
            self.by_situation[at] = more, note + self._nowhere(at)
        return self.by_situation[at]

    def _country(self, at: Situation) -> str:
        doubt = " (by numbers of states, not verified)" if _DOUBT in self.events.layer.notes else ""
        return country_name(at.country) + doubt

    def _nowhere(self, at: Situation) -> str:
        count = self.events.nowhere.get(at.country, 0) if at.country else 0
        if not count:
            return ""
        events, do = ("event", "does") if count == 1 else ("events", "do")
        return f" {count:,} {events} in {self._country(at)} cannot be placed and {do} not count."

    def _all_in_division(self, at: Situation) -> tuple[int, int]:
        rows = self.events.every_division.may_hold(at)
        return len(rows), int(self.events.placeable["high"].to_numpy()[rows].sum())

    def without_coordinates(self, at: Situation) -> Reading:
        if at not in self.unplaced:
            self.unplaced[at] = self._without_coordinates(at)
        return self.unplaced[at]

    def _without_coordinates(self, at: Situation) -> Reading:
        layer = self.events.layer
        why = f"{layer.title}: {_WHY_UNUSED.get(at.state, 'the coordinates are not usable')}"
        if not at.subdivision or at.state == "elsewhere" or at.home != at.country:
            detail = f"{why}; how near events are is not known.{self._nowhere(at)}"
            return Reading("none", "none", _place(at), detail, layer.source)
        count, high = self._all_in_division(at)
        name = f"{subdivision_name(at.subdivision)} ({at.subdivision})"
        detail = (
            f"{why}; somewhere in {name} {self.days} {count:,} event{'s' * (count != 1)} with at most {high:,} deaths "
            f"may be near or far, {self.edition}.{self._nowhere(at)}"
        )
        return Reading(
            "subdivision", "declared", at.subdivision, detail, layer.source, low=0, value=nan, high=high
        )


def _place(at: Situation) -> str:
    return at.subdivision or at.country
