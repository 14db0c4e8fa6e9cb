"""Entries of a list of names, as its reader found them, to the tables of a layer; what is odd becomes an Issue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from ingest.listed_country import Countries
from ingest.source import Asked, Draft
from ingest.words import shown
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue, Level
from risk_graph.model.table import fact_tables

_STRENGTH = ("primary", "alias", "former", "weak")


@dataclass(frozen=True)
class Name:
    """`kind` is primary, alias, weak or former."""

    text: str
    kind: str = "alias"


@dataclass
class Entry:
    """One entry. `countries` holds what the list prints: names or codes. `identifiers` are (kind, value).

    `row` is the row of a table, 0 in XML.
    """

    entry_id: str
    name: str
    kind: str
    programmes: Sequence[str] = ()
    names: list[Name] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    listed_on: date | None = None
    delisted_on: date | None = None
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    row: int = 0


@dataclass(frozen=True)
class ListOf:
    """What the entries of a layer have in common. `file` is named in issues."""

    layer: str
    name: str
    file: str
    edition: str
    asked: Asked
    about: Mapping[str, Any]


class Log:
    """Collects the issues of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []

    def add(self, code: str, level: Level, message: str, remedy: str, row: int = 0, column: str = "") -> None:
        self.issues.append(Issue(code, level, self.file, "", row, column, message, remedy))


def draft_of(about: ListOf, entries: Iterable[Entry], log: Log) -> Draft:
    """The layer of the entries. One without a name or an id, or with an id twice, is an Issue in `log`.

    Raises SourceError if there is no entry at all.
    """
    countries = Countries()
    rows: dict[str, dict[str, Any]] = {}
    names: list[dict[str, Any]] = []
    for entry in entries:
        if not entry.name or not entry.entry_id:
            _nameless(entry, log)
            continue
        entry_id = _unique(entry, rows, log)
        rows[entry_id] = _row(about, entry, entry_id, countries)
        names += _names(entry, entry_id)
    if not rows:
        raise SourceError(f"{about.file} holds no entry; the list {about.name} was expected. Fetch it again.")
    for text, first, count in countries.unknown():
        log.add(
            "bad-country",
            "warning",
            f"{shown(text)} is no country that is understood; {count} entries name it, first {first}.",
            "Nothing to do: the entries are kept, without that country.",
        )
    tables = fact_tables()
    return Draft(
        about.layer,
        "entities",
        dict(about.about),
        tables["entities"].conform(pd.DataFrame(list(rows.values()))),
        tables["names"].conform(pd.DataFrame(names)),
    )


def _nameless(entry: Entry, log: Log) -> None:
    said = entry.entry_id or entry.name or "; ".join(entry.remarks) or "nothing"
    log.add(
        "missing-value",
        "error",
        f"An entry has no name or no id and is left out; it says {shown(said)}.",
        "Look it up on the publisher's page.",
        entry.row,
    )


def _unique(entry: Entry, rows: Mapping[str, object], log: Log) -> str:
    if entry.entry_id not in rows:
        return entry.entry_id
    number = next(n for n in range(2, len(rows) + 3) if f"{entry.entry_id}-{n}" not in rows)
    log.add(
        "duplicate-id",
        "warning",
        f"The entry {shown(entry.entry_id)} stands there more than once; both are kept.",
        "Nothing to do; look at the publisher's page if the two differ.",
        entry.row,
    )
    return f"{entry.entry_id}-{number}"


def _row(about: ListOf, entry: Entry, entry_id: str, countries: Countries) -> dict[str, Any]:
    codes = {code for text in entry.countries if (code := countries.understand(text, entry_id))}
    return {
        "entry_id": entry_id,
        "list": about.name,
        "programme": "; ".join(dict.fromkeys(p for p in entry.programmes if p)),
        "kind": entry.kind,
        "name": entry.name,
        "countries": " ".join(sorted(codes)),
        "listed_on": pd.Timestamp(entry.listed_on) if entry.listed_on else pd.NaT,
        "delisted_on": pd.Timestamp(entry.delisted_on) if entry.delisted_on else pd.NaT,
        "identifiers": _pairs(entry.identifiers),
        "addresses": " | ".join(dict.fromkeys(a.replace("|", "/") for a in entry.addresses if a)),
        "remarks": "; ".join(dict.fromkeys(r for r in entry.remarks if r)),
        "edition": about.edition,
        "retrieved": pd.Timestamp(about.asked.retrieved),
        "source": f"{about.name}, edition {about.edition}, entry {entry_id}",
    }


def _pairs(identifiers: Iterable[tuple[str, str]]) -> str:
    said = dict.fromkeys((kind, value.replace(";", ",").strip()) for kind, value in identifiers)
    return "; ".join(f"{kind}:{value}" for kind, value in said if value)


def _names(entry: Entry, entry_id: str) -> list[dict[str, Any]]:
    """Each name once, as the strongest kind that the list gives it."""
    kinds: dict[str, str] = {}
    for name in (Name(entry.name, "primary"), *entry.names):
        if name.text and (
            name.text not in kinds or _STRENGTH.index(name.kind) < _STRENGTH.index(kinds[name.text])
        ):
            kinds[name.text] = name.kind
    return [{"entry_id": entry_id, "name": text, "kind": kind} for text, kind in kinds.items()]
