"""What countries produced, as a source found it, to the rows of a layer; unknown is empty, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ingest.country_codes import understand
from ingest.country_rows import Log, number
from ingest.source import Asked, Draft
from ingest.words import shown
from risk_graph.errors import SourceError
from risk_graph.model.table import fact_tables

TONNES: Mapping[str, float] = {
    "t": 1.0,
    "metr. t": 1.0,
    "metric tons": 1.0,
    "metric dry tons": 1.0,
    "thousand metric tons": 1e3,
    "thousand metric dry tons": 1e3,
    "thousand dry metric tons": 1e3,
    "million metric tons": 1e6,
}
"""Units of the publishers -> t."""
UNKNOWN = frozenset({"", "w", "na", "n/a", "xx", "..", "-", "--", "\u2014", "\u2013"})
"""Withheld, not available, not applicable; a dash means zero in some tables and nothing in others: it is unknown."""
NAMES: Mapping[str, str] = {
    "bosnia herzegovina": "BIH",
    "burma": "MMR",
    "congo (kinshasa)": "COD",
    "usa": "USA",
}
"""Names of these publishers that nobody else uses."""
NO_COUNTRY = frozenset(
    {"world", "world total", "world total (rounded)", "other countries", "total", "other", "others"}
)


@dataclass(frozen=True)
class Made:
    """One cell: `commodity` in our words (Bauxite, Alumina, Aluminium), `label` in the source's."""

    country: str
    year: str
    commodity: str
    label: str
    mass: str
    unit: str
    row: int
    note: str = ""


def draft_of(
    layer: str, about: Mapping[str, Any], made: list[Made], source: str, asked: Asked, log: Log
) -> Draft:
    """A production layer. Two different figures under one country, year and commodity are none.

    Raises SourceError if nothing is understood.
    """
    rows: dict[tuple[str, int, str], dict[str, Any]] = {}
    torn: set[tuple[str, int, str]] = set()
    for one in made:
        row = _row(one, source, asked, log)
        if row is None:
            continue
        key = (row["country"], row["year"], row["commodity"])
        before = rows.setdefault(key, row)
        if repr(before["mass_t"]) != repr(row["mass_t"]):
            torn.add(key)
    for country, year, commodity in sorted(torn):
        message = f"Two different figures for {commodity} of {country} in {year}; neither is taken."
        log.add("duplicate-id", "error", message, "Look at the publisher's table; until then it is unknown.")
        rows[country, year, commodity] |= {
            "mass_t": None,
            "note": "Two different figures stand in the source.",
        }
    if not rows:
        raise SourceError(f"{source}: no figure is understood. Is it the publisher's own file?")
    frame = pd.DataFrame([rows[key] for key in sorted(rows, key=lambda k: (k[2], k[1], k[0]))])
    return Draft(layer, "production", dict(about), fact_tables()["production"].conform(frame))


def _row(one: Made, source: str, asked: Asked, log: Log) -> dict[str, Any] | None:
    if one.country.strip().casefold() in NO_COUNTRY:
        message = f"{shown(one.country)} is no country and is not taken"
        log.many("bad-country", "info", message, "Nothing to do.", one.row, "country")
        return None
    said = one.country.removesuffix("\u1d49").strip()
    country = NAMES.get(said.casefold()) or understand(said)
    if country is None:
        message = f"{shown(one.country)} is no country that is understood; its production is not taken"
        log.many("bad-country", "warning", message, "Its production counts as unknown.", one.row, "country")
        return None
    factor = TONNES.get(" ".join(one.unit.casefold().split()))
    year = one.year.strip().removesuffix(".0")
    if factor is None or not (len(year) == 4 and year.isdigit()):
        message = f"{shown(one.unit)} is no unit, or {shown(year)} no year, that is understood; the figure is not taken"
        log.many("bad-unit", "warning", message, "The production counts as unknown.", one.row, "unit")
        return None
    return {
        "country": country,
        "year": int(year),
        "commodity": one.commodity,
        "mass_t": _mass(one, factor, log),
        "retrieved": pd.Timestamp(asked.retrieved),
        "source": f"{source}, {one.label}, {one.country.strip()}",
        "note": one.note,
    }


def _mass(one: Made, factor: float, log: Log) -> float | None:
    text = one.mass.strip()
    if text.casefold() in UNKNOWN:
        return None
    value = number(text.replace(",", ""))
    if value is None or value < 0:
        message = f"{shown(text)} ({one.label}, {one.country} {one.year}) is no mass; it is unknown"
        log.many("bad-number", "warning", message, "Compare with the publisher's table.", one.row, "mass_t")
        return None
    return value * factor
