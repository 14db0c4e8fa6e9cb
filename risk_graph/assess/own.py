"""The own risk of places by theme: several signals put together, and what of each stands in the result."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import Risks, read_signal
from risk_graph.assess.scorer import Theme


@dataclass(frozen=True, eq=False)
class Part:
    """What counts on its own in a theme: a signal that stands alone, or those that are averaged, with their weights.
    `signals` are positions in the theme; `most` is the most that the part can say.
    """

    signals: list[int]
    weights: list[float]
    risks: Risks

    @property
    def most(self) -> float:
        return WORST * sum(self.weights)


@dataclass(frozen=True, eq=False)
class Own:
    """Own risks of some ids by one theme: each signal's, the parts they form, and `risks`, the worst of the parts."""

    theme: Theme
    by_signal: list[Risks]
    parts: list[Part]
    risks: Risks

    def points(self, at: np.ndarray) -> pd.DataFrame:
        """What the value of the places at the positions `at` is made of: position (in `at`), signal (position in the
        theme), cause (known or missing) and points, which sum to the value; no row without points.

        What is known is that of the part with the most that is known, the rest belongs to what is missing in the part
        that is worst.
        """
        value = np.column_stack([p.risks.value[at] for p in self.parts])
        known = np.column_stack([p.risks.known[at] for p in self.parts])
        row = np.arange(len(at))
        proven = known.max(axis=1, initial=0.0)
        rest = value.max(axis=1, initial=0.0) - proven
        frames = [
            *self._shared(at, known.argmax(axis=1), proven, row, "known"),
            *self._shared(at, value.argmax(axis=1), rest, row, "missing"),
        ]
        table = pd.concat(frames, ignore_index=True)
        return table[table["points"] > 0].reset_index(drop=True)

    def _shared(
        self, at: np.ndarray, part: np.ndarray, points: np.ndarray, row: np.ndarray, cause: str
    ) -> list[pd.DataFrame]:
        """Points of one part at each place, shared among its signals by what each has of that cause."""
        frames = []
        for number, candidate in enumerate(self.parts):
            here = np.flatnonzero(part == number)
            each = np.column_stack(
                [
                    weight * getattr(self.by_signal[signal], cause)[at[here]]
                    for signal, weight in zip(candidate.signals, candidate.weights, strict=True)
                ]
            )
            total = each.sum(axis=1)
            factor = np.divide(points[here], total, out=np.zeros(len(here)), where=total > 0)
            frames += [
                pd.DataFrame(
                    {"position": row[here], "signal": signal, "cause": cause, "points": each[:, j] * factor}
                )
                for j, signal in enumerate(candidate.signals)
            ]
        return frames


def own_risks(facts: Facts, theme: Theme, ids: pd.Index) -> Own:
    """Own risks of the given ids; a product is no place and has none, a place without an answer is missing."""
    by_signal = [read_signal(facts, signal, ids) for signal in theme.signals]
    parts = [Part([i], [1.0], by_signal[i]) for i in theme.alone]
    if theme.averaged:
        weights = [theme.signals[i].weight or 0.0 for i in theme.averaged]
        parts.append(Part(theme.averaged, weights, _sum([by_signal[i] for i in theme.averaged], weights)))
    return Own(theme, by_signal, parts, _worst(parts))


def _sum(risks: list[Risks], weights: list[float]) -> Risks:
    def summed(column: str) -> np.ndarray:
        return np.asarray(sum(w * getattr(r, column) for w, r in zip(weights, risks, strict=True)))

    covered = summed("covered") / sum(weights)
    high = summed("high")
    return Risks(
        low=summed("low"),
        value=summed("value"),
        high=high,
        known=summed("known"),
        known_high=np.minimum(summed("known_high"), high),
        covered=np.minimum(covered, 1.0),
    )


def _worst(parts: list[Part]) -> Risks:
    """The worst of the parts. What is known covers everything where nothing that is missing could be worse."""
    if len(parts) == 1:
        return parts[0].risks
    columns = {
        name: np.column_stack([getattr(p.risks, name) for p in parts])
        for name in ("low", "value", "high", "known", "known_high", "covered")
    }
    worst = {name: columns[name].max(axis=1) for name in ("low", "value", "high", "known", "known_high")}
    spans = np.array([p.most for p in parts])
    open_ = np.where(columns["covered"] < 1, columns["value"], 0.0).max(axis=1)
    covered = np.where(worst["known"] >= open_, 1.0, columns["covered"] @ spans / spans.sum())
    return Risks(**worst, covered=covered)
