"""A grid's header against a declared table: which columns are read, which are missing, which mean nothing."""

from collections import Counter
from datetime import date
from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.options import FileOptions
from ingest.raw import Grid, RawTable
from ingest.report import Place, Report
from risk_graph.model.table import Table

_LISTED = 50
"""Unknown columns that are named one by one; more are one issue."""


def fit_header(
    grid: Grid, table: Table, file: str, options: FileOptions, changed: date, report: Report
) -> RawTable | None:
    """The grid as a raw table, or None if its columns cannot be used; says in `report` what it met."""
    place = Place(file, grid.sheet)
    positions = _positions(grid, table, place, report)
    if positions is None:
        return None
    columns = {name: _text(grid.columns[at]) for name, at in positions.items()}
    filled = ~_blank(columns, len(grid.rows)) if grid.columns else np.zeros(0, dtype=bool)
    if not filled.any() and not grid.bad:
        report.add("empty-file", place, "warning", what="a header and no rows")
    names = {at: name for name, at in positions.items()}
    return RawTable(
        table=table.name,
        file=file,
        sheet=grid.sheet,
        columns={name: column.filter(pa.array(filled)) for name, column in columns.items()},
        numeric={names[at]: flags[filled] for at, flags in grid.numeric.items() if at in names},
        rows=grid.rows[filled],
        bad=grid.bad,
        formulas=frozenset((row, names[at]) for row, at in grid.formulas if at in names),
        epoch_1904=grid.epoch_1904,
        retrieved_on=changed,
        options=options,
    )


def _positions(grid: Grid, table: Table, place: Place, report: Report) -> dict[str, int] | None:
    """Declared column -> position in the grid; None if one is missing or stands there twice."""
    known = {column.name for column in table.columns}
    read = [cell.strip().lower() for cell in grid.header]
    twice = {name: n for name, n in Counter(read).items() if n > 1 and name in known}
    for name, n in twice.items():
        report.refuse("duplicate-column", _at(place, name), what=n)
    missing = [c for c in table.columns if c.required and c.name not in read]
    for column in missing:
        report.refuse("missing-column", _at(place, column.name), what=column.description)
    _report_unknown(grid, read, known, place, report)
    for cell, name in zip(grid.header, read, strict=True):
        if name in known and cell != name:
            report.add("understood-column", _at(place, name), value=cell)
    if twice or missing:
        return None
    return {name: at for at, name in enumerate(read) if name in known}


def _at(place: Place, column: str) -> Place:
    return Place(place.file, place.sheet, 1, column)


def _report_unknown(grid: Grid, read: list[str], known: set[str], place: Place, report: Report) -> None:
    unknown = [at for at, name in enumerate(read) if name not in known and _has_meaning(grid, at)]
    names = ", ".join(sorted(known))
    if len(unknown) > _LISTED:
        what = f"{len(unknown)} columns, from {grid.header[unknown[0]][:40]!r} on, are"
        report.add("unknown-column", Place(place.file, place.sheet, 1), what=what, known=names, remedy="")
        return
    for at in unknown:
        near = get_close_matches(read[at][:100], known, n=1)
        remedy = f"If it is meant to be {near[0]}, rename it." if near else ""
        name = grid.header[at][:100] or f"(column {at + 1})"
        what = f"{name!r} is"
        report.add("unknown-column", _at(place, name), what=what, known=names, remedy=remedy)


def _has_meaning(grid: Grid, at: int) -> bool:
    """A column with a header, or without one but with values."""
    return bool(grid.header[at].strip()) or not _blank({"": grid.columns[at]}, len(grid.rows)).all()


def _text(column: pa.Array) -> pa.Array:
    """Text without outer blanks, empty cells missing; typed columns as they are."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    trimmed = pc.utf8_trim_whitespace(column)
    empty = pc.equal(pc.binary_length(trimmed), 0)
    return pc.if_else(pc.fill_null(empty, True), pa.scalar(None, trimmed.type), trimmed)


def _blank(columns: dict[str, pa.Array], count: int) -> np.ndarray:
    """Which rows hold nothing in any of the columns."""
    blank = np.ones(count, dtype=bool)
    for column in columns.values():
        blank &= pc.is_null(_text(column)).to_numpy(zero_copy_only=False)
    return blank
