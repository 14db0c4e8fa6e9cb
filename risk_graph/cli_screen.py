"""`risk-graph screen`, `decide`, `journal`: names against lists, and what people decide about them."""

import os
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from risk_graph.console import exit_codes, say, steps, table_of
from risk_graph.errors import InputError
from risk_graph.formats import Folder, Format, FormatOption, show

if TYPE_CHECKING:
    from risk_graph.layers.entity.judge import Party
    from risk_graph.project import Project

_FOR_A_PERSON = [
    "subject_id",
    "subject_name",
    "list",
    "outcome",
    "closeness",
    "entry_id",
    "matched_name",
    "country",
]


class Answer(StrEnum):
    same = "same"
    not_same = "not_same"
    unsure = "unsure"
    taken_back = "taken_back"


def screen(
    folder: Folder,
    names: Annotated[
        Path | None, typer.Option(help="Screen the names of this file instead of the project's.")
    ] = None,
    only: Annotated[
        str, typer.Option("--list", metavar="L", help="Only this list, by the id of its layer.")
    ] = "",
    everybody: Annotated[
        bool, typer.Option("--all", help="Also those of whom no match was found, and those ruled out.")
    ] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Day the answers hold for.")] = None,
    format: FormatOption = Format.table,
) -> None:
    """Look for suppliers, facilities and owners in the lists at hand. Changes nothing."""
    from risk_graph.project import open_project
    from risk_graph.screening import rows_of, screen_parties, screen_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        day = _day(as_of) or project.settings.run.as_of or date.today()
        with steps() as progress:
            progress("Screening the names", 0.0)
            if names is None:
                found = screen_project(project, day, only)
            else:
                found = screen_parties(project, _parties(names), day, only)
        rows = rows_of(found, everybody)
        show(rows[_FOR_A_PERSON] if format is Format.table else rows, format)
        for line in _said(found.screening.screenings):
            say(line)
        if names is None:
            _say_what_is_lost(project)
        if found.rejected:
            say(
                f"{found.rejected} rejected rows of the input were not screened: `risk-graph validate {folder}`."
            )


def _say_what_is_lost(project: "Project") -> None:
    from risk_graph.act.journal import Journal
    from risk_graph.act.noted import missing, noted, said
    from risk_graph.errors import StoreError

    try:
        note = noted(project.store_url, project.folder)
    except StoreError as error:
        say(f"The journal was not compared with what the stored run noted: {error}")
        return
    entries = Journal(project.journal_url, project.folder).entries()
    if lost := missing(entries, note):
        say(said(entries, lost))


def _said(screenings: pd.DataFrame) -> list[str]:
    """One line a list: how many were found, and what holds of everybody else alone."""
    lines = []
    for row in screenings.itertuples():
        if row.state != "screened" or not row.matches + row.possible + row.linked:
            lines.append(str(row.statement))
            continue
        lines.append(
            f"{row.title}: {row.matches} of {row.subjects:,} match, {row.possible} may (a person must look), {row.linked} only "
            f"through their operator or owner. Of the others: {row.statement}"
        )
    return lines


def _parties(file: Path) -> list["Party"]:
    from ingest.names_file import read_names
    from risk_graph.assess.screening import party_of

    read = read_names(file)
    for line in table_of(read.issues):
        say(line)
    return [party_of(row["id"], "name", row) for row in read.rows.to_dict("records")]


def decide(
    folder: Folder,
    subject: str,
    list_id: Annotated[str, typer.Argument(metavar="LIST", help="Id of the list's layer.")],
    entry: Annotated[str, typer.Argument(help="Id of the entry within the list.")],
    answer: Answer,
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Decide whether a subject and an entry of a list are the same; the last decision counts, `taken_back` ends it."""
    from risk_graph.assess.decided import Decision
    from risk_graph.project import open_project
    from risk_graph.screening import decide as write

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        day = project.settings.run.as_of or date.today()
        decision = Decision(subject, list_id, entry, answer.value, by, "", reason, {})
        written = write(project, day, decision, datetime.now(UTC))
        say(f"Entry {written.number} of the journal: {subject} and {list_id} {entry}: {answer.value}.")
        say(f"The next `risk-graph run {folder}` uses it.")


journal_app = typer.Typer(
    help="What people decided: list it, verify that nobody changed it.", no_args_is_help=True
)


@journal_app.command(name="list")
def list_journal(folder: Folder, format: FormatOption = Format.table) -> None:
    """Every decision, in order: who, when, about what, why."""
    from risk_graph.act.journal import Journal
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        columns = [
            "number",
            "time",
            "author",
            "kind",
            "subject_id",
            "list",
            "entry_id",
            "answer",
            "reason",
            "hash",
            "edition",
        ]
        rows = [
            {
                "number": e.number,
                "time": e.time,
                "author": e.author,
                "kind": e.kind,
                "subject_id": e.subject_id,
                "list": e.content.get("list", ""),
                "entry_id": e.content.get("entry", ""),
                "answer": e.content.get("answer", ""),
                "reason": e.reason,
                "hash": e.hash,
                "edition": e.content.get("edition", ""),
            }
            for e in Journal(project.journal_url, project.folder).entries()
        ]
        table = pd.DataFrame(rows, columns=columns)
        show(table.drop(columns=["hash", "kind", "edition"]) if format is Format.table else table, format)


@journal_app.command()
def verify(folder: Folder) -> None:
    """Whether every entry is as it was written, and none of those that the stored run noted is gone; else exit code 2."""
    from risk_graph.act.journal import Journal
    from risk_graph.act.noted import REMEDY, missing, noted, said
    from risk_graph.errors import LostError
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        journal = Journal(project.journal_url, project.folder)
        count, last = journal.verify()
        typer.echo(f"{count} {last}")
        say(f"{count} entries, each as it was written.")
        note = noted(project.store_url, project.folder)
        entries = journal.entries()
        if lost := missing(entries, note):
            raise LostError(f"{said(entries, lost)} {REMEDY}")
        held = (
            "They hold all that the stored run noted"
            if note
            else "No run noted a journal to compare them with"
        )
        say(f"{held}. Keep the hash of the last one elsewhere to compare with later.")


@journal_app.command()
def accept(
    folder: Folder,
    by: Annotated[str, typer.Option(help="Who goes on without what was lost.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Record that entries which the stored run noted are lost for good, so that the next run stops saying so."""
    from risk_graph.act.journal import Journal
    from risk_graph.act.noted import accept as write
    from risk_graph.act.noted import missing, noted
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        journal = Journal(project.journal_url, project.folder)
        lost = missing(journal.entries(), noted(project.store_url, project.folder))
        written = write(journal, lost, by, reason, datetime.now(UTC))
        say(f"Entry {written.number} of the journal: it goes on without what was lost.")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"The date {text!r} is not of the form 2026-06-30.") from error
