"""Numbers that tell an entity apart from every other: they beat names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SIGNS = re.compile(r"[^0-9A-Z]")
UNIQUE = ("lei", "imo", "duns")
"""Kinds that are unique in the world. A registration number is unique in its register alone."""
REGISTERED = ("registration", "tax")
_SHORTEST = 5
"""A shorter registration number proves nothing: every register counts from 1."""


@dataclass(frozen=True)
class Identifier:
    """`value` without signs, in capital letters."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def identifier(kind: str, text: str) -> Identifier | None:
    """None if there is nothing to compare."""
    value = _SIGNS.sub("", text.upper())
    if kind == "imo":
        value = value.removeprefix("IMO")
    return Identifier(kind, value) if value else None


def parse_identifiers(text: str) -> frozenset[Identifier]:
    """The pairs of a list's `identifiers` column: `imo:9187629; registration:10100582`."""
    pairs = (part.partition(":") for part in text.split(";") if ":" in part)
    found = (identifier(kind.strip().lower(), value) for kind, _, value in pairs)
    return frozenset(i for i in found if i is not None)


@dataclass(frozen=True)
class Compared:
    """`equal`: an identifier that both have; `certain`: it proves that they are one. `differing`: kinds in which both
    have a value, and none in common.
    """

    equal: Identifier | None = None
    certain: bool = False
    differing: tuple[str, ...] = ()


def compare_identifiers(
    ours: frozenset[Identifier], theirs: frozenset[Identifier], same_country: bool
) -> Compared:
    """A registration number counts as proof in the same country only."""
    if not ours or not theirs:
        return Compared()
    for one in sorted(ours & theirs, key=str):
        if one.kind in UNIQUE:
            return Compared(one, True)
    registered = _values(theirs, REGISTERED)
    for one in sorted(ours, key=str):
        if one.kind in REGISTERED and one.value in registered and len(one.value) >= _SHORTEST:
            return Compared(one, same_country)
    differing = [k for k in UNIQUE if _values(ours, [k]) and _values(theirs, [k])]
    if same_country and _values(ours, ["registration"]) and _values(theirs, ["registration"]):
        differing.append("registration")
    return Compared(differing=tuple(differing))


def keys(identifiers: Iterable[Identifier]) -> set[str]:
    """Keys that two entities share if an identifier of theirs may be equal."""
    return {f"reg:{i.value}" if i.kind in REGISTERED else str(i) for i in identifiers}


def _values(identifiers: Iterable[Identifier], kinds: Iterable[str]) -> set[str]:
    return {i.value for i in identifiers if i.kind in kinds}
