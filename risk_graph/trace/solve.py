"""Follows metal upstream on a graph with loops, component by component.

Strongly connected components are taken in the order in which they depend on one another, so that everything
outside a loop is visited once; a loop is solved on its own (loops.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from risk_graph.trace.loops import Loop


@dataclass(frozen=True, eq=False)
class Steps:
    """One step upstream, from each node: `share` (n, n) CSR says where to, `leak` (n,) how much goes no further.

    Entries are >= 0; a row and its leak sum to 1 (the row of an origin is empty, its leak does not matter). The leak
    is given and not derived, because in a loop that hardly leaks 1 minus the row is nothing but rounding.
    """

    share: sparse.csr_array
    leak: np.ndarray

    def loop(self, members: np.ndarray) -> Loop:
        """The part between some nodes; what goes to others is a leak."""
        rows = self.share[members]
        inside = np.zeros(len(self.leak), dtype=bool)
        inside[members] = True
        row = np.repeat(np.arange(len(members)), np.diff(rows.indptr))
        outward = ~inside[rows.indices]
        leaving = np.bincount(row[outward], rows.data[outward], len(members))
        return Loop(sparse.csr_array(rows[:, members]), self.leak[members] + leaving)

    def only(self, going: np.ndarray) -> "Steps":
        """The same for the nodes that go on; everything ends at the others."""
        share = sparse.csr_array(sparse.diags_array(going.astype(float)) @ self.share)
        share.eliminate_zeros()
        return Steps(share, np.where(going, self.leak, 1.0))

    def among(self, nodes: np.ndarray) -> "Steps":
        """The same on `nodes` alone, which nothing may leave."""
        return Steps(sparse.csr_array(self.share[nodes][:, nodes]), self.leak[nodes])


@dataclass(frozen=True, eq=False)
class Order:
    """The strongly connected components of a matrix pattern, dependencies first.

    `labels` (n,) is each node's component. Of each component: `sizes`, its nodes, and `level`, the longest distance from
    a component that depends on nothing: those of one level do not depend on each other.
    """

    labels: np.ndarray
    sizes: np.ndarray
    level: np.ndarray

    @cached_property
    def batches(self) -> list[tuple[np.ndarray, list[np.ndarray]]]:
        """For each level: nodes that stand alone, and the node sets that form loops."""
        return list(_batches(self))


def order_of(pattern: sparse.csr_array) -> Order:
    """Order of the components of `pattern`; an entry (v, u) means that v depends on u."""
    count, labels = csgraph.connected_components(pattern, directed=True, connection="strong")
    sizes = np.bincount(labels, minlength=count)
    coo = pattern.tocoo()
    tail, head = labels[coo.row], labels[coo.col]
    between = tail != head
    edges = np.unique(np.column_stack([tail[between], head[between]]), axis=0).reshape(-1, 2)
    return Order(labels, sizes, _levels(count, edges[:, 0], edges[:, 1]))


def _levels(count: int, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Longest distance of each component from one that depends on nothing (Kahn's algorithm)."""
    level = np.zeros(count, dtype=np.int64)
    waiting = np.bincount(tail, minlength=count)
    by_head = np.argsort(head, kind="stable")
    start = np.searchsorted(head[by_head], np.arange(count + 1))
    dependants = tail[by_head]
    ready = np.flatnonzero(waiting == 0)
    depth = 0
    while len(ready):
        level[ready] = depth
        spans = [dependants[start[c] : start[c + 1]] for c in ready]
        touched = np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)
        waiting -= np.bincount(touched, minlength=count)
        candidates = np.unique(touched)
        ready = candidates[waiting[candidates] == 0]
        depth += 1
    return level


def _batches(order: Order) -> Iterator[tuple[np.ndarray, list[np.ndarray]]]:
    by_label = np.argsort(order.labels, kind="stable")
    start = np.concatenate([[0], np.cumsum(order.sizes)])
    alone = order.sizes[order.labels] == 1
    node_level = order.level[order.labels]
    for depth in range(int(order.level.max(initial=-1)) + 1):
        loops = np.flatnonzero((order.level == depth) & (order.sizes > 1))
        yield (
            np.flatnonzero(alone & (node_level == depth)),
            [by_label[start[c] : start[c + 1]] for c in loops],
        )


def solve(
    steps: Steps, b: np.ndarray, order: Order | None = None, floor: np.ndarray | None = None
) -> np.ndarray:
    """X of x = max(floor, share x + b); b >= 0 and x are (n,) or (n, k), `floor` >= 0 is (n,) and needs a (n,) b.

    `order` may come from any pattern that contains that of the shares.
    """
    order = order or order_of(steps.share)
    x = np.zeros_like(b, dtype=float)
    for alone, loops in order.batches:
        if len(alone):
            rhs = b[alone] + steps.share[alone] @ x
            x[alone] = rhs if floor is None else np.maximum(rhs, floor[alone])
        for members in loops:
            rhs = b[members] + steps.share[members] @ x
            x[members] = steps.loop(members).solve(rhs, None if floor is None else floor[members])
    return x


def visits_of(steps: Steps, start: np.ndarray, order: Order | None = None) -> np.ndarray:
    """Y of y = share' y + start, start >= 0 (n,): how often each node is met, on average, from that start."""
    order = order or order_of(steps.share)
    down = sparse.csr_array(steps.share.T)
    y = np.zeros(len(start))
    for alone, loops in reversed(order.batches):
        for members in loops:
            y[members] = steps.loop(members).visits(start[members] + down[members] @ y)
        if len(alone):
            y[alone] = start[alone] + down[alone] @ y
    return y
