"""A list of places: 100 in a listed place, 0 elsewhere, missing where it cannot be told."""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import Reader, Risks, Signal
from risk_graph.model.truth import Truth


def _read(facts: Facts, signal: Signal, ids: pd.Index) -> Risks:
    truth = facts.truth(signal.layer, ids)
    hit = np.where(truth == Truth.TRUE, WORST, 0.0)
    return Risks.of(hit, hit, hit, truth == Truth.UNKNOWN)


READER = Reader("listing", "list of places", "listing", False, _read)
