"""The hot loop of the systemic risk index: what one failure does to everybody else, many failures side by side.

Losses only grow, and a node's loss is a growing function of its suppliers' losses: whatever the order in which nodes are
worked off, they end at the same, smallest solution. So only nodes whose suppliers changed are worked off, in an order in
which suppliers mostly come first; side by side, for then one reading of the graph serves many failures.
"""

from typing import NamedTuple

import numpy as np
from numba import njit


class Inputs(NamedTuple):
    """Who gets how much from whom: by receiver and kind `start` (n + 1,), `source`, `share`, `kind`, `essential` (whether
    that kind is); by source `on_start` (n + 1,), `on` (receivers); `order` (n,) in which receivers are worked off.
    """

    start: np.ndarray
    source: np.ndarray
    share: np.ndarray
    kind: np.ndarray
    essential: np.ndarray
    on_start: np.ndarray
    on: np.ndarray
    order: np.ndarray


@njit(cache=True)
def cascade(
    inputs: Inputs,
    failing: np.ndarray,
    out: np.ndarray,
    market: np.ndarray,
    settled: float,
    sweeps: int,
) -> tuple[np.ndarray, np.ndarray]:
    """(n, k) share of each node's output that is lost when each of `failing` (k,) fails alone.

    `market` (n,) is each node's market, where
    all with deliveries `out` (n,) replace each other, or empty: nobody is replaced. Growth of up to `settled` is not
    passed on.
    """
    start, source, share, kind, essential, on_start, on, order = inputs
    n, k = len(order), len(failing)
    lost, hit, due = np.zeros((n, k)), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    left = np.zeros((market.max() + 1 if len(market) else 0, k))
    members = np.argsort(market)
    first = np.searchsorted(market[members], np.arange(len(left) + 1))
    for v in range(len(market)):
        left[market[v]] += out[v]
    for b in range(k):
        lost[failing[b], b] = 1.0
        if len(market):
            left[market[failing[b]], b] -= out[failing[b]]
    for v in failing:
        hit[v] = True
        _wake(v, market, members, first, hit, on_start, on, due)
    worst, other, missing = np.empty(k), np.empty(k), np.empty(k)
    growing, busy = np.zeros(k, np.bool_), True
    for _ in range(sweeps):
        if not busy:
            break
        busy = False
        growing[:] = False
        for v in order:
            if not due[v]:
                continue
            due[v], at = False, start[v]
            worst[:] = 0.0
            other[:] = 0.0
            while at < start[v + 1]:
                is_essential, same = essential[at], kind[at]
                missing[:] = 0.0
                while at < start[v + 1] and kind[at] == same:
                    u = source[at]
                    if hit[u]:
                        if len(market):
                            for b in range(k):
                                rest = max(left[market[u], b], out[u])
                                missing[b] += share[at] * lost[u, b] * (out[u] / rest)
                        else:
                            for b in range(k):
                                missing[b] += share[at] * lost[u, b]
                    at += 1
                for b in range(k):
                    if is_essential:
                        worst[b] = max(worst[b], missing[b])
                    else:
                        other[b] += missing[b]
            grew = False
            for b in range(k):
                new = max(lost[v, b], min(1.0, max(worst[b], other[b])))
                if new - lost[v, b] > settled * new:
                    grew = growing[b] = True
                if len(market):
                    left[market[v], b] -= out[v] * (new - lost[v, b])
                lost[v, b] = new
            if grew:
                busy = hit[v] = True
                _wake(v, market, members, first, hit, on_start, on, due)
    return lost, growing & busy


@njit(cache=True)
def _wake(
    v: int,
    market: np.ndarray,
    members: np.ndarray,
    first: np.ndarray,
    hit: np.ndarray,
    start: np.ndarray,
    on: np.ndarray,
    due: np.ndarray,
) -> None:
    """Whoever v delivers to is due; and whoever those of its market that are hit deliver to, for they count for more."""
    if not len(market):
        for e in range(start[v], start[v + 1]):
            due[on[e]] = True
        return
    for u in members[first[market[v]] : first[market[v] + 1]]:
        if hit[u]:
            for e in range(start[u], start[u + 1]):
                due[on[e]] = True


@njit(cache=True)
def suppliers_first(start: np.ndarray, source: np.ndarray) -> np.ndarray:
    """(n,) nodes in an order in which everybody comes after the suppliers, but for one flow of each loop.

    `start` (n + 1,) and `source` by receiver. Depth first; a node is done when all of its suppliers are.
    """
    n = len(start) - 1
    done, next_ = np.empty(n, np.int64), start[:-1].copy()
    seen, stack, count = np.zeros(n, np.bool_), np.empty(n, np.int64), 0
    for root in range(n):
        if seen[root]:
            continue
        depth = 0
        stack[0], seen[root] = root, True
        while depth >= 0:
            v = stack[depth]
            if next_[v] == start[v + 1]:
                done[count] = v
                count += 1
                depth -= 1
                continue
            u = source[next_[v]]
            next_[v] += 1
            if not seen[u]:
                seen[u] = True
                depth += 1
                stack[depth] = u
    return done
