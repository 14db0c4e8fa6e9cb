"""Query results as a frame that looks the same whichever database answered."""

import datetime
from collections.abc import Mapping, Sequence

import pandas as pd

from risk_graph.errors import QueryError
from risk_graph.store.protocol import QUERY_ROWS


def to_frame(names: Sequence[str], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Rows of plain values (see `plain`) as typed columns: int64, Int64 (with gaps), float64, bool, str, object."""
    columns = [_column([row[i] for row in rows]) for i in range(len(names))]
    frame = pd.DataFrame(dict(enumerate(columns)))
    return frame.set_axis(list(names), axis=1)


def _column(values: list[object]) -> pd.Series:
    kinds = {type(value) for value in values if value is not None}
    gaps = any(value is None for value in values)
    dtype = "object"
    if kinds == {int}:
        dtype = "Int64" if gaps else "int64"
    elif kinds and kinds <= {int, float}:
        dtype = "float64"
    elif kinds == {str}:
        dtype = "str"
    elif kinds == {bool}:
        dtype = "boolean" if gaps else "bool"
    return pd.Series(values, dtype=dtype)


def plain(value: object) -> object:
    """`value` in the types that JSON knows; dates as ISO text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in sorted(value.items(), key=lambda item: str(item[0]))}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return str(value)


def entity(label: str, properties: Mapping[str, object]) -> dict[str, object]:
    """A node or relationship: `_label`, then its properties by name; missing ones and the store's own are left out."""
    shown = sorted(k for k in properties if properties[k] is not None and not k.startswith("_"))
    present = {k: plain(properties[k]) for k in shown}
    return {"_label": label, **present}


def too_many() -> QueryError:
    return QueryError(f"the answer has more than {QUERY_ROWS:,} rows: add a LIMIT")


def one_line(error: BaseException) -> str:
    """The first line of what an engine says."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
