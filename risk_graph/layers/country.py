"""Country values: the number of a node's country, with its interval, in the latest year that the date allows.

Knows no polygon but those that say in which country a site without a declared one lies.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import isnan, nan
from typing import Any

from risk_graph.layers.layer import Layer
from risk_graph.layers.listing import where
from risk_graph.layers.place import load_atlas
from risk_graph.layers.situation import How, Reading, Situation
from risk_graph.model.gazetteer import country_name

Z90 = 1.6448536269514722
"""Standard errors on either side that hold 90 % of a normal distribution."""


@dataclass(frozen=True, eq=False)
class CountryValues:
    """A country value as of a date."""

    layer: Layer
    as_of: date

    @cached_property
    def _latest(self) -> dict[str, dict[str, Any]]:
        rows = self.layer.values
        rows = rows[rows["year"] <= self.as_of.year].sort_values("year")
        return {r["country"]: r for r in rows.to_dict("records")}

    def of_country(self, country: str, how: How) -> Reading:
        row = self._latest.get(country)
        if row is None:
            why = f"no value for {country_name(country)}" if country else "no country is known"
            first = int(self.layer.values["year"].min())
            if first > self.as_of.year:
                why = f"no edition for {self.as_of} (the first year is {first})"
            return Reading("none", "none", country, f"{self.layer.title}: {why}.", self.layer.source)
        value = float(row["estimate"])
        low, high, spread = _spread(row, value)
        detail = f"{self.layer.title}, {country_name(country)} {row['year']}: {value:.2f} {spread}."
        return Reading(
            how=how,
            certainty="declared" if how == "country" else "computed",
            place=country,
            detail=detail,
            source=f"{row['source']}, {country} {row['year']}, retrieved {row['retrieved']}",
            low=low,
            value=value,
            high=high,
        )


def _spread(row: dict[str, Any], value: float) -> tuple[float, float, str]:
    """The bounds of a value and what they rest on: the published band, else 90 % by the standard error, else none."""
    low, high, error = (float(row[c]) for c in ("low", "high", "standard_error"))
    if not (isnan(low) or isnan(high)):
        return low, high, f"(published band {low:.2f} to {high:.2f})"
    if isnan(error):
        return nan, nan, "without a standard error"
    return value - Z90 * error, value + Z90 * error, f"± {error:.2f}"


def read_country_value(values: CountryValues, at: Situation) -> Reading:
    """What the layer says of a node in the situation."""
    found = _outside(at)
    if not at.country and len(found) == 1:
        how: How = "nearest_polygon" if at.state == "near" else "point_in_polygon"
        return values.of_country(found[0], how)
    declared = values.of_country(at.country, "country")
    if at.state == "elsewhere" and found:
        return _worse(values.layer, declared, [values.of_country(c, "country") for c in found], where(at))
    if at.kind == "supplier":
        return _with(
            declared, detail=f"{declared.detail} Site unspecified: judged by the supplier's country."
        )
    return declared


def _outside(at: Situation) -> tuple[str, ...]:
    """Countries that the coordinates name."""
    atlas = load_atlas() if at.placed else None
    return tuple(sorted({c for p in at.at for c in atlas.countries[p]})) if atlas else ()


def _worse(layer: Layer, declared: Reading, others: list[Reading], place: str) -> Reading:
    """Two countries in question: the worse value, bounds that hold both; unknown if one is unknown."""
    detail = (
        f"{declared.detail} The coordinates lie in {place}; the worse value is taken, the bounds hold both."
    )
    every = [declared, *others]
    if any(r.how == "none" for r in every):
        return _with(declared, detail=detail, certainty="conflicting", low=nan, value=nan, high=nan)
    if any(isnan(r.low) for r in every):
        every = [_with(r, low=nan, high=nan) for r in every]
    value = (max if layer.direction == "higher is worse" else min)(r.value for r in every)
    low, high = min(r.low for r in every), max(r.high for r in every)
    return _with(declared, detail=detail, certainty="conflicting", low=low, value=value, high=high)


def _with(reading: Reading, **changes: Any) -> Reading:
    return Reading(**{**vars(reading), **changes})
