"""Listings: which countries and subdivisions a list names, and what follows for their parts and wholes.

Three-valued: a place is listed, not listed, or it cannot be told. Knows no node.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from risk_graph import data_dir
from risk_graph.layers.layer import Layer
from risk_graph.model.gazetteer import country_name, subdivision_name, subdivisions
from risk_graph.model.truth import Truth


@cache
def parents() -> dict[str, str]:
    """Subdivision -> the subdivision it is a part of, where ISO 3166-2 has two levels."""
    file = data_dir() / "reference" / "iso3166_2.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["parent"] for row in csv.DictReader(handle) if row["parent"]}


@cache
def parts() -> dict[str, tuple[str, ...]]:
    """Subdivision -> its parts."""
    out: dict[str, tuple[str, ...]] = {}
    for code, whole in parents().items():
        out[whole] = (*out.get(whole, ()), code)
    return out


def lineage(code: str) -> list[str]:
    """The subdivision and all it is a part of, the smallest first."""
    out = [code]
    while out[-1] in parents():
        out.append(parents()[out[-1]])
    return out


def related(one: str, other: str) -> bool:
    """Is one the other, or a part of it?"""
    return one in lineage(other) or other in lineage(one)


@dataclass(frozen=True)
class Found:
    """`whole`: the answer holds for the whole country."""

    truth: Truth
    detail: str
    source: str
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Listing:
    """A listing as of a date."""

    layer: Layer
    as_of: date

    @cached_property
    def too_early(self) -> str:
        """Why the edition says nothing on the date; "" if it does."""
        start = self.layer.values["listed_from"].max()
        if start != start or start.date() <= self.as_of:  # NaT: no start
            return ""
        return f"There is no edition for {self.as_of}: {self.layer.edition} begins on {start.date()}."

    @cached_property
    def _entries(self) -> dict[str, dict[str, Any]]:
        rows = self.layer.values
        return {r["code"]: r for r in rows[~rows["whole_country"]].to_dict("records")}

    @cached_property
    def _whole(self) -> dict[str, dict[str, Any]]:
        rows = self.layer.values
        return {r["country"]: r for r in rows[rows["whole_country"]].to_dict("records")}

    @cached_property
    def _partly(self) -> frozenset[str]:
        return frozenset(r["country"] for r in self._entries.values())

    @cached_property
    def _memo(self) -> dict[str, Found]:
        return {}

    def named_in(self, country: str) -> list[str]:
        """Codes of the country that the list names one by one."""
        return [code for code, row in self._entries.items() if row["country"] == country]

    def of_country(self, country: str) -> Found:
        """The answer if nothing but the country is known."""
        if country not in self._memo:
            self._memo[country] = self._of_country(country)
        return self._memo[country]

    def of_code(self, code: str) -> Found:
        """The answer for a subdivision."""
        if code not in self._memo:
            self._memo[code] = self._of_code(code)
        return self._memo[code]

    def _of_country(self, country: str) -> Found:
        if not country:
            return Found(Truth.UNKNOWN, "No country is known.", self.layer.source)
        name = country_name(country)
        if country in self._whole:
            return self._listed(self._whole[country], f"{name} ({country})", whole=True)
        if country not in self._partly:
            return Found(Truth.FALSE, f"No place in {name} ({country}) is listed.", self.layer.source, True)
        leaves = [c for c, home in subdivisions().items() if home == country and c not in parts()]
        every = all(self.of_code(c).truth is Truth.TRUE for c in leaves)
        named = "every subdivision" if every else "some subdivisions"
        detail = f"The list names {named} of {name} ({country}) one by one; which one this is, is not known."
        return Found(Truth.UNKNOWN, detail, self.layer.source)

    def _of_code(self, code: str) -> Found:
        country = subdivisions().get(code, "")
        if country in self._whole:
            return self._listed(self._whole[country], f"{country_name(country)} ({country})", whole=True)
        for place in lineage(code):
            if place in self._entries:
                return self._listed(self._entries[place], self._name(place, code))
        inner = [self.of_code(c) for c in parts().get(code, ())]
        if all(f.truth is Truth.FALSE for f in inner):
            return Found(Truth.FALSE, f"{subdivision_name(code)} ({code}) is not listed.", self.layer.source)
        return merged(inner, f"{subdivision_name(code)} ({code})")

    def of_places(self, codes: tuple[str, ...], countries: tuple[str, ...], name: str) -> Found:
        """The answer for an outline: it is one of `codes`; without codes only its country is known."""
        if codes:
            return merged([self.of_code(c) for c in codes], f"{name} (today {' or '.join(codes)})")
        return merged([self.of_country(c) for c in countries], name)

    def _name(self, listed: str, code: str) -> str:
        name = f"{subdivision_name(listed)} ({listed})"
        return name if listed == code else f"{name}, of which {subdivision_name(code)} ({code}) is a part,"

    def _listed(self, row: dict[str, Any], name: str, whole: bool = False) -> Found:
        source = f"{row['source']}, retrieved {row['retrieved']}"
        note = f" {row['note'][0].upper()}{row['note'][1:]}." if row["note"] else ""
        if not row["certain"]:
            return Found(Truth.UNKNOWN, f"{name} may be listed.{note}", source, whole)
        status = f" as {row['status']}" if row["status"] else ""
        start = row["listed_from"]
        since = f", {start.date()}" if start == start else ""
        return Found(
            Truth.TRUE, f"{name} is listed{status} (edition {row['edition']}{since}).{note}", source, whole
        )


def merged(found: list[Found], name: str) -> Found:
    """One answer for a place that is one of several."""
    truths = {f.truth for f in found}
    if len(found) == 1:
        return found[0]
    source = "; ".join(sorted({f.source for f in found if f.truth is not Truth.FALSE} or {found[0].source}))
    if truths == {Truth.TRUE}:
        return Found(Truth.TRUE, f"Everything in {name} is listed.", source, all(f.whole for f in found))
    if truths == {Truth.FALSE}:
        return Found(Truth.FALSE, f"Nothing in {name} is listed.", source, all(f.whole for f in found))
    doubt = next((f.detail for f in found if f.truth is Truth.UNKNOWN), "One part is listed, another is not.")
    return Found(Truth.UNKNOWN, f"{name} cannot be told apart: {doubt}", source)
