"""The words of one issue code, as a template."""

from dataclasses import dataclass

from risk_graph.model.issue import Level

_LONGEST = 60


@dataclass(frozen=True)
class Words:
    """`{...}` in message and remedy are filled with what was found; `effect` is what happens to the data."""

    level: Level
    title: str
    example: str
    message: str
    remedy: str
    effect: str


def shown(value: object) -> str:
    """A value from somebody's file as one short printable line."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
