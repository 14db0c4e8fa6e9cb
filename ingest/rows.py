"""The rows of one table from all its files, and what becomes of each: loaded, rejected, a value dropped."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from ingest.raw import BadRow, RawTable
from ingest.report import Place, Report
from ingest.typed import Part
from risk_graph.model.issue import Level
from risk_graph.model.table import Table

Values = Callable[[int], Mapping[str, object]]
"""What to fill into the words of an issue, for the row at a position."""


def _nothing(_position: int) -> Mapping[str, object]:
    return {}


class Rows:
    """`frame` holds every row that was read; `rejected` and `repeats` are masks over it.

    `repeats` are rejected copies that are identical to a row that is kept: nothing is lost with them.
    `is_whole` is false if a file of the table could not be read: what it declares is not known.
    """

    def __init__(self, table: Table, parts: list[Part], report: Report, is_whole: bool = True) -> None:
        self.table = table
        self.is_whole = is_whole
        self.report = report
        self.parts = parts
        frames = [part.frame for part in parts]
        self.frame = pd.concat(frames, ignore_index=True) if frames else table.empty()
        sizes = [len(frame) for frame in frames]
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self.rejected = np.zeros(len(self.frame), dtype=bool)
        self.repeats = np.zeros(len(self.frame), dtype=bool)
        self.failed: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def bad_rows(self) -> Iterator[tuple[RawTable, BadRow]]:
        for part in self.parts:
            for bad in part.raw.bad:
                yield part.raw, bad

    def _part(self, position: int) -> tuple[Part, int]:
        """The part that a row comes from, and its position there."""
        at = int(np.searchsorted(self.starts, position, side="right")) - 1
        return self.parts[at], position - int(self.starts[at])

    def is_formula(self, position: int, column: str) -> bool:
        """Whether the cell holds a formula without a value."""
        part, at = self._part(position)
        return (int(part.raw.rows[at]), column) in part.raw.formulas

    def text(self, position: int, column: str) -> str:
        """A cell as it was written."""
        part, at = self._part(position)
        texts = part.texts.get(column)
        if texts is None:
            value = self.frame[column].iat[position]
            return "" if pd.isna(value) else str(value)
        value = texts[at].as_py()
        return "" if value is None else str(value)

    def place(self, position: int, column: str = "") -> Place:
        record = self.frame.iloc[position]
        return Place(record["source_file"], record["source_sheet"], int(record["source_row"]), column)

    def where(self, position: int) -> str:
        """A row in words."""
        place = self.place(position)
        return f"row {place.row} of {place.file}" + (f", sheet {place.sheet}" if place.sheet else "")

    def issue(
        self, code: str, column: str, mask: np.ndarray, values: Values = _nothing, level: Level | None = None
    ) -> None:
        """One issue for each marked row; past a limit they are only counted."""
        if not mask.any():
            return
        for start, end, part in zip(self.starts[:-1], self.starts[1:], self.parts, strict=True):
            found = np.flatnonzero(mask[start:end])
            general = Place(part.raw.file, part.raw.sheet, 0, column)
            room = self.report.room(code, general)
            for offset in found[:room]:
                place = Place(part.raw.file, part.raw.sheet, int(part.raw.rows[offset]), column)
                position = int(start + offset)
                filled = {"value": self.text(position, column) if column else "", **values(position)}
                self.report.add(code, place, level, **filled)
            if len(found) > room:
                self.report.count(code, general, len(found) - room, level)

    def reject(self, mask: np.ndarray) -> None:
        self.rejected |= mask

    def drop(self, column: str, mask: np.ndarray) -> None:
        """Takes the value away; the row stays."""
        if mask.any():
            self.frame[column] = self.frame[column].mask(mask)

    def fail(self, code: str, column: str, mask: np.ndarray, values: Values = _nothing) -> None:
        """An issue and its effect: a row that needs the value is rejected, an optional value is dropped."""
        self.issue(code, column, mask, values)
        self.failed[column] = self.failed.get(column, np.zeros(len(self), dtype=bool)) | mask
        if self.table.column(column).required:
            self.reject(mask)
        else:
            self.drop(column, mask)

    def has_failed(self, column: str) -> np.ndarray:
        """Cells of the column for which an issue was raised."""
        return self.failed.get(column, np.zeros(len(self), dtype=bool))

    def good(self) -> pd.DataFrame:
        """The rows that are loaded, in the table's own form."""
        return self.table.conform(self.frame[~self.rejected])
