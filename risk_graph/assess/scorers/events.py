"""Deaths in violent events near a site, between the goalposts of the signal. A site whose place is known too vaguely
is missing, however few events its division saw (docs/layers.md).
"""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import Reader, Risks, Signal, scaled


def _read(facts: Facts, signal: Signal, ids: pd.Index) -> Risks:
    said = facts.of_layer(signal.layer).reindex(ids)
    value, low, high = (scaled(signal, said[c].to_numpy(dtype=float)) for c in ("value", "low", "high"))
    is_place = facts.are_places(ids)
    missing = is_place & np.isnan(value)
    low, high = np.fmin(low, value), np.fmax(high, value)
    low, value, high = (np.where(is_place & ~missing, v, 0.0) for v in (low, value, high))
    return Risks.of(low, value, np.minimum(high, WORST), missing)


READER = Reader("events", "violent events near a site", "events", True, _read)
