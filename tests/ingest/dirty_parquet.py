"""Dirty Parquet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingest.project import FACILITIES, FLOWS, write_clean


def _columns() -> dict[str, Any]:
    columns = {name: pa.array([row[at] for row in FLOWS[1:]]) for at, name in enumerate(FLOWS[0])}
    columns["mass"] = pa.array([3000.5, 1500.25, 700.0])
    for name in ("period_start", "period_end"):
        columns[name] = columns[name].cast(pa.timestamp("s")).cast(pa.timestamp("ns", "UTC"))
    columns["unit"] = columns["unit"].dictionary_encode()
    return columns


def _write(folder: Path, **changed: Any) -> Path:
    write_clean(folder, without="flows")
    path = folder / "flows.parquet"
    pq.write_table(pa.table({**_columns(), **changed}), path)
    return path


def clean(folder: Path) -> None:
    _write(folder)


def replaced(data: bytes) -> Callable[[Path], None]:
    return lambda folder: (_write(folder).write_bytes(data), None)[1]


def wrong_types(folder: Path) -> None:
    _write(folder, mass=pa.array([True, False, None]), period_start=pa.array([45292, 45292, 45292]))


def numeric_ids(folder: Path) -> None:
    write_clean(folder, facilities=[[{"F1": "1", "F2": "2"}.get(c, c) for c in row] for row in FACILITIES])
    (folder / "flows.csv").unlink()
    columns = {**_columns(), "from_id": pa.array(["M1", "1", "2"]), "to_id": pa.array(["1", "2", "P1"])}
    pq.write_table(pa.table({**columns, "flow_id": pa.array([1.0, 2.0, 3.0])}), folder / "flows.parquet")


def infinite(folder: Path) -> None:
    _write(folder, mass=pa.array([1.5, float("inf"), 2.5]))


def nested(folder: Path) -> None:
    _write(folder, source=pa.array([["a"], ["b"], []]))


def twice(folder: Path) -> None:
    path = _write(folder)
    table = pq.read_table(path)
    pq.write_table(table.append_column("mass", table["mass"]), path)


def truncated(folder: Path) -> None:
    path = _write(folder)
    path.write_bytes(path.read_bytes()[:-200])


def no_rows(folder: Path) -> None:
    path = _write(folder)
    pq.write_table(pq.read_table(path).slice(0, 0), path)
