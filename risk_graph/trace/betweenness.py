"""Flow betweenness: how much of all delivered metal passes a node, whoever buys it."""

import numpy as np

from risk_graph.trace.network import Network
from risk_graph.trace.subject import Subject
from risk_graph.trace.through import node_shares


def everything_delivered(network: Network) -> Subject:
    """All metal that reaches who passes none on: products, and buyers and sites at the end of the chain.

    No node at all if nobody is the last (every receiver delivers).
    """
    last = np.flatnonzero((network.balance.inflow > 0) & (network.balance.outflow <= 0))
    mass = network.balance.mass[last]
    total = float(mass.sum())
    return Subject("*", "all delivered metal", "all", last, mass / max(total, 1e-300), total)


def betweenness(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """(n,) chance that a unit of all delivered metal meets each node at least once, at nominal values; 0 for those at
    which it ends; (n,) whether that is only an upper bound (docs/trace.md, 12).
    """
    delivered = everything_delivered(network)
    if not len(delivered.nodes):
        return np.zeros(network.graph.size), np.zeros(network.graph.size, dtype=bool)
    share, is_bound = node_shares(network, delivered)
    share[delivered.nodes] = 0.0
    is_bound[delivered.nodes] = False
    return share, is_bound
