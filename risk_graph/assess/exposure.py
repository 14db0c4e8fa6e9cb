"""How much of a subject's metal is exposed: share and tonnes by theme and level, with bounds and the worst link.

A tonne counts at the worst place that it is known to meet, followed upstream, whatever else it meets: so the shares of
a theme sum to 1 with what is not assessed and what is of unknown origin, and no mean hides a place.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.assess.explain import is_named_by_rejected, ways_of
from risk_graph.assess.facts import Facts
from risk_graph.assess.own import own_risks
from risk_graph.assess.reader import Risks
from risk_graph.assess.scorer import NOT_ASSESSED, Scorer
from risk_graph.assess.scores import BANDS, level_of
from risk_graph.trace.network import Network
from risk_graph.trace.origins import visits
from risk_graph.trace.solve import Order, Steps, order_of, visits_of
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.upstream import upstream_of

UNKNOWN = "unknown origin"
LEVELS = (*reversed(BANDS), NOT_ASSESSED, UNKNOWN)
COLUMNS = [
    "theme", "level", "share", "mass_t", "or_worse_least", "or_worse_most", "mass_t_or_worse_least",
    "mass_t_or_worse_most", "nodes", "worst_id", "worst_name", "risk", "way", "way_rows",
]  # fmt: skip
_LOWEST, _BLANK, _COLD = LEVELS.index(BANDS[0]), LEVELS.index(NOT_ASSESSED), LEVELS.index(UNKNOWN)


@dataclass(frozen=True, eq=False)
class Exposure:
    """`rows` has COLUMNS, a row for each theme and each of LEVELS; `mass_t` is t of contained metal.

    `share` (0..1) has its worst known place at this level; of what meets no known place above the lowest level, what
    meets a place that is not assessed or ends unknown stands in rows of its own. `or_worse_least` is the share that is
    proven to meet this level or a worse one, by the lower bounds of places and the unfavourable ends of yields and contents;
    `or_worse_most` the share that may, by the upper bounds, with all that is not assessed or unknown at its worst. `worst_id` is the worst place at the level (of
    those that are not assessed or cold: where most of the metal is), `risk` its own risk.
    """

    subject: Subject
    rows: pd.DataFrame


def exposure(facts: Facts, scorer: Scorer, subject_id: str, theme_id: str | None = None) -> Exposure:
    """Exposure of a supplier, facility or product by all themes about places, or by one; NotFoundError if nobody has
    the id.
    """
    subject = subject_of(facts.network, subject_id)
    themes = [t for t in scorer.themes if theme_id in (None, t.id) and not t.is_of_flows]
    ids = pd.Index(facts.network.graph.nodes["node_id"])
    rejected = facts.network.graph.incomplete > 0
    part = _Upstream.of(facts.network, subject)
    frames = [
        _of_theme(facts, own_risks(facts, t, ids).risks.but_missing(rejected), subject, part).assign(
            theme=t.id
        )
        for t in themes
    ]
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)
    for mass, share in (
        ("", "share"),
        ("_or_worse_least", "or_worse_least"),
        ("_or_worse_most", "or_worse_most"),
    ):
        rows[f"mass_t{mass}"] = rows[share] * subject.mass_t
    return Exposure(subject, rows[COLUMNS])


@dataclass(frozen=True, eq=False)
class _Levels:
    """Arrays over nodes, positions in BANDS: `least` is proven, `most` is possible, `level` is that of the value, of a place
    that is not `assessed` (what is missing may change its level) that of what is proven.
    """

    least: np.ndarray
    level: np.ndarray
    most: np.ndarray
    assessed: np.ndarray

    @classmethod
    def of(cls, risks: Risks) -> "_Levels":
        least, value, most = (level_of(v) for v in (risks.low, risks.value, risks.high))
        assessed = (risks.covered >= 1) | (least == most)
        return cls(least, np.where(assessed, value, least), most, assessed)


@dataclass(frozen=True, eq=False)
class _Upstream:
    """A subject and what is upstream of it, cut out once: `reached` are node indices, `start` the subject's among them."""

    network: Network
    reached: np.ndarray
    start: np.ndarray

    @classmethod
    def of(cls, network: Network, subject: Subject) -> "_Upstream":
        reached = np.flatnonzero(upstream_of(network, subject.nodes))
        start = np.zeros(network.graph.size)
        np.add.at(start, subject.nodes, subject.weights)
        return cls(network, reached, start[reached])

    @cached_property
    def order(self) -> Order:
        return order_of(sparse.csr_array(self.network.balance.relative[self.reached][:, self.reached]))

    @cached_property
    def steps(self) -> list[Steps]:
        """At the favourable, nominal and unfavourable ends."""
        return [self.network.steps(bound).among(self.reached) for bound in range(3)]

    def meets(self, group: np.ndarray, bound: int, or_ends_unknown: bool = False) -> float:
        """Share of the subject's metal that meets a node of the group (over all nodes) at least once, or else ends in
        unknown origin.
        """
        group = group.copy()
        for loop in self.network.closed_loops:
            group[loop] = group[loop].any()  # what enters a closed loop meets everybody in it
        inside = group[self.reached]
        if inside[self.start > 0].all():
            return 1.0
        if not inside.any() and not or_ends_unknown:
            return 0.0
        met = visits_of(self.steps[bound].only(~inside), self.start, self.order)
        share = float(met[inside].sum())
        if or_ends_unknown:
            share += float(np.where(inside, 0.0, met) @ self.network.unknown[self.reached, bound])
        return min(share, 1.0)


