"""Lists that an office prints as tables on a web page, or gives as CSV: cells by what they mean.

A page whose layout changed is refused with the tables and headers that were expected.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ingest.html_tables import PageTable, page_tables
from ingest.listed import Log
from ingest.listed_table import read_table
from ingest.words import shown
from risk_graph.errors import SourceError

Headers = Mapping[str, Sequence[str]]
"""What a column means -> the headers that it goes under, in small letters."""


class Line(NamedTuple):
    """A row: `cells` by meaning (those of `Headers`), `about` the words before its table, `heading` the last one."""

    row: int
    cells: dict[str, str]
    about: str
    heading: str


def is_page(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2048).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def page_lines(
    path: Path,
    headers: Headers,
    needed: Sequence[str],
    own: Callable[[PageTable], bool],
    what: str,
    log: Log,
    mb: int,
) -> list[Line]:
    """The rows of the tables whose header has every needed column.

    A table that is one of the list (`own`) and has another header is an error, for its entries would be lost. Other
    tables are left alone. Rows are counted per page.
    """
    lines: list[Line] = []
    seen: list[str] = []
    for table in page_tables(path, what, mb):
        at, columns = _header(table, headers, needed)
        if columns is None:
            first = " | ".join(table.rows[0]) if table.rows else "no row"
            seen.append(shown(first))
            if own(table):
                raise SourceError(
                    f"{path.name}: the table after {shown(table.before[-60:])} has the header {shown(first)}; "
                    f"{_expected(headers, needed)} expected. The page's layout changed."
                )
            continue
        lines += _lines(table, at, columns, len(lines), log)
    if not lines:
        tables = f"its tables begin with {'; '.join(seen[:5])}" if seen else "it has no table"
        raise SourceError(
            f"{path.name} has no table with {_expected(headers, needed)} expected in {what}; {tables}. "
            "The page's layout changed, or this is another page."
        )
    return lines


def _expected(headers: Headers, needed: Sequence[str]) -> str:
    names = " and ".join(" or ".join(repr(h) for h in headers[n]) for n in needed)
    return f"the columns {names}"


def _header(table: PageTable, headers: Headers, needed: Sequence[str]) -> tuple[int, dict[str, int] | None]:
    """Position of the row with the header among the first three, and the column of each meaning."""
    for at, cells in enumerate(table.rows[:3]):
        columns = _columns(cells, headers)
        if all(name in columns for name in needed):
            return at, columns
    return 0, None


def _columns(cells: Sequence[str], headers: Headers) -> dict[str, int]:
    plain = [cell.casefold().strip(" :*") for cell in cells]
    return {name: plain.index(h) for name, known in headers.items() for h in known if h in plain}


def _lines(table: PageTable, at: int, columns: dict[str, int], before: int, log: Log) -> list[Line]:
    width = len(table.rows[at])
    lines = []
    for number, cells in enumerate(table.rows[at + 1 :], before + 1):
        if not any(cells):
            continue
        if len(cells) != width:
            log.add(
                "unreadable-file",
                "error",
                f"A row of the table has {len(cells)} cells, {width} were expected; it is left out: {shown(cells)}",
                "Look the entry up on the publisher's page.",
                number,
            )
            continue
        found = {name: cells[column] for name, column in columns.items()}
        lines.append(Line(number, found, table.before, table.heading))
    return lines


def csv_lines(
    path: Path, headers: Headers, needed: Sequence[str], what: str, log: Log, mb: int
) -> list[Line]:
    """The same of a CSV file; SourceError names the headers that were expected."""
    rows = list(read_table(path, ",", (), what, log, mb))
    columns = _columns(list(rows[0][1]) if rows else [], headers)
    if any(name not in columns for name in needed):
        said = f"it has {shown(', '.join(rows[0][1]))}" if rows else "it has no row"
        raise SourceError(f"{path.name} lacks {_expected(headers, needed)} expected in {what}; {said}.")
    return [
        Line(row, {name: list(cells.values())[column] for name, column in columns.items()}, "", "")
        for row, cells in rows
    ]


def slug(text: str) -> str:
    """Letters and digits of a name with hyphens between: the same when blanks, accents or full stops differ."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\W+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
