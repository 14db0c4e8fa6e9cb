"""What people decided about the names of a supplier: the journal's entries, what counts, what a run used."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards.answers.lists import Found
from dashboards.answers.names import LONG, names_of
from dashboards.text import count, plain, short, verb
from risk_graph.act.entries import Entry, pair_of, used_by
from risk_graph.assess.decided import TAKEN_BACK
from risk_graph.assess.screening import CHANGED
from risk_graph.errors import SourceError
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import Library
from risk_graph.session import Session

ANSWERS = {
    "same": "The same",
    "not_same": "Not the same",
    "unsure": "Unsure",
    TAKEN_BACK: "Taken back",
}
"""What can be decided, in words."""

Pair = tuple[str, str, str]
"""Subject, list, entry of the list."""


def why_not_here(session: Session, project: str, entries: Sequence[Entry], stale: str) -> str:
    """Why a decision about the run on screen may not go to the journal of this project; empty if it may. `stale` is why
    the run may be an old one.
    """
    if stale:
        return f"While the graph cannot be read, what you see may be old, and nothing can be decided. {stale}"
    stored = plain(session.run["project"])
    if stored != project:
        return (
            f"The run on screen is of the project “{stored}”, the folder that this page was started with is the "
            f"project “{project}”: a decision would go to the wrong journal."
        )
    return unlike(session, entries)


def unlike(session: Session, entries: Sequence[Entry]) -> str:
    """That the run on screen used other decisions than those at hand; empty if it did not."""
    if used_by(plain(session.run["journal"]), entries) is None:
        return (
            "The run on screen used decisions that are not in the journal of this project's folder: it is another "
            "journal, or it was written anew."
        )
    return ""


def edition_used(session: Session, library: Library, list_id: str) -> Layer:
    """The edition of a list that the run on screen used. SourceError if it is not at hand any more."""
    about = session.snapshot.tables["screenings"]
    edition = next(iter(about.loc[about["list"] == list_id, "edition"]), "")
    layer = next((a for a in library.editions.get(list_id, ()) if a.edition == edition), None)
    if layer is None:
        raise SourceError(
            f"Nothing was written: edition {edition} of the list {list_id}, which you see, is not at hand any more. "
            "Run the project again, then decide."
        )
    return layer


def used(session: Session, entries: Sequence[Entry]) -> int:
    """How many of the entries the run on screen used; 0 if it used others."""
    return used_by(plain(session.run["journal"]), entries) or 0


def last(entries: Sequence[Entry]) -> dict[Pair, Entry]:
    """The last entry about each pair."""
    return {pair: e for e in entries if (pair := pair_of(e)) is not None}


def in_force(entry: Entry | None) -> bool:
    return entry is not None and entry.content["answer"] != TAKEN_BACK


def with_decisions(matches: pd.DataFrame, entries: Sequence[Entry], used: int) -> pd.DataFrame:
    """The matches with columns of words: used (the decision that the run on screen used) and since (one made after it)."""
    newest = last(entries[used:])
    pairs = zip(matches["subject_id"], matches["list"], matches["entry_id"].fillna(""), strict=True)
    given = zip(matches["decision"].fillna(""), matches["decided_by"], matches["decided_at"], strict=True)
    return matches.assign(
        used=pd.Series([_signed(*d) if d[0] else "" for d in given], index=matches.index, dtype="str"),
        since=pd.Series([_signed_entry(newest.get(p)) for p in pairs], index=matches.index, dtype="str"),
    )


def _signed(answer: str, author: str, time: str) -> str:
    return f"{ANSWERS.get(answer, answer)} ({author}, {time[:10]})"


def _signed_entry(entry: Entry | None) -> str:
    return _signed(entry.content["answer"], entry.author, entry.time) if entry else ""


def history(session: Session, found: Found, entries: Sequence[Entry], used: int) -> pd.DataFrame:
    """The entries about the group's names in order. Columns number, time, author, who, subject_id, list, entry_id,
    entry_name, answer, reason, edition, state (whether it counts), hash.
    """
    mine = [e for e in entries if e.subject_id in found.group.everybody and pair_of(e) is not None]
    names, newest, stale = names_of(session), last(mine), outdated(found.matches)
    titles = _titles(session)
    rows = [
        {
            "number": e.number,
            "time": f"{e.time[:16].replace('T', ' ')} UTC",
            "author": e.author,
            "who": names.get(e.subject_id, e.subject_id),
            "subject_id": e.subject_id,
            "list": titles.get(e.content["list"], e.content["list"]),
            "entry_id": e.content["entry"],
            "entry_name": _entry_name(e, mine),
            "answer": ANSWERS.get(e.content["answer"], e.content["answer"]),
            "reason": e.reason,
            "edition": e.content.get("edition", ""),
            "state": standing(e, newest, stale, used),
            "hash": e.hash,
        }
        for e in mine
    ]
    columns = ["number", "time", "author", "who", "subject_id", "list", "entry_id", "entry_name", "answer", "reason",
               "edition", "state", "hash"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _titles(session: Session) -> dict[str, str]:
    about = session.snapshot.tables["screenings"]
    return dict(zip(about["list"], about["title"], strict=True))


def _entry_name(entry: Entry, entries: Sequence[Entry]) -> str:
    """As it was when somebody decided: what takes a decision back notes no name of its own."""
    same = [e for e in entries if pair_of(e) == pair_of(entry) and e.number <= entry.number]
    named = [n for e in same if (n := e.content.get("basis", {}).get("theirs", {}).get("name"))]
    return str(named[-1]) if named else ""


def options(found: Found, entries: Sequence[Entry], names: dict[str, str]) -> dict[str, tuple[Pair, str]]:
    """Key -> pair and label of everything that can be decided about, strongest first: the matches of the run on screen,
    then decisions in force about the group's names which that run knows nothing of.
    """
    there = found.matches[found.matches["entry_id"].fillna("") != ""]
    out = {
        row.key: (_pair(row), f"{row.said}: {_short(row.entry_name)} — {_short(row.who)}")
        for row in there.itertuples()
    }
    for pair, entry in last(entries).items():
        subject, list_id, entry_id = pair
        if subject in found.group.everybody and in_force(entry):
            named = _short(_entry_name(entry, entries) or entry_id)
            label = f"Not found by this run: {named} — {_short(names.get(subject, subject))}"
            out.setdefault(f"{list_id}|{entry_id}|{subject}", (pair, label))
    return out


def _short(name: str) -> str:
    return short(plain(name), LONG)


def _pair(row: Any) -> Pair:
    return str(row.subject_id), str(row.list), str(row.entry_id)


def first(found: Found, entries: Sequence[Entry]) -> str:
    """Key of the strongest match that waits for a person, else of the strongest; empty without any."""
    newest, stale = last(entries), outdated(found.matches)
    rows = found.matches[found.matches["entry_id"].fillna("") != ""]
    for row in rows[rows["outcome"].isin(["match", "possible"])].itertuples():
        entry = newest.get(_pair(row))
        if not in_force(entry) or (entry is not None and stale.get(_pair(row)) == entry.time):
            return str(row.key)
    return str(rows["key"].iat[0]) if len(rows) else ""


def outdated(matches: pd.DataFrame) -> dict[Pair, str]:
    """Pair -> time of the decision about it that did not hold any more in the run on screen."""
    gone = matches[matches["reason"].fillna("").str.contains(CHANGED, regex=False)]
    return {_pair(row): str(row.decided_at) for row in gone.itertuples()}


def waiting(found: Found, entries: Sequence[Entry], used: int) -> str:
    """That decisions about the group's names were made after the run on screen; empty if none was."""
    number = sum(e.subject_id in found.group.everybody for e in entries[used:] if pair_of(e) is not None)
    if not number:
        return ""
    return (
        f"{count(number, 'decision')} about these names {verb(number, 'was', 'were')} made after this run, which does not use "
        f"{verb(number, 'it', 'them')} yet: the next run does."
    )


