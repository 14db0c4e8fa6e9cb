"""A large loop made smaller: nodes with few neighbours are eliminated exactly, one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

_KNOT = 200
"""Nodes of the largest knot that is eliminated whatever its neighbours."""


@dataclass(frozen=True, eq=False)
class Gone:
    """An eliminated node: `pivot` is what left it, `into` and `out` its neighbours then, with the shares between."""

    node: int
    pivot: float
    into: np.ndarray
    into_share: np.ndarray
    out: np.ndarray
    out_share: np.ndarray


@dataclass(frozen=True, eq=False)
class Thinned:
    """A loop without `gone`: `kept` (m,) are the indices that stay, `inner` (m, m) CSR and `leak` (m,) the loop
    between them, rows and leak summing to 1; `pivot` (m,) is what left each of them before its row was scaled to that.
    """

    gone: tuple[Gone, ...]
    kept: np.ndarray
    inner: sparse.csr_array
    leak: np.ndarray
    pivot: np.ndarray

    def solve(self, b: np.ndarray, core: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """X of x = T x + b on the whole loop, where `core` solves the same on what is kept."""
        x = b.astype(float)
        for g in self.gone:
            x[g.into] += np.multiply.outer(g.into_share / g.pivot, x[g.node])
        x[self.kept] = core((x[self.kept].T / self.pivot).T)
        for g in reversed(self.gone):
            x[g.node] = (x[g.node] + g.out_share @ x[g.out]) / g.pivot
        return x

    def visits(self, start: np.ndarray, core: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Y of y = T' y + start on the whole loop, where `core` solves the same on what is kept."""
        y = start.astype(float)
        for g in self.gone:
            y[g.out] += np.multiply.outer(g.out_share / g.pivot, y[g.node])
        y[self.kept] = (core(y[self.kept]).T / self.pivot).T
        for g in reversed(self.gone):
            y[g.node] = (y[g.node] + g.into_share @ y[g.into]) / g.pivot
        return y


def thin(inner: sparse.csr_array, leak: np.ndarray, strong: float, most: int, enough: int) -> Thinned:
    """Eliminates nodes until `enough` are left: first those of small knots, which shares of at least `strong` tie
    together and which therefore hold metal for long, then those with up to `most` pairs of neighbours, fewest first.

    No subtraction: what leaves a node is summed, so that a loop that hardly leaks stays exact (see dense.py).
    """
    knotted = _knotted(inner, strong)
    out = [
        dict(zip(inner.indices[a:b].tolist(), inner.data[a:b].tolist(), strict=True))
        for a, b in zip(inner.indptr[:-1], inner.indptr[1:], strict=True)
    ]
    into: list[set[int]] = [set() for _ in out]
    for v, row in enumerate(out):
        row.pop(v, None)
        for u in row:
            into[u].add(v)
    lost = leak.tolist()
    alive, gone = set(range(len(out))), []

    def pairs_of(v: int) -> int:
        return 0 if knotted[v] else len(into[v]) * len(out[v])

    queue = [(pairs_of(v), v) for v in alive]
    heapify(queue)
    while queue and len(alive) > enough:
        pairs, k = heappop(queue)
        if pairs_of(k) > pairs:
            heappush(queue, (pairs_of(k), k))
            continue
        if pairs > most:
            break
        gone.append(_eliminate(k, out, into, lost))
        alive.remove(k)
    return _core(tuple(gone), np.array(sorted(alive), dtype=np.int64), out, lost)


def _knotted(inner: sparse.csr_array, strong: float) -> np.ndarray:
    ties = sparse.csr_array(inner >= strong)
    count, labels = csgraph.connected_components(ties, directed=True, connection="strong")
    size = np.bincount(labels, minlength=count)[labels]
    return np.asarray((size > 1) & (size <= _KNOT))


def _eliminate(k: int, out: list[dict[int, float]], into: list[set[int]], lost: list[float]) -> Gone:
    row, above = out[k], sorted(into[k])
    pivot = (lost[k] + sum(row.values())) or 1.0
    shares = [out[i].pop(k) for i in above]
    for u in row:
        into[u].discard(k)
    for i, share in zip(above, shares, strict=True):
        factor = share / pivot
        lost[i] += factor * lost[k]
        mine = out[i]
        for u, through in row.items():
            if u != i:
                mine[u] = mine.get(u, 0.0) + factor * through
                into[u].add(i)
    return Gone(
        k,
        pivot,
        np.array(above, dtype=np.int64),
        np.array(shares),
        np.array(list(row), dtype=np.int64),
        np.array(list(row.values())),
    )


def _core(
    gone: tuple[Gone, ...], kept: np.ndarray, out: list[dict[int, float]], lost: list[float]
) -> Thinned:
    leak = np.array(lost)[kept]
    start = np.concatenate([[0], np.cumsum([len(out[v]) for v in kept], dtype=np.int64)])
    column = np.searchsorted(kept, np.array([u for v in kept for u in out[v]], dtype=np.int64))
    share = np.array([s for v in kept for s in out[v].values()])
    row = np.repeat(np.arange(len(kept)), np.diff(start))
    pivot = leak + np.bincount(row, share, len(kept))
    pivot = np.where(pivot > 0, pivot, 1.0)
    inner = sparse.csr_array((share / pivot[row], column, start), shape=(len(kept), len(kept)))
    inner.sort_indices()
    return Thinned(gone, kept, inner, leak / pivot, pivot)
