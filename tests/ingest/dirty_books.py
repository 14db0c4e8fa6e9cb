"""Dirty workbooks, some of them hostile."""

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from tests.ingest.project import CLEAN, FLOWS, Rows, spoil, write_clean

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _typed(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell


def _fill(book: openpyxl.Workbook, name: str, rows: Rows, top: int = 0, left: int = 0) -> None:
    sheet = book.create_sheet(name)
    for r, row in enumerate(rows, start=1 + top):
        for c, cell in enumerate(row, start=1 + left):
            if cell:
                sheet.cell(r, c, _typed(cell))


def _book(tables: dict[str, Rows]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        _fill(book, name, rows)
    return book


def _flows_book(folder: Path, rows: Rows = FLOWS) -> Path:
    """The clean project with the flows in a workbook."""
    write_clean(folder, without="flows")
    path = folder / "flows.xlsx"
    _book({"flows": rows}).save(path)
    return path


def _rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {i.filename: old.read(i) for i in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, change(name, data))


def _with_sheet(folder: Path, xml: bytes) -> None:
    _rewrite(_flows_book(folder), lambda name, data: xml if name == _SHEET else data)


def clean(folder: Path) -> None:
    folder.mkdir(parents=True)
    book = _book({name.title(): rows for name, rows in CLEAN.items()})
    book.create_sheet("about")
    book.save(folder / "Everything.XLSX")


def one_sheet_a_file(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, rows in CLEAN.items():
        _book({"Tabelle1": rows}).save(folder / f"{name}.xlsx")


def other_sheets(folder: Path) -> None:
    folder.mkdir(parents=True)
    _book({**CLEAN, "Pivot": [["a"], ["b"]], "Blatt=1": []}).save(folder / "book.xlsm")


def latin1_name(folder: Path) -> None:
    folder.mkdir(parents=True)
    _book(CLEAN).save(folder / "Lieferkette Größe.xlsx")


def empty_sheet(folder: Path) -> None:
    _flows_book(folder, [])


def formulas(folder: Path) -> None:
    """A formula with a value that was calculated, and one without."""
    import xlsxwriter

    write_clean(folder, without="flows")
    with xlsxwriter.Workbook(str(folder / "flows.xlsx")) as book:
        sheet = book.add_worksheet("flows")
        for r, row in enumerate(spoil(FLOWS, 2, coc_mass="")):
            for c, cell in enumerate(row):
                sheet.write(r, c, _typed(cell))
        sheet.write_formula(1, 4, "=1000*3", value=3000)
        sheet.write_formula(2, 4, "=1000*3", value="")
        sheet.write_formula(3, 8, "=1+1", value="")


def dates(folder: Path) -> None:
    path = _flows_book(folder)
    book = openpyxl.load_workbook(path)
    sheet = book["flows"]
    sheet["G2"] = datetime.date(2024, 1, 1)
    sheet["H2"] = datetime.datetime(2024, 12, 31, 13, 30)
    sheet["G3"], sheet["H3"] = 45292, 45657
    book.save(path)


def dates_1904(folder: Path) -> None:
    path = _flows_book(folder)
    book = openpyxl.load_workbook(path)
    book.epoch = datetime.datetime(1904, 1, 1)
    book["flows"]["G3"] = 45292 - 1462
    book.save(path)


def offset(folder: Path) -> None:
    write_clean(folder, without="flows")
    book = _book({})
    _fill(book, "flows", spoil(FLOWS, 3, mass="-1"), top=4, left=2)
    book.save(folder / "flows.xlsx")


def error_cells(folder: Path) -> None:
    path = _flows_book(folder)
    book = openpyxl.load_workbook(path)
    book["flows"]["E3"].value = "#N/A"
    book["flows"]["E3"].data_type = "e"
    book.save(path)


def replaced(data: bytes) -> Callable[[Path], None]:
    return lambda folder: (_flows_book(folder).write_bytes(data), None)[1]


def corrupt(folder: Path) -> None:
    path = _flows_book(folder)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(_SHEET).header_offset + 60
    data[start : start + 40] = b"\xff" * 40
    path.write_bytes(data)


def truncated(folder: Path) -> None:
    path = _flows_book(folder)
    path.write_bytes(path.read_bytes()[:-300])


def encrypted(folder: Path) -> None:
    """What a workbook with a password looks like: OLE2 with a stream EncryptedPackage."""
    _flows_book(folder).write_bytes(OLE2 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512)


def encrypted_zip(folder: Path) -> None:
    path = _flows_book(folder)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)


def not_a_workbook(folder: Path) -> None:
    path = _flows_book(folder)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def bomb(folder: Path) -> None:
    """More than 2 GB in some MB."""
    path = _flows_book(folder)
    row = b'<row><c t="inlineStr"><is><t>' + b"A" * 200_000 + b"</t></is></c></row>"
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(700):
            part.write(row * 15)


def far_corner(folder: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    _with_sheet(folder, f"<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>".encode())


def many_parts(folder: Path) -> None:
    with zipfile.ZipFile(_flows_book(folder), "a") as archive:
        for number in range(1_001):
            archive.writestr(f"xl/media/{number}.bin", b"")


def document_type(folder: Path) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    _with_sheet(folder, f"{lol}<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>".encode())


def nonsense_cells(folder: Path) -> None:
    cells = '<row r="1"><c r="ZZZZ99999999999"><v>1</v></c><c r="A-1"><v>x</v></c></row>'
    _with_sheet(folder, f"<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>".encode())
