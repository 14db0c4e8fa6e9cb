"""What goes in, what goes out, and what is not declared, node by node (docs/trace.md, 4, 5, 9)."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from risk_graph.model.graph import SupplyGraph

# A need that exceeds the input by less than this part of itself is rounding, not metal.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Balance:
    """Arrays over nodes, t of contained metal at nominal content and yield unless said.

    `unknown` (n, 3) is the undeclared share of a node's own input, U / (I + U), at the favourable ends, at
    nominal values and at the unfavourable ends; 1 where nothing is declared to come in; 0 for origins.
    `known` (n, 3) is the declared share I / (I + U), a number of its own because 1 - unknown would round away a
    tiny one. `relative` is the (n, n) CSR of declared input, row = receiver, rows summing to 1 (or empty).
    """

    inflow: np.ndarray
    outflow: np.ndarray
    mass: np.ndarray
    unknown: np.ndarray
    known: np.ndarray
    relative: sparse.csr_array


def balance(graph: SupplyGraph) -> Balance:
    """Balances of every node of a graph."""
    inflow, outflow = _sums(graph)
    inflow[graph.is_origin] = 0.0
    low, nominal, high = 0, 1, 2
    shares = (
        _shares_of_input(outflow[:, low], graph.yields[:, high], inflow[:, high]),
        _shares_of_input(outflow[:, nominal], graph.yields[:, nominal], inflow[:, nominal]),
        _shares_of_input(outflow[:, high], graph.yields[:, low], inflow[:, low]),
    )
    unknown, known = (np.column_stack(part) for part in zip(*shares, strict=True))
    unknown[graph.is_origin] = 0.0
    need = outflow[:, nominal] / graph.yields[:, nominal]
    mass = np.where(graph.is_origin, outflow[:, nominal], np.maximum(inflow[:, nominal], need))
    return Balance(
        inflow[:, nominal], outflow[:, nominal], mass, unknown, known, _relative(graph, inflow[:, nominal])
    )


def _sums(graph: SupplyGraph) -> tuple[np.ndarray, np.ndarray]:
    """Inflow and outflow (n, 3) at low, nominal and high metal content."""
    flows, n = graph.flows, graph.size
    source, target = flows["source"].to_numpy(), flows["target"].to_numpy()
    metal = [flows[c].to_numpy() for c in ("low", "metal", "high")]
    inflow = np.column_stack([np.bincount(target, m, n) for m in metal])
    outflow = np.column_stack([np.bincount(source, m, n) for m in metal])
    return inflow.astype(float), outflow.astype(float)  # without any flow numpy counts in integers


def _shares_of_input(
    outflow: np.ndarray, yield_: np.ndarray, inflow: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """U / (I + U) and I / (I + U)."""
    need = outflow / yield_
    missing = need - inflow
    missing = np.where(missing > ROUNDING * need, missing, 0.0)
    total = np.where(inflow > 0, inflow + missing, 1.0)
    return np.where(inflow > 0, missing / total, 1.0), inflow / total


def _relative(graph: SupplyGraph, inflow: np.ndarray) -> sparse.csr_array:
    inverse = np.divide(1.0, inflow, out=np.zeros_like(inflow), where=inflow > 0)
    return sparse.csr_array(sparse.diags_array(inverse) @ graph.inflows)
