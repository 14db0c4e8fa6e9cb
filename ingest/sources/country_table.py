"""Any table of countries, as CSV or workbook, read by a mapping that the user writes (TOML; docs/country-tables.md)."""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ingest.archive import files_in
from ingest.country_grid import Sheet, csv_sheet, workbook_sheets
from ingest.country_mapping import Mapping, mapping_of
from ingest.country_rows import MISSING, About, Cell, Log, Reading, draft_of, values_of
from ingest.country_scale import check_one_scale
from ingest.listed_edition import first_day
from ingest.source import MAY_BE_PASSED_ON, Asked, Edition, Licence, Source
from risk_graph.errors import SourceError

_LARGEST_MB = 100
_LOST = 0.05
"""Share of the values that may be refused before the file is taken for another scale or form."""
_WORKBOOKS = (".xlsx", ".xlsm")
_SAID_BY_MAPPING = (
    "title",
    "meaning",
    "direction",
    "unit",
    "publisher",
    "url",
    "licence",
    "attribution",
    "notes",
    "retrieved",
)


def belongs(path: Path) -> tuple[Path, ...]:
    """The mapping and the file that it names, beside it; or both in one archive."""
    if zipfile.is_zipfile(path):
        return (path,)
    mapping = mapping_of(path.name, path.read_bytes())
    data = path.with_name(mapping.file)
    if not data.is_file():
        raise SourceError(f"{path.name} names {mapping.file}, which does not stand beside it.")
    return path, data


def read(path: Path, asked: Asked) -> Edition:
    """The layer of a mapping and its file; `path` is the mapping, or both in one archive.

    The edition is named after the layer too, for several tables of one year stand side by side.
    """
    mapping, sheet = _opened(path)
    log = Log(sheet.file)
    cells = list(_cells(mapping, sheet))
    if asked.edition:
        mapping = mapping.model_copy(update={"edition": asked.edition})
    edition = f"{mapping.id} {mapping.edition}"
    values = _values(mapping, cells, sheet, log)
    if mapping.scale[0] >= 0:
        check_one_scale(sheet.file, values)
    _check_countries(mapping, values, sheet, log)
    shared = About(edition, Asked(mapping.retrieved), f"{_source(mapping)}, {sheet.file}")
    rows = values.assign(entry=[f"row {row}" for row in values["row"]]).drop(columns="row")
    draft = draft_of(mapping.id, _about(mapping, edition), rows, shared)
    return Edition(edition, mapping.released or first_day(mapping.edition), (draft,), log.all())


def _source(mapping: Mapping) -> str:
    return f"{mapping.publisher}, {mapping.document}, edition {mapping.edition}"


def _about(mapping: Mapping, edition: str) -> dict[str, object]:
    return {
        **{key: getattr(mapping, key) for key in _SAID_BY_MAPPING},
        "source": _source(mapping),
        "redistribution": mapping.licence_class in MAY_BE_PASSED_ON,
        "edition": edition,
        "scale": list(mapping.scale),
        "min": mapping.bounds[0],
        "max": mapping.bounds[1],
    }


def _opened(path: Path) -> tuple[Mapping, Sheet]:
    if not zipfile.is_zipfile(path):
        mapping_file, data = belongs(path)
        mapping = mapping_of(path.name, mapping_file.read_bytes())
        return mapping, _sheet(mapping, data)
    files = dict(files_in(path, (".toml", ".csv", ".tsv", ".txt", *_WORKBOOKS), _LARGEST_MB))
    mappings = [name for name in files if name.endswith(".toml")]
    if len(mappings) != 1:
        raise SourceError(
            f"{path.name} holds {len(mappings)} mappings (.toml); one is expected, with the file it names."
        )
    mapping = mapping_of(mappings[0], files[mappings[0]])
    if mapping.file not in files:
        raise SourceError(f"{mappings[0]} names {mapping.file}, which does not stand beside it.")
    with tempfile.TemporaryDirectory(prefix="risk-graph-") as folder:
        data = Path(folder) / mapping.file
        data.write_bytes(files[mapping.file])
        return mapping, _sheet(mapping, data)


def _sheet(mapping: Mapping, data: Path) -> Sheet:
    if data.suffix.lower() not in _WORKBOOKS:
        columns = mapping.columns
        known = [columns.country, columns.value, columns.error, str(columns.year)]
        return csv_sheet(data.name, data.read_bytes(), known, mapping.header_row)
    if not mapping.sheet:
        raise SourceError(f"{data.name} is a workbook: say in the mapping which sheet is meant.")
    sheets = workbook_sheets(data, [mapping.sheet], mapping.header_row)
    if not sheets:
        raise SourceError(f"{data.name} has no sheet {mapping.sheet!r}, or it is empty.")
    return sheets[0]


