"""Plain dense definitions of docs/trace.md, written for reading, not for speed: the reference in property tests."""

from dataclasses import dataclass

import numpy as np

from risk_graph.model.graph import SupplyGraph


@dataclass
class Dense:
    shares: np.ndarray  # (n, n) P among nodes
    unknown: np.ndarray  # (n,) undeclared share of a node's own input
    sink: np.ndarray  # (n,) node at which it is last known
    closed: list[set[int]]


def dense(graph: SupplyGraph, bound: int = 1) -> Dense:
    n = graph.size
    low, nominal, high = (np.zeros((n, n)) for _ in range(3))
    for flow in graph.flows.itertuples():
        low[flow.target, flow.source] += flow.low
        nominal[flow.target, flow.source] += flow.metal
        high[flow.target, flow.source] += flow.high
    shares, unknown = np.zeros((n, n)), np.zeros(n)
    ends = {0: (low, 2, high), 1: (nominal, 1, nominal), 2: (high, 0, low)}
    out, yield_end, into = ends[bound]
    for v in range(n):
        if graph.is_origin[v]:
            continue
        inflow = into[v].sum()
        need = out[:, v].sum() / graph.yields[v, yield_end]
        missing = max(0.0, need - inflow)
        missing = 0.0 if missing < 1e-12 * need else missing
        unknown[v] = missing / (inflow + missing) if inflow > 0 else 1.0
        if inflow > 0:
            shares[v] = (1 - unknown[v]) * nominal[v] / nominal[v].sum()
    sink, closed = np.arange(n), _closed(shares, unknown, graph.is_origin)
    for loop in closed:
        for v in loop:
            shares[v], unknown[v], sink[v] = 0.0, 1.0, min(loop)
    return Dense(shares, unknown, sink, closed)


def _closed(shares: np.ndarray, unknown: np.ndarray, is_origin: np.ndarray) -> list[set[int]]:
    """Sets from which no origin and no undeclared share can be reached."""
    n = len(unknown)
    reach = (shares > 0) | np.eye(n, dtype=bool)
    for k in range(n):
        reach |= np.outer(reach[:, k], reach[k])
    ends = is_origin | (unknown > 0)
    stuck = [v for v in range(n) if not (reach[v] & ends).any()]
    loops: list[set[int]] = []
    for v in stuck:
        loop = {u for u in range(n) if reach[v, u] and reach[u, v]}
        bottom = all(reach[u, v] for u in range(n) if reach[v, u])
        if bottom and loop not in loops:
            loops.append(loop)
    return loops


def origin_shares(d: Dense) -> tuple[np.ndarray, np.ndarray]:
    """(n, n) share of row's metal from origin column, and (n, n) unknown share last known at column."""
    n = len(d.unknown)
    visits = np.linalg.inv(np.eye(n) - d.shares)
    lost = np.zeros((n, n))
    for v in range(n):
        lost[:, d.sink[v]] += visits[:, v] * d.unknown[v]
    return visits, lost
