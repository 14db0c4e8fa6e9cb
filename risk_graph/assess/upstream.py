"""What lies upstream of a subject, as systems x = max(floor, known R x + lost) that may be solved with other rows."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.trace.solve import Order, Steps, order_of, solve
from risk_graph.trace.subject import Subject
from risk_graph.trace.upstream import upstream_of

NOMINAL = 1


@dataclass(frozen=True, eq=False)
class System:
    """One bound of one theme, arrays over the nodes upstream (positions in `Upstream.nodes`).

    `bound` is the end of yields and contents, `counts_unknown` says whether metal of unknown origin counts (at 100) or
    not at all; `known` is the share of a node's input that is followed, `leak` the rest, `lost` the points of the rest.
    """

    bound: int
    counts_unknown: bool
    known: np.ndarray
    leak: np.ndarray
    lost: np.ndarray
    floor: np.ndarray

    def at(self, nodes: np.ndarray, known: object, leak: object, lost: object) -> "System":
        """The same with other rows at some nodes."""
        row = (self.known.copy(), self.leak.copy(), self.lost.copy())
        for old, new in zip(row, (known, leak, lost), strict=True):
            old[nodes] = new
        return replace(self, known=row[0], leak=row[1], lost=row[2])


@dataclass(frozen=True, eq=False)
class Upstream:
    """What lies upstream of a subject. `nodes` are indices of the graph; `weights` (of each node, sum 1) make the subject
    of them, `idle` are positions of its sites that deliver nothing declared, `is_named` says whether a rejected row
    names the supplier or its own site.
    """

    facts: Facts
    subject: Subject
    nodes: np.ndarray
    relative: sparse.csr_array
    order: Order
    weights: np.ndarray
    idle: np.ndarray
    is_named: bool

    @classmethod
    def of(cls, facts: Facts, subject: Subject) -> "Upstream":
        network = facts.network
        nodes = np.flatnonzero(upstream_of(network, subject.nodes))
        relative = sparse.csr_array(network.balance.relative[nodes][:, nodes])
        weights = np.zeros(len(nodes))
        own = np.searchsorted(nodes, subject.nodes)
        weights[own] = subject.weights
        row = np.flatnonzero((facts.subjects.ids == subject.id) & (facts.subjects.kinds == subject.kind))
        idle = np.searchsorted(nodes, facts.idle.col[np.isin(facts.idle.row, row)])
        named = bool(len(row) and facts.is_named_by_rejected[row[0]])
        return cls(facts, subject, nodes, relative, order_of(relative), weights, idle, named)

    def position(self, node: int) -> np.ndarray:
        """Where a node of the graph stands in `nodes`, as an array of one."""
        return np.searchsorted(self.nodes, [node])

    def system(self, bound: int, counts_unknown: bool, floor: np.ndarray) -> System:
        """As it is declared now."""
        network = self.facts.network
        leak = network.unknown[self.nodes, bound]
        closed = leak > network.balance.unknown[self.nodes, bound]
        known = np.where(closed, 0.0, network.balance.known[self.nodes, bound])
        return System(bound, counts_unknown, known, leak, WORST * leak * counts_unknown, floor)

    def solve(self, system: System) -> np.ndarray:
        share = sparse.csr_array(sparse.diags_array(system.known) @ self.relative)
        share.eliminate_zeros()
        x = solve(Steps(share, system.leak), system.lost, self.order, system.floor)
        return np.asarray(np.minimum(x, WORST))

    def meets(self, group: np.ndarray) -> float:
        """Share of the subject's metal that meets one of some positions at least once."""
        none = np.zeros(len(self.nodes))
        system = replace(self.system(NOMINAL, False, none), lost=none)
        return float(self.weights @ self.solve(system.at(group, 0.0, 1.0, WORST))) / WORST

    def of_subject(self, low: np.ndarray, value: np.ndarray, high: np.ndarray) -> np.ndarray:
        """(3,) low, value, high of the subject from those of the nodes, as scores.py makes them."""
        low, high = np.minimum(low, value), np.maximum(high, value)
        out = np.array([self.weights @ x for x in (low, value, high)])
        if len(self.idle):
            out[0], out[2] = min(out[0], low[self.idle].min()), max(out[2], high[self.idle].max())
        if self.is_named:
            out[1:] = WORST
        out[0], out[2] = min(out[0], out[1]), max(out[2], out[1])
        return np.asarray(np.clip(out, 0.0, WORST))
