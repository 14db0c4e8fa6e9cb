"""Red-flag locations taken together, for the rules about suppliers: what the location rules say, in Kleene's or."""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.model.truth import Truth

LOCATION_RULES = ("OECD-RF-L1", "OECD-RF-L2", "OECD-RF-L3")


def node_truth(facts: Facts) -> np.ndarray:
    """(n,) whether each node itself is a red-flag location; unknown where a rule says nothing of single nodes."""
    unknown = np.full(facts.network.graph.size, Truth.UNKNOWN, dtype=np.int8)
    said = [facts.answers[rule].nodes for rule in LOCATION_RULES]
    return np.asarray(np.maximum.reduce([unknown if s is None else s for s in said]))


def subject_truth(facts: Facts) -> np.ndarray:
    """(m,) whether each subject operates in, or is supplied from, a red-flag location."""
    count = len(facts.subjects.ids)
    return np.asarray(np.maximum.reduce([facts.answers[rule].over(count) for rule in LOCATION_RULES]))


def unanswered(facts: Facts) -> list[str]:
    """Location rules that could not be asked of single places."""
    return [rule for rule in LOCATION_RULES if facts.answers[rule].nodes is None]


def suppliers(facts: Facts) -> np.ndarray:
    """(m,) which subjects are suppliers."""
    return np.asarray(facts.subjects.kinds == "supplier")


def positions(facts: Facts, ids: "pd.Series | np.ndarray") -> np.ndarray:
    """Positions of ids among the subjects; -1 for others."""
    return np.asarray(pd.Index(facts.subjects.ids).get_indexer(pd.Index(ids)))


def months_before(day: object, months: int) -> pd.Timestamp:
    return pd.Timestamp(day) - pd.DateOffset(months=months)
