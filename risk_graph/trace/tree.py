"""Dominators of a graph from one root (Lengauer & Tarjan 1979, with path compression: m log n)."""

import numpy as np
from numba import njit


@njit(cache=True)
def immediate_dominators(start: np.ndarray, to: np.ndarray, root: int) -> tuple[np.ndarray, np.ndarray]:
    """The last node before each that every way from `root` passes: (n,) -1 for the root and for what it does not reach.

    `start` (n + 1,) and `to` are the edges, by tail. (m,) the reached nodes, `root` first: each after its dominator.
    """
    order, parent, number = _depth_first(start, to, root)
    n, m = len(start) - 1, len(order)
    into_start, into = _reversed(start, to, order, number)
    semi, label = np.arange(m), np.arange(m)
    above, idom = np.full(m, -1), np.zeros(m, np.int64)
    bucket, next_, way = np.full(m, -1), np.full(m, -1), np.empty(m, np.int64)
    for w in range(m - 1, 0, -1):
        for e in range(into_start[w], into_start[w + 1]):
            u = _lowest(into[e], above, label, semi, way)
            semi[w] = min(semi[w], semi[u])
        next_[w] = bucket[semi[w]]
        bucket[semi[w]] = w
        above[w] = parent[w]
        v = bucket[parent[w]]
        while v >= 0:
            u = _lowest(v, above, label, semi, way)
            idom[v] = u if semi[u] < semi[v] else parent[w]
            v = next_[v]
        bucket[parent[w]] = -1
    found = np.full(n, -1)
    for w in range(1, m):
        if idom[w] != semi[w]:
            idom[w] = idom[idom[w]]
        found[order[w]] = order[idom[w]]
    return found, order


@njit(cache=True)
def _depth_first(start: np.ndarray, to: np.ndarray, root: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reached nodes in the order of discovery; each one's parent, as a place in that order; (n,) places, -1 if none."""
    n = len(start) - 1
    number, next_ = np.full(n, -1), start[:-1].copy()
    order, parent = np.empty(n, np.int64), np.zeros(n, np.int64)
    stack = np.empty(n, np.int64)
    order[0], number[root], stack[0] = root, 0, root
    count, depth = 1, 0
    while depth >= 0:
        v = stack[depth]
        if next_[v] == start[v + 1]:
            depth -= 1
            continue
        u = to[next_[v]]
        next_[v] += 1
        if number[u] < 0:
            number[u], order[count], parent[count] = count, u, number[v]
            count += 1
            depth += 1
            stack[depth] = u
    return order[:count], parent[:count], number


@njit(cache=True)
def _reversed(
    start: np.ndarray, to: np.ndarray, order: np.ndarray, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Tails of the edges into each reached node, all as places in the order."""
    m = len(order)
    begin = np.zeros(m + 1, np.int64)
    for v in order:
        for e in range(start[v], start[v + 1]):
            begin[number[to[e]] + 1] += 1
    begin = np.cumsum(begin)
    at, tail = begin[:-1].copy(), np.empty(begin[-1], np.int64)
    for v in order:
        for e in range(start[v], start[v + 1]):
            w = number[to[e]]
            tail[at[w]] = number[v]
            at[w] += 1
    return begin, tail


@njit(cache=True)
def _lowest(v: int, above: np.ndarray, label: np.ndarray, semi: np.ndarray, way: np.ndarray) -> int:
    """The node of least semidominator on the way from v up to below its root in the forest; the way is shortened."""
    if above[v] < 0:
        return v
    depth = 0
    while above[above[v]] >= 0:
        way[depth] = v
        depth += 1
        v = above[v]
    for at in range(depth - 1, -1, -1):
        w = way[at]
        if semi[label[above[w]]] < semi[label[w]]:
            label[w] = label[above[w]]
        above[w] = above[v]
        v = w
    found: int = label[v]
    return found


@njit(cache=True)
def gathered(idom: np.ndarray, order: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n, k) sums of `values` (n, k) over each node and all that it dominates."""
    out = values.copy()
    for at in range(len(order) - 1, 0, -1):
        v = order[at]
        for c in range(values.shape[1]):
            out[idom[v], c] += out[v, c]
    return out
