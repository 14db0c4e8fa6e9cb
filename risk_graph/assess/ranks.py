"""Ranks of subjects under several aggregations of their themes (composite.py), as the results table `ranks`.

A theme of which no layer is at hand is at its worst for everybody and would make all alike under the maximum: ranks are
by the others, for they only compare. The values and bounds of the score hold every theme.
"""

import numpy as np
import pandas as pd

from risk_graph.assess.composite import AGGREGATIONS
from risk_graph.assess.composite import ranks as ranks_under
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.scorer import Scorer
from risk_graph.model.table import result_tables

AGGREGATED = {"arithmetic": "arithmetic", "inverted_geometric": "inverted_geometric", "maximum": "max"}
"""Aggregation -> the end of the names of its columns."""


def themes_at_hand(facts: Facts, scorer: Scorer) -> list[int]:
    """Positions of the themes of which some layer is at hand, or which need none."""
    return [
        i
        for i, t in enumerate(scorer.themes)
        if t.is_of_flows or any(facts.has_layer(layer) for layer in t.layers)
    ]


def ranks_table(facts: Facts, scorer: Scorer, numbers: np.ndarray) -> pd.DataFrame:
    """Ranks by `numbers` (m, themes, 2 or more: low, value), each kind of subject apart, ties (to 1e-9) as ties."""
    at = themes_at_hand(facts, scorer)
    weights = np.array([scorer.themes[i].weight for i in at] if at else [1.0])
    kinds = facts.subjects.kinds
    table = pd.DataFrame({"subject_id": facts.subjects.ids, "kind": kinds, "count": 0})
    under = {name: AGGREGATIONS[name] for name in AGGREGATED}
    for first, column in (("rank", 1), ("proven", 0)):
        x = np.clip(numbers[:, at, column], 0.0, WORST) if at else np.full((len(numbers), 1), WORST)
        ranks = {name: np.zeros(len(x), dtype=np.int64) for name in under}
        for kind in sorted(set(kinds)):
            of_kind = np.flatnonzero(kinds == kind)
            table.loc[of_kind, "count"] = len(of_kind)
            for name, rank in ranks_under(x[of_kind], weights, under).items():
                ranks[name][of_kind] = rank
        table = table.assign(**{f"{first}_{AGGREGATED[name]}": rank for name, rank in ranks.items()})
    return result_tables()["ranks"].conform(table.sort_values("subject_id", ignore_index=True))
