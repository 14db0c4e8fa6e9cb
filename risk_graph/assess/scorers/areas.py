"""Areas such as protected places: 100 inside one, 0 where none is within reach, missing between and where the place is
known too vaguely (docs/areas.md).
"""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import Reader, Risks, Signal
from risk_graph.model.truth import Truth


def _read(facts: Facts, signal: Signal, ids: pd.Index) -> Risks:
    truth = facts.truth(signal.layer, ids)
    inside = np.where(truth == Truth.TRUE, WORST, 0.0)
    return Risks.of(inside, inside, inside, truth == Truth.UNKNOWN)


READER = Reader("areas", "areas on the map", "areas", False, _read)
