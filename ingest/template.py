"""Blank tables with a filled example, derived from the declarations: together they are a small valid project.

Everybody in them is invented, and says so.
"""

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from ingest.xlsx_file import ABOUT
from risk_graph.model.chain import PRODUCT, Chain
from risk_graph.model.graph import TONNES
from risk_graph.model.table import Column, Table, input_tables

WORKBOOK = "templates.xlsx"
MARK = "(synthetic)"
"""Ends the names and sources of what is invented."""

_LAST_ROW = 10_000
_CREATED = datetime(2026, 1, 1)
"""Same declarations, same bytes."""

Row = dict[str, str]


def write_templates(folder: Path, format: Literal["csv", "xlsx"], chain: Chain) -> list[Path]:
    """A CSV file for each table, or one workbook with a sheet for each; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = example_rows(chain)
    if format == "xlsx":
        return [_write_workbook(folder / WORKBOOK, rows, chain)]
    return [_write_csv(folder / f"{name}.csv", table, rows[name]) for name, table in input_tables().items()]


def example_rows(chain: Chain) -> dict[str, list[Row]]:
    """Example rows by table: each table's declared example, and what it needs around it."""
    first, second, material, sold = _path(chain)
    example = {name: {c.name: c.example for c in table.columns} for name, table in input_tables().items()}
    blank = {name: dict.fromkeys(row, "") for name, row in example.items()}
    site = {**example["facilities"], "stage": first}
    other_site: Row = {
        **blank["facilities"],
        "facility_id": "F-002",
        "supplier_id": "S-002",
        "name": "Example Works (synthetic)",
        "stage": second,
        "country": "DEU",
        "subdivision": "DE-NW",
        "source": "site list (synthetic)",
    }
    flow = {**example["flows"], "material": material}
    sale = {**flow, "flow_id": "L-002", "from_id": "F-002", "to_id": "P-001", "material": sold, "mass": "700"}
    return {
        **{name: [row] for name, row in example.items()},
        "suppliers": [
            example["suppliers"],
            _supplier(blank["suppliers"], "S-002", "Example Car Maker (synthetic)", "DEU"),
            _supplier(blank["suppliers"], "S-003", "Example Holding (synthetic)", "GBR"),
        ],
        "facilities": [site, other_site],
        "flows": [flow, sale],
    }


def _supplier(blank: Row, id_: str, name: str, country: str) -> Row:
    return {**blank, "supplier_id": id_, "name": name, "country": country, "source": "invented (synthetic)"}


def _path(chain: Chain) -> tuple[str, str, str, str]:
    """Two stages, what flows between them and what the second sells; the declared example if it fits."""
    declared = input_tables()["facilities"].column("stage").example
    found = [
        (source, target, material, sold)
        for source, target, material in sorted(chain.allowed)
        for stage, end, sold in sorted(chain.allowed)
        if stage == target and end == PRODUCT and source != target
    ]
    stage, material = next(iter(chain.stages)), next(iter(chain.materials))
    return min(found, key=lambda way: way[0] != declared, default=(stage, stage, material, material))


def _write_csv(path: Path, table: Table, rows: list[Row]) -> Path:
    names = [column.name for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _write_workbook(path: Path, rows: Mapping[str, list[Row]], chain: Chain) -> Path:
    # text that looks like a formula or a link must stay text
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    lists = {
        "stage": list(chain.stages),
        "material": list(chain.materials),
        "unit": list(TONNES),
        **{c.name: list(c.choices) for t in input_tables().values() for c in t.columns if c.choices},
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        formats = {True: book.add_format({"bold": True, "bottom": 2}), False: book.add_format({"bottom": 1})}
        for name, table in input_tables().items():
            _write_sheet(book.add_worksheet(name), table, rows[name], lists, formats)
        _write_about(book.add_worksheet(ABOUT), lists, formats[True])
    return path


def _write_sheet(
    sheet: Any, table: Table, rows: list[Row], lists: Mapping[str, list[str]], formats: Mapping[bool, Any]
) -> None:
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.name, formats[column.required])
        sheet.write_comment(0, at, _explain(column), {"x_scale": 2})
        sheet.set_column(at, at, max(14, len(column.name) + 2))
        for number, row in enumerate(rows, start=1):
            _write_cell(sheet, number, at, column, row[column.name])
        choices = column.name if column.choices else column.kind
        if choices in lists:
            source = f"={ABOUT}!{_list_range(lists, choices)}"
            sheet.data_validation(
                1,
                at,
                _LAST_ROW,
                at,
                {"validate": "list", "source": source, "ignore_blank": not column.required},
            )


def _explain(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{'Required' if column.required else 'Optional'}. {column.description}{unit}"


def _write_cell(sheet: Any, row: int, at: int, column: Column, value: str) -> None:
    if value and column.kind in ("number", "integer"):
        sheet.write_number(row, at, float(value))
    elif value:
        sheet.write_string(row, at, value)


_ABOUT = ("table", "column", "required", "unit", "description", "example")


def _list_range(lists: Mapping[str, list[str]], name: str) -> str:
    column = chr(ord("A") + len(_ABOUT) + 1 + list(lists).index(name))
    return f"${column}$2:${column}${len(lists[name]) + 1}"


def _write_about(sheet: Any, lists: Mapping[str, list[str]], bold: Any) -> None:
    """What every column means, and the lists to pick from."""
    sheet.write_row(0, 0, _ABOUT, bold)
    columns = [(table, column) for table in input_tables().values() for column in table.columns]
    for number, (table, column) in enumerate(columns, start=1):
        required = "yes" if column.required else ""
        about = (table.name, column.name, required, column.unit, column.description, column.example)
        for at, text in enumerate(about):
            sheet.write_string(number, at, text)
    for at, (name, values) in enumerate(lists.items(), start=len(_ABOUT) + 1):
        sheet.write_column(0, at, [name, *values])
