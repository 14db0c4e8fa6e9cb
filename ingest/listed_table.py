"""A list as delimited text with a header: rows as cells by column, whatever its encoding."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.encoding import to_utf8
from ingest.listed import Log
from ingest.raw import Refusal
from ingest.words import shown
from risk_graph.errors import SourceError

Row = tuple[int, dict[str, str]]


def read_table(
    path: Path, delimiter: str, needed: Sequence[str], what: str, log: Log, largest_mb: int
) -> Iterator[Row]:
    """The rows with their numbers, blanks at the ends of cells taken off; a row that does not fit is an Issue.

    Raises SourceError: too large, no text, no such header (it names the columns that were expected), cut off.
    """
    if path.stat().st_size > largest_mb << 20:
        raise SourceError(f"{path.name} is larger than {largest_mb} MB: it is not {what}.")
    try:
        text = to_utf8(path.read_bytes().rstrip(b"\x1a")).data.decode("utf-8")
    except Refusal as refusal:
        raise SourceError(
            f"{path.name} cannot be read: {refusal.values.get('what', refusal.code)}."
        ) from None
    if not text.strip():
        raise SourceError(f"{path.name} is empty; {what} was expected.")
    records = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _records(path.name, records, needed, what, log)
    except csv.Error as error:
        raise SourceError(f"{path.name} is cut off or damaged ({error}). Fetch it again.") from None


def _records(
    name: str, records: Iterator[list[str]], needed: Sequence[str], what: str, log: Log
) -> Iterator[Row]:
    header = [cell.strip() for cell in next(records)]
    missing = [column for column in needed if column not in header]
    if missing:
        raise SourceError(
            f"{name} lacks the columns {', '.join(missing)}; it has {shown(', '.join(header))}. "
            f"{what[0].upper()}{what[1:]} was expected."
        )
    torn, number = "", 0
    for number, cells in enumerate(records, 2):
        if not any(cell.strip() for cell in cells):
            continue
        torn = ""
        if len(cells) == len(header):
            yield number, dict(zip(header, (" ".join(c.split()) for c in cells), strict=True))
        else:
            torn = f"row {number:,} with {len(cells)} of {len(header)} columns"
            log.add(
                "unreadable-file",
                "error",
                f"A row has {len(cells)} columns, {len(header)} were expected; it is left out: {shown(cells)}",
                "Fetch the file again; look the entry up on the publisher's page.",
                number,
            )
    if not number:
        raise SourceError(f"{name} has a header and no row; {what} was expected.")
    if torn:
        raise SourceError(f"{name} ends in {torn}: it was cut off. Fetch it again.")
