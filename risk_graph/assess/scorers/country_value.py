"""The number of a country, between the goalposts of the signal. Bounds are those of the publisher; where it gives none,
the scorer says what is assumed, and if it does not, they are not known.
"""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import Reader, Risks, Signal, scaled


def _read(facts: Facts, signal: Signal, ids: pd.Index) -> Risks:
    said = facts.of_layer(signal.layer).reindex(ids)
    value, one, other = (scaled(signal, said[c].to_numpy(dtype=float)) for c in ("value", "low", "high"))
    is_place = facts.are_places(ids)
    missing = is_place & np.isnan(value)
    known = is_place & ~missing
    low, high = np.minimum(one, other), np.maximum(one, other)
    low = np.where(np.isnan(low), np.maximum(value - signal.spread, 0.0), np.minimum(low, value))
    high = np.where(np.isnan(high), np.minimum(value + signal.spread, WORST), np.maximum(high, value))
    low, value, high = (np.where(known, v, 0.0) for v in (low, value, high))
    return Risks.of(low, value, high, missing)


READER = Reader("country_value", "number of a country", "country_value", True, _read)
