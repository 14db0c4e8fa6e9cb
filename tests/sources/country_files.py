"""What the tests of country and trade sources share: reading a file, one value, the codes of what was odd."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from ingest.source import Asked, Edition, source_of
from risk_graph.model.table import fact_tables

FILES = Path(__file__).parent / "files"
DAY = date(2026, 11, 24)


def read(source_id: str, path: Path, edition: str = "") -> Edition:
    """An edition as the source reads it; holds what every edition of these kinds holds."""
    found = source_of(source_id).read(path, Asked(DAY, edition))
    for draft in found.drafts:
        rows = draft.rows
        assert list(rows.columns) == fact_tables()[draft.kind].names
        if draft.kind == "country_value":
            assert not rows.duplicated(["country", "year"]).any()
            assert set(rows["edition"]) == {found.edition}
            assert rows["estimate"].between(draft.about["min"], draft.about["max"]).all()
            assert not (rows["low"] > rows["estimate"]).any()
    return found


def rows_of(edition: Edition, layer: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Rows by country and year."""
    rows = next(d.rows for d in edition.drafts if d.id == layer)
    return {(r["country"], r["year"]): r for r in rows.to_dict("records")}


def codes(edition: Edition) -> list[str]:
    return sorted(issue.code for issue in edition.issues)


def said(edition: Edition) -> str:
    return "\n".join(issue.message for issue in edition.issues)


def packed(target: Path, files: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def workbook(target: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    book = xlsxwriter.Workbook(str(target))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return target
