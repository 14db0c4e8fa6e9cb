"""Text columns as Arrow: sets and look-ups without a Python object a row."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def arrow(column: "pd.Series | Iterable[str]") -> pa.Array:
    """Large text in one piece; without a copy where pandas already holds it so."""
    array = pa.array(column, from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.cast(pa.large_string())


def is_in(column: pd.Series, known: "pd.Series | Iterable[str]") -> np.ndarray:
    """Which values are among `known`; a missing one is not."""
    found = pc.is_in(arrow(column), value_set=arrow(known), skip_nulls=True)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def positions(column: pd.Series, keys: "pd.Series | Iterable[str]") -> np.ndarray:
    """Where each value stands among `keys`, which are unique; -1 if nowhere."""
    found = pc.index_in(arrow(column), value_set=arrow(keys), skip_nulls=True)
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
