"""Data as words: escaped for Markdown, numbers with units, singular and plural."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from risk_graph.act.show import count as count  # one plural for the command line and the pages

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~:$@&^=])")
_BREAKS = re.compile(r"[^\S\u00a0]+")
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DIRECTIVE = re.compile(r":(?=material/|streamlit:)|<(?=-)|-(?=[->])|[<>~](?==)")
JOINER = "\u2060"
UNIT = "\u00a0"
"""Between a number and its unit, so that no line ends there."""


def md(value: Any) -> str:
    """A value from the data as Markdown that shows its characters and nothing else, on one line.

    A web address in it may be clicked, as the address that it shows; nothing is fetched unasked.
    """
    return _MARKUP.sub(r"\\\1", _inert(isolated(_BREAKS.sub(" ", plain(value)))))


def _inert(text: str) -> str:
    """Streamlit reads these in finished text, where no backslash helps: an invisible joiner parts their signs."""
    return _DIRECTIVE.sub(lambda m: m[0] + JOINER, text)


def isolated(text: str) -> str:
    """Without signs that turn the writing direction around, so that no name can turn the number beside it; text that
    runs from right to left is kept apart from what surrounds it.
    """
    text = _TURNS.sub("", text)
    turned = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"\u2068{text}\u2069" if turned else text


def plain(value: Any) -> str:
    """Text of a value; empty where it is missing."""
    return "" if value is None or value is pd.NaT or value is pd.NA or value != value else str(value)


def day(value: Any) -> str:
    """ISO day, or empty."""
    if value is None or pd.isna(value):
        return ""
    return (
        value.isoformat() if isinstance(value, date) and not hasattr(value, "hour") else f"{value:%Y-%m-%d}"
    )


def tonnes(mass_t: float) -> str:
    """`70.0 t`, `12.0 kt`, `40.2 Mt`: the unit in which one decimal says enough."""
    size = abs(mass_t)
    for unit, factor in (("Mt", 1e6), ("kt", 1e3)):
        if size >= 0.99995 * factor:
            return f"{mass_t / factor:,.1f}{UNIT}{unit}"
    return f"{mass_t:,.1f}{UNIT}t" if size >= 0.05 or size == 0 else f"under 0.1{UNIT}t"


def percent(share: float) -> str:
    """`17 %`; small and nearly whole shares keep a decimal, so that a trace is never shown as nothing or as all."""
    value = 100 * share
    if 0 < value < 0.05:
        return f"under 0.1{UNIT}%"
    if 99.95 < value < 100 - 1e-9:
        return f"over 99.9{UNIT}%"
    near = abs(value - round(value)) < 0.05
    if (value < 1 or value > 99) and not near:
        return f"{value:.1f}{UNIT}%"
    return f"{value:.0f}{UNIT}%"


def verb(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
