"""What a reader is: one way in which what a layer says about a place becomes a risk of 0 to 100."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST, Goalposts
from risk_graph.model.shelf import discover

Curve = Literal["linear", "log"]


@dataclass(frozen=True)
class Signal:
    """One layer of a theme, read as `kind` says; `goalposts` are the layer's values of risk 0 and of risk 100, between
    which risk runs along `curve` (log: of 1 + value, for counts).

    `spread` is the half-width, in points of risk, that is assumed where the publisher gives no bounds; without it such a
    value may be anything from 0 to 100. A signal with a `weight` (0..1) is averaged with the others of its theme that have one; a signal without counts
    alone: the theme is never below it. Of an edition that appeared more than `max_age_years` before the day of the run
    the bounds are widened by `widen_per_year` points for each further year.
    """

    kind: str
    layer: str = ""
    goalposts: tuple[float, float] = (0.0, 100.0)
    curve: Curve = "linear"
    spread: float = WORST
    weight: float | None = None
    max_age_years: float | None = None
    widen_per_year: float = 10.0
    source: str = ""


@dataclass(frozen=True, eq=False)
class Risks:
    """Own risk of each place, 0 to 100, with 0 <= low <= value <= high.

    `known` and `known_high` are the points of `value` and of `high` that rest on known facts, the rest stands for what
    is missing, at its worst; `covered` (0..1) is the part of the facts that is known.
    """

    low: np.ndarray
    value: np.ndarray
    high: np.ndarray
    known: np.ndarray
    known_high: np.ndarray
    covered: np.ndarray

    @classmethod
    def of(cls, low: np.ndarray, value: np.ndarray, high: np.ndarray, missing: np.ndarray) -> "Risks":
        """Risks that are wholly known, or wholly missing: then from 0 to 100, at 100."""
        return cls(
            low=np.where(missing, 0.0, low),
            value=np.where(missing, WORST, value),
            high=np.where(missing, WORST, high),
            known=np.where(missing, 0.0, value),
            known_high=np.where(missing, 0.0, high),
            covered=np.where(missing, 0.0, 1.0),
        )

    @classmethod
    def none(cls, count: int) -> "Risks":
        """Nothing found, for certain."""
        zero = np.zeros(count)
        return cls.of(zero, zero, zero, zero > 0)

    @property
    def missing(self) -> np.ndarray:
        """Points of `value` that stand for what is missing."""
        return np.asarray(self.value - self.known)

    def but_missing(self, where: np.ndarray) -> "Risks":
        """The same with everything missing at some places, unless what is proven is the worst already."""
        lost = where & (self.low < WORST)
        worst, zero = np.full(len(lost), WORST), np.zeros(len(lost))
        return Risks(
            low=self.low,
            value=np.where(lost, worst, self.value),
            high=np.where(lost, worst, self.high),
            known=np.where(lost, zero, self.known),
            known_high=np.where(lost, zero, self.known_high),
            covered=np.where(where, zero, self.covered),
        )


@dataclass(frozen=True)
class Reader:
    """`read` gives the own risks of ids: a product is no place and has none, a place without an answer is missing.

    `layer_kind` is the kind of layer that it reads ("" for none); `has_goalposts`: does it need those of the signal?
    """

    kind: str
    title: str
    layer_kind: str
    has_goalposts: bool
    read: Callable[[Facts, Signal, pd.Index], Risks]


@cache
def readers() -> dict[str, Reader]:
    """All readers of the shelf by kind."""
    return discover("risk_graph.assess.scorers", "READER", Reader, lambda reader: reader.kind)


def scaled(signal: Signal, values: np.ndarray) -> np.ndarray:
    """Risk 0 to 100 of a layer's values, clipped at the goalposts; missing stays missing."""
    best, worst = signal.goalposts
    if signal.curve == "log":
        best, worst, values = float(np.log1p(best)), float(np.log1p(worst)), np.log1p(np.maximum(values, 0.0))
    return Goalposts(best, worst).risk(values)


def read_signal(facts: Facts, signal: Signal, ids: pd.Index) -> Risks:
    """Own risks by one signal, bounds widened if its edition is too old."""
    risks = readers()[signal.kind].read(facts, signal, ids)
    wider = widened_by(facts, signal)
    if not wider:
        return risks
    known = risks.covered > 0
    low = np.where(known, np.maximum(risks.low - wider, 0.0), risks.low)
    high = np.where(known, np.minimum(risks.high + wider, WORST), risks.high)
    return Risks(low, risks.value, high, risks.known, np.where(known, high, risks.known_high), risks.covered)


def widened_by(facts: Facts, signal: Signal) -> float:
    """Points by which the bounds of a signal are widened because its edition is older than the scorer allows."""
    released = facts.released.get(signal.layer)
    if signal.max_age_years is None or released is None:
        return 0.0
    years = (facts.as_of - released).days / 365.25
    return float(signal.widen_per_year * max(years - signal.max_age_years, 0.0))
