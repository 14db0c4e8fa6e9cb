"""What an answer could change at best and at worst: the numbers of a subject solved again, with one thing answered.

Every theme is three systems x = max(floor, known R x + lost) on the nodes upstream of the subject (low, value, high;
carry.py), where R is the mix of what is declared to flow in. An answer replaces some rows of them. What it brings in
is between 0 and 100, and every system is monotone in it: so the ends are solved, not guessed (docs/ask.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.own import Own, own_risks
from risk_graph.assess.reader import Risks
from risk_graph.assess.scorer import Theme
from risk_graph.assess.upstream import System, Upstream
from risk_graph.trace.balance import ROUNDING

_FAVOURABLE, _NOMINAL, _UNFAVOURABLE = 0, 1, 2

Answered = Callable[["OfTheme", System, bool], System]
"""An answer: what becomes of a system of a theme, at best or (True) at worst."""


@dataclass(frozen=True, eq=False)
class OfTheme:
    """A theme upstream of a subject; `own` and `risks` are those of `upstream.nodes`."""

    upstream: Upstream
    theme: Theme
    own: Own
    risks: Risks

    @classmethod
    def of(cls, upstream: Upstream, theme: Theme) -> "OfTheme":
        graph = upstream.facts.network.graph
        own = own_risks(upstream.facts, theme, pd.Index(graph.nodes["node_id"].iloc[upstream.nodes]))
        return cls(upstream, theme, own, own.risks.but_missing(graph.incomplete[upstream.nodes] > 0))

    @cached_property
    def systems(self) -> tuple[System, System, System]:
        return self.systems_of(self.risks)

    def systems_of(self, risks: Risks) -> tuple[System, System, System]:
        """Low, value and high."""
        flows = self.theme.is_of_flows
        make = self.upstream.system
        return (
            make(_FAVOURABLE if flows else _UNFAVOURABLE, flows, risks.low),
            make(_NOMINAL, True, risks.value),
            make(_UNFAVOURABLE, True, risks.high),
        )

    def numbers(self, systems: tuple[System, System, System]) -> np.ndarray:
        """(3,) low, value, high of the subject."""
        low, value, high = (self.upstream.solve(s) for s in systems)
        return self.upstream.of_subject(low, value, high)

    @cached_property
    def now(self) -> np.ndarray:
        return self.numbers(self.systems)

    def after(self, answer: Answered, worst: bool) -> np.ndarray:
        """(3,) low, value, high of the subject once it is answered."""
        low, value, high = (answer(self, system, worst) for system in self.systems)
        return self.numbers((low, value, high))


def input_declared(node: int) -> Answered:
    """The missing input of a node is declared in full and no more: by origins without risk, or by newcomers of whom
    nothing is known. Of its material only the range of metal contents that the chain knows is assumed.
    """

    def answer(of: OfTheme, system: System, worst: bool) -> System:
        network, up = of.upstream.facts.network, of.upstream
        fresh, rest = network.balance.unknown[node, _NOMINAL], network.balance.known[node, _NOMINAL]
        system = _reopened(up, system, node)
        still = 0.0
        if system.bound == _UNFAVOURABLE:
            least, most = _still_undeclared(of.upstream.facts, node)
            still = most if worst == system.counts_unknown else least
        lost = WORST * still * system.counts_unknown + (WORST * (1 - still) * fresh if worst else 0.0)
        return system.at(up.position(node), (1 - still) * rest, still + (1 - still) * fresh, lost)

    return answer


def _still_undeclared(facts: Facts, node: int) -> tuple[float, float]:
    """U / (I + U) at the unfavourable ends once the nominally missing input is declared: at least, at most. The new
    material's lowest content lies below its nominal one by no more than that of any material of the chain.
    """
    graph, balance = facts.network.graph, facts.network.balance
    flows = graph.flows
    need = float(flows.loc[flows["source"] == node, "high"].sum()) / float(graph.yields[node, 0])
    had = float(flows.loc[flows["target"] == node, "low"].sum())
    new = float(balance.mass[node] - balance.inflow[node])
    leanest = min((m.content[0] / m.content[1] for m in graph.chain.materials.values()), default=1.0)
    out = []
    for share in (1.0, leanest):
        missing = need - had - share * new
        out.append(missing / need if missing > ROUNDING * need else 0.0)
    return out[0], out[1]


def _reopened(up: Upstream, system: System, node: int) -> System:
    """A loop that is closed at this end alone lets metal in once an input of it is declared."""
    balance, at = up.facts.network.balance, up.position(node)
    same = up.order.labels == up.order.labels[at[0]]
    undeclared = balance.unknown[up.nodes, system.bound]
    closed = np.flatnonzero(same & (system.leak > undeclared))
    leak = undeclared[closed]
    known = balance.known[up.nodes[closed], system.bound]
    return system.at(closed, known, leak, WORST * leak * system.counts_unknown)


def anything_flows_in(nodes: np.ndarray, keeps_place: bool = False) -> Answered:
    """What flows into some nodes, and (unless it is kept) where they are, may turn out to be anything."""

    def answer(of: OfTheme, system: System, worst: bool) -> System:
        at = np.searchsorted(of.upstream.nodes, nodes)
        floor = system.floor.copy()
        if not keeps_place:
            floor[at] = 0.0
        return replace(system.at(at, 0.0, 1.0, WORST if worst else 0.0), floor=floor)

    return answer


def places_told(nodes: np.ndarray, kinds: frozenset[str]) -> Answered:
    """What signals of some kinds leave open at some nodes is told."""

    def answer(of: OfTheme, system: System, worst: bool) -> System:
        column = ("low", "value", "high")[[s is system for s in of.systems].index(True)]
        floor = system.floor.copy()
        for at in np.searchsorted(of.upstream.nodes, nodes):
            floor[at] = _own_after(of, int(at), kinds, column, worst)
        return replace(system, floor=floor)

    return answer


def is_open(facts: Facts, of: OfTheme, kinds: frozenset[str]) -> list[tuple[str, np.ndarray]]:
    """(layer, positions of the nodes of which it says nothing) for the signals of some kinds whose layer is at hand."""
    return [
        (signal.layer, np.flatnonzero(risks.covered == 0))
        for signal, risks in zip(of.theme.signals, of.own.by_signal, strict=True)
        if signal.kind in kinds and facts.has_layer(signal.layer)
    ]


def _own_after(of: OfTheme, at: int, kinds: frozenset[str], column: str, worst: bool) -> float:
    """Own risk of a place with what is missing of some signals at its best or at its worst."""

    def said(number: int, name: str) -> float:
        signal, risks = of.theme.signals[number], of.own.by_signal[number]
        told = signal.kind in kinds and of.upstream.facts.has_layer(signal.layer) and risks.covered[at] == 0
        return (WORST if worst else 0.0) if told else float(getattr(risks, name)[at])

    def risk(name: str) -> float:
        parts = (
            sum(w * said(i, name) for i, w in zip(p.signals, p.weights, strict=True)) for p in of.own.parts
        )
        return max(parts, default=0.0)

    rejected = of.upstream.facts.network.graph.incomplete[of.upstream.nodes[at]] > 0
    return WORST if rejected and column != "low" else risk(column)
