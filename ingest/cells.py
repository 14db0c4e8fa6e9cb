"""Checks every cell of a table: typed, within bounds, one of what is possible. Says what was wrong in words."""

from collections.abc import Callable, Mapping

import numpy as np

from ingest.checks import cell_schema, failures
from ingest.dates import hint
from ingest.report import Place
from ingest.rows import Rows, Values
from ingest.sites import check_coordinates
from ingest.typed import Part
from ingest.understand import country_hint, subdivision_hint, understand
from risk_graph.model.chain import Chain
from risk_graph.model.graph import TONNES


def check_cells(rows: Rows, chain: Chain) -> None:
    """Everything that a cell alone can have wrong."""
    if not len(rows):
        return
    understand(rows)
    for part, start in zip(rows.parts, rows.starts, strict=False):
        _report_untyped(rows, part, int(start), chain)
    if rows.table.name == "facilities":
        check_coordinates(rows)
    for code, column, mask in list(failures(cell_schema(rows.table, chain), rows.frame)):
        found = mask & ~rows.has_failed(column)
        rows.fail(code, column, found, _words(rows, code, column, chain))


def _report_untyped(rows: Rows, part: Part, start: int, chain: Chain) -> None:
    """Cells that are no number or date; optional formulas that were never calculated."""
    for (code, column), found in part.failed.items():
        mask = np.zeros(len(rows), dtype=bool)
        mask[start : start + len(found)] = found
        rows.fail(code, column, mask, _words(rows, code, column, chain))
    for row, column in sorted(part.raw.formulas):
        if not rows.table.column(column).required:
            place = Place(part.raw.file, part.raw.sheet, row, column)
            rows.report.add("missing-value", place, what=": its formula was never calculated")


def _words(rows: Rows, code: str, column: str, chain: Chain) -> Values:
    """What the words of an issue about one cell need besides the cell."""
    closed = {
        "bad-unit": TONNES,
        "unknown-stage": chain.stages,
        "unknown-material": chain.materials,
        "bad-choice": rows.table.column(column).choices,
    }
    if code in closed:
        known = ", ".join(closed[code])
        return lambda _: {"known": known}
    hints: dict[str, Callable[[int, str], Mapping[str, object]]] = {
        "bad-date": lambda _, text: {"what": hint(text)},
        "bad-number": lambda _, text: {"what": _number_hint(rows, column)},
        "bad-share": lambda _, text: {"what": _share_hint(text)},
        "bad-country": lambda _, text: country_hint(text),
        "bad-subdivision": lambda i, text: subdivision_hint(rows.frame["country"].iat[i], text),
        "missing-value": lambda i, _: {"what": _formula_hint(rows, i, column)},
    }
    if code not in hints:
        return lambda _: {}
    return lambda position: hints[code](position, rows.text(position, column))


def _formula_hint(rows: Rows, position: int, column: str) -> str:
    return ": its formula was never calculated" if rows.is_formula(position, column) else ""


def _number_hint(rows: Rows, column: str) -> str:
    low, high = rows.table.column(column).low, rows.table.column(column).high
    if low is not None and high is not None:
        return f"not a number from {low:g} to {high:g}"
    return "not a number" if low is None else f"not a number of at least {low:g}"


def _share_hint(text: str) -> str:
    digits = text.replace("%", "").replace(",", ".").strip()
    try:
        share = float(digits) / 100
    except ValueError:
        return ", e.g. 0.51"
    return f": {share:g} for {digits} %" if 0 <= share <= 1 else ", e.g. 0.51"