def standing(entry: Entry, newest: dict[Pair, Entry], stale: dict[Pair, str], used: int) -> str:
    """Whether a decision counts, in words."""
    pair = pair_of(entry)
    after = newest.get(pair, entry) if pair else entry
    if after.number != entry.number:
        return f"Does not count any more: entry {after.number}"
    if entry.number > used:
        return "Counts from the next run"
    if pair is not None and stale.get(pair) == entry.time:
        return "Does not hold any more: the name or the entry changed since"
    return "Ended the one before" if entry.content["answer"] == TAKEN_BACK else "Counts in the run on screen"


def choices(match: pd.DataFrame, entries: Sequence[Entry], pair: Pair) -> list[str]:
    """What may be decided about a pair: an entry that the list does not hold any more leaves nothing but taking back."""
    back = [TAKEN_BACK] if in_force(last(entries).get(pair)) else []
    there = len(match) > 0 and bool(match["closeness"].notna().iat[0])
    return [*(a for a in ANSWERS if there and a != TAKEN_BACK), *back]


def last_said(found: Found, entries: Sequence[Entry], pair: Pair, used: int) -> tuple[str, str, str]:
    """Of the last decision about a pair: the answer in words, who made it when and whether it counts, and the reason; empty
    texts if there is none.
    """
    newest = last(entries)
    entry = newest.get(pair)
    if entry is None:
        return "", "", ""
    state = standing(entry, newest, outdated(found.matches), used)
    answer = ANSWERS.get(entry.content["answer"], "")
    return answer, f"{entry.author}, {entry.time[:10]}, entry {entry.number}. {state}.", entry.reason
