"""A theme's value of each subject for given draws of its inputs, each draw carried down the chain exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from risk_graph.assess.carry import carry_many
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.own import Own, own_risks
from risk_graph.assess.reader import Risks
from risk_graph.assess.scorer import Theme
from risk_graph.trace.upstream import upstream_of

Errors = Mapping[str, np.ndarray]
"""Layer -> (places, k) errors -1..1, in the order of `places_of`."""


def places_of(facts: Facts, layer: str) -> list[str]:
    """The places that a layer's numbers are of, and "" for nodes of which it does not say which."""
    return sorted({"", *facts.of_layer(layer)["place"].dropna().astype(str)})


@dataclass(frozen=True, eq=False)
class OwnDraws:
    """The own risks of some ids by one theme as a function of draws. Ids that are alike in everything are drawn once:
    `pattern` (n,) is the row of each id in what `risks` returns, `first` the first id of each row.
    """

    own: Own
    place: list[np.ndarray]
    pattern: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, facts: Facts, theme: Theme, ids: pd.Index) -> "OwnDraws":
        own = own_risks(facts, theme, ids)
        place, columns = [], {}
        for number, (signal, risks) in enumerate(zip(theme.signals, own.by_signal, strict=True)):
            said = facts.of_layer(signal.layer)["place"].reindex(ids).astype("object").fillna("")
            place.append(pd.Index(places_of(facts, signal.layer)).get_indexer(pd.Index(said)))
            for name in ("low", "value", "high", "covered"):
                columns[f"{name} {number}"] = getattr(risks, name)
            columns[f"place {number}"] = np.where(moving(risks), place[-1], -1)
        pattern = pd.DataFrame(columns).groupby(list(columns), sort=False).ngroup().to_numpy()
        return cls(own, place, pattern, np.unique(pattern, return_index=True)[1])

    def risks(self, errors: Errors, missing: np.ndarray) -> np.ndarray:
        """(patterns, k) for errors of each layer and for what is missing (k,), 0 at its best to 1 at its worst."""
        each = [self._signal(i, errors, missing) for i in range(len(self.own.by_signal))]
        worst = np.zeros((len(self.first), len(missing)))
        for part in self.own.parts:
            told = sum(w * each[i] for w, i in zip(part.weights, part.signals, strict=True))
            np.maximum(worst, told, out=worst)
        return worst

    def _signal(self, number: int, errors: Errors, missing: np.ndarray) -> np.ndarray:
        signal, risks = self.own.theme.signals[number], self.own.by_signal[number]
        known = risks.covered[self.first, None] > 0
        out = np.where(known, risks.value[self.first, None], WORST * missing)
        moves = np.flatnonzero(moving(risks)[self.first])
        if len(moves):
            at = self.first[moves]
            # An error is of the layer's value: where more is better, upwards is towards less risk.
            worse = 1.0 if signal.goalposts[1] > signal.goalposts[0] else -1.0
            error = worse * errors[signal.layer][self.place[number][at]]
            up, down = (risks.high - risks.value)[at, None], (risks.value - risks.low)[at, None]
            out[moves] += np.maximum(error, 0.0) * up + np.minimum(error, 0.0) * down
        return out


def bound_of(balance: np.ndarray) -> np.ndarray:
    """The end at which the balances are taken: favourable (0) in a quarter of the draws, nominal (1) in half of them,
    unfavourable (2) in a quarter.
    """
    return np.asarray(np.digitize(balance, [0.25, 0.75]))


def moving(risks: Risks) -> np.ndarray:
    """Where a number is known, and its bounds leave room for an error."""
    return np.asarray((risks.low < risks.high) & (risks.covered > 0))


@dataclass(frozen=True, eq=False)
class ThemeDraws:
    """The values of some subjects by one theme. `subjects` are positions in `facts.subjects`, `bounds` (m, 2) their low and
    high, which no draw leaves.
    """

    facts: Facts
    theme: Theme
    subjects: np.ndarray
    bounds: np.ndarray

    @cached_property
    def upstream(self) -> np.ndarray:
        """(n,) the nodes that may decide."""
        own = self.facts.subjects.own[self.subjects]
        return upstream_of(self.facts.network, np.unique(own.indices))

    @cached_property
    def nodes(self) -> OwnDraws:
        """The own risks of the nodes upstream."""
        ids = self.facts.network.graph.nodes["node_id"]
        return OwnDraws.of(self.facts, self.theme, pd.Index(ids[self.upstream]))

    def values(
        self, errors: Errors, missing: np.ndarray, balance: np.ndarray, unknown: np.ndarray | None = None
    ) -> np.ndarray:
        """(m, k) for errors of each layer, what is missing and the balances, (k,) from 0 at their best to 1 at their worst.
        Metal of unknown origin is missing like anything else, unless it is given apart.
        """
        unknown = missing if unknown is None else unknown
        low, high = self.bounds[:, :1], self.bounds[:, 1:]
        if self.theme.is_of_flows:
            return np.asarray(low + balance * (high - low))
        return np.asarray(np.clip(self._carried(errors, missing, balance, unknown), low, high))

    def _carried(
        self, errors: Errors, missing: np.ndarray, balance: np.ndarray, unknown: np.ndarray
    ) -> np.ndarray:
        network, subjects = self.facts.network, self.facts.subjects
        own = np.zeros((network.graph.size, len(missing)))
        own[self.upstream] = self.nodes.risks(errors, missing)[self.nodes.pattern]
        rejected = np.flatnonzero((network.graph.incomplete > 0) & self.upstream)
        own[rejected] += missing * (WORST - own[rejected])
        nodes, ends = np.empty_like(own), bound_of(balance)
        for bound in np.unique(ends):
            at = slice(None) if (ends == bound).all() else np.flatnonzero(ends == bound)
            nodes[:, at] = carry_many(network, own[:, at], WORST * unknown[at], int(bound), self.upstream)
        out = np.asarray(subjects.weights[self.subjects] @ nodes)
        self._between_idle_sites(nodes, out, missing)
        named = self.facts.is_named_by_rejected[self.subjects]
        out[named] += missing * (WORST - out[named])
        homeless = subjects.homeless[self.subjects]
        low = self.bounds[homeless, :1]
        out[homeless] = low + missing * (WORST - low)
        return out

    def _between_idle_sites(self, nodes: np.ndarray, out: np.ndarray, missing: np.ndarray) -> None:
        """A site that delivers no declared metal may deliver any: the supplier is anywhere between its sites."""
        row, node = self._idle
        if not len(row):
            return
        at, start = np.unique(row, return_index=True)
        least = np.minimum(np.minimum.reduceat(nodes[node], start, axis=0), out[at])
        most = np.maximum(np.maximum.reduceat(nodes[node], start, axis=0), out[at])
        out[at] = least + missing * (most - least)

    @cached_property
    def _idle(self) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.facts.idle.tocsr()[self.subjects].tocoo()
        order = np.argsort(chosen.row, kind="stable")
        return chosen.row[order], chosen.col[order]
