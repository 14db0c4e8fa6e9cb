"""The files in which the World Bank gives the Worldwide Governance Indicators, as single numbers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingest.archive import files_in, is_workbook
from ingest.country_grid import Sheet, csv_sheet, workbook_sheets
from risk_graph.errors import SourceError

DIMENSIONS = {
    "VA": ("wgi_voice_accountability", "Voice and accountability"),
    "PV": ("wgi_political_stability", "Political stability and absence of violence or terrorism"),
    "GE": ("wgi_government_effectiveness", "Government effectiveness"),
    "RQ": ("wgi_regulatory_quality", "Regulatory quality"),
    "RL": ("wgi_rule_of_law", "Rule of law"),
    "CC": ("wgi_control_of_corruption", "Control of corruption"),
}
WHAT = "the World Bank's file of the Worldwide Governance Indicators"
LARGEST_MB = 100
_CODE = re.compile(r"(?:GOV_WGI_)?(VA|PV|GE|RQ|RL|CC)\.(EST|STD\.ERR|SE|PER\.RNK|SC)")
_MEASURES = {"EST": "estimate", "STD.ERR": "error", "SE": "error", "PER.RNK": "rank", "SC": "rank"}
_IN_NAMES = {
    "VA": ("voice",), "PV": ("political", "stability"), "GE": ("effectiveness",), "RQ": ("regulatory",),
    "RL": ("rule of law", "ruleoflaw", "rule_of_law"), "CC": ("corruption",),
}  # fmt: skip
_COLUMNS = {
    "country": ("economy (code)", "code", "country code", "iso3", "wb_code"),
    "year": ("year",),
    "estimate": ("governance estimate (approx. -2.5 to +2.5)", "estimate"),
    "error": ("standard error of the governance estimate", "standard error", "stddev", "stderr", "std. err."),
    "rank": ("governance score (0-100)", "pctrank", "rank"),
    "dimension": ("governance dimension", "indicator"),
}


@dataclass(frozen=True)
class Found:
    """One number as text; `measure` is estimate, error or rank (the 0-100 score too)."""

    dimension: str
    measure: str
    country: str
    year: str
    value: str
    row: int


def indicators() -> str:
    """The names of the API's indicators."""
    return ", ".join(f"GOV_WGI_{code}.EST and .SE" for code in DIMENSIONS)


def numbers_in(path: Path) -> tuple[list[Found], set[date]]:
    """Every number, and the days on which the answers of the API were updated.

    Raises SourceError in one line for another layout, a page that is missing, or an answer that is an error.
    """
    found: list[Found] = []
    if is_workbook(path):
        names = [*DIMENSIONS, *(n for _, title in DIMENSIONS.values() for n in _old_sheets(title))]
        for sheet in workbook_sheets(path, names):
            found += _long(sheet, _dimension(sheet.name))
        return found, set()
    pages: dict[str, list[tuple[int, int]]] = {}
    days: set[date] = set()
    for name, data in files_in(path, (".json", ".csv"), LARGEST_MB):
        if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
            rows, day = _answer(name, data, pages)
            found += rows
            days.add(day)
        else:
            sheet = csv_sheet(name, data, [c for names in _COLUMNS.values() for c in names])
            found += _bulk(sheet) if sheet.has("Indicator Code") else _long(sheet, _dimension(name))
    for indicator, counts in pages.items():
        have, total = sum(c for c, _ in counts), max(t for _, t in counts)
        if have < total:
            raise SourceError(
                f"{path.name}: {have:,} of {total:,} rows of {indicator}; pages are missing. Ask again with per_page=20000."
            )
    return found, days


def _old_sheets(title: str) -> tuple[str, ...]:
    return (title.title().replace(" ", ""), title)


def _dimension(name: str) -> str:
    """The dimension that the name of a file or sheet says, or nothing."""
    words = re.split(r"[^a-z]+", name.casefold())
    plain = name.casefold()
    return next((c for c in DIMENSIONS if c.casefold() in words or any(w in plain for w in _IN_NAMES[c])), "")


def _answer(name: str, data: bytes, pages: dict[str, list[tuple[int, int]]]) -> tuple[list[Found], date]:
    """The rows of one answer of the API and the day on which the bank updated them."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name} is no valid JSON ({error}); it may be cut off. Fetch it again.") from None
    match said:
        case [{"message": [{"value": str() as why}, *_]}, *_]:
            raise SourceError(
                f"{name}: the World Bank answered {why!r}. The indicators are {indicators()}, source=3."
            )
        case [{"total": total, "lastupdated": str() as day}, [*rows]]:
            pass
        case _:
            raise SourceError(
                f"{name}: an answer of the World Bank's API was expected: a list of the page and its rows."
            )
    found = [f for number_, row in enumerate(rows, 1) if (f := _of_answer(row, number_))]
    asked = {str(_inner(r, "indicator", "id")) for r in rows}
    pages.setdefault(" and ".join(sorted(asked)), []).append((len(rows), int(total)))
    try:
        return found, date.fromisoformat(day)
    except ValueError:
        raise SourceError(f"{name}: lastupdated is {day!r}; a day as 2025-10-29 was expected.") from None


def _of_answer(row: Any, at: int) -> Found | None:
    code = _CODE.fullmatch(str(_inner(row, "indicator", "id")))
    if code is None:
        return None
    value = row.get("value")
    country = str(
        row.get("countryiso3code") or _inner(row, "country", "id") or _inner(row, "country", "value")
    )
    text = "" if value is None else str(value)
    return Found(code[1], _MEASURES[code[2]], country, str(row.get("date", "")), text, at)


def _inner(row: Any, *keys: str) -> Any:
    for key in keys:
        row = row.get(key, "") if isinstance(row, dict) else ""
    return row


def _bulk(sheet: Sheet) -> Iterator[Found]:
    """The bank's bulk form: a row a country and indicator, years as columns."""
    years = [name for name in sheet.header if re.fullmatch(r"[12][0-9]{3}", name.strip())]
    for row, (country, indicator, *cells) in sheet.cells("Country Code", "Indicator Code", *years):
        if code := _CODE.fullmatch(indicator):
            for year, value in zip(years, cells, strict=True):
                yield Found(code[1], _MEASURES[code[2]], country, year.strip(), value, row)


def _long(sheet: Sheet, dimension: str) -> Iterator[Found]:
    """The yearly workbook's form: a row a country and year; the dimension is a column or the sheet's name."""
    names = {what: next((c for c in ways if sheet.has(c)), "") for what, ways in _COLUMNS.items()}
    names["error"] = names["error"] or next((h for h in sheet.header if "standard error" in h.casefold()), "")
    missing = [" or ".join(_COLUMNS[w][:2]) for w in ("country", "year", "estimate") if not names[w]]
    if missing or not (dimension or names["dimension"]):
        raise SourceError(
            f"{sheet.file} {sheet.name}".strip()
            + f": {', '.join(missing) or 'the dimension'} is expected in {WHAT}; there are {', '.join(sheet.header[:12])}."
        )
    columns = [names[w] for w in ("country", "year", "estimate", "error", "rank", "dimension")]
    for row, (country, year, estimate, error, rank, said) in sheet.cells(*columns):
        code = _dimension(said) or dimension
        for measure, value in (("estimate", estimate), ("error", error), ("rank", rank)):
            yield Found(code, measure, country, year, value, row)
