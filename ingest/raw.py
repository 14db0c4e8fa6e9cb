"""What a file holds before anything is understood: a grid of text, with what the file itself typed."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from ingest.options import FileOptions
from ingest.report import Report


@dataclass(frozen=True)
class BadRow:
    """A row that does not fit the header: its number, its cells as far as they can be told apart."""

    row: int
    expected: int
    actual: int
    cells: tuple[str, ...]
    broken_lines: int
    """Line breaks inside it: more than a few mean a quote that was not closed, so rows that were swallowed."""


@dataclass(frozen=True)
class Grid:
    """Header and columns of one file or sheet, in the file's order.

    A column is text, or a type of its own if the file has types (Parquet). `numeric` says, for text columns
    of a workbook, which cells were typed as numbers. `rows` are spreadsheet row numbers.
    """

    sheet: str
    header: list[str]
    columns: list[pa.Array]
    rows: np.ndarray
    numeric: dict[int, np.ndarray] = field(default_factory=dict)
    bad: tuple[BadRow, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    """(spreadsheet row, column position) of formulas without a value."""
    epoch_1904: bool = False


@dataclass(frozen=True)
class RawTable:
    """A grid whose columns are known: `columns` by name, blank rows left out."""

    table: str
    file: str
    sheet: str
    columns: dict[str, pa.Array]
    numeric: dict[str, np.ndarray]
    rows: np.ndarray
    bad: tuple[BadRow, ...]
    formulas: frozenset[tuple[int, str]]
    epoch_1904: bool
    retrieved_on: date
    options: FileOptions
    """The settings for this file."""


@dataclass
class RawInputs:
    """Everything that was read, and what went wrong while reading; `lost` tables were not read, or not wholly."""

    tables: list[RawTable] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    digests: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)


class Refusal(Exception):
    """A file cannot be read: carries the issue. Never leaves this package."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
