"""How sure values and ranks are: many draws of what is uncertain, each carried down the chain exactly (docs/uncertainty.md).

What varies: the publishers' errors, what is missing (from its best to its worst, all of a theme together: ignorance does
not average out), how much metal is undeclared, and in the overall value the themes' weights.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd

from risk_graph.assess.drawn import ThemeDraws, places_of
from risk_graph.assess.draws import Stream
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.scorer import OVERALL, Scorer, Theme
from risk_graph.assess.scores import theme_values

COLUMNS = [
    "subject_id", "theme", "p05", "p50", "p95", "rank_p05", "rank_p95", "p_top_k", "tie_group", "low", "value", "high", "kind",
]  # fmt: skip

_AT_ONCE = 64
_NUMBERS = 2**21
"""Nodes x draws that are carried together: this bounds memory."""
_ROWS = 2_000
_STEP = 1e-3
"""Points: values that agree to this are of one rank, so that rounding ranks nobody."""

Progress = Callable[[str, float], None]


def uncertainty(
    facts: Facts,
    scorer: Scorer,
    *,
    themes: Iterable[str] = (OVERALL,),
    kind: str | None = None,
    top: int = 10,
    draws: int = 1000,
    seed: int = 0,
    progress: Progress = lambda step, done: None,
) -> pd.DataFrame:
    """COLUMNS for each subject of a kind (or of all, each kind apart) and theme, by theme and subject.

    p05, p50, p95 are quantiles of the value, 0..100; rank_p05 and rank_p95 of the rank in its kind, 1 the worst;
    p_top_k (0..1) is the probability of a rank of at most `top`. Subjects whose intervals p05..p95 overlap, directly or
    over others, are one tie_group, 1 the worst. low, value and high are those of the score, with nominal weights. Equal
    arguments give equal bytes.
    """
    wanted, subjects = set(themes), _chosen(facts, kind)
    stream = Stream(seed, draws)
    weights = stream.weights(scorer)
    total = np.zeros((len(subjects) if OVERALL in wanted else 0, draws), dtype=np.float32)
    nominal, tables = np.zeros((len(subjects), 3)), {}
    needed = [t for t in scorer.themes if OVERALL in wanted or t.id in wanted]
    for theme in needed:
        bounds = theme_values(facts, replace(scorer, themes=(theme,)))[subjects, 0]
        values = _drawn(facts, theme, subjects, bounds, stream, progress)
        if theme.id in wanted:
            table = _told(facts, subjects, theme.id, values, bounds, top)
            quantiles = ["p05", "p50", "p95"]
            table[quantiles] = table[quantiles].clip(table["low"], table["high"], axis=0)
            tables[theme.id] = table
        if OVERALL in wanted:
            weight = weights[scorer.themes.index(theme)].astype(np.float32)
            for rows in _slices(len(subjects), _ROWS):
                total[rows] += weight * values[rows]
            nominal += theme.weight * bounds
        del values
    if OVERALL in wanted:
        progress("Ranking", 0.0)
        tables[OVERALL] = _told(facts, subjects, OVERALL, total, np.clip(nominal, 0.0, WORST), top)
    return pd.concat([tables[t] for t in sorted(tables)], ignore_index=True)


def _chosen(facts: Facts, kind: str | None) -> np.ndarray:
    """Positions of the subjects of a kind, by id."""
    of_kind = np.flatnonzero((facts.subjects.kinds == kind) | (kind is None))
    return of_kind[np.argsort(facts.subjects.ids[of_kind].astype(str), kind="stable")]


def _drawn(
    facts: Facts, theme: Theme, subjects: np.ndarray, bounds: np.ndarray, stream: Stream, progress: Progress
) -> np.ndarray:
    """(m, draws) values of one theme, single precision."""
    model = ThemeDraws(facts, theme, subjects, bounds[:, [0, 2]])
    missing = stream.missing(theme.id)
    errors = {layer: stream.errors(layer, places_of(facts, layer)) for layer in sorted(theme.layers)}
    out = np.empty((len(subjects), stream.draws), dtype=np.float32)
    balance = stream.balance()
    order = np.argsort(balance)  # draws at one end of the balances are carried together

    def draw(part: slice) -> None:
        at = order[part]
        out[:, at] = model.values({layer: e[:, at] for layer, e in errors.items()}, missing[at], balance[at])

    parts = _slices(stream.draws, max(_NUMBERS // max(facts.network.graph.size, 1), _AT_ONCE // 2))
    draw(parts[0])  # what all draws share is made once, before they part
    for done, _ in enumerate(side_by_side(draw, parts[1:]), 2):
        progress(f"Drawing {theme.title}", done / len(parts))
    return out


def side_by_side(work: Callable[[slice], None], parts: list[slice]) -> Iterable[None]:
    """Each part once, on as many threads as there are processors: what they do is outside of Python's lock."""
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, 4))
    try:
        yield from pool.map(work, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _slices(count: int, size: int) -> list[slice]:
    return [slice(first, min(first + size, count)) for first in range(0, max(count, 1), size)]


def _told(
    facts: Facts, subjects: np.ndarray, theme: str, values: np.ndarray, bounds: np.ndarray, top: int
) -> pd.DataFrame:
    kinds = facts.subjects.kinds[subjects]
    table = pd.DataFrame({"subject_id": facts.subjects.ids[subjects], "theme": theme})
    table[["low", "value", "high"]] = bounds
    table["kind"] = kinds
    table[["p05", "p50", "p95"]] = _quantiles(values, [0.05, 0.5, 0.95], "linear")
    for column in ("rank_p05", "rank_p95", "p_top_k", "tie_group"):
        table[column] = 0.0
    for kind in sorted(set(kinds)):
        at = np.flatnonzero(kinds == kind)
        ranks = ranks_of(values, at)
        table.loc[at, ["rank_p05", "rank_p95"]] = _quantiles(ranks, [0.05, 0.95], "inverted_cdf")
        table.loc[at, "p_top_k"] = (ranks <= top).mean(axis=1)
        table.loc[at, "tie_group"] = tie_groups(table["p05"].to_numpy()[at], table["p95"].to_numpy()[at])
    whole = ["rank_p05", "rank_p95", "tie_group"]
    return table.astype(dict.fromkeys(whole, "int64"))[COLUMNS]


def _quantiles(values: np.ndarray, at: list[float], method: str) -> np.ndarray:
    """(m, quantiles) of each row."""
    out = np.empty((len(values), len(at)))

    def some(rows: slice) -> None:
        out[rows] = np.quantile(values[rows], at, axis=1, method=method).T  # type: ignore[call-overload]  # a str

    list(side_by_side(some, _slices(len(values), _ROWS)))
    return out


def ranks_of(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(len(at), draws) rank of each row among the rows `at` in each draw: 1 and how many are worse by _STEP."""
    out = np.empty((len(at), values.shape[1]), dtype=np.int32)

    def some(draws: slice) -> None:
        steps = np.rint(values[at, draws].T / _STEP).astype(np.int64)
        for draw, row in zip(range(draws.start, draws.stop), steps, strict=True):
            up_to = np.cumsum(np.bincount(row, minlength=1))
            out[:, draw] = 1 + len(at) - up_to[row]

    list(side_by_side(some, _slices(values.shape[1], _AT_ONCE)))
    return out


def tie_groups(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """(m,) group of each interval, 1 the highest: intervals that overlap, directly or over others, are of one group; those
    of different groups do not.
    """
    order = np.lexsort((-low, -high))
    reached = np.minimum.accumulate(low[order])
    parts = np.concatenate([[1], (high[order][1:] < reached[:-1]).astype(np.int64)])
    groups = np.empty(len(low), dtype=np.int64)
    groups[order] = np.cumsum(parts)[: len(low)]
    return groups
