"""A graph made ready to be traced: balances at three bounds, closed loops opened, components ordered."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from risk_graph.model.graph import EVIDENCE, SupplyGraph
from risk_graph.trace.balance import Balance, balance
from risk_graph.trace.solve import Order, order_of, solve

_ROUNDING = 1e-12
"""Differences between two solves below this are rounding: no way of that evidence exists."""


@dataclass(frozen=True, eq=False)
class Network:
    """What every trace of one graph shares.

    `unknown` (n, 3) is the share of a node's own input that is undeclared at the favourable, nominal and
    unfavourable ends, closed loops counted as wholly undeclared; `sink` (n,) is the node that this share is
    last known at (the node itself, or the smallest id of its closed loop).
    `shares` are the input shares P at the three bounds: rows sum to 1 - unknown, rows of origins are empty.
    """

    graph: SupplyGraph
    balance: Balance
    shares: tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]
    unknown: np.ndarray
    sink: np.ndarray
    closed_loops: tuple[np.ndarray, ...]

    @cached_property
    def order(self) -> Order:
        """Components of the declared inflows, upstream first."""
        return order_of(self.balance.relative)

    @cached_property
    def unknown_share(self) -> np.ndarray:
        """(n, 3): share of each node's metal whose origin is unknown, low, nominal, high (docs/trace.md, 9)."""
        columns = [solve(self.shares[k], self.unknown[:, k], self.order) for k in range(3)]
        return np.asarray(np.clip(np.column_stack(columns), 0.0, 1.0))

    @cached_property
    def modelled_share(self) -> np.ndarray:
        """(n,): share of each node's metal that leads to an origin only over a modelled flow (nominal values)."""
        reported = self.shares_within(EVIDENCE.index("reported"))
        declared = solve(reported, self.graph.is_origin.astype(float), self.order)
        share = 1 - self.unknown_share[:, 1] - declared
        return np.where(share > _ROUNDING, share, 0.0)

    def shares_within(self, level: int) -> sparse.csr_array:
        """Input shares of flows that are at least as well supported as `level`, nothing renormalised."""
        graph = self.graph
        flows = graph.flows[
            (graph.flows["evidence"] <= level) & ~graph.is_origin[graph.flows["target"].to_numpy()]
        ]
        target, source = flows["target"].to_numpy(), flows["source"].to_numpy()
        known = (1 - self.unknown[:, 1]) / np.where(self.balance.inflow > 0, self.balance.inflow, np.inf)
        data = flows["metal"].to_numpy() * known[target]
        return sparse.coo_array((data, (target, source)), shape=(graph.size, graph.size)).tocsr()


def prepare(graph: SupplyGraph) -> Network:
    """Everything about a graph that does not depend on who is traced."""
    state = balance(graph)
    unknown = state.unknown.copy()
    sink = np.arange(graph.size)
    loops = closed_loops(state)
    for loop in loops:
        unknown[loop] = 1.0
        sink[loop] = loop.min()
    shares = [state.relative] * 3
    for k in range(3):
        shares[k] = sparse.csr_array(sparse.diags_array(1 - unknown[:, k]) @ state.relative)
        shares[k].eliminate_zeros()
    return Network(graph, state, (shares[0], shares[1], shares[2]), unknown, sink, tuple(loops))


def closed_loops(state: Balance) -> list[np.ndarray]:
    """Loops that no metal enters and in which nothing is undeclared, as node indices (docs/trace.md, 7)."""
    shares = state.shares()
    shares.eliminate_zeros()
    count, labels = csgraph.connected_components(shares, directed=True, connection="strong")
    coo = shares.tocoo()
    leaks = labels[coo.row] != labels[coo.col]
    is_open = np.zeros(count, dtype=bool)
    is_open[labels[coo.row[leaks]]] = True
    is_open[labels[state.unknown[:, 1] > 0]] = True
    sizes = np.bincount(labels, minlength=count)
    return [np.flatnonzero(labels == c) for c in np.flatnonzero(~is_open & (sizes > 1))]
