"""A file of names that belong to no project: one column of names is enough (`risk-graph screen --names FILE`)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.csv_file import read_csv
from ingest.header import fit_header
from ingest.options import FileOptions
from ingest.parquet_file import read_parquet
from ingest.raw import Grid, RawTable, Refusal
from ingest.read import LARGEST, TEXT, WORKBOOK
from ingest.report import Place, Report
from ingest.understand import country_hint
from ingest.xlsx_file import read_xlsx
from risk_graph.errors import InputError
from risk_graph.model.gazetteer import understand_country
from risk_graph.model.issue import Issue
from risk_graph.model.table import Column, Table

TABLE = Table(
    name="names",
    title="Names to screen",
    description="One row a name; rows without an id get their row number.",
    provenance=False,
    columns=(
        Column("name", "text", "Name to look for", "Example Alumina Ltd (synthetic)", True),
        Column("id", "id", "Your own id", "S-001"),
        Column("country", "country", "Country, ISO 3166-1 alpha-3", "AUS"),
        Column("lei", "text", "Legal Entity Identifier"),
        Column("duns", "text", "D-U-N-S number"),
        Column("registration_id", "text", "Number in the national company register"),
        Column("imo", "text", "Number of a vessel"),
    ),
)


@dataclass(frozen=True, eq=False)
class Names:
    """`rows` has the columns of TABLE; a name that is empty is empty here too, for it is said, not dropped."""

    rows: pd.DataFrame
    issues: list[Issue]


def read_names(path: Path) -> Names:
    """The names of a CSV, TSV, Parquet or Excel file. Raises InputError if the file cannot be used as a whole."""
    report = Report()
    place = Place(path.name)
    try:
        fitted = fit_header(_grid(path, report), TABLE, path.name, FileOptions(), date.today(), report)
    except Refusal as refusal:
        report.refuse(refusal.code, place, **refusal.values)
        fitted = None
    except OSError as error:
        report.refuse("unreadable-file", place, what=error.strerror or "the system refuses it")
        fitted = None
    if fitted is None:
        first = next(i for i in report.issues if i.level == "error")
        raise InputError(f"{path.name}: {first.message} {first.remedy}")
    for bad in fitted.bad:
        where = Place(path.name, fitted.sheet, bad.row)
        report.add(
            "ragged-row", where, actual=bad.actual, expected=bad.expected, what="; it was not screened"
        )
    return Names(_rows(fitted, report), report.finished())


def _grid(path: Path, report: Report) -> Grid:
    kind, known = path.suffix.lower(), {column.name for column in TABLE.columns}
    if kind in TEXT:
        if path.stat().st_size > LARGEST:
            raise Refusal("file-too-large", what=f"a file may have {LARGEST >> 30} GB")
        return read_csv(path.read_bytes(), known, None, None)[0]
    if kind == ".parquet":
        return read_parquet(path, known)
    if kind in WORKBOOK:
        book = read_xlsx(path, {path.stem.strip().lower()})
        for name in book.unread:
            report.add("unknown-sheet", Place(path.name, name), known="the first sheet alone is read")
        return book.grids[0][1]
    raise Refusal("unreadable-file", what="it is no CSV, TSV, Parquet or Excel file")


def _rows(fitted: RawTable, report: Report) -> pd.DataFrame:
    numbers = np.asarray(fitted.rows)
    texts = {name: pd.Series(column.to_pylist(), dtype="object") for name, column in fitted.columns.items()}
    rows = pd.DataFrame({c.name: texts.get(c.name, pd.Series([None] * len(numbers))) for c in TABLE.columns})
    rows = rows.astype("object").where(rows.notna(), "").astype("str")
    rows["id"] = rows["id"].where(rows["id"] != "", pd.Series(numbers).astype("str"))
    rows["country"] = [
        _country(text, Place(fitted.file, fitted.sheet, int(row), "country"), report)
        for text, row in zip(rows["country"], numbers, strict=True)
    ]
    for at in np.flatnonzero(rows["name"] == ""):
        report.add("missing-value", Place(fitted.file, fitted.sheet, int(numbers[at]), "name"), what="")
    return rows


def _country(text: str, place: Place, report: Report) -> str:
    """Alpha-3; a country that is not understood is unknown, and said so."""
    code = understand_country(text) if text else ""
    if code is None:
        report.add("bad-country", place, "warning", value=repr(text), **{"what": "", **country_hint(text)})
    return code or ""
