"""Which node every declared way passes that leads from an origin to a subject, and what stands behind it."""

from dataclasses import dataclass

import numpy as np

from risk_graph.trace.network import Network
from risk_graph.trace.origins import incomplete_upstream, visits
from risk_graph.trace.subject import Subject
from risk_graph.trace.tree import gathered, immediate_dominators

NOBODY, THE_SUBJECT = -2, -1


@dataclass(frozen=True, eq=False)
class Dominators:
    """The tree of dominators of a subject's upstream graph. A node dominates what reaches the subject only through it.

    `idom` (n,) is the next node down on every way from a node to the subject; THE_SUBJECT where there is none before the
    subject itself (a supplier is a virtual node that its delivering sites deliver to); NOBODY where no metal comes from.
    An **end** is where a way begins: an origin, or a node at which metal of unknown origin enters (a closed loop is
    one, placed at the nearest node that dominates all of it). Over nodes, of the ends that a node dominates:
    `share` of the subject's metal from them, `unknown` the part of it that is of unknown origin, `origins` and `gaps`
    their number, `incomplete` the rejected input rows that name dominated nodes; `total_*` are those of the subject.
    """

    idom: np.ndarray
    share: np.ndarray
    unknown: np.ndarray
    origins: np.ndarray
    gaps: np.ndarray
    incomplete: np.ndarray
    total_unknown: float
    total_origins: int
    total_gaps: int
    total_incomplete: int

    def passed_by(self, node: int) -> list[int]:
        """Nodes that every declared way from `node` to the subject passes, nearest to `node` first, itself left out."""
        way, v = [], self.idom[node]
        while v >= 0:
            way.append(int(v))
            v = self.idom[v]
        return way

    def unknown_beside(self) -> np.ndarray:
        """(n,) share of the subject's metal that is of unknown origin and enters past a node: what is declared cannot
        show that it does not come from behind that node, by another way. Exactly 0 where there is none.
        """
        rest = np.maximum(self.total_unknown - self.unknown, 0.0)
        return np.asarray(np.where(self.gaps == self.total_gaps, 0.0, rest))

    def is_all(self) -> np.ndarray:
        """(n,) whether a node dominates every end."""
        upstream = self.idom > NOBODY
        return np.asarray(upstream & (self.origins == self.total_origins) & (self.gaps == self.total_gaps))


def dominators(network: Network, subject: Subject) -> Dominators:
    """Dominators of everything upstream of a subject, in one pass over its upstream graph.

    The ways are the declared flows, followed from those nodes of the subject that carry its metal.
    """
    graph, n = network.graph, network.graph.size
    roots = subject.nodes[subject.weights > 0]
    relative = network.balance.relative
    start = np.concatenate([relative.indptr, [relative.nnz + len(roots)]]).astype(np.int64)
    to = np.concatenate([relative.indices, roots]).astype(np.int64)
    idom, order = immediate_dominators(start, to, n)
    met = visits(network, subject) if len(subject.nodes) else np.zeros(n)
    reached = np.zeros(n, dtype=bool)
    reached[order[1:]] = True
    values = np.zeros((n + 1, 5))
    at = _entrances(network, idom, order, reached)
    cold = np.flatnonzero(reached & (network.unknown[:, 1] > 0))
    np.add.at(values[:, 1], at[cold], (met * network.unknown[:, 1])[cold])
    values[:, 0] = values[:, 1]
    values[:n, 0] += np.where(graph.is_origin & reached, met[:n], 0.0)
    values[:n, 2] = graph.is_origin & reached
    values[:, 3] = _gaps(at, network.sink, cold, n)
    values[:n, 4] = np.where(reached, graph.incomplete, 0)
    sums = gathered(idom, order, values)
    above = np.where(idom[:n] == n, THE_SUBJECT, np.where(reached, idom[:n], NOBODY))
    own = sums[:n]
    return Dominators(
        idom=above,
        share=np.minimum(own[:, 0], 1.0),
        unknown=np.minimum(own[:, 1], 1.0),
        origins=own[:, 2].astype(np.int64),
        gaps=own[:, 3].astype(np.int64),
        incomplete=own[:, 4].astype(np.int64),
        total_unknown=float(min(sums[n, 1], 1.0)),
        total_origins=int(sums[n, 2]),
        total_gaps=int(sums[n, 3]),
        total_incomplete=incomplete_upstream(network, subject),
    )


def _gaps(at: np.ndarray, sink: np.ndarray, cold: np.ndarray, n: int) -> np.ndarray:
    """(n + 1,) number of unknown ends that enter at each node; all nodes of a closed loop are one."""
    _, first = np.unique(sink[cold], return_index=True)
    return np.bincount(at[cold[first]], minlength=n + 1)


def _entrances(network: Network, idom: np.ndarray, order: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """(n,) where the unknown of each node enters: there, or where all of its closed loop is dominated from.

    Metal enters a closed loop nobody knows where, so that only what dominates every node of it surely is on the way.
    """
    at = np.arange(len(reached))
    place = np.empty(len(idom), dtype=np.int64)
    place[order] = np.arange(len(order))
    for loop in network.closed_loops:
        if reached[loop[0]]:
            common = int(loop[0])
            for v in loop[1:]:
                common = _common(common, int(v), idom, place)
            at[loop] = common
    return at


def _common(a: int, b: int, idom: np.ndarray, place: np.ndarray) -> int:
    """The nearest node that dominates both."""
    while a != b:
        if place[a] > place[b]:
            a = int(idom[a])
        else:
            b = int(idom[b])
    return a
