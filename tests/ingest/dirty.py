"""Dirty inputs, built by code: name -> how to build the folder `inputs`, what must be said, whether it is fatal.

Used here through `load()`, and by the tests of the commands `validate` and `run`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.ingest import dirty_books, dirty_parquet, dirty_text
from tests.ingest.project import CLEAN, FLOWS, write_clean, write_csv

Build = Callable[[Path], object]


@dataclass(frozen=True)
class Dirty:
    """`codes` must all be raised; `fatal` inputs are refused; of the others `flows` rows are loaded."""

    build: Build
    codes: frozenset[str] = frozenset()
    fatal: bool = False
    flows: int = 3


def _fatal(build: Build, *codes: str) -> Dirty:
    return Dirty(build, frozenset(codes), fatal=True, flows=0)


def _spoilt(build: Build, *codes: str, flows: int = 3) -> Dirty:
    return Dirty(build, frozenset(codes), flows=flows)


def _encodings() -> dict[str, Dirty]:
    """Every encoding x separator x decimal sign; German and Chinese names."""
    out: dict[str, Dirty] = {}
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "cp1252", "gb18030"):
        for label, separator in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
            for decimal in (".", ","):
                name = f"{encoding} {label} decimal {'point' if decimal == '.' else 'comma'}"
                build = partial(dirty_text.encoded, encoding=encoding, separator=separator, decimal=decimal)
                guessed = {"understood-encoding"} if encoding in ("cp1252", "gb18030") else set()
                out[name] = Dirty(build, frozenset(guessed))
    return out


def _no_folder(folder: Path) -> None:
    """Nothing is made."""


def _empty_folder(folder: Path) -> None:
    folder.mkdir(parents=True)


def _unknown_only(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "notes.docx").write_bytes(b"x")


def _two_files(folder: Path) -> None:
    write_clean(folder, flows=[FLOWS[0], *FLOWS[1:3]])
    write_csv(folder / "flows.tsv", [FLOWS[0], FLOWS[3]], "\t")


def _unknown_beside(folder: Path) -> None:
    write_clean(folder)
    write_csv(folder / "flows 2024.csv", FLOWS)
    (folder / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder / "archive").mkdir()
    (folder / ".DS_Store").write_bytes(b"\0")


def _directory_as_file(folder: Path) -> None:
    write_clean(folder, without="flows")
    (folder / "flows.csv").mkdir()


def _symlink_loop(folder: Path) -> None:
    write_clean(folder, without="flows")
    (folder / "flows.csv").symlink_to(folder / "flows.csv")


def _pipe(folder: Path) -> None:
    import os

    write_clean(folder, without="flows")
    os.mkfifo(folder / "flows.csv")


def _undecodable_name(folder: Path) -> None:
    import os

    write_clean(folder)
    with open(os.fsencode(str(folder)) + b"/fl\xff\nows.csv", "wb") as handle:  # noqa: PTH123
        handle.write(b"x")


_FOLDERS = {
    "no folder": _fatal(_no_folder, "missing-file"),
    "empty folder": _fatal(_empty_folder, "missing-file"),
    "no known file": _fatal(_unknown_only, "missing-file", "unknown-file"),
    "one table in two files": _spoilt(_two_files),
    "unknown files beside": _spoilt(_unknown_beside, "unknown-file"),
    "folder named flows.csv": _fatal(_directory_as_file, "unreadable-file"),
    "symlink loop": _fatal(_symlink_loop, "unreadable-file"),
    "pipe": _fatal(_pipe, "unreadable-file"),
    "file name that is no text": _spoilt(_undecodable_name, "unknown-file"),
}

_TEXT = {
    "empty file": _fatal(dirty_text.replaced(b""), "empty-file"),
    "blank file": _fatal(dirty_text.replaced(b"\r\n \r\n\r\n"), "empty-file"),
    "header only": _spoilt(dirty_text.with_flows(FLOWS[:1]), "empty-file", flows=0),
    "line of 100 MB": _fatal(dirty_text.long_line, "file-too-large"),
    "cell of 100 MB in quotes": _fatal(dirty_text.long_quoted_cell, "file-too-large"),
    "NUL bytes": _fatal(dirty_text.replaced(b"flow_id,from_id\nL1,\0\0\0\n"), "unreadable-file"),
    "UTF-16 without mark": _fatal(dirty_text.utf16_without_mark, "unreadable-file"),
    "half a UTF-16 character": _fatal(dirty_text.replaced(b"\xff\xfea\x00b"), "unreadable-file"),
    "web page": _fatal(dirty_text.replaced(b"\n <!DOCTYPE html><html><body>"), "unreadable-file"),
    "workbook named csv": _fatal(dirty_text.replaced(b"PK\x03\x04rest"), "unreadable-file"),
    "parquet named csv": _fatal(dirty_text.replaced(b"PAR1rest"), "unreadable-file"),
    "10,000 columns": _spoilt(dirty_text.wide, "unknown-column"),
    "duplicate headers": _fatal(dirty_text.duplicate_header, "duplicate-column"),
    "missing column": _fatal(dirty_text.without_column, "missing-column"),
    "header in capitals": _spoilt(dirty_text.capitals, "understood-column"),
    "ragged rows": _spoilt(dirty_text.ragged, "ragged-row", flows=2),
    "open quote at the end": _fatal(dirty_text.open_quote, "unreadable-file"),
    "open quote in the middle": _spoilt(dirty_text.open_quote_in_the_middle, "ragged-row", flows=1),
    "carriage returns only": _spoilt(dirty_text.carriage_returns),
    "blank lines": _spoilt(dirty_text.blank_lines),
    "line breaks in cells": _spoilt(dirty_text.line_breaks, "negative-mass", flows=2),
    "ambiguous decimal": _fatal(dirty_text.ambiguous, "ambiguous-decimal"),
    "both decimal signs": _fatal(dirty_text.mixed, "ambiguous-decimal"),
    "leading zeros": _spoilt(dirty_text.leading_zeros),
    "country code NA": _spoilt(dirty_text.namibia, "understood-country"),
    "dates as serial numbers": _spoilt(dirty_text.serial_dates, "bad-date", flows=2),
    "binary rubbish": _fatal(dirty_text.replaced(bytes(range(1, 256)) * 40), "unreadable-file"),
}

_BOOKS = {
    "workbook": _spoilt(dirty_books.clean),
    "workbook of another name per table": _spoilt(dirty_books.one_sheet_a_file),
    "other sheets": _spoilt(dirty_books.other_sheets, "unknown-sheet"),
    "latin-1 in workbook name": _spoilt(dirty_books.latin1_name),
    "empty sheet": _spoilt(dirty_books.empty_sheet, "empty-file", flows=0),
    "formulas": _spoilt(dirty_books.formulas, "formula-value", "missing-value", flows=2),
    "typed dates and serial numbers": _spoilt(dirty_books.dates),
    "dates from 1904": _spoilt(dirty_books.dates_1904),
    "table below a gap": _spoilt(dirty_books.offset, "negative-mass", flows=2),
    "error cells": _spoilt(dirty_books.error_cells, "missing-value", flows=2),
    "empty workbook file": _fatal(dirty_books.replaced(b""), "empty-file"),
    "corrupt workbook": _fatal(dirty_books.corrupt, "unreadable-file"),
    "truncated workbook": _fatal(dirty_books.truncated, "unreadable-file"),
    "text named xlsx": _fatal(dirty_books.replaced(b"flow_id,from_id\n"), "unreadable-file"),
    "old workbook named xlsx": _fatal(dirty_books.replaced(dirty_books.OLE2), "unreadable-file"),
    "encrypted workbook": _fatal(dirty_books.encrypted, "encrypted-file"),
    "encrypted archive": _fatal(dirty_books.encrypted_zip, "encrypted-file"),
    "archive without workbook": _fatal(dirty_books.not_a_workbook, "unreadable-file"),
    "workbook of gigabytes": _fatal(dirty_books.bomb, "file-too-large"),
    "cells at A1 and XFD1048576": _fatal(dirty_books.far_corner, "file-too-large"),
    "too many parts": _fatal(dirty_books.many_parts, "file-too-large"),
    "document type": _fatal(dirty_books.document_type, "unreadable-file"),
    "nonsense references": _fatal(dirty_books.nonsense_cells, "unreadable-file"),
}

_PARQUET = {
    "parquet": _spoilt(dirty_parquet.clean),
    "parquet of wrong types": _spoilt(dirty_parquet.wrong_types, "bad-number", "bad-date", flows=0),
    "parquet of numbers as ids": _spoilt(dirty_parquet.numeric_ids),
    "parquet with infinities": _spoilt(dirty_parquet.infinite, "not-finite", flows=2),
    "parquet with nested columns": _fatal(dirty_parquet.nested, "unreadable-file"),
    "parquet with a column twice": _fatal(dirty_parquet.twice, "duplicate-column"),
    "truncated parquet": _fatal(dirty_parquet.truncated, "unreadable-file"),
    "empty parquet": _fatal(dirty_parquet.replaced(b""), "empty-file"),
    "parquet without rows": _spoilt(dirty_parquet.no_rows, "empty-file", flows=0),
}

DIRTY: dict[str, Dirty] = {**_FOLDERS, **_encodings(), **_TEXT, **_BOOKS, **_PARQUET}

CLEAN_ROWS = {name: len(rows) - 1 for name, rows in CLEAN.items()}
