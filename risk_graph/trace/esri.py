"""The economic systemic risk index (Diem, Borsos, Reisch, Kertész & Thurner 2022, Sci Rep 12:7719): how much of all that is
handled would be lost if one node failed and nobody found another supplier or customer. A scenario, not a fact.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.model.graph import SupplyGraph
from risk_graph.trace.cascade import Inputs, cascade, suppliers_first
from risk_graph.trace.dense import Factors, factorise
from risk_graph.trace.solve import Steps, order_of

ESSENTIAL, REPLACEABLE, NEGLIGIBLE = 2, 1, 0
"""What a missing input does: stops its part of everything, lowers output by its share of all input, nothing."""

_SETTLED = 1e-9
"""Growth of a node's loss, as a part of that loss, up to which it is not passed on."""

_SWEEPS = 1_000

_AT_ONCE = 64
_DENSE = 6_000
"""Nodes of the largest loop of deliveries that is factorised."""

_ALMOST_CLOSED = 1e-15
"""What leaves a loop of deliveries that nothing leaves: without it, whoever is in it would be met for ever."""


@dataclass(frozen=True, eq=False)
class Deliveries:
    """Arrays over deliveries between `size` nodes: who delivers (`source`), to whom (`target`), how much (`mass`, > 0, one
    unit for all), what (`kind`, any integer) and what it does if it is missing (`matters`, equal for all of one target and
    kind).
    """

    size: int
    source: np.ndarray
    target: np.ndarray
    mass: np.ndarray
    kind: np.ndarray
    matters: np.ndarray


