"""Ids: each stands for one row, and whatever is named is declared."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ingest.arrays import is_in
from ingest.rows import Rows, Values
from risk_graph.model.table import Column

NODES = ("suppliers", "facilities", "products")
"""Tables whose ids are unique together."""


def check_unique(rows: Rows, before: Mapping[str, Rows]) -> None:
    """Later rows with an id that is taken are rejected; `before` are the tables that share the ids."""
    key = rows.table.key
    if not key or not len(rows):
        return
    ids = rows.frame[key].where(~rows.rejected)
    repeated = (ids.duplicated() & ids.notna()).to_numpy()
    if repeated.any():
        _report_repeated(rows, ids, repeated)
    for name, other in before.items():
        taken = _loaded(other)
        clash = is_in(ids, taken) & ~repeated
        rows.issue("duplicate-id", key, clash, _same({"what": f"a row of {name}"}))
        rows.reject(clash)


def check_repeats(rows: Rows, column: str) -> None:
    """Rejects exact copies of rows in a table without ids of its own: a share counted twice would be wrong."""
    names = [c.name for c in rows.table.columns]
    kept = rows.frame.loc[~rows.rejected, names]
    groups = kept.groupby(names, dropna=False, sort=False).ngroup()
    copies = groups.duplicated()
    if not copies.any():
        return
    is_copy = copies.reindex(rows.frame.index, fill_value=False).to_numpy(dtype=bool)
    first = pd.Series(groups.index, index=groups).groupby(level=0).first()

    def words(position: int) -> dict[str, object]:
        where = rows.where(int(first[groups[position]]))
        return {"what": f"{where}, with the same content", "remedy": "Remove one of the two rows."}

    rows.issue("duplicate-id", column, is_copy, words)
    rows.reject(is_copy)
    rows.repeats |= is_copy


def _loaded(rows: Rows) -> pd.Series:
    return rows.frame.loc[~rows.rejected, rows.table.key]


def _report_repeated(rows: Rows, ids: pd.Series, repeated: np.ndarray) -> None:
    names = [column.name for column in rows.table.columns]
    involved = ids.duplicated(keep=False) & ids.notna()
    same = rows.frame.loc[involved, names].duplicated()
    is_copy = same.reindex(rows.frame.index, fill_value=False).to_numpy(dtype=bool) & repeated
    first = pd.Series(ids.index, index=ids).groupby(level=0).first()

    def words(position: int) -> dict[str, object]:
        where = rows.where(int(first[ids.iat[position]]))
        if is_copy[position]:
            return {"what": f"{where}, with the same content", "remedy": "Remove one of the two rows."}
        return {"what": f"{where}, which differs"}

    rows.issue("duplicate-id", rows.table.key, repeated, words)
    rows.reject(repeated)
    rows.repeats |= is_copy


def check_references(rows: Rows, others: Mapping[str, Rows]) -> None:
    """Every id that a column names must be loaded, in one of the tables that the column allows.

    Of a table that could not be read, nobody knows what it declares: only its file is an issue, not every row
    that names it. (Nothing is loaded then, see `Loaded.refused`.)
    """
    for column in rows.table.columns:
        if not column.references:
            continue
        ids = rows.frame[column.name]
        known = pd.concat([_loaded(others[name]) for name in column.references])
        unknown = ~is_in(ids, known) & ids.notna().to_numpy() & ~rows.has_failed(column.name)
        if unknown.any() and _is_known(others):
            words = _why(rows, column, unknown, others)
            rows.fail("unknown-reference", column.name, unknown, words)


def _is_known(others: Mapping[str, Rows]) -> bool:
    """Whether every table was read, so that an id that is not there is declared nowhere."""
    return all(other.is_whole for other in others.values() if other.table.key)


def _why(rows: Rows, column: Column, unknown: np.ndarray, others: Mapping[str, Rows]) -> Values:
    """Says of an unknown id whether it is declared nowhere, in another table, or in a row that was rejected."""
    ids = rows.frame[column.name]
    wanted = ids[unknown]
    known = " or ".join(column.references)
    reasons: dict[str, tuple[str, str]] = {}
    for name, other in others.items():
        if other.table.key and other is not rows:
            declared = other.frame[other.table.key]
            for position in np.flatnonzero(is_in(declared, wanted)):
                where = other.where(int(position))
                reasons[str(declared.iat[position])] = (
                    (f"declared in {where}, which was not loaded", f"Correct {where} first.")
                    if other.rejected[position]
                    else (f"it is one of the {name}, which cannot stand here", f"Name one of {known}.")
                )

    def words(position: int) -> dict[str, object]:
        what, remedy = reasons.get(str(ids.iat[position]), ("declared nowhere", ""))
        return {"what": what, "remedy": remedy, "known": known}

    return words


def _same(values: Mapping[str, object]) -> Values:
    return lambda _: values
