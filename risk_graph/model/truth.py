"""Three truth values (Kleene's strong logic): unknown is a value of its own, never false."""

from enum import IntEnum


class Truth(IntEnum):
    """Ordered FALSE < UNKNOWN < TRUE, so that `&` is the minimum and `|` the maximum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __and__(self, other: int) -> "Truth":
        return Truth(min(self, other))

    def __or__(self, other: int) -> "Truth":
        return Truth(max(self, other))

    def __invert__(self) -> "Truth":
        return Truth(2 - self)

    @property
    def letter(self) -> str:
        return "FUT"[self]
