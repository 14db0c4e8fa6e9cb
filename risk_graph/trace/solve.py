"""Solves x = max(floor, M x + b) exactly on a graph with loops, component by component.

M holds non-negative entries, rows (or columns) sum to at most 1. Strongly connected components are taken in
the order in which they depend on one another, so that everything outside a loop is visited once. Loops of
moderate size are solved directly; only a very large one is swept (Gauss-Seidel).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import splu

from risk_graph.errors import RiskGraphError

DIRECT = 1_500
"""A loop of up to this many nodes is solved directly, with no iteration."""

_TOLERANCE = 1e-12
_SWEEPS = 5_000
_NO_FLOOR = -np.inf


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
    matrix: sparse.csr_array, b: np.ndarray, order: Order | None = None, floor: np.ndarray | None = None
) -> np.ndarray:
    """X of x = max(floor, matrix x + b); b and x are (n,) or (n, k), `floor` is (n,) and needs a (n,) b.

    `order` may come from any pattern that contains the matrix's. Raises RiskGraphError if a loop has no
    solution (nothing leaves it): find and open closed loops first.
    """
    order = order or order_of(matrix)
    x = np.zeros_like(b, dtype=float)
    for alone, loops in order.batches:
        if len(alone):
            rhs = b[alone] + matrix[alone] @ x
            x[alone] = rhs if floor is None else np.maximum(rhs, floor[alone])
        for members in loops:
            x[members] = _solve_loop(matrix, b, members, x, floor)
    return x


def _solve_loop(
    matrix: sparse.csr_array, b: np.ndarray, members: np.ndarray, x: np.ndarray, floor: np.ndarray | None
) -> np.ndarray:
    rows = matrix[members]
    rhs = b[members] + rows @ x
    inner = sparse.csr_array(rows[:, members])
    own_floor = np.full(len(members), _NO_FLOOR) if floor is None else floor[members]
    if len(members) > DIRECT:
        return _sweep(inner, rhs, own_floor)
    if floor is None:
        return _direct(inner, rhs)
    return _stop_or_go(inner, rhs, own_floor)


def _direct(inner: sparse.csr_array, rhs: np.ndarray) -> np.ndarray:
    system = np.eye(inner.shape[0]) - inner.toarray()
    try:
        return np.asarray(np.linalg.solve(system, rhs))
    except np.linalg.LinAlgError as error:
        raise RiskGraphError("A closed loop was not opened before solving.") from error


def _stop_or_go(inner: sparse.csr_array, rhs: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Policy iteration (Howard 1960): which nodes keep their floor is improved until nothing changes."""
    stop = np.zeros(len(rhs), dtype=bool)
    for _ in range(len(rhs) + 2):
        going = sparse.csr_array(sparse.diags_array((~stop).astype(float)) @ inner)
        x = _direct(going, np.where(stop, floor, rhs))
        better = floor > inner @ x + rhs
        if np.array_equal(better, stop):
            return np.asarray(x)
        stop = better
    return np.asarray(np.maximum(x, floor))


def _sweep(inner: sparse.csr_array, rhs: np.ndarray, floor: np.ndarray) -> np.ndarray:
    from risk_graph.trace.kernels import sweep  # compiled on first use: small graphs do without

    start, column = inner.indptr.astype(np.uint64), inner.indices.astype(np.uint32)
    columns = rhs.reshape(len(rhs), -1)
    out = np.empty_like(columns)
    for k in range(columns.shape[1]):
        b = np.ascontiguousarray(columns[:, k])
        x = np.zeros(len(rhs))
        if not _converge(start, column, inner.data, floor, b, x, sweep):
            x = _factorised(inner, b, floor)
        out[:, k] = x
    return out.reshape(rhs.shape)


def _converge(
    start: np.ndarray,
    column: np.ndarray,
    share: np.ndarray,
    floor: np.ndarray,
    b: np.ndarray,
    x: np.ndarray,
    sweep: Callable[..., float],
) -> bool:
    """Sweeps `x` in place until the estimated remaining error (last change / (1 - rate)) is negligible."""
    before = np.inf
    for _ in range(_SWEEPS):
        change = sweep(start, column, share, floor, b, x)
        rate = min(change / before, 1 - 1e-9) if before > 0 else 0.0
        if change / (1 - rate) <= _TOLERANCE * max(1.0, float(np.abs(x).max())):
            return True
        before = change
    return False


def _factorised(inner: sparse.csr_array, b: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """For a large loop that hardly leaks: slow and exact."""
    stop = np.zeros(len(b), dtype=bool)
    for _ in range(100):
        going = sparse.diags_array((~stop).astype(float)) @ inner
        x = splu(sparse.csc_array(sparse.eye_array(len(b)) - going)).solve(np.where(stop, floor, b))
        better = floor > inner @ x + b
        if np.array_equal(better, stop):
            break
        stop = better
    return np.asarray(x)
