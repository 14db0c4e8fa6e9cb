"""What a scorer is: themes with weights, and one way to carry a place's risk down the chain.

At every node the worse of two things counts: the node's own place, or the mean of what flows in, by share of
contained metal. So a clean smelter cannot hide its mines, and clean mines cannot hide a smelter. Metal of
unknown origin and places without an answer count at their worst in `value` and `high`, at their best in `low`.
Goalposts are fixed: an unrelated node changes nobody's score.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from math import isclose
from typing import Literal

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.errors import ContributionError
from risk_graph.model.shelf import discover
from risk_graph.model.table import result_tables
from risk_graph.model.truth import Truth
from risk_graph.trace.solve import Steps, solve

WORST = 100.0
OVERALL = "overall"
NOT_ASSESSED = "not assessed"

_BANDS = ((20.0, "low"), (40.0, "moderate"), (60.0, "elevated"), (80.0, "high"), (np.inf, "very high"))
_TIE = 1e-10
_COVERED_ENOUGH = 0.5
_COVERED_FOR_LOW = 0.95


@dataclass(frozen=True)
class Theme:
    """`layer` is read as `kind` says; `goalposts` are the layer's values of risk 0 and risk 100."""

    id: str
    title: str
    weight: float
    kind: Literal["listing", "country_value", "unknown_origin"]
    layer: str = ""
    goalposts: tuple[float, float] = (0.0, 100.0)


@dataclass(frozen=True)
class Scorer:
    """Themes whose weights sum to 1; `id` and `version` are part of every run."""

    id: str
    version: str
    title: str
    themes: tuple[Theme, ...]

    def __post_init__(self) -> None:
        ids = [theme.id for theme in self.themes]
        if len({*ids, OVERALL}) != len(ids) + 1:
            raise ContributionError(f"Scorer {self.id}: its themes need ids of their own, none {OVERALL!r}.")
        if not isclose(sum(theme.weight for theme in self.themes), 1.0, abs_tol=1e-9):
            raise ContributionError(f"Scorer {self.id}: the weights of its themes must sum to 1.")

    @property
    def label(self) -> str:
        """How a run names the scorer that it used."""
        return f"{self.id} {self.version}"


@cache
def scorers() -> dict[str, Scorer]:
    """All scorers of the shelf by id."""
    return discover("risk_graph.assess.scorers", "SCORER", Scorer, lambda scorer: scorer.id)


@dataclass(frozen=True, eq=False)
class Risks:
    """Own risk of each node, 0 to 100: `low`, `value`, `high`; `missing` where no fact was found."""

    low: np.ndarray
    value: np.ndarray
    high: np.ndarray
    missing: np.ndarray

    def but_missing(self, where: np.ndarray) -> "Risks":
        """The same with the value missing at some nodes, unless what is known is the worst already."""
        missing = self.missing | (where & (self.low < WORST))
        value, high = (np.where(missing, WORST, v) for v in (self.value, self.high))
        return Risks(self.low, value, high, missing)


@dataclass(frozen=True, eq=False)
class Carried:
    """A theme carried down the chain; arrays over nodes.

    `stop` marks nodes whose own place counts: it is at least as bad as what flows in, so that a fact about the
    place is not called unknown because its inflow is. `parts` (n, 3) are the
    points of `value` that rest on known facts, stand for missing facts, and stand for unknown origin.
    """

    facts: Facts
    theme: Theme
    risks: Risks

    @cached_property
    def value(self) -> np.ndarray:
        net = self.facts.network
        return self._carry(1, self.risks.value, WORST * net.unknown[:, 1])

    @cached_property
    def high(self) -> np.ndarray:
        net = self.facts.network
        return np.asarray(np.maximum(self._carry(2, self.risks.high, WORST * net.unknown[:, 2]), self.value))

    @cached_property
    def low(self) -> np.ndarray:
        if self.theme.kind == "unknown_origin":
            return np.asarray(np.minimum(WORST * self.facts.network.unknown_share[:, 0], self.value))
        none = np.zeros(self.facts.network.graph.size)
        return np.asarray(np.minimum(self._carry(2, self.risks.low, none), self.value))

    @cached_property
    def stop(self) -> np.ndarray:
        net = self.facts.network
        flowing = net.shares[1] @ self.value + WORST * net.unknown[:, 1]
        return np.asarray(net.graph.is_origin | (self.risks.value >= flowing - _TIE))

    @cached_property
    def going(self) -> Steps:
        """Steps upstream from the nodes that do not stop."""
        return self.facts.network.steps().only(~self.stop)

    @cached_property
    def parts(self) -> np.ndarray:
        own = np.where(self.stop, self.risks.value, 0.0)
        unknown = np.where(self.stop, 0.0, WORST * self.facts.network.unknown[:, 1])
        # A rejected row that names a node leaves open what it would have said: nothing downstream is covered by it.
        whole = self.facts.network.graph.incomplete == 0
        answered = np.where(self.stop & ~self.risks.missing & whole, 1.0, 0.0)
        b = np.column_stack([np.where(self.risks.missing, own, 0.0), unknown, answered])
        solved = solve(self.going, b, self.facts.network.order)
        return np.column_stack([self.value - solved[:, 0] - solved[:, 1], solved])

    def _carry(self, bound: int, floor: np.ndarray, b: np.ndarray) -> np.ndarray:
        net = self.facts.network
        return np.asarray(np.minimum(solve(net.steps(bound), b, net.order, floor), WORST))


