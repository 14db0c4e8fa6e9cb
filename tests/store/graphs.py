"""Synthetic tables that are made from the declarations: every table, every kind of column, awkward texts, gaps."""

import datetime

import pandas as pd

from risk_graph.model.table import Column, Edge, Table, Tables, input_tables, result_tables

AWKWARD = (
    "中国铝业",
    'O\'Brien "& Sons"',
    "back\\slash \\' `tick`",
    "'; MATCH (n) DETACH DELETE n //",
    "}) DETACH DELETE n //",
    "line\nbreak\ttab",
    "=1+1",
    "NA",
    "007",
    " spaced ",
    "🏭 é ẞ",
    "unit\x1fseparator",
)


def inputs(prefix: str = "", count: int = 12) -> Tables:
    """Input tables with `count` rows each, ids starting with `prefix`."""
    return {name: _frame(table, prefix, count) for name, table in input_tables().items()}


def results(prefix: str = "", count: int = 12, mark: str = "") -> Tables:
    """Result tables about the facilities of `inputs(prefix, count)`; `mark` makes runs differ."""
    made = {name: _frame(table, prefix, count) for name, table in result_tables().items()}
    for name in ("findings", "scores", "signals", "exposures", "matches"):
        made[name]["subject_id"] = [identity("facilities", prefix, i) for i in range(count)]
    made["runs"] = made["runs"].head(1)
    made["runs"]["project"] = mark or "synthetic"
    return made


def identity(table: str, prefix: str, i: int) -> str:
    return f"{prefix}{table[:3]}-{i}-{AWKWARD[i % len(AWKWARD)]}"


def _frame(table: Table, prefix: str, count: int) -> pd.DataFrame:
    rows = [{c.name: _value(table, c, prefix, i) for c in table.all_columns} for i in range(count)]
    return table.conform(pd.DataFrame(rows, columns=table.names, dtype="object"))


def _value(table: Table, column: Column, prefix: str, i: int) -> object:
    if column.name == table.key:
        return identity(table.name, prefix, i)
    if column.references:
        return identity(column.references[i % len(column.references)], prefix, (i * 7 + 1) % 12)
    ends = {table.graph.source, table.graph.target} if isinstance(table.graph, Edge) else set()
    gap = not column.required and column.name not in ends and i % 3 == 1
    if column.kind == "integer":
        return i + 2**40
    if gap:
        return None
    if column.kind == "number":
        return (column.low or 0.0) + 0.1 * i
    if column.kind == "date":
        return pd.Timestamp(datetime.date(1900, 1, 1) + datetime.timedelta(days=9999 * i % 70_000))
    if column.choices:
        return column.choices[i % len(column.choices)] or None
    if column.kind == "country":
        return ("AUS", "CHN", "NAM")[i % 3]
    if column.kind == "subdivision":
        return ("AU-WA", "CN-XJ", "NA-KA")[i % 3]
    return AWKWARD[i % len(AWKWARD)]


def many(count: int, mark: str = "") -> tuple[Tables, Tables]:
    """A graph of `count` facilities, flows and findings that all carry `mark`."""
    ids = [f"F-{i}" for i in range(count)]
    supplier = {"supplier_id": ["S"], "name": [mark], "country": ["AUS"]}
    facilities = {"facility_id": ids, "supplier_id": "S", "name": mark, "stage": "smelter", "country": "AUS"}
    flows: dict[str, object] = {
        "flow_id": [f"L-{i}" for i in ids],
        "from_id": ids,
        "to_id": [*ids[1:], ids[0]],
        "material": mark,
    }
    flows |= {
        "mass": 1.0,
        "unit": "t",
        "period_start": pd.Timestamp("2024-01-01"),
        "period_end": pd.Timestamp("2024-12-31"),
    }
    findings: dict[str, object] = {
        "finding_id": [f"R|{i}" for i in ids],
        "rule": mark,
        "subject_id": ids,
        "truth": "U",
        "hops": -1,
    }
    tables = {"suppliers": supplier, "facilities": facilities, "flows": flows}
    return {n: pd.DataFrame(t) for n, t in tables.items()}, {"findings": pd.DataFrame(findings)}
