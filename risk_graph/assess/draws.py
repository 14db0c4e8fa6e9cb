"""What is drawn: the errors of publishers, what is missing, and the weights of themes. Same seed, same draws.

Each input has a stream of its own, named by what it is and not by when it is asked for: another subject in the graph,
another theme or another run changes nobody's draws, and two runs are compared under the same ones.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from risk_graph.assess.scorer import Scorer

CONCENTRATION = 50.0
"""Of the Dirichlet distribution of the themes' weights around the nominal ones: a weight w has the standard deviation
sqrt(w (1 - w) / (CONCENTRATION + 1)). Our own judgement.
"""

_HALF_OF_90 = 1.6448536269514722
"""Bounds are taken as the 5 % and 95 % quantiles of a normal distribution: so are those of the World Bank."""


@dataclass(frozen=True)
class Stream:
    """Random numbers by name, from one seed. A longer draw begins with the shorter one."""

    seed: int
    draws: int

    def errors(self, layer: str, places: list[str]) -> np.ndarray:
        """(places, draws) -1..1: how far a publisher's number of a place lies towards its lower or upper bound (a normal
        error, cut off at the bounds). One error for all nodes of a place, and for all themes that read the number.
        """
        drawn = [self._of("error", layer, place).standard_normal(self.draws) for place in places]
        return np.clip(np.array(drawn).reshape(len(places), self.draws) / _HALF_OF_90, -1.0, 1.0)

    def missing(self, theme: str) -> np.ndarray:
        """(draws,) 0..1, uniform: where between its best and its worst everything lies that a theme does not know."""
        return self._of("missing", theme).random(self.draws)

    def balance(self) -> np.ndarray:
        """(draws,) 0..1, uniform: how much metal is undeclared, between the favourable and the unfavourable end."""
        return self._of("balance").random(self.draws)

    def weights(self, scorer: Scorer, concentration: float = CONCENTRATION) -> np.ndarray:
        """(themes, draws) weights that sum to 1: Dirichlet around the nominal ones, whose means they have."""
        drawn = [
            self._of("weight", theme.id).standard_gamma(concentration * theme.weight, self.draws)
            for theme in scorer.themes
        ]
        return np.asarray(np.array(drawn) / np.sum(drawn, axis=0))

    def _of(self, *name: str) -> np.random.Generator:
        digest = hashlib.sha256("\0".join(name).encode()).digest()
        words = np.frombuffer(digest[:16], dtype="<u4").tolist()
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, *words])))
