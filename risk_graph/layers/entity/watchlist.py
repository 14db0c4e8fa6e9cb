"""A list of entities as it stands on a day: who is on it, and the names that count on that day."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from risk_graph.layers.entity.identifiers import Identifier, parse_identifiers
from risk_graph.layers.entity.names import Name, normalise
from risk_graph.layers.layer import Layer

LISTED, DELISTED, LATER = "listed", "delisted", "later"


@dataclass(frozen=True)
class Entry:
    """An entry of a list. `standing`: listed, delisted or (listed) later, seen from the day."""

    id: str
    name: str
    kind: str
    programme: str
    countries: frozenset[str]
    identifiers: frozenset[Identifier]
    listed_on: date | None
    delisted_on: date | None
    standing: str
    list_name: str
    source: str


@dataclass(frozen=True)
class ListedName:
    """A name of an entry (`entry`: its position). `kind`: primary, alias, weak or former."""

    entry: int
    name: Name
    kind: str


@dataclass(frozen=True, eq=False)
class Watchlist:
    """`names` are those that count on the day; `lapsed` counts aliases that do not; `unreadable` names without words."""

    layer: Layer
    as_of: date
    entries: tuple[Entry, ...]
    names: tuple[ListedName, ...]
    lapsed: int
    unreadable: int

    @property
    def id(self) -> str:
        return self.layer.id

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of an entry by its id."""
        return {entry.id: at for at, entry in enumerate(self.entries)}

    def names_of(self, entry: int) -> list[ListedName]:
        """The names of the entry at a position."""
        return [self.names[at] for at in self._names_at.get(entry, ())]

    def positions_of(self, entry: int) -> list[int]:
        """Where its names stand in `names`."""
        return self._names_at.get(entry, [])

    @cached_property
    def _names_at(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for at, name in enumerate(self.names):
            found.setdefault(name.entry, []).append(at)
        return found


def watchlist(layer: Layer, as_of: date) -> Watchlist:
    """The list of a layer of kind `entities`, as of a day."""
    entries = tuple(_entry(row, as_of) for row in layer.values.to_dict("records"))
    position = {entry.id: at for at, entry in enumerate(entries)}
    found = {(at, entry.name): "primary" for at, entry in enumerate(entries)}
    lapsed = 0
    for row in layer.names.to_dict("records"):
        at = position.get(row["entry_id"])
        if at is None:
            continue  # a name of nobody: the layer's own check is about that
        if _counts(row, _day(entries[at], as_of)):
            key = (at, row["name"])
            found[key] = _stronger(found.get(key), row["kind"])
        else:
            lapsed += 1
    names = [ListedName(at, normalise(text), kind) for (at, text), kind in found.items()]
    readable = tuple(n for n in names if n.name.tokens)
    return Watchlist(layer, as_of, entries, readable, lapsed, len(names) - len(readable))


_STRENGTH = ("primary", "alias", "former", "weak")


def _stronger(one: str | None, other: str) -> str:
    return other if one is None else min(one, other, key=_STRENGTH.index)


def _entry(row: dict[str, object], as_of: date) -> Entry:
    listed_on, delisted_on = _date(row["listed_on"]), _date(row["delisted_on"])
    standing = LISTED
    if delisted_on is not None and delisted_on <= as_of:
        standing = DELISTED
    elif listed_on is not None and listed_on > as_of:
        standing = LATER
    return Entry(
        id=str(row["entry_id"]),
        name=str(row["name"]),
        kind=str(row["kind"]),
        programme=_text(row["programme"]),
        countries=frozenset(_text(row["countries"]).split()),
        identifiers=parse_identifiers(_text(row["identifiers"])),
        listed_on=listed_on,
        delisted_on=delisted_on,
        standing=standing,
        list_name=str(row["list"]),
        source=str(row["source"]),
    )


def _day(entry: Entry, as_of: date) -> date:
    """The day for which an entry's names are asked: the last of its listing, or the first, if it is not listed now."""
    if entry.standing == DELISTED and entry.delisted_on:
        return date.fromordinal(entry.delisted_on.toordinal() - 1)
    if entry.standing == LATER and entry.listed_on:
        return entry.listed_on
    return as_of


def _counts(row: dict[str, object], day: date) -> bool:
    start, end = _date(row["valid_from"]), _date(row["valid_to"])
    return (start is None or start <= day) and (end is None or end >= day)


def _date(value: object) -> date | None:
    return value.date() if isinstance(value, pd.Timestamp) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
