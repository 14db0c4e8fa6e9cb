"""Looks through a workbook before anything parses it: what would hurt is refused here.

Order: magic bytes, the archive's directory, then each sheet's XML as a stream (no DTD, bounded extent).
"""

import lzma
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO
from xml.parsers import expat

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from ingest.raw import Refusal

MOST_ENTRIES = 1_000
MOST_UNPACKED = 1 << 30
MOST_RATIO = 200
MOST_CELLS = 20_000_000
_SMALL = 50 << 20
"""Below this, a high ratio is harmless (a sheet of one repeated value)."""

_CHUNK = 1 << 18
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
)
"""What the archive reader raises for archives that are none."""

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class SheetScan:
    """Extent of the filled cells of one sheet, and its formulas as (row, column), both from 0."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    cells: int = 0
    first: tuple[int, int] = (1 << 30, 1 << 30)
    last: tuple[int, int] = (-1, -1)

    def area(self) -> int:
        if not self.cells:
            return 0
        return (self.last[0] - self.first[0] + 1) * (self.last[1] - self.first[1] + 1)


@dataclass(frozen=True)
class BookScan:
    """Worksheets by name, in the order of the workbook; which day its serial dates count from."""

    sheets: dict[str, SheetScan]
    epoch_1904: bool


def scan_workbook(path: Path) -> BookScan:
    """What the workbook holds; Refusal if it must not be parsed."""
    with path.open("rb") as handle:
        start = handle.read(len(_OLE2))
        if start == _OLE2:
            raise _ole2(handle)
    if not start.startswith(b"PK"):
        raise Refusal("unreadable-file", what="it is no .xlsx workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            parts = {e.filename: e for e in entries if e.filename.lower().endswith((".xml", ".rels"))}
            scans = {name: _scan_part(archive, entry) for name, entry in parts.items()}
            names, epoch_1904 = _sheet_parts(archive)
    except _DAMAGED as error:
        raise Refusal("unreadable-file", what="the workbook is damaged or cut off") from error
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise Refusal("unreadable-file", what="the XML of the workbook is damaged") from error
    sheets = {name: scan for name, part in names.items() if (scan := scans.get(part)) is not None}
    return BookScan(sheets, epoch_1904)


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Sheet name -> name of its part, and whether dates count from 1904."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names: dict[str, str] = {}
    epoch_1904 = False
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            epoch_1904 = element.get("date1904") in ("1", "true")
        elif tag == "sheet":
            id_ = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            names[element.get("name", "")] = posixpath.normpath(
                posixpath.join("/xl", targets.get(id_, ""))
            ).lstrip("/")
    return names, epoch_1904


def _ole2(handle: IO[bytes]) -> Refusal:
    """An OLE2 container is an encrypted workbook, or an old one."""
    if "EncryptedPackage".encode("utf-16-le") in handle.read():  # its directory may stand anywhere
        return Refusal("encrypted-file")
    return Refusal(
        "unreadable-file", what="it is an old Excel workbook (.xls) or protected; save it as .xlsx"
    )


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("encrypted-file")
    if len(entries) > MOST_ENTRIES:
        raise Refusal("file-too-large", what=f"the workbook has more than {MOST_ENTRIES} parts")
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > MOST_RATIO * max(packed, 1)):
        raise Refusal("file-too-large", what=f"the workbook unpacks to {unpacked / 1e6:,.0f} MB")


def _scan_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> SheetScan | None:
    """Reads one XML part to its end; extents only of worksheets."""
    is_sheet = "/worksheets/" in f"/{info.filename.lower()}" and info.filename.lower().endswith(".xml")
    scan = SheetScan() if is_sheet else None
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    if scan is not None:
        parser.StartElementHandler = _Cells(scan).start
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refusal("unreadable-file", what="the XML of the workbook is damaged") from error
    return scan


def _refuse_dtd(*_: object) -> None:
    raise Refusal("unreadable-file", what="the workbook declares a document type, which no workbook needs")


class _Cells:
    """Follows the cells of a sheet; a cell without a reference stands right of the one before."""

    def __init__(self, scan: SheetScan) -> None:
        self.scan = scan
        self.at = (-1, -1)
        self.is_counted = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes.get("r", ""))
        elif tag in ("v", "is"):
            self._filled()
        elif tag == "row":
            row = attributes.get("r", "")
            self.at = (int(row) - 1 if row.isdigit() and len(row) < 8 else self.at[0] + 1, -1)
        elif tag == "f":
            self.scan.formulas.add(self.at)

    def _cell(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        self.is_counted = False
        if match is None:
            self.at = (max(self.at[0], 0), self.at[1] + 1)
        else:
            self.at = (int(match[2]) - 1, _column(match[1]))

    def _filled(self) -> None:
        if self.is_counted:
            return
        self.is_counted = True
        scan, (row, column) = self.scan, self.at
        scan.cells += 1
        if scan.first[0] <= row <= scan.last[0] and scan.first[1] <= column <= scan.last[1]:
            return
        scan.first = (min(scan.first[0], row), min(scan.first[1], column))
        scan.last = (max(scan.last[0], row), max(scan.last[1], column))
        if scan.area() > MOST_CELLS:
            raise Refusal("file-too-large", what=f"a sheet spans more than {MOST_CELLS:,} cells")


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
