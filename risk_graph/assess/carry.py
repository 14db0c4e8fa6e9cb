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
from risk_graph.assess.own import own_risks
from risk_graph.assess.reader import WORST, Risks
from risk_graph.assess.scorer import Theme
from risk_graph.trace.solve import Steps, solve

_TIE = 1e-10


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
