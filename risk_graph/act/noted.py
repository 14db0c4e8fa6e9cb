"""What the stored run noted of the journal, held against the journal as it is: a deleted, shortened or exchanged one.

The journal's own chain cannot show that: an older copy of it verifies. The note stands in the graph, which may be
deleted; with it goes the comparison, until the next run notes the journal again.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from risk_graph.act.entries import Entry, state_of
from risk_graph.act.journal import Journal
from risk_graph.errors import DamagedError, InputError, NotFoundError
from risk_graph.model.issue import Issue
from risk_graph.store import open_store

ACCEPTED = "journal"
"""Kind of an entry by which a person goes on without entries that were lost."""
CODE = "journal-lost"
_WITHOUT = "; without "
REMEDY = (
    "Put back a copy of the journal that holds them. If there is none, decide again, and `risk-graph journal accept DIR` "
    "records who goes on without them and why."
)


def noted(store_url: str, folder: Path) -> str:
    """What the stored run wrote of the journal (`state_with`); empty if nothing is stored that could be read."""
    try:
        with open_store(store_url, folder, write=False) as store:
            runs = store.read(["runs"]).tables["runs"]
    except (NotFoundError, DamagedError):
        return ""
    note = runs["journal"].iat[0] if len(runs) else ""
    return note if isinstance(note, str) else ""  # an empty text is stored as missing


def missing(entries: Sequence[Entry], note: str) -> list[str]:
    """The states that were noted ("entries hash") and that this journal does not continue, without those whose loss a
    person accepted; the oldest first.
    """
    state, *without = note.split(_WITHOUT)
    every = dict.fromkeys(s for s in (*without, state) if s)
    return [s for s in every if not _holds(entries, s) and not _is_accepted(entries, s)]


def state_with(entries: list[Entry], lost: Sequence[str]) -> str:
    """What a run notes: `state_of` the journal, and what it lacks, so that the next run does not forget it."""
    return _WITHOUT.join([state_of(entries), *lost])


def said(entries: Sequence[Entry], lost: Sequence[str]) -> str:
    """What is wrong, in words."""
    count, last = max(map(_parts, lost))
    if len(entries) >= count:
        how = f"its entry {count} is another one"
    elif entries:
        how = f"it holds {len(entries)}"
    else:
        how = "it is empty or gone"
    return (
        f"The stored run rests on a journal of {count} entries (the last one's hash begins with {last[:12]}), and this "
        f"journal does not continue it: {how}. It was deleted, shortened, or exchanged for another or an older copy; "
        "what people decided is lost."
    )


def issue(entries: Sequence[Entry], lost: Sequence[str]) -> Issue:
    """The same as a problem that the run and its pages show."""
    return Issue(CODE, "warning", "journal", "", 0, "", said(entries, lost), REMEDY)


def accept(journal: Journal, lost: Sequence[str], author: str, reason: str, now: datetime) -> Entry:
    """Records that a person goes on without the entries that were lost. Raises InputError if none were."""
    if not lost:
        raise InputError("Nothing is lost: the journal holds everything that the stored run noted.")
    return journal.add(ACCEPTED, "", {"without": list(lost)}, author, reason, now)


def _holds(entries: Sequence[Entry], state: str) -> bool:
    count, last = _parts(state)
    return len(entries) >= count and (count == 0 or entries[count - 1].hash == last)


def _is_accepted(entries: Sequence[Entry], state: str) -> bool:
    return any(e.kind == ACCEPTED and state in e.content["without"] for e in entries)


def _parts(state: str) -> tuple[int, str]:
    count, _, last = state.partition(" ")
    return int(count), last
