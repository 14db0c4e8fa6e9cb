"""Parquet: columns keep the types that the file gives them; what has no such type becomes text."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.raw import Grid, Refusal

MOST_ROWS = 20_000_000
MOST_COLUMNS = 2_000


def read_parquet(path: Path, known: set[str]) -> Grid:
    """The grid of a Parquet file; only columns with a `known` name are read.

    Raises Refusal for a damaged file, or one that claims more rows than a table may have.
    """
    if path.stat().st_size == 0:
        raise Refusal("empty-file", what="nothing")
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows > MOST_ROWS or file.metadata.num_columns > MOST_COLUMNS:
                raise Refusal(
                    "file-too-large", what=f"more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns"
                )
            return _grid(file, known)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Refusal("unreadable-file", what="it is no Parquet file, or it is damaged") from error


def _grid(file: pq.ParquetFile, known: set[str]) -> Grid:
    schema = file.schema_arrow
    wanted = [name for name in dict.fromkeys(schema.names) if name.strip().lower() in known]
    twice = len(schema.names) != len(set(schema.names))
    if not schema.names:
        raise Refusal("empty-file", what="no columns")
    table = file.read(columns=wanted) if wanted and not twice else None
    count = file.metadata.num_rows
    columns = [
        _plain(name, table[name]) if table is not None and name in wanted else pa.nulls(count, pa.string())
        for name in schema.names
    ]
    return Grid("", list(schema.names), columns, np.arange(2, count + 2))


def _plain(name: str, column: pa.ChunkedArray) -> pa.Array:
    """Numbers and dates as they are, everything else as text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(name, column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        kind = pa.timestamp("us")
        return pc.floor_temporal(column.cast(kind, safe=False), unit="day").cast(pa.date32()).combine_chunks()
    if pa.types.is_date(kind):
        return column.cast(pa.date32()).combine_chunks()
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return column.combine_chunks()
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()).combine_chunks()
    if pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_time(kind):
        raise Refusal("unreadable-file", what=f"its column {name} holds {kind}, not plain values")
    return pc.cast(column, pa.string()).combine_chunks()
