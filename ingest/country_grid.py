"""Tables of countries as text: CSV or a sheet of a workbook, each row with the number that a spreadsheet shows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.csv_file import read_csv
from ingest.raw import Grid, Refusal
from ingest.xlsx_file import read_xlsx
from risk_graph.errors import SourceError


@dataclass(frozen=True)
class Sheet:
    """`header` as printed, `rows` as (row number, cells); `bad` are numbers of rows that do not fit the header."""

    file: str
    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    bad: tuple[int, ...] = ()

    def position(self, column: str) -> int:
        """Where a column stands, by its name in any case.

        Raises SourceError if it is not there or there twice.
        """
        found = [at for at, name in enumerate(self.header) if _same(name) == _same(column)]
        if len(found) == 1:
            return found[0]
        where = f"{self.file}, sheet {self.name}" if self.name else self.file
        what = "stands there more than once" if found else "is expected and not there"
        raise SourceError(f"{where}: the column {column!r} {what}. There are {', '.join(self.header[:20])}.")

    def has(self, column: str) -> bool:
        return any(_same(name) == _same(column) for name in self.header)

    def cells(self, *columns: str) -> Iterator[tuple[int, list[str]]]:
        """Each row with its cells of those columns; a name that is empty gives empty cells."""
        at = [self.position(c) if c else -1 for c in columns]
        for row, cells in self.rows:
            yield row, [cells[a].strip() if a >= 0 else "" for a in at]


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()


def csv_sheet(file: str, data: bytes, known: Collection[str], header_row: int = 1) -> Sheet:
    """A CSV whose header stands in `header_row` and should hold some of the `known` names.

    Raises SourceError for what is no such text.
    """
    lines = data.split(b"\n", header_row - 1)
    if len(lines) < header_row:
        raise SourceError(f"{file} has fewer than {header_row} lines: the header was expected there.")
    try:
        grid, _ = read_csv(lines[-1], {k.casefold() for k in known}, None, None)
    except Refusal as refusal:
        raise SourceError(f"{file} cannot be read: {refusal.values.get('what', refusal.code)}.") from None
    return _sheet(file, grid, header_row - 1)


def workbook_sheets(path: Path, names: Collection[str], header_row: int = 1) -> list[Sheet]:
    """The sheets with those names, in any case; those that the workbook does not have are left out.

    Raises SourceError if it cannot be read.
    """
    try:
        book = read_xlsx(path, {name.strip().lower() for name in names})
    except Refusal as refusal:
        raise SourceError(
            f"{path.name} cannot be read: {refusal.values.get('what', refusal.code)}."
        ) from None
    return [_headed(_sheet(path.name, grid, 0), header_row) for _, grid in book.grids if grid.columns]


def _sheet(file: str, grid: Grid, above: int) -> Sheet:
    columns = [["" if v is None else str(v) for v in column.to_pylist()] for column in grid.columns]
    rows = [
        (int(row) + above, list(cells))
        for row, cells in zip(grid.rows, zip(*columns, strict=True), strict=True)
    ]
    bad = tuple(row.row + above for row in grid.bad)
    return Sheet(file, grid.sheet, grid.header, [r for r in rows if any(c.strip() for c in r[1])], bad)


def _headed(sheet: Sheet, header_row: int) -> Sheet:
    """The sheet with its header in another row than the first filled one."""
    if header_row == 1:
        return sheet
    at = next((n for n, (row, _) in enumerate(sheet.rows) if row == header_row), None)
    if at is None:
        raise SourceError(
            f"{sheet.file}, sheet {sheet.name}: row {header_row} is empty; the header was expected there."
        )
    return Sheet(sheet.file, sheet.name, sheet.rows[at][1], sheet.rows[at + 1 :], sheet.bad)
