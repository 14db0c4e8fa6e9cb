"""Textbook matrices through our own solver, which sees them as chains with a loop."""

import numpy as np
import pytest
from scipy import sparse

from risk_graph.trace.solve import Steps, solve, visits_of


def steps(shares: list[list[float]]) -> Steps:
    matrix = np.array(shares)
    return Steps(sparse.csr_array(matrix), 1 - matrix.sum(axis=1))


def test_leontief_inverse():
    """Miller and Blair, Input-Output Analysis (2009), 2.3: two sectors."""
    found = solve(steps([[0.15, 0.25], [0.20, 0.05]]), np.eye(2))
    assert found == pytest.approx(np.array([[1.2541, 0.3300], [0.2640, 1.1221]]), abs=5e-5)
    assert found == pytest.approx(np.linalg.inv([[0.85, -0.25], [-0.20, 0.95]]), abs=1e-12)


def test_drunkards_walk():
    """Grinstead and Snell, Introduction to Probability (1997), 11.2: three corners between home and bar."""
    walk = steps([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0]])
    visits = np.array([[1.5, 1, 0.5], [1, 2, 1], [0.5, 1, 1.5]])
    assert solve(walk, np.eye(3)) == pytest.approx(visits, abs=1e-12)
    assert solve(walk, np.ones(3)) == pytest.approx([3, 4, 3], abs=1e-12)
    ends = np.array([[0.5, 0], [0, 0], [0, 0.5]])
    assert solve(walk, ends) == pytest.approx(np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]]), abs=1e-12)
    for corner, row in enumerate(visits):
        assert visits_of(walk, np.eye(3)[corner]) == pytest.approx(row, abs=1e-12)
