"""One loop at a time: x = max(floor, T x + b), or y = T' y + b, where each row of T sums to 1 - leak.

Loops of moderate size are factorised. Very large ones are swept (Gauss-Seidel), which only adds. How much is still
missing after some sweeps is not guessed but bounded: the same sweeps of the leak itself tend to 1, and their last
steps compare. A large loop that sweeps do not solve, because parts of it hardly leak, is thinned until they do.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from risk_graph.trace.dense import Factors, factorise
from risk_graph.trace.thin import Thinned, thin

DIRECT = 1_500
"""A loop of up to this many nodes is solved directly, with no iteration."""

_MISSING = 1e-12
"""Share of the metal that sweeps may leave unfollowed."""

_SWEEPS = 2_000
_AT_ONCE = 10
_NO_FLOOR = -np.inf
_THINNER = ((0.5, 60), (0.2, 600))
"""How a loop that sweeps do not solve is thinned, in turn (see `thin`): shares that make a knot, pairs of neighbours."""

_ROUNDING = 1e-13
_AGREED = 1e-11
"""Share of the metal that may be followed to the wrong node of a loop."""


@dataclass(frozen=True, eq=False)
class Loop:
    """`inner` (n, n) CSR: shares between the loop's nodes; `leak` (n,): the rest of each row, which leaves the loop.

    `thinned` counts how often the loop was thinned before.
    """

    inner: sparse.csr_array
    leak: np.ndarray
    thinned: int = 0

    @property
    def is_large(self) -> bool:
        return len(self.leak) > DIRECT

    def solve(self, b: np.ndarray, floor: np.ndarray | None = None) -> np.ndarray:
        """X of x = max(floor, T x + b); b >= 0 is (n,) or (n, k), `floor` >= 0 is (n,) and needs a (n,) b.

        A large loop is exact if b <= k leak with a moderate k: so for shares, and for anything averaged by them.
        """
        if floor is not None:
            swept = self._swept_with_floor(b, floor) if self.is_large else None
            return self._stop_or_go(b, floor) if swept is None else swept
        if not self.is_large:
            return self._factors.solve(b)
        swept, certain = self._swept(b)
        if certain or self._thinner is None:
            return swept
        return self._thinner[0].solve(b, self._thinner[1].solve)

    def visits(self, start: np.ndarray) -> np.ndarray:
        """Y of y = T' y + start, start >= 0 (n,): expected visits of each node."""
        if not self.is_large:
            return self._factors.visits(start)
        swept, certain = self._swept_down(start)
        if certain or self._thinner is None:
            return swept
        return self._thinner[0].visits(start, self._thinner[1].visits)

    def returns(self) -> np.ndarray:
        """(n,) expected visits of each node by what starts there; for a loop that is not large."""
        return np.diag(self.inverse()).copy()

    def inverse(self) -> np.ndarray:
        """(n, n) expected visits of each node (column) by what starts at another (row); for a loop that is not large."""
        return self._factors.solve(np.eye(len(self.leak)))

    @cached_property
    def _factors(self) -> Factors:
        return factorise(self.inner.toarray(), self.leak)

    @cached_property
    def _thinner(self) -> tuple[Thinned, "Loop"] | None:
        if self.thinned == len(_THINNER):
            return None
        core = thin(self.inner, self.leak, *_THINNER[self.thinned], enough=DIRECT)
        return core, Loop(core.inner, core.leak, self.thinned + 1)

    def _swept(self, b: np.ndarray) -> tuple[np.ndarray, bool]:
        """x, and whether it is certain.

        If the last sweep moved every x[v] by between k1 and k2 times as much as it moved y[v], the sweeps of the leak,
        so does all that follows, for sweeps only add; and y tends to 1. So 1 - y of x is missing, times k1 to k2.
        """
        columns = [np.ascontiguousarray(c) for c in b.reshape(len(b), -1).T]
        y, xs = np.zeros(len(b)), [np.zeros(len(b)) for _ in columns]
        certain, factors = False, [0.0] * len(xs)
        for _ in range(0, _SWEEPS, _AT_ONCE):
            step = self._step(self.inner, self.leak, y)
            steps = [self._step(self.inner, c, x) for c, x in zip(columns, xs, strict=True)]
            missing = max(0.0, 1 - y.min())
            certain = missing <= _MISSING
            moved = step > 0
            if not certain and moved.any() and not any(s[~moved].any() for s in steps):
                ratios = [s[moved] / step[moved] for s in steps]
                factors = [float(r.mean()) for r in ratios]
                certain = all(np.ptp(r) * missing <= _MISSING * max(1.0, r.max()) for r in ratios)
            if certain:
                break
        # Not certain: among the ways followed so far. Shares stay in 0..1 and sum to 1.
        found = [x + k * np.maximum(1 - y, 0.0) for x, k in zip(xs, factors, strict=True)]
        return np.asarray(np.column_stack(found).reshape(b.shape)), bool(certain)

    def _swept_with_floor(self, b: np.ndarray, floor: np.ndarray) -> np.ndarray | None:
        """x; None if that takes too many sweeps."""
        y, x = np.zeros(len(b)), np.zeros(len(b))
        for _ in range(0, _SWEEPS, _AT_ONCE):
            self._sweep(self.inner, self.leak, y, _AT_ONCE)
            self._sweep(self.inner, b, x, _AT_ONCE, floor)
            if y.min() >= 1 - _MISSING:
                return x
        return None

    def _swept_down(self, start: np.ndarray) -> tuple[np.ndarray, bool]:
        """y, and whether it is certain.

        If one sweep moved every y[v] by between k1 and k2 times as much as the sweep just before it, so does every
        sweep that follows, for sweeps only add: what has not left yet goes where the last sweep went, to within
        k2 / (1 - k2) over k1 / (1 - k1). Steps further apart would not do: in a ring they take turns.
        """
        y, total, step = np.zeros(len(start)), start.sum(), np.zeros(len(start))
        certain, left = False, total
        for _ in range(0, _SWEEPS, _AT_ONCE):
            before = self._step(self._down, start, y, _AT_ONCE - 1)
            step = self._step(self._down, start, y, 1)
            left = total - y @ self.leak
            certain = left <= _MISSING * total
            if not certain and before.min() > 0:
                ratio = step / before
                least, most = ratio.min(), ratio.max()
                certain = bool(most < 1 and left * (most - least) <= _AGREED * total * least * (1 - most))
            if certain:
                break
        leaving = step @ self.leak
        rest = left / leaving if left > 0 and leaving > 0 else 0.0
        return y + rest * step, certain

    @cached_property
    def _down(self) -> sparse.csr_array:
        return sparse.csr_array(self.inner.T)

    def _step(
        self, matrix: sparse.csr_array, b: np.ndarray, x: np.ndarray, times: int = _AT_ONCE
    ) -> np.ndarray:
        """Sweeps x in place, `times` times; by how much the last sweep moved it."""
        self._sweep(matrix, b, x, times - 1)
        before = x.copy()
        self._sweep(matrix, b, x, 1)
        return np.asarray(x - before)

    @staticmethod
    def _sweep(
        matrix: sparse.csr_array, b: np.ndarray, x: np.ndarray, times: int, floor: np.ndarray | None = None
    ) -> None:
        from risk_graph.trace.kernels import sweep  # compiled on first use: small graphs do without

        start, column = matrix.indptr.astype(np.uint64), matrix.indices.astype(np.uint32)
        sweep(start, column, matrix.data, np.full(len(b), _NO_FLOOR) if floor is None else floor, b, x, times)

    def _stop_or_go(self, b: np.ndarray, floor: np.ndarray) -> np.ndarray:
        """Policy iteration (Howard 1960): which nodes keep their floor is improved until nothing changes."""
        stop, x = np.zeros(len(b), dtype=bool), floor
        for _ in range(len(b) + 2):
            going = sparse.csr_array(sparse.diags_array((~stop).astype(float)) @ self.inner)
            going.eliminate_zeros()
            policy = replace(self, inner=going, leak=np.where(stop, 1.0, self.leak))
            # Each policy is worth at most the best one, and a node goes again only for more than rounding: between
            # two nodes that hardly leak, going on for ever looks as good as stopping.
            x = np.maximum(x, policy.solve(np.where(stop, floor, b)))
            better = floor * np.where(stop, 1 + _ROUNDING, 1.0) > self.inner @ x + b
            if np.array_equal(better, stop):
                break
            stop = better
        return x
