"""US Geological Survey, Mineral Commodity Summaries: world production of bauxite, alumina and primary aluminium.

The labels of the tables change from year to year: each one that is known stands in LABELS; another one is an issue.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.archive import files_in
from ingest.country_grid import Sheet, csv_sheet
from ingest.country_rows import Log
from ingest.listed_edition import first_day
from ingest.produced import Made, draft_of
from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.words import shown
from risk_graph.errors import SourceError

LAYER = "usgs_production"
LABELS = {
    ("aluminum", "smelter production, aluminum"): "Aluminium",
    ("aluminum", "smelter production"): "Aluminium",
    ("aluminum", "primary production, aluminum"): "Aluminium",
    ("bauxite and alumina", "alumina, refinery production - calcined equivalent weights"): "Alumina",
    ("bauxite and alumina", "refinery production, alumina, calcined equivalent weights"): "Alumina",
    ("bauxite and alumina", "mine production, bauxite, dry tons"): "Bauxite",
    ("bauxite and alumina", "mine production, bauxite"): "Bauxite",
    ("bauxite", "mine production, bauxite, dry tons"): "Bauxite",
    ("bauxite", ""): "Bauxite",
    ("alumina", ""): "Alumina",
    ("aluminium", ""): "Aluminium",
}
"""(commodity, type of the row) -> what it is; a table that was put together by others has no type."""
_OTHERWISE = re.compile(r"(?i)capacity|reserve")
_OURS = re.compile(r"(?i)alumin|bauxite")
_DRY = "Dry tons: trade is in wet tons, several percent more."
_LARGEST_MB = 20
_WHAT = "the world data of the Mineral Commodity Summaries (MCS...._World_Data.csv)"
_YEAR = re.compile(r"PROD_(?:EST_)?\s*([12][0-9]{3})", re.IGNORECASE)


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the world data of a release, as zip or CSV."""
    log = Log(path.name)
    sheets = [
        csv_sheet(n, d, ("commodity", "country", "type")) for n, d in files_in(path, (".csv",), _LARGEST_MB)
    ]
    sheets = [s for s in sheets if s.has("COMMODITY") and s.has("COUNTRY")]
    if len(sheets) != 1:
        raise SourceError(
            f"{path.name} holds {len(sheets)} tables with COMMODITY and COUNTRY; one is expected: {_WHAT}."
        )
    (sheet,) = sheets
    edition = _edition(sheet, path, asked, log)
    source = f"USGS, Mineral Commodity Summaries {edition}"
    about = {
        "title": "World production of bauxite, alumina and aluminium (USGS)",
        "meaning": "What a country produced in a year, as the US Geological Survey reports or estimates it",
        "unit": "t",
        "attribution": f"U.S. Geological Survey, Mineral Commodity Summaries {edition}",
        "notes": "About countries, never about facilities. Countries that are summed up as others are unknown here. "
        + _DRY,
    }
    made = list(_wide(sheet, log) if sheet.has("TYPE") else _long(sheet, log))
    draft = draft_of(LAYER, about, made, source, asked, log)
    return Edition(edition, first_day(edition), (draft,), log.all())


def _edition(sheet: Sheet, path: Path, asked: Asked, log: Log) -> str:
    if found := re.search(r"MCS\s?_?(20[0-9]{2})", f"{sheet.file} {path.stem}", re.IGNORECASE):
        return found[1]
    if asked.edition:
        return asked.edition
    message = f"The file does not say its edition; it is named after the day it was read, {asked.retrieved}."
    log.add("missing-value", "info", message, "Say the year of the release with --edition.")
    return asked.retrieved.isoformat()


def _wide(sheet: Sheet, log: Log) -> Iterator[Made]:
    """The release's own form: two years as columns, the second an estimate."""
    years = [(m[1], name) for name in sheet.header if (m := _YEAR.fullmatch(name.strip()))]
    if not years:
        raise SourceError(
            f"{sheet.file}: PROD_<year> is expected in {_WHAT}; there are {', '.join(sheet.header[:12])}."
        )
    for row, (commodity, country, kind, unit, *cells) in sheet.cells(
        "COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", *(c for _, c in years)
    ):
        known = _known(commodity, kind, row, log)
        for (year, name), mass in zip(years, cells, strict=True):
            if known:
                note = "Estimated by the USGS." if "EST" in name.upper() else ""
                yield Made(country, year, known, kind, mass, unit, row, note)


def _long(sheet: Sheet, log: Log) -> Iterator[Made]:
    """One row a country and year, as compilations of the yearly tables have it."""
    for row, (commodity, country, year, mass, unit) in sheet.cells(
        "commodity", "Country", "Year", "Value", "unit"
    ):
        if known := _known(commodity, "", row, log):
            yield Made(country, year, known, commodity, mass, unit, row)


def _known(commodity: str, kind: str, row: int, log: Log) -> str:
    """What the label means; nothing for capacities, reserves and other metals, and for a label that nobody knows."""
    found = LABELS.get((_plain(commodity), _plain(kind)), "")
    if not found and _OURS.search(commodity) and not _OTHERWISE.search(kind):
        message = f"The label {shown(f'{commodity} / {kind}')} is not known; its figures are not taken"
        remedy = "Its production counts as unknown. A new label is added to LABELS of the source."
        log.many("unknown-material", "warning", message, remedy, row, "TYPE")
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


SOURCE = Source(
    id="usgs_production",
    title="Mineral Commodity Summaries, world production",
    publisher="US Geological Survey",
    licence=Licence("open", "work of the United States government, public domain", verified=False),
    url="",
    file="World_Data_Release_MCS.zip",
    rhythm="yearly, in January",
    expected={LAYER: Expected(60, 5_000)},
    read=read,
    by_hand="Download the world data of the newest Mineral Commodity Summaries data release (doi.org/10.5066/P13XCP3R for 2025).",
    largest_mb=_LARGEST_MB,
)
