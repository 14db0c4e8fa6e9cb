"""Dirty delimited text."""

from collections.abc import Callable
from pathlib import Path

from tests.ingest.project import FACILITIES, FLOWS, SUPPLIERS, Rows, as_csv, spoil, write_clean, write_csv

_BIG = 100_000_000


def replaced(data: bytes) -> Callable[[Path], None]:
    """The clean project with these bytes as flows.csv."""

    def build(folder: Path) -> None:
        write_clean(folder, without="flows")
        (folder / "flows.csv").write_bytes(data)

    return build


def with_flows(rows: Rows) -> Callable[[Path], None]:
    return lambda folder: replaced(as_csv(rows).encode())(folder)


def encoded(folder: Path, encoding: str, separator: str, decimal: str) -> None:
    """Names in the script that the encoding is for; numbers with the given sign."""
    chinese = encoding in ("gb18030", "utf-16", "utf-8-sig")
    name = "中国铝业股份有限公司" if chinese else "Aluminiumhütte Größe Süd"
    suppliers = spoil(spoil(SUPPLIERS, 2, name=name), 3, name=name)
    tables: dict[str, Rows] = {"suppliers": suppliers, "facilities": FACILITIES, "flows": FLOWS}
    write_clean(folder)
    for table, rows in tables.items():
        numbers = {rows[0].index(c) for c in ("mass", "latitude", "longitude") if c in rows[0]}
        local = [
            [c.replace(".", decimal) if at in numbers and n else c for at, c in enumerate(row)]
            for n, row in enumerate(rows)
        ]
        if table == "flows":
            local = spoil(local, 2, source=name)
        text = as_csv(local, separator, "\r\n")
        data = (
            b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-mark" else text.encode(encoding)
        )
        (folder / f"{table}.csv").write_bytes(data)


def long_line(folder: Path) -> None:
    replaced(as_csv(FLOWS).encode() + b"x" * _BIG)(folder)


def long_quoted_cell(folder: Path) -> None:
    replaced(as_csv(FLOWS).encode() + b'L9,"' + b"x" * _BIG + b'"\n')(folder)


def utf16_without_mark(folder: Path) -> None:
    replaced(as_csv(FLOWS).encode("utf-16-le"))(folder)


def wide(folder: Path) -> None:
    extra = [[f"x{n}" for n in range(10_000)], *[[""] * 10_000] * (len(FLOWS) - 1)]
    with_flows([row + more for row, more in zip(FLOWS, extra, strict=True)])(folder)


def duplicate_header(folder: Path) -> None:
    with_flows([[*row, row[4]] for row in FLOWS])(folder)


def without_column(folder: Path) -> None:
    with_flows([row[:5] + row[6:] for row in FLOWS])(folder)


def capitals(folder: Path) -> None:
    with_flows([[f" {c.upper()} " for c in FLOWS[0]], *FLOWS[1:]])(folder)


def ragged(folder: Path) -> None:
    with_flows([*FLOWS[:3], FLOWS[3][:4]])(folder)


def open_quote(folder: Path) -> None:
    replaced((as_csv(FLOWS) + 'L4,F1,"F2,alumina,1,t,2024-01-01,2024-12-31\n' * 3).encode())(folder)


def open_quote_in_the_middle(folder: Path) -> None:
    rows = as_csv([*FLOWS[:2], *FLOWS[2:]]).splitlines()
    rows[2] = rows[2].replace("alumina", '"alumina')
    rows[3] = rows[3].replace("cast_aluminium", 'cast_aluminium"')
    replaced(("\n".join(rows) + "\n").encode())(folder)


def carriage_returns(folder: Path) -> None:
    replaced(as_csv(FLOWS, end="\r").encode())(folder)


def blank_lines(folder: Path) -> None:
    lines = as_csv(FLOWS).splitlines()
    replaced(("\n\n" + "\n\n,,,,,,,\n".join(lines) + "\n\n \n").encode())(folder)


def line_breaks(folder: Path) -> None:
    rows = spoil(spoil(FLOWS, 2, source="first\nsecond\r\nthird"), 4, mass="-1")
    with_flows(rows)(folder)


def ambiguous(folder: Path) -> None:
    with_flows(spoil(spoil(FLOWS, 2, mass="3,000"), 3, mass="1,500"))(folder)


def mixed(folder: Path) -> None:
    with_flows(spoil(FLOWS, 4, mass="1,234"))(folder)
    rows = spoil(spoil(spoil(FLOWS, 2, mass="1.5"), 3, mass="1,5"), 4, mass="2")
    write_csv(folder / "flows.csv", rows)


def leading_zeros(folder: Path) -> None:
    def padded(rows: Rows) -> Rows:
        return [[{"F1": "007", "F2": "7"}.get(c, c) for c in row] for row in rows]

    write_clean(folder, facilities=padded(FACILITIES), flows=padded(FLOWS))


def namibia(folder: Path) -> None:
    write_clean(folder, suppliers=spoil(SUPPLIERS, 2, country="NA"))


def serial_dates(folder: Path) -> None:
    with_flows(spoil(FLOWS, 3, period_start="45292"))(folder)
