"""The tables of a web page with the words before them; scripts and styles are left out."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from ingest.encoding import to_utf8
from ingest.raw import Refusal
from risk_graph.errors import SourceError

_SILENT = frozenset({"script", "style", "template", "noscript"})
_SPAN = re.compile("[1-9][0-9]{0,2}")
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass
class PageTable:
    """`before`: the text since the table before; `heading`: the last heading of the page; cells are plain text."""

    before: str
    heading: str
    rows: list[list[str]] = field(default_factory=list)


def page_tables(path: Path, what: str, largest_mb: int) -> list[PageTable]:
    """Every table that is not inside another. Raises SourceError: too large, no text, no web page."""
    if path.stat().st_size > largest_mb << 20:
        raise SourceError(f"{path.name} is larger than {largest_mb} MB: it is not {what}.")
    try:
        text = to_utf8(path.read_bytes()).data.decode("utf-8")
    except Refusal as refusal:
        raise SourceError(
            f"{path.name} cannot be read: {refusal.values.get('what', refusal.code)}."
        ) from None
    if not text.strip():
        raise SourceError(f"{path.name} is empty; {what} was expected.")
    page = _Page()
    page.feed(text)
    page.close()
    if page.in_table or page.is_open:
        raise SourceError(
            f"{path.name} ends before its last table or </html>: it was cut off. Fetch it again."
        )
    return page.tables


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[PageTable] = []
        self.in_table = 0
        self.is_open = False
        """Whether <html> was opened and not closed."""
        self._silent = 0
        self._text: list[str] = []
        self._heading: list[str] | None = None
        self._last_heading = ""
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._below: dict[int, tuple[int, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.is_open = True
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self.in_table += 1
            if self.in_table == 1:
                self.tables.append(PageTable(_plain(self._text), self._last_heading))
                self._text = []
                self._below = {}
        elif self.in_table == 1 and tag == "tr":
            self._end_row()
            self.tables[-1].rows.append([])
        elif self.in_table == 1 and tag in ("td", "th"):
            self._end_cell()
            self._cell = []
            said = dict(attrs)
            self._span = _count(said.get("colspan")), _count(said.get("rowspan"))
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6", "caption"):
            self._heading = []
        if tag in _BREAKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "html":
            self.is_open = False
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self.in_table:
            if self.in_table == 1:
                self._end_row()
            self.in_table -= 1
        elif tag in ("td", "th", "tr") and self.in_table == 1:
            self._end_cell()
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6", "caption") and self._heading is not None:
            self._last_heading, self._heading = _plain(self._heading), None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._heading is not None:
            self._heading.append(data)
        if self._cell is not None:
            self._cell.append(data)
        elif not self.in_table:
            self._text.append(data)

    def _end_cell(self) -> None:
        """A cell that spans columns stands in each; one that spans rows stands in those below too."""
        if self._cell is not None and self.tables[-1].rows:
            text = _plain(self._cell)
            self._fill_from_above()
            row = self.tables[-1].rows[-1]
            for _ in range(self._span[0]):
                if self._span[1] > 1:
                    self._below[len(row)] = self._span[1] - 1, text
                row.append(text)
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.tables[-1].rows:
            self._fill_from_above()

    def _fill_from_above(self) -> None:
        row = self.tables[-1].rows[-1]
        while len(row) in self._below:
            left, text = self._below.pop(len(row))
            if left > 1:
                self._below[len(row)] = left - 1, text
            row.append(text)


def _count(text: str | None) -> int:
    """How many rows or columns a cell spans; a page that says nonsense gets one."""
    return int(text) if text and _SPAN.fullmatch(text) else 1


def _plain(pieces: list[str]) -> str:
    return " ".join("".join(pieces).split())
