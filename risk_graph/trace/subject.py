"""Who is traced: a node, or the weighted nodes of a supplier (docs/trace.md, 11)."""

from dataclasses import dataclass

import numpy as np

from risk_graph.errors import NotFoundError
from risk_graph.model.graph import SupplyGraph
from risk_graph.trace.network import Network


@dataclass(frozen=True, eq=False)
class Subject:
    """`nodes` (indices) and `weights` (sum 1) whose rows are averaged; `mass_t` of contained metal."""

    id: str
    name: str
    kind: str
    nodes: np.ndarray
    weights: np.ndarray
    mass_t: float


def subject_of(network: Network, subject_id: str) -> Subject:
    """The facility, product or supplier with that id; NotFoundError if there is none.

    A supplier without any node has no nodes, no weights and no mass: nothing of it is known.
    """
    graph = network.graph
    suppliers = graph.suppliers.loc[graph.suppliers["supplier_id"] == subject_id, "name"]
    if len(suppliers):
        return _supplier(network, subject_id, str(suppliers.iat[0]))
    if subject_id not in graph.index:
        raise NotFoundError(
            f"No supplier, facility or product has the id {subject_id!r}. "
            "`risk-graph scores DIR` lists every id."
        )
    node = graph.at(subject_id)
    row = graph.nodes.iloc[node]
    mass = float(network.balance.mass[node])
    return Subject(subject_id, str(row["name"]), str(row["kind"]), np.array([node]), np.ones(1), mass)


def _supplier(network: Network, supplier_id: str, name: str) -> Subject:
    nodes = network.graph.own_nodes(supplier_id)
    delivered = delivered_to_others(network.graph)[nodes]
    mass = network.balance.mass[nodes]
    weights = delivered if delivered.sum() > 0 else mass
    if len(nodes) and weights.sum() <= 0:
        weights = np.ones(len(nodes))
    total = float(delivered.sum() if delivered.sum() > 0 else mass.sum())
    return Subject(supplier_id, name, "supplier", nodes, weights / max(weights.sum(), 1e-300), total)


def delivered_to_others(graph: SupplyGraph) -> np.ndarray:
    """(n,) t of contained metal that each node delivers to nodes of other suppliers (or products)."""
    owner = graph.nodes["supplier_id"].to_numpy()
    source, target = graph.flows["source"].to_numpy(), graph.flows["target"].to_numpy()
    is_product = (graph.nodes["kind"] == "product").to_numpy()
    others = (owner[source] != owner[target]) | is_product[target]
    return np.bincount(source[others], graph.flows["metal"].to_numpy()[others], graph.size)
