"""Country values as a source found them, to the rows of a layer; what is odd becomes an Issue, nothing is guessed.

A value that is not understood is no value: it is never 0. A country under which two things go in one year has none in
any: which of them is the country is not known.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

import pandas as pd

from ingest.country_codes import AGGREGATES, Scheme, understand
from ingest.source import Asked, Draft
from ingest.words import shown
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue, Level
from risk_graph.model.table import fact_tables

MISSING: frozenset[str] = frozenset(
    {"", "..", "...", "-", "n/a", "na", "nan", "null", "none", "#n/a", ".", "…"}
)
"""What stands in a number cell where there is no number."""


@dataclass
class Log:
    """Collects issues; what is the same in many rows is one issue with its count and the first row."""

    file: str
    issues: list[Issue] = field(default_factory=list)
    _many: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _first: dict[tuple[Any, ...], tuple[str, int]] = field(default_factory=dict)

    def add(
        self,
        code: str,
        level: Level,
        message: str,
        remedy: str,
        row: int = 0,
        column: str = "",
        sheet: str = "",
    ) -> None:
        self.issues.append(Issue(code, level, self.file, sheet, row, column, message, remedy))

    def many(
        self, code: str, level: Level, message: str, remedy: str, row: int, column: str = "", sheet: str = ""
    ) -> None:
        """An issue that is said once; `message` ends without a full stop, the count of rows is added."""
        key = (code, level, message, remedy, column)
        self._many[key] = self._many.get(key, 0) + 1
        self._first.setdefault(key, (sheet, row))

    def all(self) -> tuple[Issue, ...]:
        """Every issue, in the order in which the first of its kind was met."""
        said = []
        for (code, level, message, remedy, column), count in self._many.items():
            sheet, row = self._first[code, level, message, remedy, column]
            text = f"{message} ({count:,} rows, the first is {row})" if count > 1 else message
            text += "" if text.endswith("?") else "."
            said.append(Issue(code, level, self.file, sheet, row, column, text, remedy))
        return (*self.issues, *said)


@dataclass(frozen=True)
class Cell:
    """What one row says of one country and year, as text; `error`, `low` and `high` may be empty."""

    country: str
    year: str
    estimate: str
    error: str = ""
    low: str = ""
    high: str = ""
    row: int = 0
    sheet: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Reading:
    """How the cells of a layer are read: `bounds` hold every value, `aggregates` are no countries."""

    layer: str
    bounds: tuple[float, float]
    scheme: Scheme = "any"
    missing: Collection[str] = MISSING
    aggregates: Collection[str] = AGGREGATES
    codes: Mapping[str, str] = field(default_factory=dict)
    """Codes of the publisher that stand for a country, before the scheme is asked."""


def values_of(cells: list[Cell], how: Reading, log: Log) -> pd.DataFrame:
    """country, year, estimate, standard_error, low, high, entry: one row a country and year, sorted."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    torn: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        row = _row(cell, how, log)
        if row is None:
            continue
        before = rows.setdefault((row["country"], row["year"]), row)
        if _numbers(before) != _numbers(row):
            torn.setdefault(row["country"], []).append(before)
    for country, first in sorted(torn.items()):
        years = sorted({row["year"] for row in first})
        said = f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]} ({len(years)} years)"
        log.add(
            "duplicate-id",
            "error",
            f"{how.layer}: two different values stand under {country} in {said}; no value of {country} is taken.",
            "Ask the publisher whose values they are; until then they are unknown.",
            first[0]["row"],
        )
    columns = ["country", "year", "estimate", "standard_error", "low", "high", "entry", "row"]
    return pd.DataFrame([rows[k] for k in sorted(rows) if k[0] not in torn], columns=columns)


