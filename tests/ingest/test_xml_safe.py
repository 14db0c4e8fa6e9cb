"""Hostile and broken XML is refused in one line that says what was expected."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from ingest.xml_safe import DEEPEST, open_xml, text_of, texts_of
from risk_graph.errors import SourceError

BOMB = """<?xml version="1.0"?>
<!DOCTYPE list [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<list><item>&c;</item></list>"""
FILE_ENTITY = """<!DOCTYPE list [<!ENTITY x SYSTEM "file:///etc/hostname">]><list><item>&x;</item></list>"""
REMOTE_DTD = """<!DOCTYPE list SYSTEM "http://127.0.0.1:1/list.dtd"><list><item>1</item></list>"""


def parts(tmp_path: Path, text: str | bytes, largest_mb: int = 1) -> Iterator[Element]:
    path = tmp_path / "list.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_xml(path, ("list",), ("item",), "the made-up list", largest_mb).parts


@pytest.mark.parametrize("text", [BOMB, FILE_ENTITY, REMOTE_DTD])
def test_document_types_and_entities_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="declares a document type or entities; the made-up list has none"):
        list(parts(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; the made-up list was expected"),
        ("<other/>", "begins with <other>; the made-up list begins with <list>"),
        ("<!DOCTYPE html><html></html>", "document type"),
        ("<list><item>1</item>", "cut off or damaged at line 1"),
        ("<list><item>1</list>", "cut off or damaged"),
        ("no xml", "cut off or damaged"),
        (b"<list>\xff\xfe</list>", "cut off or damaged"),
        ('<?xml version="1.0" encoding="klingon"?><list/>', "cannot be read|cut off or damaged"),
        ("<list>" + "<a>" * DEEPEST + "</a>" * DEEPEST + "</list>", "nested deeper than"),
        ("<list>&nbsp;</list>", "cut off or damaged"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        list(parts(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_what_is_too_large_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="larger than 1 MB"):
        parts(tmp_path, b"<list>" + b" " * (1 << 20) + b"</list>")


def test_parts_are_whole_and_without_namespaces(tmp_path: Path) -> None:
    text = '<list xmlns="urn:x" day="1"><head><a>1</a></head><item id="1"><a> one\n two </a><a/></item><item id="2"/></list>'
    first, second = parts(tmp_path, text)
    assert first.get("id") == "1"
    assert text_of(first, "a") == "one two"
    assert texts_of(first, "a") == ["one two"]
    assert text_of(second, "a") == ""


def test_a_part_inside_a_part_stays_in_it(tmp_path: Path) -> None:
    (outer,) = parts(tmp_path, "<list><item><b><item>inner</item></b></item></list>")
    assert text_of(outer, "b/item") == "inner"


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><list><item>Ünal</item></list>'
    assert [text_of(p) for p in parts(tmp_path, text.encode("latin-1"))] == ["Ünal"]
    assert [text_of(p) for p in parts(tmp_path, text.replace("ISO-8859-1", "UTF-16").encode("utf-16"))] == [
        "Ünal"
    ]


@pytest.mark.slow
def test_memory_is_that_of_one_part(tmp_path: Path) -> None:
    item = "<item>" + "<a>some text of an entry</a>" * 50 + "</item><skipped><b>other</b></skipped>"
    found = parts(tmp_path, "<list>" + item * 5000 + "</list>", largest_mb=20)
    tracemalloc.start()
    count = sum(1 for _ in found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5000
    assert peak < 4 << 20, f"{peak:,} bytes"
