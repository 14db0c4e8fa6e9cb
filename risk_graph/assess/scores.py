"""Scores: every theme and the overall value of every subject, with bounds, coverage, parts and what certificates leave.

`value` is the inherent risk; `residual` is the same with the own risk of certified facilities lowered (residual.py).
"""

import numpy as np
import pandas as pd

from risk_graph.assess.carry import Carried
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.own import own_risks
from risk_graph.assess.ranks import ranks_table
from risk_graph.assess.residual import lowered, lowerings
from risk_graph.assess.scorer import NOT_ASSESSED, OVERALL, Scorer, Theme
from risk_graph.model.table import Tables, result_tables

BANDS = ("low", "moderate", "elevated", "high", "very high")
"""Words for 0 to 20, 20 to 40 and so on, the lower end included."""

_COVERED_ENOUGH = 0.5
_COVERED_FOR_LOW = 0.95
_NUMBERS = ("low", "value", "high", "coverage", "from_known", "from_missing", "from_unknown")
_RESIDUAL = ("residual_low", "residual", "residual_high")


def scored(facts: Facts, scorer: Scorer) -> Tables:
    """The results tables `scores` and `ranks`."""
    numbers = theme_numbers(facts, scorer)
    return {
        "scores": scores_table(facts, scorer, numbers),
        "ranks": ranks_table(facts, scorer, numbers),
    }


def score(facts: Facts, scorer: Scorer) -> pd.DataFrame:
    """Every theme and the overall value of every subject, as the results table `scores`, by subject and theme."""
    return scores_table(facts, scorer, theme_numbers(facts, scorer))


def theme_values(facts: Facts, scorer: Scorer) -> np.ndarray:
    """(m, themes, 3): low, value and high of each subject and theme, inherent."""
    return theme_numbers(facts, scorer)[:, :, :3]


def theme_numbers(facts: Facts, scorer: Scorer) -> np.ndarray:
    """(m, themes, 10): low, value, high, coverage, from_known, from_missing, from_unknown; residual low, value, high."""
    out = np.empty((len(facts.subjects.ids), len(scorer.themes), len(_NUMBERS) + len(_RESIDUAL)))
    certificates = lowerings(facts, scorer)
    ids = pd.Index(facts.network.graph.nodes["node_id"])
    for number, theme in enumerate(scorer.themes):
        risks = own_risks(facts, theme, ids).risks.but_missing(facts.network.graph.incomplete > 0)
        table = _theme_table(facts, Carried(facts, theme, risks))
        out[:, number, : len(_NUMBERS)] = table
        less = lowered(risks, theme.id, certificates)
        rest = table if less is None else _theme_table(facts, Carried(facts, theme, less))
        out[:, number, len(_NUMBERS) :] = np.minimum(rest[:, :3], table[:, :3])
    return out


def overall_of(scorer: Scorer, numbers: np.ndarray) -> np.ndarray:
    """The weighted mean over themes of an array (m, themes, ...)."""
    parts = (theme.weight * numbers[:, i] for i, theme in enumerate(scorer.themes))
    return np.asarray(sum(parts, start=np.zeros(1)))


def scores_table(facts: Facts, scorer: Scorer, numbers: np.ndarray) -> pd.DataFrame:
    """The results table `scores` of theme_numbers."""
    names = np.array([*(theme.id for theme in scorer.themes), OVERALL], dtype=object)
    by_name, by_id = np.argsort(names), np.argsort(facts.subjects.ids)
    every = np.concatenate([numbers, overall_of(scorer, numbers)[:, None]], axis=1)
    columns = every[by_id][:, by_name].reshape(-1, numbers.shape[2]).T
    low, value, high, coverage, known, missing, unknown, *residual = columns
    value = np.minimum(value, WORST)  # a weighted sum may round past the end
    high, coverage = np.clip(np.maximum(high, value), 0.0, WORST), np.clip(coverage, 0.0, 1.0)
    subject = pd.Series(np.repeat(facts.subjects.ids[by_id], len(names)), dtype="str")
    theme = pd.Series(np.tile(names[by_name], len(by_id)), dtype="str")
    left = np.clip(residual, 0.0, WORST)
    table = pd.DataFrame(
        {
            "score_id": theme + "|" + subject,
            "subject_id": subject,
            "theme": theme,
            "low": np.minimum(low, value),
            "value": value,
            "high": high,
            "coverage": coverage,
            "from_known": known,
            "from_missing": missing,
            "from_unknown": unknown,
            "band": bands(low, high, coverage),
            "residual_low": np.minimum(left[0], left[1]),
            "residual": left[1],
            "residual_high": np.maximum(left[1], left[2]),
        }
    )
    return result_tables()["scores"].conform(table)


def _theme_table(facts: Facts, flow: Carried) -> np.ndarray:
    """(m, 7): _NUMBERS of every subject."""
    nodes = np.column_stack([flow.bounds, flow.covered, flow.parts])
    table = np.asarray(facts.subjects.weights @ nodes)
    _widen_for_idle_sites(facts, nodes, table)
    _widen_for_rejected_rows(facts, table)
    homeless = facts.subjects.homeless
    if homeless.any():
        table[homeless] = 0.0
        for column in (1, 2, 6):
            table[homeless, column] = WORST
        table[homeless, 0] = _proven_of_homeless(facts, flow.theme)
    return table


def _proven_of_homeless(facts: Facts, theme: Theme) -> np.ndarray:
    """What is proven of suppliers without any node: their country's risk, and that their origin is unknown."""
    ids = facts.subjects.ids[facts.subjects.homeless]
    if theme.is_of_flows:
        return np.full(len(ids), WORST)
    return own_risks(facts, theme, pd.Index(ids)).risks.low


def _widen_for_idle_sites(facts: Facts, nodes: np.ndarray, table: np.ndarray) -> None:
    """A supplier's site that delivers no declared metal may deliver any: its bounds count, its facts do not cover."""
    row, node = facts.idle.row, facts.idle.col
    np.minimum.at(table[:, 0], row, nodes[node, 0])
    np.maximum.at(table[:, 2], row, nodes[node, 2])
    sites = np.diff(facts.subjects.own.indptr)
    active = sites - np.bincount(row, minlength=len(table))
    table[:, 3] *= np.divide(active, sites, out=np.ones(len(table)), where=sites > 0)


def _widen_for_rejected_rows(facts: Facts, table: np.ndarray) -> None:
    """A rejected row that names a supplier or its site may have been another site of it, or a delivery that weighs its
    sites otherwise: nothing is covered, what is not known to be bad counts as missing.
    """
    named = facts.is_named_by_rejected
    table[named, 5] += WORST - table[named, 1]
    table[named, 1:3], table[named, 3] = WORST, 0.0


def bands(low: np.ndarray, high: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Words for upper bounds. With less than half of the metal covered nothing is said but that, unless what is
    proven is in the same band already; the lowest band needs nearly all of it, for unknown is not low.
    """
    word, proven = level_of(high), level_of(low)
    enough = np.where(
        word == 0, coverage >= _COVERED_FOR_LOW, (coverage >= _COVERED_ENOUGH) | (word == proven)
    )
    return np.where(enough, np.array(BANDS, dtype=object)[word], NOT_ASSESSED)


def level_of(value: np.ndarray) -> np.ndarray:
    """Position in BANDS of values 0 to 100."""
    return np.asarray(np.clip(np.floor(np.asarray(value) / 20.0), 0, len(BANDS) - 1).astype(int))
