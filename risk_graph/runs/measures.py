"""What two states of a chain are compared by: scores, unknown shares and findings, as one long table."""

import pandas as pd

from risk_graph.model.table import Tables

KEYS = ["subject_id", "measure", "theme", "rule"]
SCORE, RESIDUAL, UNKNOWN_SHARE, FINDING = "score", "residual", "unknown_share", "finding"
TRUTH = {"F": 0.0, "U": 0.5, "T": 1.0}
"""A finding as a number, so that its change can be split like that of a score."""


def measures(answers: Tables) -> pd.DataFrame:
    """A row a subject and measure, indexed by KEYS, sorted: `low`, `value`, `high` and `word` (band, truth or "").

    Scores and what certificates leave of them (residual) run from 0 to 100, shares from 0 to 1, findings are those of TRUTH.
    """
    scores, shares, found = answers["scores"], answers["exposures"], answers["findings"]
    truth = found["truth"].map(TRUTH)
    frames = [
        _rows(scores, SCORE, scores["low"], scores["value"], scores["high"], scores["band"]),
        _rows(scores, RESIDUAL, scores["residual_low"], scores["residual"], scores["residual_high"], None),
        _rows(shares, UNKNOWN_SHARE, shares["unknown_low"], shares["unknown"], shares["unknown_high"], None),
        _rows(found, FINDING, truth, truth, truth, found["truth"]),
    ]
    return pd.concat(frames, ignore_index=True).set_index(KEYS).sort_index()


def _rows(
    table: pd.DataFrame,
    measure: str,
    low: pd.Series,
    value: pd.Series,
    high: pd.Series,
    word: pd.Series | None,
) -> pd.DataFrame:
    def column(name: str) -> pd.Series:
        there = table[name] if name in table else pd.Series("", index=table.index)
        return there.astype("str")

    return pd.DataFrame(
        {
            "subject_id": column("subject_id"),
            "measure": pd.Series(measure, index=table.index, dtype="str"),
            "theme": column("theme"),
            "rule": column("rule"),
            "low": low.astype("float64"),
            "value": value.astype("float64"),
            "high": high.astype("float64"),
            "word": column("") if word is None else word.astype("str"),
        }
    )