def _numbers(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(repr(row[c]) for c in ("estimate", "standard_error", "low", "high"))


def _row(cell: Cell, how: Reading, log: Log) -> dict[str, Any] | None:
    if cell.estimate.strip().casefold() in how.missing:
        return None  # no value: the publisher says so itself
    country = how.codes.get(cell.country.strip()) or understand(cell.country, how.scheme)
    if country is None:
        _no_country(cell, how, log)
        return None
    year = _year(cell.year)
    if year is None:
        _bad(cell, how, log, cell.year, "is no year; the value is not taken", "year")
        return None
    estimate = number(cell.estimate)
    if estimate is None:
        _bad(cell, how, log, cell.estimate, "is no finite number; the value is unknown", "estimate")
        return None
    low, high = how.bounds
    if not low <= estimate <= high:
        why = f"lies outside {low:g} to {high:g}; the value is not taken. Is it a rank or another scale?"
        _bad(cell, how, log, cell.estimate, why.removesuffix("."), "estimate")
        return None
    return {
        "country": country,
        "year": year,
        "estimate": estimate,
        **_doubt(cell, estimate, how, log),
        "entry": cell.entry,
        "row": cell.row,
    }


def _doubt(cell: Cell, estimate: float, how: Reading, log: Log) -> dict[str, float]:
    """Standard error and band; one that makes no sense is absent, and said."""
    error = _optional(cell.error, cell, how, log, "standard_error")
    if error <= 0:
        _bad(
            cell,
            how,
            log,
            cell.error,
            "is no standard error; the value has no bounds from it",
            "standard_error",
        )
        error = nan
    low, high = (_optional(t, cell, how, log, c) for t, c in ((cell.low, "low"), (cell.high, "high")))
    if low > estimate or high < estimate:
        said = f"{cell.low} to {cell.high}"
        _bad(cell, how, log, said, f"does not hold its value {cell.estimate}; the band is not taken", "low")
        low = high = nan
    return {"standard_error": error, "low": low, "high": high}


def _optional(text: str, cell: Cell, how: Reading, log: Log, column: str) -> float:
    if text.strip().casefold() in how.missing:
        return nan
    value = number(text)
    if value is None:
        _bad(cell, how, log, text, f"is no number; the value has no {column} from it", column)
        return nan
    return value


def _no_country(cell: Cell, how: Reading, log: Log) -> None:
    said = shown(cell.country)
    if cell.country.strip().upper() in how.aggregates:
        log.many(
            "bad-country",
            "info",
            f"{how.layer}: {said} is a group of countries, no country, and is not taken",
            "Nothing to do.",
            cell.row,
            "country",
            cell.sheet,
        )
        return
    log.many(
        "bad-country",
        "warning",
        f"{how.layer}: {said} is no country that is understood; its values are not taken",
        "Nothing is known of this country from this layer. If it is a country, say which in the file or mapping.",
        cell.row,
        "country",
        cell.sheet,
    )


def _bad(cell: Cell, how: Reading, log: Log, text: str, why: str, column: str) -> None:
    log.many(
        "bad-number",
        "warning",
        f"{how.layer}: {shown(text)} of {shown(cell.country)} {shown(cell.year)} {why}",
        "Compare with the publisher's own file; what is not taken is unknown, not zero.",
        cell.row,
        column,
        cell.sheet,
    )


def number(text: str) -> float | None:
    """A finite number with a decimal point, or None."""
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def _year(text: str) -> int | None:
    said = text.strip().removesuffix(".0")
    return int(said) if len(said) == 4 and said.isascii() and said.isdigit() else None


@dataclass(frozen=True)
class About:
    """What all drafts of an edition share."""

    edition: str
    asked: Asked
    source: str
    """Publisher, document and edition, before the entry."""


def draft_of(layer: str, about: Mapping[str, Any], values: pd.DataFrame, shared: About) -> Draft:
    """A layer of country values.

    Raises SourceError if there is no value at all.
    """
    if values.empty:
        raise SourceError(
            f"{shared.source}: no value of {layer} is understood. Is it the publisher's own file?"
        )
    rows = values.assign(
        edition=shared.edition,
        retrieved=pd.Timestamp(shared.asked.retrieved),
        source=shared.source + values["entry"].map(lambda e: f", {e}" if e else "").astype("str"),
    )
    return Draft(layer, "country_value", dict(about), fact_tables()["country_value"].conform(rows))
