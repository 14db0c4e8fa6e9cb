"""What a table is: columns with meaning, and how its rows stand in the graph.

Blank templates, validation, the database schema and the documentation are all derived from these
declarations (`risk_graph/model/tables`, `risk_graph/model/results`); no column is described twice.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import pandas as pd
import pyarrow as pa

from risk_graph.model.shelf import discover

Kind = Literal[
    "id", "text", "choice", "number", "integer", "date", "country", "subdivision", "stage", "material", "unit"
]

_ARROW: dict[str, pa.DataType] = {"number": pa.float64(), "integer": pa.int64(), "date": pa.date32()}
_PANDAS: dict[str, str] = {"number": "float64", "integer": "int64", "date": "datetime64[ms]"}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `choices` closes a `choice`; `references` names the tables one of which must hold the id;
    `low`/`high` bound a number, both included.
    """

    name: str
    kind: Kind
    description: str
    example: str = ""
    required: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def arrow_type(self) -> pa.DataType:
        return _ARROW.get(self.kind, pa.string())

    @property
    def pandas_dtype(self) -> str:
        return _PANDAS.get(self.kind, "str")


@dataclass(frozen=True)
class Node:
    """Rows become nodes of this label, keyed by the table's key."""

    label: str


@dataclass(frozen=True)
class Edge:
    """Rows become relationships of this type from `source` to `target` (columns that hold ids).

    `sources`/`targets` are the labels that either end may have.
    """

    type: str
    source: str
    target: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]


PROVENANCE = (
    Column("source_file", "text", "File the row was read from", "suppliers.csv"),
    Column("source_sheet", "text", "Sheet of a workbook, else empty", ""),
    Column("source_row", "integer", "Row as a spreadsheet program shows it; the header is 1", "2"),
    Column("retrieved_on", "date", "Day the file was last changed", "2026-06-30"),
)


@dataclass(frozen=True)
class Table:
    """A named set of columns; `key` is the column whose values are unique (empty: none is)."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: str = ""
    graph: Node | Edge | None = None
    provenance: bool = True

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The declared columns, then those that say where a row comes from."""
        return self.columns + (PROVENANCE if self.provenance else ())

    def column(self, name: str) -> Column:
        return next(c for c in self.all_columns if c.name == name)

    @property
    def names(self) -> list[str]:
        return [c.name for c in self.all_columns]

    def arrow_schema(self) -> pa.Schema:
        return pa.schema([(c.name, c.arrow_type) for c in self.all_columns])

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` with exactly this table's columns, in order and typed; absent ones are missing."""
        out: dict[str, pd.Series] = {}
        for column in self.all_columns:
            if column.name in frame.columns:
                out[column.name] = frame[column.name].astype(column.pandas_dtype)
            else:
                fill = 0 if column.kind == "integer" else None
                out[column.name] = pd.Series([fill] * len(frame), index=frame.index).astype(
                    column.pandas_dtype
                )
        return pd.DataFrame(out, columns=self.names).reset_index(drop=True)

    def empty(self) -> pd.DataFrame:
        return self.conform(pd.DataFrame())

    def to_arrow(self, frame: pd.DataFrame) -> pa.Table:
        return pa.Table.from_pandas(self.conform(frame), schema=self.arrow_schema(), preserve_index=False)

    def from_arrow(self, table: pa.Table) -> pd.DataFrame:
        return self.conform(table.to_pandas(date_as_object=False))


Tables = dict[str, pd.DataFrame]


@cache
def input_tables() -> dict[str, Table]:
    """The tables a user fills, by name, suppliers first (an id is declared before it is used)."""
    found = discover("risk_graph.model.tables", "TABLE", Table, lambda t: t.name)
    order = (
        "suppliers", "facilities", "products", "flows", "certificates", "certificate_scope", "ownership", "corrective_actions",
    )  # fmt: skip
    return {name: found[name] for name in sorted(found, key=lambda n: order.index(n) if n in order else 99)}


@cache
def fact_tables() -> dict[str, Table]:
    """The kinds of rows that public sources give, by name."""
    return discover("risk_graph.model.facts", "TABLE", Table, lambda t: t.name)


@cache
def result_tables() -> dict[str, Table]:
    """The tables a run writes, by name."""
    return discover("risk_graph.model.results", "TABLE", Table, lambda t: t.name)
