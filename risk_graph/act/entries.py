"""Entries of the journal, and what they say about a subject and an entry of a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risk_graph.assess.decided import Decision, Decisions, latest

SCREENING = "screening"
"""Kind of an entry: whether a subject and an entry of a list are the same."""


@dataclass(frozen=True)
class Entry:
    """One decision. `content` is what the kind needs, as JSON can hold it; `time` is UTC, ISO 8601."""

    number: int
    time: str
    author: str
    kind: str
    subject_id: str
    content: Mapping[str, Any]
    reason: str
    previous: str
    hash: str


def about(entries: Iterable[Entry], subject_id: str, list_id: str, entry_id: str) -> Entry | None:
    """The last of the entries about a subject and an entry of a list."""
    pair = (subject_id, list_id, entry_id)
    return next((e for e in reversed([*entries]) if pair_of(e) == pair), None)


def pair_of(entry: Entry) -> tuple[str, str, str] | None:
    """Subject, list and entry of the list that a screening decision is about; None for other kinds."""
    if entry.kind != SCREENING:
        return None
    return entry.subject_id, str(entry.content["list"]), str(entry.content["entry"])


def decisions_of(entries: Iterable[Entry]) -> Decisions:
    """The screening decisions that count."""
    return latest(
        Decision(
            subject_id=e.subject_id,
            list_id=e.content["list"],
            entry_id=e.content["entry"],
            answer=e.content["answer"],
            author=e.author,
            time=e.time,
            reason=e.reason,
            basis=e.content["basis"],
            edition=e.content.get("edition", ""),
        )
        for e in entries
        if e.kind == SCREENING
    )


def state_of(entries: list[Entry]) -> str:
    """What a run notes of the journal that it used: entries and the hash of the last one; empty without entries."""
    return f"{len(entries)} {entries[-1].hash}" if entries else ""


def used_by(state: str, entries: Sequence[Entry]) -> int | None:
    """How many of the entries a run used that noted `state`; None if they are not those that it used."""
    number, _, last = state.partition(";")[0].partition(" ")  # what it lacked stands after it
    used = int(number or 0)
    if used == 0:
        return 0
    return used if used <= len(entries) and entries[used - 1].hash == last else None
