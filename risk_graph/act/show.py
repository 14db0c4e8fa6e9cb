"""Tables as CSV and JSON: full precision, stable order, missing values empty (CSV) or null (JSON)."""

import json
import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd


def to_csv(table: pd.DataFrame) -> str:
    """Floats are written so that they read back to the same bits."""
    return str(days_as_text(table).to_csv(index=False, lineterminator="\n"))


def to_text(table: pd.DataFrame) -> str:
    """Aligned columns for a person: long texts cut, two decimals."""
    shown = days_as_text(table).astype("object")
    shown = shown.where(shown.notna(), "")
    return str(shown.to_string(index=False, max_colwidth=60, float_format=lambda v: f"{v:,.2f}"))


def count(number: int, one: str, many: str = "") -> str:
    """`1 supplier`, `2 suppliers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def to_json(value: Any) -> str:
    """Raises ValueError for what JSON cannot hold (NaN)."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries that JSON can hold."""
    rows: list[dict[str, Any]] = days_as_text(table).to_dict("records")
    return [{k: _missing(v) for k, v in row.items()} for row in rows]


def days_as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its dates as YYYY-MM-DD; a missing one stays missing."""
    out = table.copy()
    for column in out.columns:
        if pd.api.types.is_datetime64_any_dtype(out[column]):
            out[column] = out[column].dt.strftime("%Y-%m-%d")
    return out


def _missing(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    return None if value is pd.NaT or value is pd.NA else value


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return _missing(value.item())
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return str(value)
