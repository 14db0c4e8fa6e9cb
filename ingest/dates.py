"""Dates: YYYY-MM-DD and nothing that would have to be guessed."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_FORM = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?$"
"""A day, if need be with a time of day (spreadsheets and programs add one), which is left out."""

_SERIAL = r"^[0-9]{5}(\.[0-9]+)?$"
_EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_FIRST, _LAST = 61, 2_958_465
"""Serial days from 1900-03-01 (before it, the spreadsheet's calendar is wrong) to 9999-12-31."""


def parse_dates(
    texts: pa.Array, typed: np.ndarray | None = None, epoch_1904: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Days (datetime64[D], NaT where there is none), and which texts are dates.

    `typed` marks the cells that a workbook holds as numbers: those are serial days.
    """
    form = pc.fill_null(pc.match_substring_regex(texts, _FORM), False)
    first = pc.utf8_slice_codeunits(pc.if_else(form, texts, pa.scalar(None, texts.type)), 0, 10)
    distinct = pc.dictionary_encode(first)
    known = pd.to_datetime(
        pd.Series(distinct.dictionary.to_pylist(), dtype="str"), format="%Y-%m-%d", errors="coerce"
    )
    days = np.append(known.to_numpy(dtype="datetime64[D]"), np.datetime64("NaT", "D"))
    at = pc.fill_null(distinct.indices, len(known)).to_numpy(zero_copy_only=False)
    out = days[at.astype(np.int64)]
    if typed is not None and typed.any():
        out[typed] = _from_serials(texts.filter(pa.array(typed)), epoch_1904)
    return out, ~np.isnat(out)


def _from_serials(texts: pa.Array, epoch_1904: bool) -> np.ndarray:
    serials = np.floor(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False))
    is_day = (serials >= _FIRST) & (serials <= _LAST)
    days = np.where(is_day, serials, 0).astype("timedelta64[D]")
    dates = np.datetime64(_EPOCH[epoch_1904], "D") + days
    dates[~is_day] = np.datetime64("NaT", "D")
    return np.asarray(dates)


def hint(text: str) -> str:
    """What to add to the remedy of a text that is no date: which date it may have been meant to be."""
    if pc.match_substring_regex(pa.array([text]), _SERIAL)[0].as_py():
        day = _EPOCH[False] + timedelta(days=int(float(text)))
        return f"; it looks like a spreadsheet's serial number of {day.isoformat()}"
    return ""
