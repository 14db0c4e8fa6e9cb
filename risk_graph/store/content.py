"""What a generation holds: every table of every data set as one frame, checked and hashed.

Two columns are added inside the store: the data set of a row and its position. An empty text is a missing
value, in both stores, so that what is read back never depends on where it was kept.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from risk_graph.errors import InputError
from risk_graph.model.fingerprint import feed
from risk_graph.model.table import Table, Tables, input_tables, result_tables
from risk_graph.store.schema import DATASET, ORDINAL, SUBJECTS, all_tables, node_tables, stored_columns


@dataclass(frozen=True)
class Content:
    """All rows of a graph; `frames` has every declared table, with the store's own columns."""

    datasets: tuple[str, ...]
    frames: Tables


def combine(dataset: str, tables: Tables, carried: Mapping[str, Tables], results: Tables) -> Content:
    """The content in which `tables` replace `dataset` among the `carried` data sets."""
    if not dataset:
        raise InputError("a data set needs a name")
    for name in {*tables} - {*input_tables()} | {*results} - {*result_tables()}:
        raise InputError(f"no table is called {name!r}")
    parts = {**carried, dataset: tables}
    frames = {}
    for name, table in input_tables().items():
        pieces = [_piece(table, parts[part].get(name), part) for part in sorted(parts)]
        frames[name] = _numbered(pieces[0] if len(pieces) == 1 else pd.concat(pieces, ignore_index=True))
    for name, table in result_tables().items():
        frames[name] = _numbered(_piece(table, results.get(name), None))
    content = Content(tuple(sorted(parts)), frames)
    _check_keys(content)
    return content


def _piece(table: Table, frame: pd.DataFrame | None, dataset: str | None) -> pd.DataFrame:
    typed = table.empty() if frame is None else table.conform(frame)
    for column in table.all_columns:
        if column.pandas_dtype == "str" and (empty := typed[column.name] == "").any():
            typed[column.name] = typed[column.name].mask(empty)  # a copy: 100,000 facilities have large ones
    typed[DATASET.name] = pd.Series([dataset], dtype="str").repeat(len(typed)).array
    return typed


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    frame[ORDINAL.name] = range(len(frame))
    frame[ORDINAL.name] = frame[ORDINAL.name].astype("int64")
    return frame


def split(content: Content) -> dict[str, Tables]:
    """The input tables by data set, to carry them over."""
    return {
        dataset: {
            name: frame[frame[DATASET.name] == dataset]
            for name, frame in content.frames.items()
            if name in input_tables()
        }
        for dataset in content.datasets
    }


def _check_keys(content: Content) -> None:
    for name, table in all_tables().items():
        if table.key:
            _check_unique(content.frames[name][table.key], f"{name}: {table.key}")
    labelled = node_tables()
    ids = [
        content.frames[labelled[label].name][labelled[label].key] for label in SUBJECTS if label in labelled
    ]
    _check_unique(pd.concat(ids, ignore_index=True), "an id over facilities, suppliers and products:")


def _check_unique(keys: "pd.Series[str]", what: str) -> None:
    if keys.isna().any():
        raise InputError(f"{what} is missing in row {int(keys.isna().argmax()) + 1}")
    repeated = keys[keys.duplicated()]
    if len(repeated):
        raise InputError(f"{what} {repeated.iloc[0]!r} occurs more than once")


def stored_schema(table: Table) -> pa.Schema:
    return pa.schema([(c.name, c.arrow_type) for c in stored_columns(table)])


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, schema=stored_schema(table), preserve_index=False)


def from_arrow(table: Table, stored: pa.Table) -> pd.DataFrame:
    """The frame with the store's own columns, typed as `combine` types it."""
    return conform(table, stored.to_pandas(date_as_object=False))


def conform(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` typed by the declarations, the store's own columns kept."""
    typed = table.conform(frame)
    typed[DATASET.name] = frame[DATASET.name].astype("str").array
    typed[ORDINAL.name] = frame[ORDINAL.name].astype("int64").array
    return typed


def digest(content: Content, seed: str) -> str:
    """A hash of the content, equal for equal values whatever lies under missing ones."""
    hasher = hashlib.sha256(repr((seed, content.datasets)).encode())
    for name, table in all_tables().items():
        hasher.update(repr(name).encode())
        feed(hasher, to_arrow(table, content.frames[name]))
    return hasher.hexdigest()[:20]
