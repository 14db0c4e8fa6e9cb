"""What lies upstream of what: every node that a positive share of the metal passes through."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from risk_graph.trace.network import Network


def upstream_of(network: Network, nodes: np.ndarray) -> np.ndarray:
    """(n,) whether a node is one of `nodes` or upstream of one of them."""
    reached = np.zeros(network.graph.size, dtype=bool)
    reached[nodes] = True
    relative = network.balance.relative
    frontier = np.asarray(nodes)
    while len(frontier):
        found = np.unique(relative[frontier].indices)
        frontier = found[~reached[found]]
        reached[frontier] = True
    return reached


@dataclass(frozen=True, eq=False)
class Nearest:
    """For each node the nearest marked node upstream, itself included.

    `witness` is its index and `toward` the next node on a shortest way to it (-1 where there is none; the
    node itself where it is marked); `hops` the number of flows between them (-1 where there is none).
    """

    witness: np.ndarray
    toward: np.ndarray
    hops: np.ndarray

    def path(self, node: int) -> list[int]:
        """Indices from the witness down to `node`; empty without a witness."""
        if self.witness[node] < 0:
            return []
        way = [node]
        while way[-1] != self.witness[node]:
            way.append(int(self.toward[way[-1]]))
        return way[::-1]


def nearest_marked(network: Network, marked: np.ndarray) -> Nearest:
    """The nearest marked node upstream of each node, by number of flows; ties go to the smallest index."""
    return _spread(sparse.csr_array(network.balance.relative.T), np.flatnonzero(marked))


def ways_down(network: Network, nodes: np.ndarray) -> Nearest:
    """The shortest way from each node upstream of `nodes` down to one of them: `path` gives it reversed."""
    return _spread(network.balance.relative, np.unique(nodes))


def _spread(matrix: sparse.csr_array, frontier: np.ndarray) -> Nearest:
    """Breadth first from `frontier` along the rows of `matrix`."""
    size = matrix.shape[0]
    witness, toward, hops = np.full(size, -1), np.full(size, -1), np.full(size, -1)
    witness[frontier], toward[frontier], hops[frontier] = frontier, frontier, 0
    depth = 0
    while len(frontier):
        depth += 1
        rows = matrix[frontier]
        tail = np.repeat(frontier, np.diff(rows.indptr))
        head = rows.indices
        new = hops[head] < 0
        tail, head = tail[new], head[new]
        best = np.lexsort((tail, witness[tail], head))
        head, first = np.unique(head[best], return_index=True)
        tail = tail[best][first]
        witness[head], toward[head], hops[head] = witness[tail], tail, depth
        frontier = head
    return Nearest(witness, toward, hops)


def any_upstream(network: Network, marked: np.ndarray) -> np.ndarray:
    """(n,) whether a node is marked or has a marked node upstream."""
    return nearest_marked(network, marked).hops >= 0
