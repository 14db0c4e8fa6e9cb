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
        return {"what": f"{where}, with the same content" if is_copy[position] else f"{where}, which differs"}

    rows.issue("duplicate-id", rows.table.key, repeated, words)
    rows.reject(repeated)
    rows.repeats |= is_copy


def check_references(rows: Rows, others: Mapping[str, Rows]) -> None:
    """Every id that a column names must be loaded, in one of the tables that the column allows."""
    for column in rows.table.columns:
        if not column.references:
            continue
        ids = rows.frame[column.name]
        known = pd.concat([_loaded(others[name]) for name in column.references])
        unknown = ~is_in(ids, known) & ids.notna().to_numpy() & ~rows.has_failed(column.name)
        if unknown.any():
            words = _why(rows, column, unknown, others)
            rows.fail("unknown-reference", column.name, unknown, words)


def _why(rows: Rows, column: Column, unknown: np.ndarray, others: Mapping[str, Rows]) -> Values:
    """Says of an unknown id whether it is declared nowhere, in another table, or in a row that was rejected."""
    ids = rows.frame[column.name]
    wanted = ids[unknown]
    reasons: dict[str, str] = {}
    for name, other in others.items():
        if other.table.key and other is not rows:
            declared = other.frame[other.table.key]
            for position in np.flatnonzero(is_in(declared, wanted)):
                lost = f"declared in {other.where(int(position))}, which was not loaded"
                reasons[str(declared.iat[position])] = (
                    lost if other.rejected[position] else f"it is one of the {name}, which cannot stand here"
                )
    known = " or ".join(column.references)
    return lambda i: {"what": reasons.get(str(ids.iat[i]), "declared nowhere"), "known": known}


def _same(values: Mapping[str, object]) -> Values:
    return lambda _: values
