"""`risk-graph whatif`: the chain with changes, beside the chain as it is. Stores nothing."""

import os
from datetime import date
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from risk_graph.console import exit_codes, say, steps
from risk_graph.errors import InputError, NotFoundError
from risk_graph.formats import Folder, Format, FormatOption, largest, show

if TYPE_CHECKING:  # slow to import
    from risk_graph.layers.library import Library
    from risk_graph.project import Project
    from risk_graph.runs.whatif import Answer, Changes

_FOR_A_PERSON = [
    "subject_id",
    "measure",
    "about",
    "before",
    "after",
    "difference",
    "before_word",
    "after_word",
]
_List = list[str] | None


def whatif(
    folder: Folder,
    remove: Annotated[
        _List,
        typer.Option(
            "--remove",
            metavar="ID",
            help="Without a supplier or facility: what it delivered is undeclared then.",
        ),
    ] = None,
    replace: Annotated[
        _List,
        typer.Option("--replace", metavar="OLD=NEW", help="Another supplier or facility delivers instead."),
    ] = None,
    reroute: Annotated[
        _List,
        typer.Option(
            "--reroute",
            metavar="BUYER:OLD:NEW=SHARE",
            help="A share (0..1) of what OLD delivers to BUYER comes from NEW.",
        ),
    ] = None,
    weight: Annotated[
        _List,
        typer.Option("--weight", metavar="THEME=W", help="A theme's weight (0..1); the others are scaled."),
    ] = None,
    expire: Annotated[
        _List,
        typer.Option(
            "--expire",
            metavar="CERTIFICATE[=DATE]",
            help="A certificate ends on a day; default: the day before.",
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Another day that the answers hold for.")
    ] = None,
    subject: Annotated[
        _List, typer.Option("--subject", metavar="ID", help="Only what changes for this subject.")
    ] = None,
    format: FormatOption = Format.table,
    store: Annotated[str | None, typer.Option(help="The stored run whose day and period are meant.")] = None,
) -> None:
    """What would change if: suppliers, shares, weights, certificates, the day. Several at once; nothing is stored."""
    from risk_graph.act.journal import Journal
    from risk_graph.act.show import records, to_json
    from risk_graph.assess.evaluate import lay
    from risk_graph.pipeline import Checked, journal_state, read, refuse, run_table
    from risk_graph.project import open_project
    from risk_graph.runs.parties import party
    from risk_graph.runs.whatif import whatif as ask

    with exit_codes(folder):
        project = open_project(folder, os.environ, store)
        changes = _changes(remove, replace, reroute, weight, expire, as_of)
        stored, day, period = _stored(project)
        decided = Journal(project.journal_url, project.folder).entries()
        with steps() as progress:
            loaded, given = read(project, day, period, progress, decided)
            if loaded.refused:
                refuse(Checked(loaded, lay(given)), strict=False)
            for asked in subject or ():
                party(given.tables, asked)
            answer = ask(given, changes, lambda on: _library(project, on), progress)
        checked = Checked(loaded, answer.before)
        journal, _ = journal_state(project, decided)
        base = run_table(project.settings.project.name, project.settings.input, checked, journal)
        base_id = str(base["run_id"].iat[0])
        rows = answer.rows if not subject else answer.rows[answer.rows["subject_id"].isin(subject)]
        rows, sentence = (
            (rows, "") if format is Format.table else _passed_on(rows, answer, bool(changes.weights))
        )
        if format is Format.json:
            head = {"before": base_id, "as_of": day.isoformat(), "changes": answer.said}
            typer.echo(to_json({**head, "rows": records(rows)}))
        else:
            show(_for_a_person(rows) if format is Format.table else rows, format)
        for line in (*answer.said, _based_on(base_id, stored), f"{len(rows):,} values change.", sentence):
            if line:
                say(line)


def _library(project: "Project", day: date) -> "Library":
    from risk_graph.layers.library import load_library

    return load_library(project.sources, day, project.settings.layers)


def _based_on(base_id: str, stored: str) -> str:
    if base_id == stored:
        return f"Before is the stored run {stored}."
    if not stored:
        return "Nothing is stored yet: before is what a run would say now."
    return f"The input, a layer or the settings changed since the stored run {stored}: before is what a run would say now."


def _stored(project: "Project") -> tuple[str, date, tuple[date, date] | None]:
    """Id, day and period of the stored run; without one those of the settings."""
    from risk_graph.session import open_session

    try:
        session = open_session(project, ("runs",))
    except NotFoundError:
        return "", project.settings.run.as_of or date.today(), project.period()
    return str(session.run["run_id"]), session.as_of, session.period


def _changes(
    remove: _List, replace: _List, reroute: _List, weight: _List, expire: _List, as_of: str | None
) -> "Changes":
    from risk_graph.runs.whatif import Changes

    return Changes(
        replace=tuple(_pair(text, "--replace OLD=NEW") for text in replace or ()),
        reroute=tuple(_rerouted(text) for text in reroute or ()),
        remove=tuple(dict.fromkeys(remove or ())),
        expire=tuple(_expired(text) for text in expire or ()),
        as_of=None if as_of is None else _day(as_of),
        weights={
            theme: _number(w, "--weight THEME=W")
            for theme, w in (_pair(t, "--weight THEME=W") for t in weight or ())
        },
    )


def _pair(text: str, form: str) -> tuple[str, str]:
    left, sign, right = text.rpartition("=")
    if not (left and sign and right):
        raise InputError(f"{text!r} is not of the form {form}.")
    return left, right


def _rerouted(text: str) -> tuple[str, str, str, float]:
    form = "--reroute BUYER:OLD:NEW=0.3"
    who, share = _pair(text, form)
    parts = who.split(":")
    if len(parts) != 3 or not all(parts):
        raise InputError(f"{text!r} is not of the form {form}.")
    return parts[0], parts[1], parts[2], _number(share, form)


def _expired(text: str) -> tuple[str, date | None]:
    certificate, sign, day = text.rpartition("=")
    return (certificate, _day(day)) if sign else (text, None)


def _number(text: str, form: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no number: write {form}.") from error


def _day(text: str) -> date:
    from risk_graph.project import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise InputError(f"The date {text!r} is not of the form 2026-06-30.") from error


def _for_a_person(rows: pd.DataFrame) -> pd.DataFrame:
    """The largest changes first."""
    about = rows["theme"].where(rows["theme"] != "", rows["rule"])
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable", na_position="first").index
    return largest(rows.assign(about=about).loc[order, _FOR_A_PERSON])


def _passed_on(rows: pd.DataFrame, answer: "Answer", with_overall: bool) -> tuple[pd.DataFrame, str]:
    from risk_graph.act.compared import compared_on
    from risk_graph.act.export import with_themes, withheld_of
    from risk_graph.assess.evaluate import layers_table

    found = with_themes(withheld_of(layers_table(answer.layers)), answer.before.given.scorer)
    return compared_on(rows, found, with_overall), found.sentence if found.themes else ""
