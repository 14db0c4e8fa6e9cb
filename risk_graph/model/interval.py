"""A value with its bounds."""

from dataclasses import dataclass

from risk_graph.errors import RiskGraphError


@dataclass(frozen=True)
class Interval:
    """low <= value <= high; all three in the same unit."""

    low: float
    value: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise RiskGraphError(f"An interval must be ordered: {self.low}, {self.value}, {self.high}.")
