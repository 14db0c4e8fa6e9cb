"""The journal: what people decided, when and why. Rows are only added; each carries the hash of the one before.

The one thing of a project that cannot be built again. A SQLite file by default (`journal.db` in the project), another
database by URL. The chain shows that a row was changed, removed, added between or moved; it cannot show that somebody
with access to the database wrote the whole of it anew: keep the hash that `verify` prints elsewhere for that.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from risk_graph.assess.decided import ANSWERS, Decision, Decisions, latest
from risk_graph.errors import InputError, JournalError, TamperedError

SCREENING = "screening"
"""Kind of an entry: whether a subject and an entry of a list are the same."""
FIRST = "0" * 64
"""What the first entry names as the hash before it."""
FILE = "journal.db"
_TRIES = 20
_WAIT_S = 30

_metadata = sa.MetaData()
_entries = sa.Table(
    "risk_graph_journal",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
_head = sa.Table(
    "risk_graph_journal_head",
    _metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)


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


class Journal:
    """The decisions of a project. Every failure of the database is a JournalError."""

    def __init__(self, url: str, folder: Path) -> None:
        """`url` as SQLAlchemy reads it; empty: `journal.db` in the project's folder."""
        try:
            parsed = sa.make_url(url or f"sqlite:///{folder / FILE}")
            self._file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
            if self._file is not None and not self._file.is_absolute():
                self._file = folder / self._file
                parsed = parsed.set(database=str(self._file))
            waits = {"timeout": _WAIT_S} if self._file is not None else {}
            self._engine = sa.create_engine(parsed, connect_args=waits, poolclass=sa.NullPool)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise JournalError(
                f"The journal's address cannot be used ({type(error).__name__}): see docs/screening.md."
            ) from error
        if self._file is not None:
            _begin_immediately(self._engine)

    def add(
        self, kind: str, subject_id: str, content: Mapping[str, Any], author: str, reason: str, now: datetime
    ) -> Entry:
        """Writes an entry after the last one. Raises InputError without an author or a reason."""
        if not author.strip() or not reason.strip():
            raise InputError("A decision needs an author and a reason (--by, --reason).")
        with _as_journal_error():
            _metadata.create_all(self._engine)
            for attempt in range(_TRIES):
                try:
                    return self._append(kind, subject_id, content, author.strip(), reason.strip(), now)
                except sa.exc.IntegrityError:  # somebody else wrote the next entry in the meantime
                    if attempt == _TRIES - 1:
                        raise
        raise AssertionError

    def _append(
        self, kind: str, subject_id: str, content: Mapping[str, Any], author: str, reason: str, now: datetime
    ) -> Entry:
        with self._engine.begin() as connection:
            head = connection.execute(sa.select(_head.c.number, _head.c.hash)).one_or_none()
            number, previous = (head.number, head.hash) if head else (0, FIRST)
            time = now.astimezone(UTC).isoformat(timespec="microseconds")
            text = json.dumps(content, ensure_ascii=False, sort_keys=True)
            row = (number + 1, time, author, kind, subject_id, text, reason, previous)
            entry = Entry(
                number=number + 1,
                time=time,
                author=author,
                kind=kind,
                subject_id=subject_id,
                content=content,
                reason=reason,
                previous=previous,
                hash=_hash(*row),
            )
            connection.execute(_entries.insert().values((*row, entry.hash)))
            if head is None:
                connection.execute(_head.insert().values(one=1, number=1, hash=entry.hash))
            else:
                connection.execute(_head.update().values(number=entry.number, hash=entry.hash))
            return entry

    def entries(self) -> list[Entry]:
        """Every entry in order. Raises TamperedError, naming the first that is not as it was written."""
        if self._file is not None and not self._file.exists():
            return []
        with _as_journal_error(), self._reading() as connection:
            if not sa.inspect(connection).has_table(_entries.name):
                return []
            rows = connection.execute(sa.select(_entries).order_by(_entries.c.number)).all()
            head = connection.execute(sa.select(_head.c.number, _head.c.hash)).one_or_none()
        _verify([tuple(row) for row in rows], (head.number, head.hash) if head else (0, FIRST))
        return [_entry(row) for row in rows]

    def _reading(self) -> sa.Connection:
        return self._engine.execution_options(reading=True).connect()

    def verify(self) -> tuple[int, str]:
        """Number of entries and the hash of the last one, if all are as they were written; else TamperedError."""
        entries = self.entries()
        return len(entries), entries[-1].hash if entries else FIRST

    def decide(self, decision: Decision, now: datetime) -> Entry:
        """Writes a screening decision (its own `time` is not used)."""
        if decision.answer not in ANSWERS:
            raise InputError(f"{decision.answer!r} is no answer. Write one of {', '.join(ANSWERS)}.")
        content = {
            "list": decision.list_id,
            "entry": decision.entry_id,
            "answer": decision.answer,
            "basis": dict(decision.basis),
        }
        return self.add(SCREENING, decision.subject_id, content, decision.author, decision.reason, now)


def decisions_of(entries: list[Entry]) -> Decisions:
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
        )
        for e in entries
        if e.kind == SCREENING
    )


def state_of(entries: list[Entry]) -> str:
    """What a run notes of the journal that it used: entries and the hash of the last one; empty without entries."""
    return f"{len(entries)} {entries[-1].hash}" if entries else ""


def _entry(row: Any) -> Entry:
    return Entry(**{**row._mapping, "content": json.loads(row.content)})


def _hash(*fields: object) -> str:
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _verify(rows: list[tuple[Any, ...]], head: tuple[int, str]) -> None:
    previous = FIRST
    for expected, row in enumerate(rows, start=1):
        if row[0] != expected:
            raise TamperedError(f"entry {expected} was removed or moved.")
        if row[7] != previous:
            raise TamperedError(f"entry {expected} does not follow the one before it.")
        if _hash(*row[:8]) != row[8]:
            raise TamperedError(f"entry {expected} was changed.")
        previous = row[8]
    if head != (len(rows), previous):
        raise TamperedError(
            f"entries after {len(rows)} were removed, or the note of the last one was changed."
        )


@contextmanager
def _as_journal_error() -> Iterator[None]:
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        why = "is busy" if "locked" in str(error) else "cannot be reached, or holds something else"
        raise JournalError(f"The journal {why}. Nothing was written.") from error


def _begin_immediately(engine: sa.Engine) -> None:
    """SQLite: a writer takes its lock when it begins, so that no two writers read the same last entry."""

    @sa.event.listens_for(engine, "connect")
    def manual(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
