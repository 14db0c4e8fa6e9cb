"""What a scorer is: themes with weights, each with the signals that it reads, and what certificates may lower.

A scorer is a file of data: data/scorers/<id>.toml, or one of the project's own (scorer_file.py reads it).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from risk_graph.assess.reader import Signal

OVERALL = "overall"
NOT_ASSESSED = "not assessed"
NEVER_LOWERED = ("conflict", "forced_labour", "origin_unknown")
"""Themes that no certificate and no corrective action lowers."""


@dataclass(frozen=True)
class Theme:
    """The own risk of a place is the worst of its signals that count alone and of the weighted sum of those that are
    averaged, whose weights sum to at most 1: so what averages say together is capped at 100 times that sum.
    """

    id: str
    title: str
    weight: float
    signals: tuple[Signal, ...]

    @property
    def is_of_flows(self) -> bool:
        """Is it about what flows in unseen, and not about places?"""
        return any(signal.kind == "unknown_origin" for signal in self.signals)

    @property
    def layers(self) -> frozenset[str]:
        return frozenset(signal.layer for signal in self.signals if signal.layer)

    @property
    def alone(self) -> list[int]:
        """Positions of the signals below none of which the theme ever is."""
        return [i for i, signal in enumerate(self.signals) if signal.weight is None]

    @property
    def averaged(self) -> list[int]:
        return [i for i, signal in enumerate(self.signals) if signal.weight is not None]

    @property
    def cap(self) -> float:
        """What the averaged signals weigh together, 0..1."""
        return sum(signal.weight or 0.0 for signal in self.signals)


@dataclass(frozen=True)
class Standard:
    """What a certificate of a standard may lower at a facility that it covers.

    `levels` maps a level to the part of the points that it earns (0..1), `activities` a certificate's words to the
    stages of the chain that they mean; `lowers` maps a theme to (points, floor): its own risk falls by at most the
    points, and never below the floor.
    """

    standard: str
    versions: frozenset[str]
    levels: Mapping[str, float]
    activities: Mapping[str, frozenset[str]]
    lowers: Mapping[str, tuple[float, float]]
    verified: bool
    source: str


@dataclass(frozen=True)
class Correction:
    """What a verified corrective action lowers of its theme at its facility, as a certificate does, for so many years from
    the day on which it was verified.
    """

    points: float
    floor: float
    years: float


@dataclass(frozen=True)
class Scorer:
    """Themes whose weights sum to 1. `text` is the file itself: it is part of every run, so that its scores can be
    explained by what they were made with. `source` says where the weights come from, `verified` whether that was checked.
    """

    id: str
    version: str
    title: str
    source: str
    verified: bool
    themes: tuple[Theme, ...]
    standards: tuple[Standard, ...]
    correction: Correction | None
    text: str

    @property
    def label(self) -> str:
        """How a run names the scorer that it used."""
        return f"{self.id} {self.version}"
