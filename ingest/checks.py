"""What a cell may hold, as a pandera schema derived from the table's declaration and the chain."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow.compute as pc
from pandera.errors import SchemaErrors

from ingest.arrays import arrow, is_in
from risk_graph.model.chain import Chain
from risk_graph.model.gazetteer import is_country, subdivisions
from risk_graph.model.graph import TONNES
from risk_graph.model.lei import is_lei
from risk_graph.model.table import Column, Table

_INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_LONGEST_ID = 200
_LONGEST_TEXT = 10_000

_BOUNDS = {
    "latitude": "bad-latitude",
    "longitude": "bad-longitude",
    "share": "bad-share",
    "mass": "negative-mass",
    "coc_mass": "negative-mass",
}
"""Code for a number outside its bounds, by column; bad-number for all others."""

_MISSING = "not_nullable"

Test = Callable[[pd.Series], pd.Series]


def cell_schema(table: Table, chain: Chain) -> pandera.DataFrameSchema:
    """A check's name is its issue code."""
    columns = {
        column.name: pandera.Column(
            nullable=not column.required,
            checks=[pandera.Check(test, name=code) for code, test in _tests(column, chain)],
        )
        for column in table.columns
    }
    return pandera.DataFrameSchema(columns)


def failures(schema: pandera.DataFrameSchema, frame: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    """(code, column, mask) of every check that some rows do not pass, in the order of the columns."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for (column, check), group in cases.groupby(["column", "check"], sort=False):
            mask = np.zeros(len(frame), dtype=bool)
            mask[group["index"].to_numpy(dtype=np.int64)] = True
            yield ("missing-value" if check == _MISSING else str(check)), str(column), mask


def _tests(column: Column, chain: Chain) -> Iterator[tuple[str, Test]]:
    closed: dict[str, tuple[str, list[str]]] = {
        "stage": ("unknown-stage", list(chain.stages)),
        "material": ("unknown-material", list(chain.materials)),
        "unit": ("bad-unit", list(TONNES)),
        "choice": ("bad-evidence" if column.name == "evidence" else "bad-choice", list(column.choices)),
        "subdivision": ("bad-subdivision", list(subdivisions())),
    }
    if column.kind in closed:
        code, known = closed[column.kind]
        yield code, lambda s: pd.Series(is_in(s, known), index=s.index)
    elif column.kind == "country":
        yield "bad-country", is_country
    elif column.kind == "id":
        yield "bad-id", lambda s: _is_clean(s, _INVISIBLE, _LONGEST_ID)
    elif column.kind == "text":
        yield "bad-text", lambda s: _is_clean(s, _CONTROL, _LONGEST_TEXT)
        if column.name == "lei":
            yield "bad-lei", lambda s: s.map(is_lei)
    elif column.low is not None or column.high is not None:
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        yield _BOUNDS.get(column.name, "bad-number"), lambda s: s.between(low, high)


def _is_clean(column: pd.Series, forbidden: str, longest: int) -> pd.Series:
    texts = arrow(column)
    bad = pc.or_(pc.match_substring_regex(texts, forbidden), pc.greater(pc.utf8_length(texts), longest))
    return pd.Series(~bad.to_numpy(zero_copy_only=False).astype(bool), index=column.index)
