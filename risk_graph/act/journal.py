"""The journal: what people decided, when and why. Rows are only added; each carries the hash of the one before.

The one thing of a project that cannot be built again. A SQLite file by default (`journal.db` in the project), another
database by URL. The chain shows that a row was changed, removed, added between or moved; it cannot show that somebody
with access to the database wrote the whole of it anew: keep the hash that `verify` prints elsewhere for that.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from risk_graph.act.entries import SCREENING, Entry, about
from risk_graph.act.hashes import FIRST, hash_of, verify
from risk_graph.assess.decided import ANSWERS, TAKEN_BACK, Decision
from risk_graph.errors import InputError, JournalError, NotFoundError, OvertakenError

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


Check = Callable[[sa.Connection], None]


def _no_check(_connection: sa.Connection) -> None:
    pass


class Journal:
    """The decisions of a project. Every failure of the database is a JournalError."""

    def __init__(self, url: str, folder: Path, wait_s: float = _WAIT_S) -> None:
        """`url` as SQLAlchemy reads it; empty: `journal.db` in the project's folder. `wait_s`: how long to wait for a
        SQLite file that somebody else keeps busy.
        """
        try:
            parsed = sa.make_url(url or f"sqlite:///{folder / FILE}")
            self._file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
            if self._file is not None and not self._file.is_absolute():
                self._file = folder / self._file
                parsed = parsed.set(database=str(self._file))
            waits = {"timeout": wait_s} if self._file is not None else {}
            self._engine = sa.create_engine(parsed, connect_args=waits, poolclass=sa.NullPool)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise JournalError(
                f"The journal's address cannot be used ({type(error).__name__}): see docs/screening.md."
            ) from error
        if self._file is not None:
            _begin_immediately(self._engine)

    @property
    def why_closed(self) -> str:
        """Why nothing can be written; empty if nothing is known that speaks against it."""
        if self._file is None:
            return ""
        places = [self._file.parent, *([self._file] if self._file.exists() else [])]
        held = next((p for p in places if not os.access(p, os.W_OK)), None)
        return "" if held is None else f"The journal cannot be written: {held} is read-only here, or absent."

    def add(
        self,
        kind: str,
        subject_id: str,
        content: Mapping[str, Any],
        author: str,
        reason: str,
        now: datetime,
        check: Check = _no_check,
    ) -> Entry:
        """Writes an entry after the last one, unless `check` of what stands there raises. Raises InputError without an
        author or a reason.
        """
        if not author.strip() or not reason.strip():
            raise InputError("A decision needs an author and a reason (--by, --reason).")
        with _as_journal_error():
            _metadata.create_all(self._engine)
            for attempt in range(_TRIES):
                try:
                    return self._append(kind, subject_id, content, author.strip(), reason.strip(), now, check)
                except sa.exc.IntegrityError:  # somebody else wrote the next entry in the meantime
                    if attempt == _TRIES - 1:
                        raise
        raise AssertionError

    def _append(
        self,
        kind: str,
        subject_id: str,
        content: Mapping[str, Any],
        author: str,
        reason: str,
        now: datetime,
        check: Check,
    ) -> Entry:
        with self._engine.begin() as connection:
            check(connection)
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
                hash=hash_of(*row),
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
        verify([tuple(row) for row in rows], (head.number, head.hash) if head else (0, FIRST))
        return [_entry(row) for row in rows]

    def _reading(self) -> sa.Connection:
        return self._engine.execution_options(reading=True).connect()

    def verify(self) -> tuple[int, str]:
        """Number of entries and the hash of the last one, if all are as they were written; else TamperedError."""
        entries = self.entries()
        return len(entries), entries[-1].hash if entries else FIRST

    def decide(self, decision: Decision, now: datetime, seen: int | None = None) -> Entry:
        """Writes a screening decision (its own `time` is not used).

        `seen` is the number of the last entry about this pair that the author knew of, 0 if of none: OvertakenError if
        there is a later one. NotFoundError if it takes back and there is nothing to take back.
        """
        if decision.answer not in ANSWERS:
            raise InputError(f"{decision.answer!r} is no answer. Write one of {', '.join(ANSWERS)}.")
        content = {
            "list": decision.list_id,
            "entry": decision.entry_id,
            "answer": decision.answer,
            "basis": dict(decision.basis),
            "edition": decision.edition,
        }
        check = partial(_check_last, decision=decision, seen=seen)
        return self.add(SCREENING, decision.subject_id, content, decision.author, decision.reason, now, check)


def _check_last(connection: sa.Connection, decision: Decision, seen: int | None) -> None:
    mine = (_entries.c.kind == SCREENING) & (_entries.c.subject_id == decision.subject_id)
    rows = connection.execute(sa.select(_entries).where(mine).order_by(_entries.c.number)).all()
    last = about([_entry(row) for row in rows], decision.subject_id, decision.list_id, decision.entry_id)
    if seen is not None and last is not None and last.number > seen:
        raise OvertakenError(
            f"Nothing was written: meanwhile {last.author} decided '{last.content['answer']}' about the same (entry "
            f"{last.number} of the journal: {last.reason}). Read it and decide again."
        )
    if decision.answer == TAKEN_BACK and (last is None or last.content["answer"] == TAKEN_BACK):
        raise NotFoundError(
            f"Nothing was written: no decision about {decision.subject_id!r} and the entry {decision.entry_id!r} of "
            f"{decision.list_id} is in force, so none can be taken back."
        )


def _entry(row: Any) -> Entry:
    return Entry(**{**row._mapping, "content": json.loads(row.content)})


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
