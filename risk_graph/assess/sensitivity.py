"""Which input a result hangs on: Sobol indices of a function of independent inputs, by SALib."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Shares of the result's variance, one of each input (k,), in the order of `inputs`.

    `first`: what the input explains alone; `total`: with all that it does together with others. `first_conf` and
    `total_conf` are half widths of 95 % bootstrap intervals. All are estimates and may leave 0..1 by about that much. Where
    the result does not vary all are 0.
    """

    inputs: tuple[str, ...]
    first: np.ndarray
    first_conf: np.ndarray
    total: np.ndarray
    total_conf: np.ndarray
    variance: float


def sobol(
    function: Callable[[np.ndarray], np.ndarray],
    bounds: Mapping[str, tuple[float, float]],
    *,
    seed: int,
    samples: int = 1024,
) -> Sensitivity:
    """Sensitivity of `function` to inputs that are uniform and independent between their bounds (low < high).

    `function` takes all points at once, (m, k) with columns in the order of `bounds`, and returns (m,); it is called once,
    with m = samples (k + 2). `samples` is a power of two. Equal arguments give equal bytes. Raises ValueError on bounds,
    samples or results that are of no use. Saltelli et al. 2010 (Comput. Phys. Commun. 181), Jansen's total index.
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    if not bounds or not all(np.isfinite(b).all() and b[0] < b[1] for b in bounds.values()):
        raise ValueError("Each input needs finite bounds, low below high.")
    if samples < 2 or samples & (samples - 1):
        raise ValueError(f"The number of samples must be a power of two, not {samples}.")
    problem = {"num_vars": len(bounds), "names": list(bounds), "bounds": [list(b) for b in bounds.values()]}
    # SALib takes a seed of 0 for none when it resamples, and draws from the global state then.
    for_points, for_resampling = (int(s) for s in np.random.SeedSequence(seed).generate_state(2) | 1)
    points = sampling.sample(problem, samples, calc_second_order=False, seed=for_points)
    results = np.asarray(function(points), dtype=float)
    if results.shape != (len(points),) or not np.isfinite(results).all():
        raise ValueError("The function must return one finite number for each point.")
    none = np.zeros(len(bounds))
    if np.ptp(results) == 0:
        return Sensitivity(tuple(bounds), none, none, none, none, 0.0)
    found = analysis.analyze(problem, results, calc_second_order=False, seed=for_resampling)
    first, first_conf, total, total_conf = (np.asarray(found[c]) for c in ("S1", "S1_conf", "ST", "ST_conf"))
    return Sensitivity(tuple(bounds), first, first_conf, total, total_conf, float(results.var()))
