"""Raw text to our tables, or to issues: good rows are loaded, bad rows are listed and improve nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from ingest.cells import check_cells
from ingest.examples import check_examples
from ingest.flows import (
    check_chain,
    check_ends,
    check_masses,
    check_operation,
    say_conversions,
    weaken_evidence,
)
from ingest.ids import check_references, check_repeats, check_unique
from ingest.incomplete import count_incomplete
from ingest.raw import RawInputs
from ingest.report import Place, Report
from ingest.rows import Rows
from ingest.sites import check_order, check_pairs, check_subdivision
from ingest.template import example_rows
from ingest.typed import type_file
from risk_graph.model.chain import Chain
from risk_graph.model.issue import Issue
from risk_graph.model.table import input_tables


@dataclass(frozen=True)
class Count:
    """Rows of a table: read = loaded + rejected. Blank rows are none."""

    read: int
    loaded: int
    rejected: int


@dataclass(frozen=True)
class Loaded:
    """Every input table (empty if there is none), and everything that was wrong.

    `incomplete` counts, by id, the rejected rows that name it; "" stands for every id.
    `refused` means that a file as a whole cannot be loaded, or that there is nothing to load.
    """

    tables: Mapping[str, pd.DataFrame]
    issues: list[Issue]
    incomplete: Mapping[str, int]
    digests: Mapping[str, str]
    refused: bool
    rows: Mapping[str, Count]


def validate(raw: RawInputs, chain: Chain) -> Loaded:
    """Every problem of every row at once; nothing is raised for what a file holds."""
    report = raw.report
    parts = [p for _, raws in groupby(raw.tables, lambda r: r.file) for p in type_file(list(raws), report)]
    typed = {(part.raw.table, part.raw.file) for part in parts}
    lost = raw.lost | {r.table for r in raw.tables if (r.table, r.file) not in typed}
    rows: dict[str, Rows] = {}
    examples = example_rows(chain)
    for name, table in input_tables().items():
        of_table = [part for part in parts if part.raw.table == name]
        rows[name] = Rows(table, of_table, report, is_whole=name not in lost)
        _report_ragged(rows[name], report)
        check_cells(rows[name], chain)
        if len(rows[name]):
            _RULES.get(name, _any_table)(rows[name], rows, chain)
            check_examples(rows[name], examples)
    _report_absent(rows, report)
    tables = {name: found.good() for name, found in rows.items()}
    return Loaded(
        tables=tables,
        issues=report.finished(),
        incomplete=count_incomplete(rows),
        digests=dict(sorted(raw.digests.items())),
        refused=bool(report.refused) or not any(len(table) for table in tables.values()),
        rows={name: _count(found) for name, found in rows.items()},
    )


def _count(rows: Rows) -> Count:
    ragged = sum(1 for _ in rows.bad_rows())
    rejected = int(rows.rejected.sum()) + ragged
    return Count(len(rows) + ragged, len(rows) + ragged - rejected, rejected)


def _report_absent(rows: Mapping[str, Rows], report: Report) -> None:
    """A table that others cannot do without, and of which there is no file, is said once beside their rows."""
    for name, absent in rows.items():
        users = [
            table
            for table, other in rows.items()
            if any(c.references == (name,) and other.has_failed(c.name).any() for c in other.table.columns)
        ]
        if users and absent.is_whole and not absent.parts:
            report.add(
                "missing-file",
                Place(""),
                what=f"No file holds the table {name}, which {' and '.join(users)} name.",
            )


def _report_ragged(rows: Rows, report: Report) -> None:
    for raw, bad in rows.bad_rows():
        what = f", and {bad.broken_lines} line breaks in it" if bad.broken_lines else ""
        place = Place(raw.file, raw.sheet, bad.row)
        report.add("ragged-row", place, actual=bad.actual, expected=bad.expected, what=what)


def _any_table(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    """What follows from a table's declaration alone."""
    check_references(rows, others)
    check_unique(rows, {})


def _facilities(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    check_pairs(rows)
    check_subdivision(rows)
    check_order(rows, "opened_on", "closed_on", drops=True)
    check_references(rows, others)
    check_unique(rows, {"suppliers": others["suppliers"]})


def _products(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    check_references(rows, others)
    check_unique(rows, {name: others[name] for name in ("suppliers", "facilities")})


def _flows(rows: Rows, others: Mapping[str, Rows], chain: Chain) -> None:
    check_order(rows, "period_start", "period_end")
    check_ends(rows, "from_id", "to_id")
    check_masses(rows)
    weaken_evidence(rows)
    check_references(rows, others)
    check_chain(rows, others, chain)
    check_unique(rows, {})
    check_operation(rows, others["facilities"])
    say_conversions(rows)


def _certificates(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    check_order(rows, "issued_on", "expires_on")
    check_references(rows, others)
    check_unique(rows, {})


def _scope(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    check_references(rows, others)
    check_repeats(rows, "covers_id")


def _corrective_actions(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    check_order(rows, "done_on", "verified_on")
    check_references(rows, others)
    check_unique(rows, {})


def _ownership(rows: Rows, others: Mapping[str, Rows], _chain: Chain) -> None:
    check_order(rows, "valid_from", "valid_to")
    check_ends(rows, "owner_id", "owned_id")
    check_references(rows, others)
    check_repeats(rows, "owned_id")


_RULES: Mapping[str, Callable[[Rows, Mapping[str, Rows], Chain], None]] = {
    "facilities": _facilities,
    "products": _products,
    "flows": _flows,
    "certificates": _certificates,
    "certificate_scope": _scope,
    "corrective_actions": _corrective_actions,
    "ownership": _ownership,
}
"""What a table's rows must fulfil beyond their single cells, and beyond what every table's must."""
