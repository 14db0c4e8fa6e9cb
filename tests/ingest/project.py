"""A small clean project of the aluminium chain, written cell by cell so that tests can spoil single cells."""

from pathlib import Path

Rows = list[list[str]]

SUPPLIERS: Rows = [
    ["supplier_id", "name", "country", "lei"],
    ["S1", "Alumina Ltd", "AUS", ""],
    ["S2", "Smelter AG", "DEU", ""],
]
FACILITIES: Rows = [
    ["facility_id", "supplier_id", "name", "stage", "country", "subdivision", "latitude", "longitude"],
    ["M1", "S1", "Mine", "bauxite_mine", "AUS", "AU-WA", "-32.95", "116.07"],
    ["F1", "S1", "Refinery", "alumina_refinery", "AUS", "AU-WA", "-32.63", "115.97"],
    ["F2", "S2", "Smelter", "smelter", "DEU", "DE-NW", "51.12", "6.81"],
]
PRODUCTS: Rows = [["product_id", "name", "buyer_id"], ["P1", "Body sheet", "S2"]]
FLOW_HEADER = ["flow_id", "from_id", "to_id", "material", "mass", "unit", "period_start", "period_end"]
FLOWS: Rows = [
    FLOW_HEADER,
    ["L1", "M1", "F1", "bauxite", "3000.5", "t", "2024-01-01", "2024-12-31"],
    ["L2", "F1", "F2", "alumina", "1500.25", "t", "2024-01-01", "2024-12-31"],
    ["L3", "F2", "P1", "cast_aluminium", "700", "t", "2024-01-01", "2024-12-31"],
]
CLEAN = {"suppliers": SUPPLIERS, "facilities": FACILITIES, "products": PRODUCTS, "flows": FLOWS}


def quoted(cell: str, separator: str) -> str:
    if any(c in cell for c in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def as_csv(rows: Rows, separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(quoted(c, separator) for c in row) + end for row in rows)


def write_csv(path: Path, rows: Rows, separator: str = ",", encoding: str = "utf-8", end: str = "\n") -> None:
    path.write_bytes(as_csv(rows, separator, end).encode(encoding))


def write_clean(folder: Path, *, without: str = "", **tables: Rows) -> Path:
    """The clean project, some tables replaced, one left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {**CLEAN, **tables}.items():
        if name != without:
            write_csv(folder / f"{name}.csv", rows)
    return folder


def spoil(rows: Rows, row: int, **cells: str) -> Rows:
    """A copy with cells of one spreadsheet row replaced; a column that is not there is added."""
    out = [list(r) for r in rows]
    for column, value in cells.items():
        if column not in out[0]:
            for number, line in enumerate(out):
                line.append(column if number == 0 else "")
        out[row - 1][out[0].index(column)] = value
    return out
