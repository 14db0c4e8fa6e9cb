"""A theme carried down the chain, from the risk of each place to every node and subject.

At every node the worse of two things counts: the node's own place, or the mean of what flows in, by share of
contained metal. So a clean smelter cannot hide its mines, and clean mines cannot hide a smelter. Metal of
unknown origin and places without an answer count at their worst in `value` and `high`, at their best in `low`.
Goalposts are fixed: an unrelated node changes nobody's score.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.own import own_risks
from risk_graph.assess.reader import Risks
from risk_graph.assess.scorer import Theme
from risk_graph.trace.loops import Loop
from risk_graph.trace.network import Network
from risk_graph.trace.solve import Steps, solve

_TIE = 1e-10
_SWEEPS, _AT_ONCE = 400, 10
_COLUMNS = 64
_MISSING = 1e-11
"""Share of the metal that sweeps over a loop may leave unfollowed; a loop that keeps more is solved exactly."""


@dataclass(frozen=True, eq=False)
class Carried:
    """A theme carried down the chain; arrays over nodes.

    `stop` marks nodes whose own place counts: it is at least as bad as what flows in, so that a fact about the
    place is not called unknown because its inflow is. `parts` (n, 3) are the
    points of `value` that rest on known facts, stand for missing facts, and stand for unknown origin.
    """

    facts: Facts
    theme: Theme
    risks: Risks

    @cached_property
    def value(self) -> np.ndarray:
        net = self.facts.network
        return self._carry(1, self.risks.value, WORST * net.unknown[:, 1])

    @cached_property
    def high(self) -> np.ndarray:
        net = self.facts.network
        return np.asarray(np.maximum(self._carry(2, self.risks.high, WORST * net.unknown[:, 2]), self.value))

    @cached_property
    def low(self) -> np.ndarray:
        if self.theme.is_of_flows:
            return np.asarray(np.minimum(WORST * self.facts.network.unknown_share[:, 0], self.value))
        none = np.zeros(self.facts.network.graph.size)
        return np.asarray(np.minimum(self._carry(2, self.risks.low, none), self.value))

    @cached_property
    def bounds(self) -> np.ndarray:
        """(n, 3): low, value, high."""
        return np.column_stack([self.low, self.value, self.high])

    @cached_property
    def stop(self) -> np.ndarray:
        return np.asarray(self.facts.network.graph.is_origin | (self.risks.value >= self._flowing - _TIE))

    @cached_property
    def going(self) -> Steps:
        """Steps upstream from the nodes that do not stop."""
        return self.facts.network.steps().only(~self.stop)

    @cached_property
    def parts(self) -> np.ndarray:
        missing = np.where(self.stop, self.risks.missing, 0.0)
        unknown = np.where(self.stop, 0.0, WORST * self.facts.network.unknown[:, 1])
        solved = solve(self.going, np.column_stack([missing, unknown]), self.facts.network.order)
        return np.column_stack([self.value - solved[:, 0] - solved[:, 1], solved])

    @cached_property
    def covered(self) -> np.ndarray:
        """(n,) part of the metal whose answer rests on known facts: of a place that is proven to be at least as bad as
        what flows in, its own; else the smaller of its own and that of what flows in. Losing a fact never raises it:
        the smaller of the two is taken although only one of them may decide the value.
        """
        net = self.facts.network
        # A rejected row that names a node leaves open what it would have said: nothing downstream is covered by it.
        own = np.where(net.graph.incomplete == 0, self.risks.covered, 0.0)
        decided = net.graph.is_origin | (self.risks.known >= self._flowing - _TIE)
        steps = net.steps().only(~decided)
        return 1 - solve(steps, np.where(decided, 0.0, net.unknown[:, 1]), net.order, 1 - own)

    @cached_property
    def _flowing(self) -> np.ndarray:
        net = self.facts.network
        return np.asarray(net.shares[1] @ self.value + WORST * net.unknown[:, 1])

    def _carry(self, bound: int, floor: np.ndarray, b: np.ndarray) -> np.ndarray:
        net = self.facts.network
        return np.asarray(np.minimum(solve(net.steps(bound), b, net.order, floor), WORST))


def carried(facts: Facts, theme: Theme) -> Carried:
    """A theme over all nodes. A rejected row may have said anything about the nodes that it names: their place and
    what flows in count as missing, so that no row is better rejected than read.
    """
    own = own_risks(facts, theme, pd.Index(facts.network.graph.nodes["node_id"]))
    return Carried(facts, theme, own.risks.but_missing(facts.network.graph.incomplete > 0))


def carry_many(
    network: Network,
    own: np.ndarray,
    unknown: float | np.ndarray = WORST,
    bound: int = 1,
    among: np.ndarray | None = None,
) -> np.ndarray:
    """(n, k) what own risks (n, k) are worth down the chain, a column a draw: x = max(own, P x + P_unknown unknown), at a
    bound of the balances (0 favourable, 1 nominal, 2 unfavourable). A column is what `Carried.value` is of its own risks.
    `unknown` is the risk of metal of unknown origin, one for all or (k,). Nodes that are not `among` (n,) those that are
    asked for stay 0; nothing upstream of one of them may be left out.
    """
    steps = network.steps(bound)
    lost = steps.leak * ~network.graph.is_origin
    risk = np.broadcast_to(np.asarray(unknown, dtype=float), own.shape[1:])
    x = np.zeros(own.shape)
    for alone, loops in network.order.batches:
        nodes = alone if among is None else alone[among[alone]]
        if len(nodes):
            x[nodes] = np.maximum(steps.share[nodes] @ x + np.outer(lost[nodes], risk), own[nodes])
        for members in loops:
            if among is None or among[members[0]]:
                flowing = steps.share[members] @ x + np.outer(lost[members], risk)
                x[members] = _in_loop(steps.loop(members), flowing, own[members])
    return np.minimum(x, WORST)


def _in_loop(loop: Loop, b: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """X of x = max(floor, T x + b), columns apart. Sweeps come from below: what they miss is at most WORST times what
    of 1 the sweeps of the leak miss.
    """
    from risk_graph.trace.kernels import sweep_many  # compiled on first use: small graphs do without

    start, column = loop.inner.indptr.astype(np.uint64), loop.inner.indices.astype(np.uint32)

    def swept(b: np.ndarray, floor: np.ndarray, x: np.ndarray, times: int) -> np.ndarray:
        sweep_many(start, column, loop.inner.data, floor, b, x, times)
        return x

    leak = loop.leak[:, None]
    y, times = np.zeros_like(leak), 0
    while times < _SWEEPS and y.min() < 1 - _MISSING:
        y, times = swept(leak, np.zeros_like(leak), y, _AT_ONCE), times + _AT_ONCE
    if y.min() < 1 - _MISSING:
        return np.column_stack([loop.solve(b[:, j], floor[:, j]) for j in range(b.shape[1])])
    out = np.empty_like(floor)
    for first in range(0, b.shape[1], _COLUMNS):
        part = slice(first, first + _COLUMNS)
        b_part, floor_part = np.ascontiguousarray(b[:, part]), np.ascontiguousarray(floor[:, part])
        out[:, part] = swept(b_part, floor_part, floor_part.copy(), times)
    return out
