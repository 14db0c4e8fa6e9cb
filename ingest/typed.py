"""Raw text to typed columns, file by file: the decimal sign belongs to the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.dates import parse_dates
from ingest.numbers import SIGNS, Ambiguous, Cells, decide_sign, parse_numbers, says_not_finite
from ingest.raw import RawTable
from ingest.report import Place, Report
from risk_graph.model.table import Column, input_tables


@dataclass(frozen=True)
class Part:
    """One raw table, typed.

    `texts` keeps number and date cells as they were written, for messages; `failed` marks, by code and column,
    the cells that could not be typed.
    """

    raw: RawTable
    frame: pd.DataFrame
    texts: dict[str, pa.Array]
    failed: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)


def type_file(raws: list[RawTable], report: Report) -> list[Part]:
    """The tables of one file; none if its decimal sign cannot be decided."""
    options = raws[0].options
    sign = options.decimal
    if sign is None:
        try:
            sign = decide_sign(cells for raw in raws for cells in _number_cells(raw))
        except Ambiguous as error:
            if options.unclear_decimal is not None:
                return [_type_table(raw, options.unclear_decimal) for raw in raws]
            what = (
                f"Some numbers have a decimal point and some, such as {error.example}, a decimal comma."
                if error.mixed
                else f"Numbers such as {error.example} can be read in two ways, and nothing in the file decides."
            )
            report.refuse("ambiguous-decimal", Place(raws[0].file), what=what, file=raws[0].file)
            return []
    return [_type_table(raw, sign) for raw in raws]


def _is_text(array: pa.Array) -> bool:
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _number_cells(raw: RawTable) -> Iterator[Cells]:
    """The cells that the file leaves to be understood: text in number columns."""
    for column in input_tables()[raw.table].columns:
        array = raw.columns.get(column.name)
        if column.kind in ("number", "integer") and array is not None and _is_text(array):
            if column.name in raw.numeric:
                array = array.filter(pa.array(~raw.numeric[column.name]))
            yield Cells(pc.unique(array), column.low, column.high)


def _type_table(raw: RawTable, sign: str) -> Part:
    columns: dict[str, object] = {}
    texts: dict[str, pa.Array] = {}
    part = Part(raw, pd.DataFrame(), texts)
    plain: dict[str, pa.Array] = {}
    for column in input_tables()[raw.table].columns:
        array = raw.columns.get(column.name)
        if array is None:
            array = pa.nulls(len(raw.rows), pa.string())
        if column.kind in ("number", "integer"):
            columns[column.name] = _numbers(column, array, sign, part)
        elif column.kind == "date":
            columns[column.name] = _dates(column, array, part)
        else:
            plain[column.name] = _as_text(array)
    frame = pa.table(plain).to_pandas().astype("str").assign(**columns)
    frame = frame.assign(
        source_file=raw.file,
        source_sheet=raw.sheet,
        source_row=raw.rows,
        retrieved_on=np.datetime64(raw.retrieved_on, "ms"),
    )
    return Part(raw, frame, texts, part.failed)


def _as_text(array: pa.Array) -> pa.Array:
    """Any column as text; whole floating numbers without `.0`, as ids are written."""
    if pa.types.is_floating(array.type):
        whole = pc.and_(pc.equal(pc.floor(array), array), pc.less(pc.abs(array), 1e15))
        integers = pc.cast(pc.if_else(whole, array, None), pa.int64(), safe=False)
        return pc.coalesce(pc.cast(integers, pa.string()), pc.cast(array, pa.string()))
    return array if _is_text(array) else pc.cast(array, pa.string())


def _numbers(column: Column, array: pa.Array, sign: str, part: Part) -> np.ndarray:
    """Finite values; everything else is NaN and, if it is not empty, marked as failed."""
    filled = array.is_valid().to_numpy(zero_copy_only=False)
    if _is_text(array) or pa.types.is_date(array.type):
        array = _as_text(array)
        values, is_number = _parse(array, sign, part.raw.numeric.get(column.name))
        not_finite = says_not_finite(array) | (is_number & np.isinf(values))
    else:
        values = pc.fill_null(pc.cast(array, pa.float64(), safe=False), np.nan).to_numpy(zero_copy_only=False)
        filled &= ~np.isnan(values)
        not_finite = np.isinf(values)
        is_number = filled
    part.texts[column.name] = array
    _mark(part, "not-finite", column, not_finite)
    _mark(part, _code(column), column, filled & ~is_number & ~not_finite)
    return np.where(is_number & ~not_finite, values, np.nan)


def _parse(array: pa.Array, sign: str, typed: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Cells that a workbook holds as numbers have a decimal point, whatever the sign of the file."""
    values, is_number = parse_numbers(array, sign)
    if typed is not None and typed.any() and sign != SIGNS[0]:
        exact, is_exact = parse_numbers(array, SIGNS[0])
        return np.where(typed, exact, values), np.where(typed, is_exact, is_number)
    return values, is_number


def _code(column: Column) -> str:
    return "bad-share" if column.name == "share" else "bad-number"


def _dates(column: Column, array: pa.Array, part: Part) -> np.ndarray:
    if pa.types.is_date(array.type):
        part.texts[column.name] = array
        return np.asarray(array.to_numpy(zero_copy_only=False).astype("datetime64[ms]"))
    filled = array.is_valid().to_numpy(zero_copy_only=False)
    array = _as_text(array)
    days, is_date = parse_dates(array, part.raw.numeric.get(column.name), part.raw.epoch_1904)
    part.texts[column.name] = array
    _mark(part, "bad-date", column, filled & ~is_date)
    return days.astype("datetime64[ms]")


def _mark(part: Part, code: str, column: Column, mask: np.ndarray) -> None:
    if mask.any():
        part.failed[code, column.name] = mask
