"""World Mining Data of the Austrian ministry in charge of mining: production of bauxite and aluminium by country."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.archive import files_in, is_workbook
from ingest.country_grid import Sheet, csv_sheet, workbook_sheets
from ingest.country_rows import Log
from ingest.listed_edition import first_day
from ingest.produced import Made, draft_of
from ingest.source import Asked, Edition, Expected, Licence, Source
from risk_graph.errors import SourceError

LAYER = "world_mining_data"
COMMODITIES = {"bauxite": "Bauxite", "aluminium": "Aluminium", "aluminum": "Aluminium"}
"""Names of sheets, or what stands in the column of commodities -> what it is. There is no alumina in this source."""
_HEADER_ROWS = (1, 2, 3)
_LARGEST_MB = 50
_WHAT = "the workbook of production of countries by mineral (one sheet a mineral, years as columns)"
_YEAR = re.compile(r"[12][0-9]{3}")


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the workbook, or from a CSV with a row a commodity, country and year."""
    log = Log(path.name)
    made = list(_workbook(path) if is_workbook(path) else _csv(path))
    if not made:
        raise SourceError(f"{path.name} holds no sheet Bauxite or Aluminium; {_WHAT} was expected.")
    last = max(one.year for one in made)
    edition = asked.edition or (str(int(last) + 2) if last.isdigit() else asked.retrieved.isoformat())
    if not asked.edition:
        message = f"The file does not say its edition; its last year is {last}, so it is taken for the edition {edition}."
        log.add("missing-value", "info", message, "If it is another, say so with --edition.")
    about = {
        "title": "World production of bauxite and aluminium (World Mining Data)",
        "meaning": "What a country produced in a year, as the Austrian ministry gathers it from authorities",
        "unit": "t",
        "attribution": f"World Mining Data {edition}, Federal Ministry of Finance, Austria",
        "notes": "About countries, never about facilities. A country that is not named has an unknown production.",
    }
    draft = draft_of(LAYER, about, made, f"World Mining Data {edition}", asked, log)
    return Edition(edition, first_day(edition), (draft,), log.all())


def _workbook(path: Path) -> Iterator[Made]:
    """Above the header stands a title, so the header is looked for in the first rows."""
    for name in dict.fromkeys(COMMODITIES):
        for header in _HEADER_ROWS:
            sheets = [s for s in _sheets(path, name, header) if s.has("Country")]
            if sheets:
                yield from _years(sheets[0], COMMODITIES[name])
                break


def _sheets(path: Path, name: str, header: int) -> list[Sheet]:
    try:
        return workbook_sheets(path, [name], header)
    except SourceError:
        if header == 1:
            raise
        return []  # that row is empty


def _years(sheet: Sheet, commodity: str) -> Iterator[Made]:
    years = [c for c in sheet.header if _YEAR.fullmatch(c.strip().removesuffix(".0"))]
    unit_column = "unit" if sheet.has("unit") else ""
    if not years:
        raise SourceError(
            f"{sheet.file}, sheet {sheet.name}: years as columns are expected; there are {', '.join(sheet.header)}."
        )
    for row, (country, unit, *cells) in sheet.cells("Country", unit_column, *years):
        for year, mass in zip(years, cells, strict=True):
            if country:
                yield Made(country, year, commodity, commodity, mass, unit or "metr. t", row)


def _csv(path: Path) -> Iterator[Made]:
    for name, data in files_in(path, (".csv",), _LARGEST_MB):
        sheet = csv_sheet(name, data, ("commodity", "country", "year", "tonnes"))
        coded = "Country_ISO" if sheet.has("Country_ISO") else "Country"
        for row, (commodity, country, year, mass, unit, how) in sheet.cells(
            "commodity", coded, "year", "tonnes", "unit", "data_source" if sheet.has("data_source") else ""
        ):
            if known := COMMODITIES.get(commodity.casefold()):
                note = "Estimated by the publisher." if how == "e" else ""
                yield Made(country, year, known, commodity, mass, unit, row, note)


SOURCE = Source(
    id="world_mining_data",
    title="World Mining Data",
    publisher="Federal Ministry of Finance, Austria",
    licence=Licence("own_terms", "World Mining Data, own terms", verified=False),
    url="",
    file="world-mining-data.xlsx",
    rhythm="yearly, in spring",
    expected={LAYER: Expected(100, 5_000)},
    read=read,
    by_hand="Download the workbook of production by mineral from www.world-mining-data.info (data section).",
    largest_mb=_LARGEST_MB,
)
