"""Pass-through: how much of a subject's metal meets a node, a supplier or a country at least once (docs/trace.md, 12)."""

from typing import Literal

import numpy as np
import pandas as pd

from risk_graph.trace.loops import Loop
from risk_graph.trace.network import Network
from risk_graph.trace.origins import visits
from risk_graph.trace.solve import solve
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.upstream import upstream_of

Through = Literal["node", "supplier", "country"]

COLUMNS = ["id", "share", "is_upper_bound"]

_EXACT_IN_LARGE_LOOP = 50
"""Nodes of a loop past DIRECT whose returns are counted, the most visited first: each takes a solve of its own."""


def pass_through(
    network: Network, subject_id: str, of: Through = "node", most: int | None = None
) -> pd.DataFrame:
    """COLUMNS: the probability that a unit of the subject's metal meets each node, supplier or country upstream at
    least once; only positive shares, largest first. With `most`, only that many groups, those whose nodes' shares
    sum to most: each takes a solve of its own.

    For a node it is N_sk / N_kk of the fundamental matrix (Kemeny & Snell 1960, 3.2.4); for a group it is
    the probability of ever reaching the group; what enters a closed loop meets everybody in it. In a loop of
    more than loops.DIRECT nodes only the most visited nodes' returns N_kk are counted; of the others N_sk is shown,
    which is at least the share: `is_upper_bound`.
    """
    subject = subject_of(network, subject_id)
    if not len(subject.nodes):
        return pd.DataFrame({"id": pd.Series(dtype=str), "share": 0.0, "is_upper_bound": False})
    shares, is_bound = node_shares(network, subject)
    nodes = network.graph.nodes
    if of == "node":
        table = pd.DataFrame({"id": nodes["node_id"], "share": shares, "is_upper_bound": is_bound})
    else:
        key = nodes["supplier_id" if of == "supplier" else "country"]
        bound = pd.Series(shares).groupby(key.to_numpy()).sum()
        bound = bound[bound > 0].sort_values(ascending=False, kind="stable")
        groups = sorted(bound.index[:most])
        meets = [_meets(network, subject, (key == g).to_numpy(dtype=bool)) for g in groups]
        table = pd.DataFrame({"id": groups, "share": meets, "is_upper_bound": False})
    table = table[table["share"] > 0].assign(id=lambda t: t["id"].astype("str"))
    return table.sort_values(["share", "id"], ascending=[False, True], ignore_index=True)[COLUMNS]


def node_shares(network: Network, subject: Subject) -> tuple[np.ndarray, np.ndarray]:
    """(n,) pass-through of each node, the weighted mean over the subject's nodes; (n,) whether it is a bound only."""
    total = visits(network, subject)
    is_bound = np.zeros(len(total), dtype=bool)
    for members in _loops(network, total > 0):
        if network.in_closed_loop[members[0]]:
            total[members] = total[members].sum()  # its rows are empty: each visit is an entry
        else:
            returns, counted = _returns(network.steps().loop(members), total[members])
            total[members] /= returns
            is_bound[members[~counted]] = True
    return np.minimum(total, 1.0), is_bound & (total > 0)


def _loops(network: Network, reached: np.ndarray) -> list[np.ndarray]:
    return [m for _, loops in network.order.batches for m in loops if reached[m].any()]


def _returns(loop: Loop, visits_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """N_kk, the visits of each node by what starts there (ways back stay inside the loop), and whether they were
    counted: where not, 1.
    """
    size = len(visits_)
    if not loop.is_large:
        return loop.returns(), np.ones(size, dtype=bool)
    out, counted = np.ones(size), np.zeros(size, dtype=bool)
    for k in np.argsort(-visits_, kind="stable")[:_EXACT_IN_LARGE_LOOP]:
        start = np.zeros(size)
        start[k] = 1.0
        out[k], counted[k] = loop.visits(start)[k], True
    return out, counted


def _meets(network: Network, subject: Subject, group: np.ndarray) -> float:
    """Probability of ever reaching a node of the group."""
    group = group.copy()
    for loop in network.closed_loops:
        group[loop] = group[loop].any()
    reached = np.flatnonzero(upstream_of(network, subject.nodes))
    inside = group[reached]
    reach = solve(network.steps().among(reached).only(~inside), inside.astype(float))
    where = pd.Index(reached).get_indexer(pd.Index(subject.nodes))
    return float(min(subject.weights @ reach[where], 1.0))
