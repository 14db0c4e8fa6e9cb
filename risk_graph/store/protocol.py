"""What a graph store does, whoever keeps the graph."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import pandas as pd

from risk_graph.model.table import Tables

Progress = Callable[[str], None]

QUERY_SECONDS = 60.0
QUERY_ROWS = 100_000


def silent(step: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Snapshot:
    """Tables of one generation: the inputs of all data sets, in the order of their names, and the results."""

    generation: str
    tables: Tables


class GraphStore(Protocol):
    """Where the graph lives; a reader meets the graph of before a load or of after it, never a mixture.

    Failures are StoreError (the store), QueryError (the query), InputError (rows that cannot stand in a
    graph) and NotFoundError (nothing was loaded yet).
    """

    def replace(self, dataset: str, tables: Tables, results: Tables, progress: Progress = silent) -> str:
        """The id of the generation in which `tables` are all there is of `dataset`, and `results` all results.

        Other data sets are carried over. The id is a hash of the content: the same content is the same
        generation. When it fails, the former generation stays.
        """

    def datasets(self) -> list[str]:
        """Names of the data sets that are loaded, sorted."""

    def read(self, names: Collection[str] | None = None) -> Snapshot:
        """The tables called `names` (None: all), rows in the order they were given."""

    def query(self, cypher: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """The answer to one reading Cypher statement; dates are ISO text, nodes and paths plain dicts."""

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
