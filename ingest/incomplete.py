"""A rejected row improves nothing: the ids that it names are counted as incomplete (docs/trace.md, 13)."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from ingest.ids import NODES
from ingest.raw import BadRow
from ingest.rows import Rows

EVERYTHING = ""
"""Key for rejected flows whose ends cannot be read: any node may be meant."""


def count_incomplete(rows: Mapping[str, Rows]) -> dict[str, int]:
    """Loaded id -> number of rejected rows that name it, or of dropped places of its own."""
    loaded = {name: set(rows[name].good()[rows[name].table.key]) for name in NODES}
    every = set().union(*loaded.values())
    counts: Counter[str] = Counter()
    flows = _lost(rows["flows"])
    for ends in zip(flows["from_id"], flows["to_id"], strict=True):
        _count_flow(ends, every, counts)
    for bad in (bad for _, bad in rows["flows"].bad_rows()):
        _count_bad_flow(bad, every, counts)
    _count_sites(rows["facilities"], loaded["suppliers"], counts)
    _count_doubtful_places(rows["facilities"], counts)
    counts.update(id_ for id_ in _lost(rows["impacts"])["subject_id"] if id_ in every)
    for name in NODES:
        counts.update(id_ for id_ in _lost(rows[name])[rows[name].table.key] if id_ in every)
    return dict(sorted(counts.items()))


def _lost(rows: Rows) -> pd.DataFrame:
    """Rejected rows, without copies of rows that are kept."""
    return rows.frame[rows.rejected & ~rows.repeats]


def _count_flow(ends: Iterable[object], every: set[str], counts: Counter[str]) -> None:
    named = {end for end in ends if isinstance(end, str)}
    counts.update(named & every)
    if not named:
        counts[EVERYTHING] += 1


def _count_bad_flow(bad: BadRow, every: set[str], counts: Counter[str]) -> None:
    """Which cell is which cannot be known, so every id among the cells counts."""
    named = set(bad.cells) & every
    counts.update(named)
    if not named or bad.broken_lines:  # a row with line breaks may have swallowed other rows
        counts[EVERYTHING] += 1 + bad.broken_lines


def _count_sites(facilities: Rows, suppliers: set[str], counts: Counter[str]) -> None:
    """A site that was lost may have had anything behind it."""
    counts.update(id_ for id_ in _lost(facilities)["supplier_id"] if id_ in suppliers)
    for _, bad in facilities.bad_rows():
        counts.update(set(bad.cells) & suppliers)


def _count_doubtful_places(facilities: Rows, counts: Counter[str]) -> None:
    """A declared subdivision that had to be dropped: without it, a rule about places could become false."""
    doubtful = facilities.has_failed("subdivision") & ~facilities.rejected
    counts.update(facilities.frame.loc[doubtful, "facility_id"])
