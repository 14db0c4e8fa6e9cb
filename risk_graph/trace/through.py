"""Pass-through: how much of a subject's metal meets a node, a supplier or a country at least once (docs/trace.md, 12)."""

from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.trace.network import Network
from risk_graph.trace.origins import visits
from risk_graph.trace.solve import DIRECT, solve
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.upstream import upstream_of

Through = Literal["node", "supplier", "country"]

_EXACT_IN_GIANT_LOOP = 25
"""Nodes of a loop past DIRECT whose returns are counted exactly, the most visited first; of the others the visits
stand for the share: an upper bound, close to it where a node is seldom met twice."""


def pass_through(
    network: Network, subject_id: str, of: Through = "node", most: int | None = None
) -> pd.DataFrame:
    """Columns id, share: the probability that a unit of the subject's metal meets each node, supplier or
    country upstream at least once; only positive shares, largest first. With `most`, only that many groups, those
    whose nodes' shares sum to most: each takes a solve of its own.

    For a node it is N_sk / N_kk of the fundamental matrix (Kemeny & Snell 1960, 3.2.4); for a group it is
    the probability of ever reaching the group.
    """
    subject = subject_of(network, subject_id)
    if not len(subject.nodes):
        return pd.DataFrame({"id": pd.Series(dtype=str), "share": pd.Series(dtype=float)})
    shares = node_shares(network, subject)
    nodes = network.graph.nodes
    if of == "node":
        table = pd.DataFrame({"id": nodes["node_id"], "share": shares})
    else:
        key = nodes["supplier_id" if of == "supplier" else "country"]
        bound = pd.Series(shares).groupby(key.to_numpy()).sum()
        bound = bound[bound > 0].sort_values(ascending=False, kind="stable")
        groups = sorted(bound.index[:most])
        meets = [_meets(network, subject, (key == g).to_numpy(dtype=bool), shares) for g in groups]
        table = pd.DataFrame({"id": groups, "share": meets})
    table = table[table["share"] > 0].assign(id=lambda t: t["id"].astype("str"))
    return table.sort_values(["share", "id"], ascending=[False, True], ignore_index=True)


def node_shares(network: Network, subject: Subject) -> np.ndarray:
    """(n,) pass-through of each node; the weighted mean over the subject's nodes."""
    total = visits(network, subject)
    returns = np.ones(network.graph.size)
    for members in _loops(network, total > 0):
        returns[members] = _returns(network.shares[1], members, total)
    return np.minimum(total / returns, 1.0)


def _loops(network: Network, reached: np.ndarray) -> list[np.ndarray]:
    return [m for _, loops in network.order.batches for m in loops if reached[m].any()]


def _returns(shares: sparse.csr_array, members: np.ndarray, visits_: np.ndarray) -> np.ndarray:
    """N_kk of each node of a loop: expected visits to k when starting there. Ways back stay inside the loop."""
    inner = sparse.csr_array(shares[members][:, members])
    if len(members) <= DIRECT:
        return np.diag(np.linalg.inv(np.eye(len(members)) - inner.toarray())).copy()
    out = np.ones(len(members))
    transposed = sparse.csr_array(inner.T)
    for k in np.argsort(-visits_[members])[:_EXACT_IN_GIANT_LOOP]:
        start = np.zeros(len(members))
        start[k] = 1.0
        out[k] = solve(transposed, start)[k]
    return out


def _meets(network: Network, subject: Subject, group: np.ndarray, shares: np.ndarray) -> float:
    members = np.flatnonzero(group & (shares > 0))
    if len(members) == 1 and len(subject.nodes) == 1:
        return float(shares[members[0]])
    reached = np.flatnonzero(upstream_of(network, subject.nodes))
    inside = group[reached]
    going = sparse.diags_array((~inside).astype(float)) @ network.shares[1][reached][:, reached]
    reach = solve(sparse.csr_array(going), inside.astype(float))
    where = pd.Index(reached).get_indexer(pd.Index(subject.nodes))
    return float(min(subject.weights @ reach[where], 1.0))
