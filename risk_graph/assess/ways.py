"""The nearest node upstream that decides an answer, and the way from it, for every subject at once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.trace.network import Network
from risk_graph.trace.upstream import Nearest, nearest_marked

_SHOWN = 12
"""Nodes of a way that are written out; a longer one says how many are left out."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Arrays over subjects. `found`: is a marked node upstream? `node`: the subject's own node with the nearest
    one (-1), `witness` (-1), `hops` (-1), `since`: the day by which every flow on the way had begun (or NaT),
    `text`: the way, upstream first.
    """

    found: np.ndarray
    node: np.ndarray
    witness: np.ndarray
    hops: np.ndarray
    since: np.ndarray
    text: np.ndarray


def ways_to(facts: Facts, marked: np.ndarray) -> Ways:
    """The nearest marked node of each subject."""
    # A subject without one has node -1, which picks the blank appended to each array.
    nearest = nearest_marked(facts.network, marked)
    node = _nearest_own(facts, nearest)
    started, text = _along(facts.network, nearest)
    blank = np.datetime64("NaT", "D")
    return Ways(
        found=node >= 0,
        node=node,
        witness=np.append(nearest.witness, -1)[node],
        hops=np.append(nearest.hops, -1)[node],
        since=np.append(started, blank)[node],
        text=np.append(text, "")[node],
    )


def _nearest_own(facts: Facts, nearest: Nearest) -> np.ndarray:
    """For each subject its own node with the fewest hops (the smallest index among equals), or -1."""
    own = facts.subjects.own.tocoo()
    far = nearest.hops[own.col]
    keep = far >= 0
    row, column, far = own.row[keep], own.col[keep], far[keep]
    best = np.lexsort((column, far, row))
    row, first = np.unique(row[best], return_index=True)
    node = np.full(len(facts.subjects.ids), -1)
    node[row] = column[best][first]
    return node


def _along(network: Network, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
    """Over nodes: the day by which every flow on the way had begun, and the way in words."""
    ids = network.graph.nodes["node_id"].to_numpy(dtype=object)
    step = _first_days(network, nearest)
    started, text = np.full(len(ids), np.datetime64("NaT", "D")), ids.copy()
    for node in np.argsort(nearest.hops, kind="stable"):
        hops = nearest.hops[node]
        if hops <= 0:
            continue
        before = nearest.toward[node]
        earlier = started[before]
        started[node] = step[node] if np.isnat(earlier) else max(earlier, step[node])
        if hops < _SHOWN:
            text[node] = f"{text[before]} > {ids[node]}"
        else:
            text[node] = f"{ids[nearest.witness[node]]} > ({hops - 1} more) > {ids[node]}"
    return started, text


def _first_days(network: Network, nearest: Nearest) -> np.ndarray:
    """(n,) first day of the earliest flow on each node's step toward its witness; NaT without a step."""
    graph = network.graph
    flows = graph.flows
    start = graph.table["period_start"].to_numpy(dtype="datetime64[D]")[flows["row"].to_numpy()]
    key = flows["target"].to_numpy() * graph.size + flows["source"].to_numpy()
    first = pd.Series(start.astype("datetime64[s]")).groupby(key).min()
    wanted = pd.Index(np.arange(graph.size) * graph.size + nearest.toward)
    wanted = wanted.where(nearest.hops > 0, -1)
    return np.asarray(first.reindex(wanted), dtype="datetime64[D]")
