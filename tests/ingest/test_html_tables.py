"""Tables of web pages as people's browsers save them."""

from pathlib import Path

import pytest

from ingest.html_tables import PageTable, page_tables
from risk_graph.errors import SourceError


def tables(tmp_path: Path, body: str | bytes) -> list[PageTable]:
    path = tmp_path / "page.html"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return page_tables(path, "a page", 1)


def test_cells_headings_and_the_words_before(tmp_path: Path) -> None:
    first, second = tables(
        tmp_path,
        "<h2>One</h2><p>before &amp; after</p><table><tr><th>A</th><th><b>B</b> c</th></tr><tr><td>1<td>2<br>3</table>"
        "<script>var x = '<table>';</script><h3>Two</h3><table><tr><td>x</td></tr></table>",
    )
    assert (first.heading, first.before) == ("One", "One before & after")
    assert first.rows == [["A", "B c"], ["1", "2 3"]]
    assert (second.heading, second.before, second.rows) == ("Two", "Two", [["x"]])


def test_cells_that_span_rows_and_columns(tmp_path: Path) -> None:
    (table,) = tables(
        tmp_path,
        "<table><tr><th colspan=2>Title</th></tr><tr><td>a</td><td rowspan='2'>June</td></tr><tr><td>b</td></tr>"
        "<tr><td>c</td><td colspan='many'>July</td></tr></table>",
    )
    assert table.rows == [["Title", "Title"], ["a", "June"], ["b", "June"], ["c", "July"]]


def test_a_table_inside_a_cell_is_its_text(tmp_path: Path) -> None:
    (table,) = tables(
        tmp_path, "<table><tr><td>a <table><tr><td>b</td></tr></table></td><td>c</td></tr></table>"
    )
    assert table.rows == [["a b", "c"]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"<table><tr><td>cut", "ends before its last table"),
        (b"\0\1binary", "cannot be read"),
        (b" " * (1 << 20) + b"x", "larger than 1 MB"),
    ],
)
def test_what_is_no_page_is_refused(tmp_path: Path, body: str | bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        tables(tmp_path, body)
