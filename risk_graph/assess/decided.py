"""What people decided about a subject and an entry of a list, and whether it still holds."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from risk_graph.layers.entity.judge import Party
from risk_graph.layers.entity.watchlist import Entry, Watchlist

SAME, NOT_SAME, UNSURE = "same", "not_same", "unsure"
TAKEN_BACK = "taken_back"
"""The decision before it no longer counts: the pair is as if nobody had decided."""
ANSWERS = (SAME, NOT_SAME, UNSURE, TAKEN_BACK)


@dataclass(frozen=True)
class Decision:
    """`basis` is what both looked like when it was decided (`basis_of`); `time` is UTC, ISO 8601; `edition` is the
    one of the list that was looked at (empty: not noted).
    """

    subject_id: str
    list_id: str
    entry_id: str
    answer: str
    author: str
    time: str
    reason: str
    basis: Mapping[str, Any]
    edition: str = ""


Decisions = dict[tuple[str, str, str], Decision]
"""The last decision by subject, list and entry."""


def latest(decisions: Iterable[Decision]) -> Decisions:
    """The decisions that count, of those in the order of their time: a later one takes the place of an earlier; of a pair
    whose last one was taken back, none counts.
    """
    last = {(d.subject_id, d.list_id, d.entry_id): d for d in decisions}
    return {pair: d for pair, d in last.items() if d.answer != TAKEN_BACK}


def basis_of(party: Party, entry: Entry, listed: Watchlist) -> dict[str, Any]:
    """Who the two were, in plain data: a decision holds as long as this is the same."""
    at = listed.position[entry.id]
    return {
        "ours": {
            "name": party.name.printed,
            "country": party.country,
            "identifiers": sorted(map(str, party.identifiers)),
        },
        "theirs": {
            "name": entry.name,
            "kind": entry.kind,
            "countries": sorted(entry.countries),
            "identifiers": sorted(map(str, entry.identifiers)),
            "names": sorted(f"{n.kind}: {n.name.printed}" for n in listed.names_of(at)),
        },
    }


_WORDS = {
    ("ours", "name"): "our name",
    ("ours", "country"): "our country",
    ("ours", "identifiers"): "our identifiers",
    ("theirs", "name"): "the entry's name",
    ("theirs", "kind"): "the entry's kind",
    ("theirs", "countries"): "the entry's countries",
    ("theirs", "identifiers"): "the entry's identifiers",
    ("theirs", "names"): "the entry's aliases",
}


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is no longer as it was when somebody decided, in words; empty: the decision holds."""
    found = []
    for (side, key), words in _WORDS.items():
        before, after = then.get(side, {}).get(key), now[side][key]
        if before != after:
            found.append(f"{words} ({_shown(before)}, now {_shown(after)})" if key != "names" else words)
    return found


def ruled_out(
    parties: Iterable[Party], listed: Watchlist, decisions: Iterable[Decision]
) -> frozenset[tuple[str, str]]:
    """(subject, entry) of which a person said that they are not the same, and neither has changed since."""
    known = {party.id: party for party in parties}
    found = set()
    for one in decisions:
        party, at = known.get(one.subject_id), listed.position.get(one.entry_id)
        if one.answer != NOT_SAME or party is None or at is None:
            continue
        if not changes(one.basis, basis_of(party, listed.entries[at], listed)):
            found.add((party.id, one.entry_id))
    return frozenset(found)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
