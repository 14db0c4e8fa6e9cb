"""Reading and checking the values of a layer: columns, types, one edition, no duplicates, size and range.

Small kinds are CSV, read as text first, so that no code becomes a missing value; large ones are Parquet. The
columns are those of `risk_graph/model/facts`. Knows no node.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from risk_graph.errors import LayerError
from risk_graph.model.table import fact_tables

CSV_KINDS = ("country_value", "listing", "trade", "production")
WITH_OUTLINES = ("areas", "boundaries")
_KEYS = {"country_value": ["country", "year"], "listing": ["country", "code"]}
_RANGED = ("estimate", "mass_t")


@dataclass(frozen=True)
class Expect:
    """What `[expect]` promises of values.csv; bounds are included."""

    rows: int
    low: float | None
    high: float | None
    years: tuple[int, int] | None


def read_values(folder: Path, kind: str, edition: str, expect: Expect) -> pd.DataFrame:
    """The checked rows of a layer: values.csv of a small kind, values.parquet of a large one."""
    if kind in CSV_KINDS:
        return _read_csv(folder / "values.csv", kind, edition, expect)
    return _read_parquet(folder / "values.parquet", kind, edition, expect)


def _read_parquet(file: Path, kind: str, edition: str, expect: Expect) -> pd.DataFrame:
    frame = read_parquet(file, kind)
    _check_rows(file, frame, expect)
    _check_edition(file, frame, edition)
    key = fact_tables()[kind].key
    _check_duplicates(file, frame, [key])
    return frame


def read_parquet(file: Path, kind: str) -> pd.DataFrame:
    """A table of facts as it was written; outlines of areas stand in a column `geometry`."""
    table = fact_tables()[kind]
    try:
        if kind not in WITH_OUTLINES:
            return table.from_arrow(pq.read_table(file, schema=table.arrow_schema()))
        frame = gpd.read_parquet(file)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise LayerError(f"{file}: cannot be read ({error}). Fetch the source again.") from error
    return table.conform(frame).assign(geometry=frame["geometry"].to_numpy())


def _read_csv(file: Path, kind: str, edition: str, expect: Expect) -> pd.DataFrame:
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise LayerError(
            f"{file}: cannot be read ({error}). Every layer folder needs a values.csv, in UTF-8."
        ) from error
    _check_rows(file, frame, expect)
    frame = _with_every_column(file, frame, kind)
    frame = _numbers(file, frame, kind)
    _check_range(file, frame, expect)
    if kind in _KEYS:
        _check_edition(file, frame, edition)
        _check_duplicates(file, frame, _KEYS[kind])
    return _listing(file, frame) if kind == "listing" else frame


def _check_rows(file: Path, frame: pd.DataFrame, expect: Expect) -> None:
    if len(frame) != expect.rows:
        raise LayerError(
            f"{file}: {len(frame)} rows, {expect.rows} expected. Restore the file, or state the new number in layer.toml."
        )


def _with_every_column(file: Path, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The declared columns in order; an optional one that is absent is empty."""
    columns = fact_tables()[kind].columns
    names = [c.name for c in columns]
    missing = [c.name for c in columns if c.required and c.name not in frame.columns]
    unknown = [c for c in frame.columns if c not in names]
    if missing:
        raise LayerError(
            f"{file}: column {', '.join(missing)} is missing. A {kind} layer has {', '.join(names)}."
        )
    if unknown:
        raise LayerError(
            f"{file}: unknown column {', '.join(unknown)}. Take it out: a {kind} layer has only {', '.join(names)}. "
            "(Ranks and scores of a publisher change their meaning between editions; estimates are used alone.)"
        )
    for column in (c.name for c in columns if c.required):
        empty = frame.index[frame[column].str.strip() == ""]
        if len(empty):
            raise LayerError(f"{file} row {empty[0] + 2}: {column} is empty. Fill it, or leave the row out.")
    return frame.reindex(columns=names, fill_value="")


