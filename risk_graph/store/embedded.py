"""The store without a server: a folder of generations, each Parquet tables and a Cypher database built from them.

The Parquet files are the record; reading them needs no database. A generation is written once, verified and
then made current, so that neither a reader nor a killed load meets a half-written one.
"""

import errno
from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from risk_graph.errors import DamagedError, NotFoundError, StoreError
from risk_graph.model.table import Tables
from risk_graph.store import database
from risk_graph.store.content import Content, combine, digest, from_arrow, split, to_arrow
from risk_graph.store.generations import Generations, storage_errors
from risk_graph.store.guard import check_reading
from risk_graph.store.protocol import Progress, Snapshot, silent
from risk_graph.store.schema import all_tables

_DATABASE = "graph.lbug"
_FORMAT = 2  # of what is written here: another number is another generation
BUSY_SECONDS = 5.0


class EmbeddedStore:
    """GraphStore in a folder."""

    def __init__(self, root: Path, *, write: bool, busy_seconds: float = BUSY_SECONDS) -> None:
        self.generations = Generations(root)
        self.root, self._write, self._busy_seconds = root, write, busy_seconds

    def replace(self, dataset: str, tables: Tables, results: Tables, progress: Progress = silent) -> str:
        if not self._write:
            raise StoreError("the store was opened for reading")
        with self.generations.writing(self._busy_seconds):
            content = combine(dataset, tables, self._carried(dataset), results)
            name = digest(content, f"embedded {_FORMAT}, ladybug {version('ladybug')}")
            if not self.generations.has(name):
                self._build(name, content, progress)
            self.generations.make_current(name)
        return name

    def _carried(self, dataset: str) -> dict[str, Tables]:
        """The other data sets of the current generation. A damaged one is replaced when it held no other."""
        try:
            others = set(self.datasets()) - {dataset}
            return self._split() if others else {}
        except DamagedError:
            lost = self.generations.noted_datasets() - {dataset}
            if lost:
                raise StoreError(
                    f"the graph {self.root} is damaged or of another version and holds other data sets too "
                    f"({', '.join(sorted(lost))}): delete the folder and load each of them again"
                ) from None
            return {}

    def _split(self) -> dict[str, Tables]:
        """All data sets of the current generation."""
        with self.generations.reading() as folder, storage_errors(self.root):
            frames = {name: self._table(folder, name) for name in all_tables()}
            return split(Content(self.generations.manifest(folder).datasets, frames))

    def _build(self, name: str, content: Content, progress: Progress) -> None:
        with self.generations.new() as folder:
            progress("writing the tables")
            for table_name, table in all_tables().items():
                rows = to_arrow(table, content.frames[table_name])
                pq.write_table(
                    rows, _parquet(folder, table_name), compression="zstd", write_page_checksum=True
                )
            database.build(folder / _DATABASE, content, progress)
            self._verify(folder, content)
            self.generations.publish(folder, name, content.datasets)

    def _verify(self, folder: Path, content: Content) -> None:
        for name, frame in content.frames.items():
            if pq.read_metadata(_parquet(folder, name)).num_rows != len(frame):
                raise StoreError(f"table {name} was not written whole; the former graph stays")

    def datasets(self) -> list[str]:
        try:
            with self.generations.reading() as folder:
                return list(self.generations.manifest(folder).datasets)
        except NotFoundError:
            return []

    def read(self, names: Collection[str] | None = None) -> Snapshot:
        with self.generations.reading() as folder, storage_errors(self.root):
            self.generations.manifest(folder)
            wanted = [name for name in all_tables() if names is None or name in names]
            tables = {name: all_tables()[name].conform(self._table(folder, name)) for name in wanted}
            return Snapshot(folder.name, tables)

    def _table(self, folder: Path, name: str) -> pd.DataFrame:
        try:
            stored = pq.read_table(_parquet(folder, name), page_checksum_verification=True)
            return from_arrow(all_tables()[name], stored)
        except (pa.ArrowException, KeyError, OSError) as error:
            if isinstance(error, OSError) and error.errno not in {None, errno.ENOENT}:
                raise
            raise self.generations.damaged() from error

    def query(self, cypher: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        bound = dict(parameters or {})
        check_reading(cypher, bound)
        with self.generations.reading() as folder:
            self.generations.manifest(folder)
            try:
                return database.ask(folder / _DATABASE, cypher, bound)
            except DamagedError:
                raise self.generations.damaged() from None

    def close(self) -> None:
        """Nothing stays open between two calls."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _parquet(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"
