"""What rules may read besides the graph and its signals: the input's other tables, layers, matches, settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from risk_graph.assess.regime import Regime
from risk_graph.layers.layer import Layer
from risk_graph.model.table import input_tables, result_tables


@dataclass(frozen=True, eq=False)
class Records:
    """`tables` are the input tables, `layers` those at hand, `matches` the result table; a part that is not given is
    empty, and nothing is concluded from its being so. `regimes`: those that the project chose, or None for all that ship.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    matches: pd.DataFrame | None = None
    last_report: date | None = None
    regimes: tuple[Regime, ...] | None = None

    def table(self, name: str) -> pd.DataFrame:
        """An input table; without rows if it was not given."""
        found = self.tables.get(name)
        return input_tables()[name].empty() if found is None else found

    @property
    def matched(self) -> pd.DataFrame:
        return result_tables()["matches"].empty() if self.matches is None else self.matches