def systemic_risk(
    deliveries: Deliveries,
    failing: np.ndarray,
    weight: np.ndarray | None = None,
    market: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """(k, 3) shares in 0..1 of the total `weight` lost when each of `failing` (k,) fails alone: both cascades combined (a
    node loses the worse of the two), downstream (missing inputs), upstream (missing customers).

    `weight` (n,) >= 0 is what a node counts, by default the larger of what it receives and what it delivers. With
    `market` (n,), small integers, the others in a node's market replace it as far as their own output allows: its
    failure counts by its part of what is left of the market. Without, nobody is replaced. (k,) whether the shares are
    only at least that much, because losses in a loop that hardly leaks still grew when they were no longer followed.
    """
    d, n = deliveries, deliveries.size
    received, out = np.bincount(d.target, d.mass, n), np.bincount(d.source, d.mass, n)
    weight = np.maximum(received, out) if weight is None else weight
    total = weight.sum()
    kinds, kind = np.unique(d.kind, return_inverse=True)
    _, group = np.unique(d.target * max(len(kinds), 1) + kind, return_inverse=True)
    of_kind = np.bincount(group, d.mass)[group] if len(group) else d.mass
    share = d.mass / np.where(d.matters == ESSENTIAL, of_kind, received[d.target])
    counts = d.matters != NEGLIGIBLE
    down = _inputs(
        n, d.source[counts], d.target[counts], share[counts], kind[counts], d.matters[counts] == ESSENTIAL
    )
    sector = np.empty(0, np.int64) if market is None else np.unique(market, return_inverse=True)[1]
    unsold, weight = Unsold(d, out), weight / total if total > 0 else weight.astype(float)
    found, at_least = np.zeros((len(failing), 3)), np.zeros(len(failing), dtype=bool)
    for first in range(0, len(failing), _AT_ONCE):
        some = np.asarray(failing[first : first + _AT_ONCE], dtype=np.int64)
        upstream, rising = unsold.shares(some)
        downstream, growing = cascade(down, some, out, sector.astype(np.int64), _SETTLED, _SWEEPS)
        at_least[first : first + _AT_ONCE] = rising | growing
        parts = (np.maximum(downstream, upstream), downstream, upstream)
        found[first : first + _AT_ONCE] = np.column_stack([weight @ part for part in parts])
    return np.minimum(found, 1.0), at_least


def can_be_factorised(deliveries: Deliveries) -> bool:
    """Whether no loop of deliveries is too large for losses from missing customers to be exact."""
    ends = (deliveries.source, deliveries.target)
    pattern = sparse.coo_array((deliveries.mass, ends), shape=(deliveries.size,) * 2).tocsr()
    return bool(order_of(pattern).sizes.max(initial=0) <= _DENSE)


class Unsold:
    """What is no longer bought: a part of each node's output equal to the chance that a unit of it, followed to whom it is
    delivered, ever meets the node that fails. An absorbing chain, so it is solved as the trace is, only downstream.
    """

    def __init__(self, deliveries: Deliveries, out: np.ndarray) -> None:
        n, ends = deliveries.size, (deliveries.source, deliveries.target)
        self._out = out
        self._share = sparse.coo_array((deliveries.mass / out[deliveries.source], ends), shape=(n, n)).tocsr()
        self._order = order_of(self._share)
        steps = Steps(self._share, (out <= 0).astype(float))
        self._loops = {int(m[0]): self._solver(steps, m) for _, loops in self._order.batches for m in loops}

    @staticmethod
    def _solver(steps: Steps, members: np.ndarray) -> Factors | None:
        if len(members) > _DENSE:
            return None
        loop = steps.loop(members)
        leak = loop.leak if loop.leak.any() else np.full(len(members), _ALMOST_CLOSED)
        return factorise(loop.inner.toarray(), leak)

    def shares(self, failing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, k) share of each node's output for each of `failing` (k,); (k,) whether they are only at least that."""
        if None in self._loops.values():
            return self._followed(failing)
        k = np.arange(len(failing))
        start, met = np.zeros((2, len(self._out), len(failing)))
        start[failing, k] = 1.0
        for alone, loops in self._order.batches:
            met[alone] = start[alone] + self._share[alone] @ met
            for members in loops:
                factors = self._loops[int(members[0])]
                assert factors is not None
                met[members] = factors.solve(start[members] + self._share[members] @ met)
        return np.minimum(met / met[failing, k], 1.0), np.zeros(len(failing), dtype=bool)

    def _followed(self, failing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same, swept: for loops of deliveries too large to be factorised."""
        share = self._share.tocoo()
        one = np.zeros(share.nnz, dtype=np.int64)
        inputs = _inputs(len(self._out), share.col, share.row, share.data, one, one > 0)
        lost, growing = cascade(inputs, failing, self._out, one[:0], _SETTLED, _SWEEPS)
        return lost, growing


def _inputs(
    n: int, source: np.ndarray, target: np.ndarray, share: np.ndarray, kind: np.ndarray, essential: np.ndarray
) -> Inputs:
    """What `cascade` wants: by target and kind, again by source, and the order."""
    by, on = np.lexsort((source, kind, target)), np.lexsort((target, source))
    start, sources = np.searchsorted(target[by], np.arange(n + 1)), source[by].astype(np.int64)
    return Inputs(
        start,
        sources,
        share[by].astype(np.float64),
        kind[by].astype(np.int64),
        essential[by].astype(np.bool_),
        np.searchsorted(source[on], np.arange(n + 1)),
        target[on].astype(np.int64),
        suppliers_first(start, sources),
    )


def deliveries_of(graph: SupplyGraph) -> Deliveries:
    """The flows of a graph in t of contained metal, an input being essential where the chain file says so or is silent.

    Metal declared to flow into an origin is left out, as in every trace.
    """
    flows = graph.flows[~graph.is_origin[graph.flows["target"].to_numpy()]]
    material = pd.Categorical(
        graph.table["material"].iloc[flows["row"].to_numpy()], categories=list(graph.chain.materials)
    )
    stage = pd.Categorical(graph.nodes["stage"].iloc[flows["target"].to_numpy()])
    essential = np.array(
        [[graph.chain.is_essential(m, s) for m in material.categories] for s in (*stage.categories, "")]
    )
    return Deliveries(
        graph.size,
        flows["source"].to_numpy(),
        flows["target"].to_numpy(),
        flows["metal"].to_numpy(),
        material.codes.astype(np.int64),
        np.where(essential[stage.codes, material.codes], ESSENTIAL, REPLACEABLE),
    )