def _numbers(file: Path, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    frame = frame.copy()
    for column in (c.name for c in fact_tables()[kind].columns if c.kind in ("number", "integer")):
        number = pd.to_numeric(frame[column].replace("", None), errors="coerce")
        bad = frame.index[
            (number.isna() & (frame[column] != "")) | number.isin([float("inf"), -float("inf")])
        ]
        if len(bad):
            raise LayerError(
                f"{file} row {bad[0] + 2}: {column} is {frame[column][bad[0]]!r}. Write a number with a point, or nothing."
            )
        whole = column == "year" and number.notna().all()
        frame[column] = number.astype("int64" if whole else "float64")
    return frame


def _check_range(file: Path, frame: pd.DataFrame, expect: Expect) -> None:
    column = next((c for c in _RANGED if c in frame), None)
    if expect.low is not None and expect.high is not None and column:
        out = frame.index[(frame[column] < expect.low) | (frame[column] > expect.high)]
        if len(out):
            raise LayerError(
                f"{file} row {out[0] + 2}: {frame[column][out[0]]} lies outside {expect.low} to {expect.high}. "
                "Is it another scale, or a rank? Correct it, or the range in layer.toml."
            )
    if "standard_error" in frame and bool((frame["standard_error"] < 0).any()):
        raise LayerError(f"{file}: a standard error is negative. Correct it, or leave it empty.")
    if {"low", "estimate", "high"} <= set(frame.columns):
        out = frame.index[(frame["low"] > frame["estimate"]) | (frame["high"] < frame["estimate"])]
        if len(out):
            raise LayerError(
                f"{file} row {out[0] + 2}: the band {frame['low'][out[0]]} to {frame['high'][out[0]]} does not hold its "
                f"estimate {frame['estimate'][out[0]]}. Correct the band, or leave it empty."
            )
    if expect.years is not None and "year" in frame:
        out = frame.index[~frame["year"].between(*expect.years)]
        if len(out):
            raise LayerError(
                f"{file} row {out[0] + 2}: year {frame['year'][out[0]]} lies outside {expect.years[0]} to {expect.years[1]}. "
                "Other years may be another edition; never mix two."
            )


def _check_edition(file: Path, frame: pd.DataFrame, edition: str) -> None:
    found = sorted(set(frame["edition"]))
    if found != [edition]:
        raise LayerError(
            f"{file}: edition {', '.join(found)}, layer.toml says {edition}. One layer holds one edition; two are never mixed."
        )


def _check_duplicates(file: Path, frame: pd.DataFrame, key: list[str]) -> None:
    twice = frame.index[frame.duplicated(key)]
    if len(twice):
        what = " ".join(str(frame[c][twice[0]]) for c in key).strip()
        raise LayerError(f"{file} row {twice[0] + 2}: {what} stands there twice. Keep one of the rows.")


def _listing(file: Path, frame: pd.DataFrame) -> pd.DataFrame:
    for column in ("whole_country", "certain"):
        bad = frame.index[~frame[column].isin(["true", "false"])]
        if len(bad):
            raise LayerError(
                f"{file} row {bad[0] + 2}: {column} is {frame[column][bad[0]]!r}. Write true or false."
            )
        frame[column] = frame[column] == "true"
    torn = frame.index[frame["whole_country"] == (frame["code"] != "")]
    if len(torn):
        raise LayerError(
            f"{file} row {torn[0] + 2}: a whole country has no code, a region has one. Correct code or whole_country."
        )
    if frame["listed_from"].nunique() > 1:
        raise LayerError(f"{file}: more than one date in listed_from. One edition begins on one day.")
    day = pd.to_datetime(frame["listed_from"].replace("", None), format="%Y-%m-%d", errors="coerce")
    if bool((day.isna() & (frame["listed_from"] != "")).any()):
        raise LayerError(f"{file}: listed_from is no date. Write it as 2026-06-30.")
    frame["listed_from"] = day
    return frame
