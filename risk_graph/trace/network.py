"""A graph made ready to be traced: balances at three bounds, closed loops opened, components ordered."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from risk_graph.model.graph import EVIDENCE, SupplyGraph
from risk_graph.trace.balance import Balance, balance
from risk_graph.trace.solve import Order, Steps, order_of, solve


@dataclass(frozen=True, eq=False)
class Network:
    """What every trace of one graph shares.

    `unknown` (n, 3) is the share of a node's own input that is undeclared at the favourable, nominal and
    unfavourable ends, loops that are closed at an end counted as wholly undeclared at it; `sink` (n,) is the node
    that this share is last known at (the node itself, or the smallest id of its closed loop).
    `shares` are the input shares P at the three bounds: rows sum to 1 - unknown, rows of origins are empty.
    `closed_loops` are those at nominal values, as node indices.
    """

    graph: SupplyGraph
    balance: Balance
    shares: tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]
    unknown: np.ndarray
    sink: np.ndarray
    closed_loops: tuple[np.ndarray, ...]

    @cached_property
    def in_closed_loop(self) -> np.ndarray:
        """(n,) whether a node is part of a loop that is closed at nominal values."""
        inside = np.zeros(self.graph.size, dtype=bool)
        for loop in self.closed_loops:
            inside[loop] = True
        return inside

    @cached_property
    def order(self) -> Order:
        """Components of the declared inflows, upstream first."""
        return order_of(self.balance.relative)

    @cached_property
    def unknown_share(self) -> np.ndarray:
        """(n, 3): share of each node's metal whose origin is unknown, low, nominal, high (docs/trace.md, 9)."""
        columns = [solve(self.steps(k), self.unknown[:, k], self.order) for k in range(3)]
        return np.asarray(np.clip(np.column_stack(columns), 0.0, 1.0))

    @cached_property
    def modelled_share(self) -> np.ndarray:
        """(n,): share of each node's metal that leads to an origin only over a modelled flow (nominal values)."""
        modelled = EVIDENCE.index("modelled")
        known = solve(self.steps(), self.graph.is_origin.astype(float), self.order)
        share = solve(self.steps_within(modelled - 1), self.shares_over([modelled]) @ known, self.order)
        return np.asarray(np.clip(share, 0.0, 1.0))

    def steps(self, bound: int = 1) -> Steps:
        """One step upstream at a bound (0 favourable, 1 nominal, 2 unfavourable)."""
        return Steps(self.shares[bound], self.unknown[:, bound])

    def steps_within(self, level: int) -> Steps:
        """One step upstream over flows that are at least as well supported as `level`, nothing renormalised."""
        weaker = list(range(level + 1, len(EVIDENCE)))
        dropped = np.asarray(self.shares_over(weaker).sum(axis=1))
        return Steps(self.shares_over(list(range(level + 1))), self.unknown[:, 1] + dropped)

    def shares_over(self, levels: list[int]) -> sparse.csr_array:
        """Nominal input shares that come over flows of these levels of evidence."""
        graph = self.graph
        target, source = graph.flows["target"].to_numpy(), graph.flows["source"].to_numpy()
        followed = ~(graph.is_origin | self.in_closed_loop)[target]
        keep = graph.flows["evidence"].isin(levels).to_numpy() & followed
        target, source = target[keep], source[keep]
        data = graph.flows["metal"].to_numpy()[keep] / self.balance.inflow[target]
        data *= self.balance.known[target, 1]
        return sparse.coo_array((data, (target, source)), shape=(graph.size, graph.size)).tocsr()


def prepare(graph: SupplyGraph) -> Network:
    """Everything about a graph that does not depend on who is traced."""
    state = balance(graph)
    unknown = state.unknown.copy()
    shares = [_scaled(state.relative, state.known[:, k]) for k in range(3)]
    loops = [closed_loops(shares[k], state.unknown[:, k]) for k in range(3)]
    for k in range(3):
        within = np.zeros(graph.size, dtype=bool)
        for loop in loops[k]:
            within[loop] = True
        unknown[within, k] = 1.0
        shares[k] = _scaled(shares[k], ~within)
    sink = np.arange(graph.size)
    for loop in loops[1]:
        sink[loop] = loop.min()
    return Network(graph, state, (shares[0], shares[1], shares[2]), unknown, sink, tuple(loops[1]))


def _scaled(matrix: sparse.csr_array, factor: np.ndarray) -> sparse.csr_array:
    out = sparse.csr_array(sparse.diags_array(factor.astype(float)) @ matrix)
    out.eliminate_zeros()
    return out


def closed_loops(shares: sparse.csr_array, unknown: np.ndarray) -> list[np.ndarray]:
    """Loops of input shares that nothing enters and in which nothing is undeclared (docs/trace.md, 7)."""
    count, labels = csgraph.connected_components(shares, directed=True, connection="strong")
    coo = shares.tocoo()
    leaks = labels[coo.row] != labels[coo.col]
    is_open = np.zeros(count, dtype=bool)
    is_open[labels[coo.row[leaks]]] = True
    is_open[labels[unknown > 0]] = True
    sizes = np.bincount(labels, minlength=count)
    return [np.flatnonzero(labels == c) for c in np.flatnonzero(~is_open & (sizes > 1))]