def _of_theme(facts: Facts, risks: Risks, subject: Subject, part: _Upstream) -> pd.DataFrame:
    levels = _Levels.of(risks)
    table = pd.DataFrame({"level": LEVELS, "share": 0.0, "or_worse_least": np.nan, "or_worse_most": np.nan})
    if len(subject.nodes):
        _fill(part, levels, table)
    else:
        table.loc[_COLD, "share"] = 1.0
        table.loc[:_LOWEST, "or_worse_least"], table.loc[:_LOWEST, "or_worse_most"] = 0.0, 1.0
    if is_named_by_rejected(facts, subject):
        table.loc[:_LOWEST, "or_worse_least"], table.loc[:_LOWEST, "or_worse_most"] = 0.0, 1.0
    table.loc[_LOWEST, ["or_worse_least", "or_worse_most"]] = 1.0  # nothing is better than the lowest level
    return pd.concat([table, _links(facts, risks, levels, subject)], axis=1)


def _fill(part: _Upstream, levels: _Levels, table: pd.DataFrame) -> None:
    """Share and bounds of each level."""
    before = 0.0
    for row, level in enumerate(range(len(BANDS) - 1, 0, -1)):
        met = part.meets(levels.level >= level, 1)
        least = part.meets(levels.least >= level, 2)
        most = part.meets(levels.most >= level, 2, or_ends_unknown=True)
        table.loc[row, "share"] = max(met - before, 0.0)
        table.loc[row, "or_worse_least"] = min(least, met)
        table.loc[row, "or_worse_most"] = max(most, met)
        before = max(met, before)
    open_ = (levels.level >= 1) | ~levels.assessed
    blank = max(part.meets(open_, 1), before)
    cold = max(part.meets(open_, 1, or_ends_unknown=True), blank)
    table.loc[_BLANK, "share"], table.loc[_COLD, "share"] = blank - before, cold - blank
    table.loc[_LOWEST, "share"] = 1 - cold


def _links(facts: Facts, risks: Risks, levels: _Levels, subject: Subject) -> pd.DataFrame:
    """Of each level how many nodes upstream are at it, and its worst link with the way down."""
    network = facts.network
    met = visits(network, subject) if len(subject.nodes) else np.zeros(network.graph.size)
    row = np.where(levels.assessed | (levels.level >= 1), _LOWEST - levels.level, _BLANK)
    at = np.flatnonzero((met > 0) & facts.are_places(pd.Index(network.graph.nodes["node_id"])))
    worst = np.full(len(LEVELS), -1)
    for node in at[np.lexsort((-at, met[at], np.where(levels.assessed, risks.value, risks.low)[at]))]:
        worst[row[node]] = node
    cold = np.bincount(network.sink, met * network.unknown[:, 1], len(met))
    if cold.any():
        worst[_COLD] = int(np.argmax(cold))
    count = np.bincount(row[at], minlength=len(LEVELS))
    count[_COLD] = int((cold > 0).sum())
    nodes = network.graph.nodes
    ids, names = (np.append(nodes[c].fillna("").to_numpy(dtype=object), "") for c in ("node_id", "name"))
    own = np.append(risks.value, np.nan)[worst]
    own[_COLD] = np.nan
    way, rows = ways_of(facts, worst, subject)
    return pd.DataFrame(
        {
            "nodes": count, "worst_id": ids[worst], "worst_name": names[worst], "risk": own, "way": way, "way_rows": rows,
        }
    )  # fmt: skip
