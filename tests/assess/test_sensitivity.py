import subprocess
import sys

import numpy as np
import pytest

from risk_graph.assess.geopolrisk import geopolrisk, political_risk
from risk_graph.assess.sensitivity import sobol

BOUNDS = {"a": (0.0, 1.0), "b": (-2.0, 2.0), "nothing": (5.0, 6.0)}


def linear(x):
    return 3 * x[:, 0] + x[:, 1]


@pytest.mark.parametrize("seed", [0, 1])
def test_indices_of_a_sum_are_its_shares_of_variance_and_the_same_twice(seed):
    """Var(3 a) = 9 / 12, Var(b) = 16 / 12."""
    found, again = (sobol(linear, BOUNDS, seed=seed, samples=512) for _ in range(2))
    assert found.inputs == ("a", "b", "nothing")
    assert found.variance == pytest.approx(25 / 12, rel=0.05)
    for index in (found.first, found.total):
        assert index == pytest.approx([9 / 25, 16 / 25, 0], abs=0.03)
    for name in ("first", "first_conf", "total", "total_conf"):
        assert getattr(found, name).tobytes() == getattr(again, name).tobytes()


def test_what_does_not_vary_hangs_on_nothing():
    found = sobol(lambda x: np.full(len(x), 7.0), BOUNDS, seed=1, samples=8)
    assert found.variance == 0
    assert not np.concatenate([found.first, found.total, found.total_conf]).any()


@pytest.mark.parametrize(
    ("bounds", "samples", "function", "words"),
    [
        ({}, 8, linear, "bounds"),
        ({"a": (1.0, 1.0)}, 8, linear, "bounds"),
        ({"a": (0.0, np.inf)}, 8, linear, "bounds"),
        (BOUNDS, 100, linear, "power of two"),
        (BOUNDS, 8, lambda x: x[:, 0] * np.nan, "finite"),
        (BOUNDS, 8, lambda x: x, "one finite number"),
    ],
)
def test_what_is_of_no_use_is_refused(bounds, samples, function, words):
    with pytest.raises(ValueError, match=words):
        sobol(function, bounds, seed=1, samples=samples)


def test_the_library_is_loaded_when_it_is_asked():
    code = "import risk_graph.assess.sensitivity, sys; assert not {'SALib', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_political_risk_of_the_stable_is_low_and_of_the_unknown_unknown():
    found = political_risk(np.array([3.0, 2.5, 0, -2.5, np.nan]))
    assert found == pytest.approx([0, 0, 0.5, 1, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("production", "imports", "risks", "domestic"),
    [([0.0], [1.0], [0.5], 0), ([1.0], [0.0], [0.5], 0), ([1.0], [1.0], [1.5], 0), ([1.0], [-1.0], [0.5], 9)],
)
def test_geopolrisk_of_nothing_is_refused(production, imports, risks, domestic):
    with pytest.raises(ValueError, match=r"must be"):
        geopolrisk(np.array(production), np.array(imports), np.array(risks), domestic)