def _cells(mapping: Mapping, sheet: Sheet) -> Iterator[Cell]:
    columns = mapping.columns
    wide = _years(mapping, sheet)
    kept = list(columns.where.items())
    fixed = columns.year if isinstance(columns.year, int) else None
    year_column = columns.year if isinstance(columns.year, str) else ""
    names = [columns.country, year_column, columns.value, columns.error, columns.low, columns.high]
    for row, cells in sheet.cells(*names, *(c for c, _ in kept), *(c for _, c in wide)):
        (country, year, *numbers), rest = cells[: len(names)], cells[len(names) :]
        if any(cell != wanted for cell, (_, wanted) in zip(rest, kept, strict=False)):
            continue
        if wide:
            for (which, _), text in zip(wide, rest[len(kept) :], strict=True):
                yield Cell(country, which, _point(text, mapping), row=row, sheet=sheet.name)
        else:
            said = str(fixed) if fixed is not None else year
            value, error, low, high = (_point(n, mapping) for n in numbers)
            yield Cell(country, said, value, error, low, high, row, sheet.name)


def _years(mapping: Mapping, sheet: Sheet) -> list[tuple[str, str]]:
    """Year and name of the columns that hold one year each."""
    before, _, after = mapping.columns.years.partition("{year}")
    if not mapping.columns.years:
        return []
    found = []
    for name in (n.strip() for n in sheet.header):
        year = name.removeprefix(before).removesuffix(after)
        if name == f"{before}{year}{after}" and len(year) == 4 and year.isdigit():
            found.append((year, name))
    if not found:
        raise SourceError(
            f"{sheet.file}: no column is named as {mapping.columns.years}; there are {', '.join(sheet.header[:12])}."
        )
    return found


def _point(text: str, mapping: Mapping) -> str:
    """A number with a decimal point. With a decimal comma a point would be a thousands sign: such a cell is no number."""
    if mapping.decimal == "," and text.strip().casefold() not in {
        m.casefold() for m in (*MISSING, *mapping.missing)
    }:
        return text.replace(",", ".") if "." not in text else f"{text} (a point)"
    return text


def _values(mapping: Mapping, cells: list[Cell], sheet: Sheet, log: Log) -> pd.DataFrame:
    early = [
        c
        for c in cells
        if mapping.first_year and c.year[:4].isdigit() and int(c.year[:4]) < mapping.first_year
    ]
    if early:
        message = (
            f"{len(early):,} values of years before {mapping.first_year} are not taken, as the mapping says."
        )
        log.add("missing-value", "info", message, "Nothing to do.", early[0].row)
    no_country = {text for text, code in mapping.countries.items() if not code}
    dropped = {id(c) for c in early}
    asked = [c for c in cells if id(c) not in dropped and c.country not in no_country]
    how = Reading(
        mapping.id,
        mapping.bounds,
        mapping.columns.codes,
        frozenset({*MISSING, *(m.strip().casefold() for m in mapping.missing)}),
        codes={text: code for text, code in mapping.countries.items() if code},
    )
    given = [c for c in asked if c.estimate.strip().casefold() not in how.missing]
    values = values_of(asked, how, log)
    for row in sheet.bad:
        message = f"Row {row} does not have as many cells as the header and is not taken."
        log.add("unreadable-file", "warning", message, "Correct the row.", row)
    refused = sum(i.code == "bad-number" and i.column == "estimate" for i in log.all())
    if given and refused > max(1, _LOST * len(given)):
        raise SourceError(
            f"{sheet.file}: {refused:,} of {len(given):,} values are no numbers from {how.bounds[0]:g} to {how.bounds[1]:g}: "
            "another scale, a rank, or another decimal sign? Correct scale, range or decimal in the mapping."
        )
    return values


def _check_countries(mapping: Mapping, values: pd.DataFrame, sheet: Sheet, log: Log) -> None:
    if mapping.countries_expected is None:
        return
    fewest, most = mapping.countries_expected
    count = values["country"].nunique()
    if count < fewest:
        raise SourceError(
            f"{sheet.file}: {count} countries are understood, at least {fewest} are expected. Editions at hand stay in use."
        )
    if count > most:
        message = f"{count} countries, at most {most} are expected."
        log.add(
            "too-many-rows", "warning", message, "Look at what was added before you rest a decision on it."
        )


SOURCE = Source(
    id="country_table",
    title="A table of countries by your own mapping",
    publisher="as the mapping says",
    licence=Licence("own_terms", "as the mapping says", verified=False),
    url="",
    file="table.zip",
    rhythm="as its publisher's",
    expected={},
    read=read,
    by_hand="Write a mapping (docs/country-tables.md) beside the file and give it with --file mapping.toml.",
    largest_mb=_LARGEST_MB,
    belongs=belongs,
)