def carried(facts: Facts, theme: Theme) -> Carried:
    """A theme over all nodes. A rejected row may have said anything about the nodes that it names: their place and
    what flows in count as missing, so that no row is better rejected than read.
    """
    risks = risks_of(facts, theme, pd.Index(facts.network.graph.nodes["node_id"]))
    return Carried(facts, theme, risks.but_missing(facts.network.graph.incomplete > 0))


def risks_of(facts: Facts, theme: Theme, ids: pd.Index) -> Risks:
    """Own risks of the given ids; a product is no place and has none, a place without an answer is missing; of
    unknown origin is only what flows in.
    """
    if theme.kind == "unknown_origin":
        none = np.zeros(len(ids))
        return Risks(none, none, none, none > 0)
    signals = facts.of_layer(theme.layer).reindex(ids)
    is_place = facts.are_places(ids)
    if theme.kind == "listing":
        truth = facts.truth(theme.layer, ids)
        hit = np.where(truth == Truth.TRUE, WORST, 0.0)
        missing = truth == Truth.UNKNOWN
        return Risks(hit, np.where(missing, WORST, hit), np.where(missing, WORST, hit), missing)
    best, worst = theme.goalposts
    value, one, other = (
        np.clip(WORST * (signals[c].to_numpy(dtype=float) - best) / (worst - best), 0, WORST)
        for c in ("value", "low", "high")
    )
    missing = is_place & np.isnan(value)
    known = is_place & ~missing

    def settled(risk: np.ndarray, unknown: float) -> np.ndarray:
        return np.where(known, risk, np.where(missing, unknown, 0.0))

    low, high = np.fmin(one, other), np.fmax(one, other)
    return Risks(settled(low, 0.0), settled(value, WORST), settled(high, WORST), missing)


def score(facts: Facts, scorer: Scorer) -> pd.DataFrame:
    """Every theme and the overall value of every subject, as the results table `scores`."""
    by_theme = {theme.id: _theme_table(facts, theme) for theme in scorer.themes}
    overall = sum((theme.weight * by_theme[theme.id] for theme in scorer.themes), start=np.zeros(1))
    frames = [_frame(facts, name, numbers) for name, numbers in {**by_theme, OVERALL: overall}.items()]
    table = pd.concat(frames, ignore_index=True).sort_values(["subject_id", "theme"], ignore_index=True)
    return result_tables()["scores"].conform(table)


def _theme_table(facts: Facts, theme: Theme) -> np.ndarray:
    """(m, 7): low, value, high, coverage, from_known, from_missing, from_unknown."""
    nodes = _theme_nodes(facts, theme)
    table = np.asarray(facts.subjects.weights @ nodes)
    _widen_for_idle_sites(facts, nodes, table)
    _widen_for_rejected_rows(facts, table)
    homeless = facts.subjects.homeless
    if homeless.any():
        table[homeless] = 0.0
        for column in (1, 2, 6):
            table[homeless, column] = WORST
        if theme.kind == "unknown_origin":
            table[homeless, 0] = WORST
        else:
            table[homeless, 0] = risks_of(facts, theme, pd.Index(facts.subjects.ids[homeless])).low
    return table


def _theme_nodes(facts: Facts, theme: Theme) -> np.ndarray:
    """(n, 7): the columns of _theme_table, for nodes."""
    flow = carried(facts, theme)
    known, missing, unknown, covered = flow.parts.T
    return np.column_stack([flow.low, flow.value, flow.high, covered, known, missing, unknown])


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


def _frame(facts: Facts, theme: str, numbers: np.ndarray) -> pd.DataFrame:
    subject = pd.Series(facts.subjects.ids, dtype="str")
    low, value, high, coverage, known, missing, unknown = numbers.T
    value = np.minimum(value, WORST)  # a weighted sum may round past the end
    coverage = np.clip(coverage, 0.0, 1.0)
    return pd.DataFrame(
        {
            "score_id": theme + "|" + subject,
            "subject_id": subject,
            "theme": theme,
            "low": np.minimum(low, value),
            "value": value,
            "high": np.clip(np.maximum(high, value), 0.0, WORST),
            "coverage": coverage,
            "from_known": known,
            "from_missing": missing,
            "from_unknown": unknown,
            "band": bands(low, np.maximum(high, value), coverage),
        }
    )


def bands(low: np.ndarray, high: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Words for upper bounds. With less than half of the metal covered nothing is said but that, unless what is
    proven is in the same band already; the lowest band needs nearly all of it, for unknown is not low.
    """
    word, proven = _word(high), _word(low)
    lowest = word == _BANDS[0][1]
    enough = np.where(lowest, coverage >= _COVERED_FOR_LOW, (coverage >= _COVERED_ENOUGH) | (word == proven))
    return np.where(enough, word, NOT_ASSESSED)


def _word(value: np.ndarray) -> np.ndarray:
    edges = np.array([edge for edge, _ in _BANDS])
    words = np.array([word for _, word in _BANDS], dtype=object)
    return np.asarray(words[np.searchsorted(edges, value, side="right").clip(max=len(words) - 1)])
