"""How much of a subject's metal each declared flow carries: the way from a trace down to the input's rows."""

import numpy as np

from risk_graph.trace.network import Network
from risk_graph.trace.origins import visits
from risk_graph.trace.subject import Subject


def carried(network: Network, subject: Subject) -> np.ndarray:
    """(flows,) share of the subject's metal that each row of `graph.flows` carries, in the graph's order.

    Visits of the receiving node x the flow's part of that node's input: metal that goes round in a loop is counted
    each time, so a share may exceed 1. Flows into origins are not followed (docs/trace.md, 4) and carry nothing.
    """
    graph = network.graph
    target = graph.flows["target"].to_numpy()
    metal = np.where(graph.is_origin[target], 0.0, graph.flows["metal"].to_numpy())
    inflow = network.balance.inflow
    known = (1 - network.unknown[:, 1]) / np.where(inflow > 0, inflow, np.inf)
    if not len(subject.nodes):
        return np.zeros(len(metal))
    return np.asarray(visits(network, subject)[target] * metal * known[target])
