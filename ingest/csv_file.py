"""Delimited text: which separator, which rows fit the header. Everything stays text."""

import csv
import io
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from ingest.encoding import Text, to_utf8
from ingest.raw import BadRow, Grid, Refusal

LONGEST_LINE = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")
_SIGNATURES = {
    b"PK\x03\x04": "it is a workbook or an archive, not text",
    b"\xd0\xcf\x11\xe0": "it is an old Excel workbook, not text",
    b"PAR1": "it is a Parquet file, not text",
    b"%PDF": "it is a PDF document, not text",
    b"\x1f\x8b": "it is a compressed file, not text",
}
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head")


def read_csv(
    data: bytes, known: Collection[str], encoding: str | None, delimiter: str | None
) -> tuple[Grid, Text]:
    """The grid of a file whose header should hold some of the `known` names.

    Raises Refusal for what is no such text.
    """
    _check_signature(data)
    _check_lines(data)
    text = to_utf8(data, encoding)
    body = text.data.lstrip(b"\r\n")
    if not body.strip():
        raise Refusal("empty-file", what="nothing")
    blank = _line_count(text.data[: len(text.data) - len(body)])
    separator = delimiter or _delimiter(body, known)
    return _parse(body, separator, blank), text


def _check_signature(data: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise Refusal("unreadable-file", what=what)
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise Refusal("unreadable-file", what="it is a web page or XML, not a table of text")


def _check_lines(data: bytes) -> None:
    """Refuses a line that is too long, by stepping from line break to line break."""
    start = 0
    while len(data) - start > LONGEST_LINE:
        window = data[start : start + LONGEST_LINE]
        last = max(window.rfind(b"\n"), window.rfind(b"\r"))
        if last < 0:
            raise Refusal("file-too-large", what=f"a line is longer than {LONGEST_LINE:,} characters")
        start += last + 1


def _line_count(blank: bytes) -> int:
    return len(blank.replace(b"\r\n", b"\n"))


def _cells(text: str, separator: str) -> list[str]:
    """The first record of `text`; nothing if its quotes make no sense."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []


def _delimiter(data: bytes, known: Collection[str]) -> str:
    """The separator under which most header cells are names of columns; else the most frequent one."""
    start = data[:LONGEST_LINE].decode("utf-8", errors="replace")
    line = start.splitlines()[0]

    def fit(separator: str) -> tuple[int, int]:
        cells = _cells(start, separator)
        return sum(cell.strip().lower() in known for cell in cells), line.count(separator)

    return max(_DELIMITERS, key=fit)


def _parse(data: bytes, separator: str, blank: int) -> Grid:
    columns, bad = _records(data, separator)
    _check_quotes(data, columns, bad)
    header = [str(column[0].as_py()) for column in columns]
    aside = np.array([row.number for row in bad], dtype=np.int64)
    numbers = np.setdiff1d(np.arange(1, len(columns[0]) + len(bad) + 1), aside)[1:] + blank
    rows = [_bad_row(row, separator, blank) for row in bad if row.text.strip()]
    columns = [column.slice(1) for column in columns]
    swallowed = _swallowed(columns, separator) if b'"' in data else np.zeros(len(numbers), dtype=bool)
    if swallowed.any():
        rows += [_run_together(columns, numbers, int(at)) for at in np.flatnonzero(swallowed)]
        columns = [column.filter(pa.array(~swallowed)) for column in columns]
    rows.sort(key=lambda row: row.row)
    return Grid("", header, columns, numbers[~swallowed], bad=tuple(rows))


def _records(data: bytes, separator: str) -> tuple[list[pa.Array], list[arrow_csv.InvalidRow]]:
    """All records with as many cells as the first, as columns of text; and the others."""
    bad: list[arrow_csv.InvalidRow] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        bad.append(row)
        return "skip"

    width = len(_cells(data[:LONGEST_LINE].decode("utf-8", errors="replace"), separator))
    data = data if data.endswith((b"\n", b"\r")) else data + b"\n"  # the parser needs an end of line
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, autogenerate_column_names=True, block_size=16 * LONGEST_LINE
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(width)},
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Refusal(
            "unreadable-file", what="its rows cannot be told apart; is a quote not closed?"
        ) from error
    if any(not pa.types.is_string(field.type) for field in table.schema):
        raise Refusal("unreadable-file", what="its header makes no sense")
    return [_one(column) for column in table.columns], bad


def _swallowed(columns: list[pa.Array], separator: str) -> np.ndarray:
    """Rows with a cell that holds a line break and looks like a row itself: a quote was not closed in time."""
    found = np.zeros(len(columns[0]), dtype=bool)
    least = max(2, len(columns) // 2 - 1)
    for column in columns:
        broken = pc.match_substring_regex(column, r"[\r\n]")
        if pc.any(broken, min_count=0).as_py():
            many = pc.greater_equal(pc.count_substring(column, separator), least)
            found |= pc.and_(broken, many).to_numpy(zero_copy_only=False)
    return found


def _run_together(columns: list[pa.Array], numbers: np.ndarray, at: int) -> BadRow:
    cells = tuple(str(column[at].as_py()) for column in columns)
    lines = sum(len(cell.splitlines()) - 1 for cell in cells)
    return BadRow(int(numbers[at]), len(columns), len(columns), cells, lines)


def _bad_row(row: arrow_csv.InvalidRow, separator: str, blank: int) -> BadRow:
    lines = row.text.count("\n") + row.text.count("\r")
    cells = _cells(row.text[:LONGEST_LINE], separator)
    stripped = tuple(cell.strip() for cell in cells)
    return BadRow(row.number + blank, row.expected_columns, row.actual_columns, stripped, lines)


def _one(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece; 64-bit offsets if the text is past 2 GB."""
    try:
        return column.combine_chunks()
    except pa.ArrowInvalid:
        return column.cast(pa.large_string()).combine_chunks()


def _check_quotes(data: bytes, columns: list[pa.Array], bad: list[arrow_csv.InvalidRow]) -> None:
    """Refuses a file whose last quote is not closed: the rest of the file would be one cell."""
    if data.count(b'"') % 2 == 0:
        return
    last = [column[-1].as_py() for column in columns if len(column)]
    tail = [row.text for row in bad[-1:]]
    if any("\n" in text or "\r" in text for text in [*last, *tail]):
        raise Refusal("unreadable-file", what="a quote is opened and not closed, so rows run into each other")
