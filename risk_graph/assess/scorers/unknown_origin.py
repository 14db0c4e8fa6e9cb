"""Metal of unknown origin: no place has a risk of its own, only what flows in unseen counts."""

import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.reader import Reader, Risks, Signal


def _read(facts: Facts, signal: Signal, ids: pd.Index) -> Risks:
    return Risks.none(len(ids))


READER = Reader("unknown_origin", "metal of unknown origin", "", False, _read)
