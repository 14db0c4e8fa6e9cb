"""Workbooks: scanned here, parsed in a child process with a memory limit and a timeout."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest import xlsx_child
from ingest.raw import Grid, Refusal
from ingest.xlsx_scan import SheetScan, scan_workbook

LARGEST = 50 << 20
ABOUT = "about"
"""A sheet of our own templates that explains the others."""


@dataclass(frozen=True)
class Book:
    """Grids by table, the formulas that each holds, and the names of the sheets that were not read."""

    grids: list[tuple[str, Grid]]
    formulas: dict[str, int]
    unread: list[str]


def read_xlsx(path: Path, known: Collection[str]) -> Book:
    """Every sheet that is named after a known table.

    A file named after a table with no such sheet is read by its first sheet. Raises Refusal.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refusal("empty-file", what="nothing")
    if size > LARGEST:
        raise Refusal("file-too-large", what=f"a workbook may have {LARGEST >> 20} MB")
    scan = scan_workbook(path)
    tables = {name: name.strip().lower() for name in scan.sheets if name.strip().lower() in known}
    if not tables and path.stem.strip().lower() in known:
        filled = [name for name, sheet in scan.sheets.items() if sheet.cells]
        tables = {name: path.stem.strip().lower() for name in (filled or list(scan.sheets))[:1]}
    raw = _parse(path, list(tables)) if tables else []
    grids = [
        (tables[name], _grid(name, table, scan.sheets[name], scan.epoch_1904))
        for name, table in zip(tables, raw, strict=True)
    ]
    unread = [name for name in scan.sheets if name not in tables and name.strip().lower() != ABOUT]
    return Book(grids, {name: len(scan.sheets[name].formulas) for name in tables}, unread)


def _parse(path: Path, names: list[str]) -> list[pa.Table]:
    """What the child process read, a table a sheet."""
    with tempfile.TemporaryDirectory(prefix="risk-graph-") as folder:
        command = [sys.executable, "-I", xlsx_child.__file__, str(path.resolve()), folder, json.dumps(names)]
        environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, timeout=xlsx_child.SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Refusal("file-too-large", what="it takes too long to read") from error
        if done.returncode == xlsx_child.DAMAGED:
            raise Refusal("unreadable-file", what="the workbook is damaged")
        if done.returncode != 0:
            raise Refusal("file-too-large", what="it needs more memory than a workbook may, or is damaged")
        return [_result(Path(folder) / f"{number}.arrow") for number in range(len(names))]


def _result(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as reader:
        return reader.read_all()


def _grid(name: str, table: pa.Table, scan: SheetScan, epoch_1904: bool) -> Grid:
    """The first filled row is the header; positions count from the first filled column."""
    width = sum(column.startswith("t") for column in table.column_names)
    if not width:
        return Grid(name, [], [], np.zeros(0, dtype=np.int64))
    first_row, first_column = json.loads(table.schema.metadata[b"start"])
    columns = [pc.utf8_trim_whitespace(table[f"t{at}"]).combine_chunks() for at in range(width)]
    return Grid(
        sheet=name,
        header=[str(column[0].as_py()) for column in columns],
        columns=[column.slice(1) for column in columns],
        rows=np.arange(first_row + 2, first_row + 1 + table.num_rows),
        numeric={at: table[f"n{at}"].to_numpy()[1:] for at in range(width) if f"n{at}" in table.column_names},
        formulas=frozenset(
            (row + 1, column - first_column)
            for row, column in scan.formulas
            if 0 < row - first_row < table.num_rows
            and 0 <= column - first_column < width
            and not columns[column - first_column][row - first_row].as_py()
        ),
        epoch_1904=epoch_1904,
    )
