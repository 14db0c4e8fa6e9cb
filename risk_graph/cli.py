"""`risk-graph`: data on stdout, words on stderr, exit codes of docs/commands.md."""

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from risk_graph.cli_ask import ask
from risk_graph.cli_chokepoints import chokepoints
from risk_graph.cli_regimes import priorities, regimes
from risk_graph.cli_runs import diff, rerun, runs
from risk_graph.cli_scores import exposure
from risk_graph.cli_screen import decide, journal_app, screen
from risk_graph.cli_sources import app as sources_app
from risk_graph.cli_uncertainty import sensitivity, uncertainty
from risk_graph.cli_whatif import whatif
from risk_graph.console import exit_codes, say, steps, table_of
from risk_graph.errors import InputError
from risk_graph.formats import Folder, Format, FormatOption, Store, show

if TYPE_CHECKING:  # slow to import
    from risk_graph.act.dossier import Dossier
    from risk_graph.act.export import Withheld
    from risk_graph.session import Session

app = typer.Typer(
    help="Where the metal comes from, what is wrong, what matters, what to do next.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(sources_app, name="sources")
app.command()(exposure)
app.command()(ask)
app.command()(chokepoints)
app.command()(regimes)
app.command()(priorities)
app.command()(uncertainty)
app.command()(sensitivity)
app.command()(screen)
app.command()(decide)
app.add_typer(journal_app, name="journal")
app.command()(whatif)
app.command()(diff)
app.command()(runs)
app.command()(rerun)

PeriodText = Annotated[
    str | None, typer.Option("--period", metavar="A:B", help="2024-01-01:2024-12-31, both days included.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


class By(StrEnum):
    facility = "facility"
    supplier = "supplier"
    country = "country"
    subdivision = "subdivision"


@app.command()
def init(folder: Folder) -> None:
    """Make a project: settings, and input templates with a filled example row."""
    from risk_graph.starter import start_project

    with exit_codes(folder):
        for path in start_project(folder):
            say(f"wrote {path}")
        say(f"Fill inputs/, then: risk-graph validate {folder}; risk-graph run {folder}")


@app.command()
def validate(folder: Folder, json: Json = False) -> None:
    """Print every problem of the input: where it is, what is wrong, what to do. Loads nothing."""
    from risk_graph.act.show import count, to_json
    from risk_graph.pipeline import check
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        with steps() as progress:
            checked = check(project, project.settings.run.as_of or date.today(), progress=progress)
        errors = sum(issue.level == "error" for issue in checked.issues)
        typer.echo(
            to_json([vars(i) for i in checked.issues]) if json else "\n".join(table_of(checked.issues))
        )
        say(
            f"{count(errors, 'error')}, {count(len(checked.issues) - errors, 'warning or note', 'warnings and notes')}."
        )
        if errors or checked.loaded.refused:
            raise SystemExit(InputError.exit_code)


@app.command()
def run(
    folder: Folder,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Day the answers hold for.")] = None,
    period: PeriodText = None,
    store: Store = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse input that has any error.")] = False,
    json: Json = False,
) -> None:
    """Load the input, lay the risk layers over it, trace, apply the rules, score, save."""
    from risk_graph.act.show import records, to_json
    from risk_graph.act.summary import summary
    from risk_graph.pipeline import run as run_project
    from risk_graph.project import open_project, parse_period

    with exit_codes(folder):
        project = open_project(folder, os.environ, store)
        day = _day(as_of) or project.settings.run.as_of or date.today()
        with steps() as progress:
            result = run_project(
                project, day, None if period is None else parse_period(period), strict, progress
            )
        tables = dict(result.checked.loaded.tables)
        if json:
            rows = {name: len(table) for name, table in tables.items()}
            described = records(result.results["runs"].drop(columns=["chain_toml", "scorer_toml"]))[0]
            issues = [vars(i) for i in result.checked.issues]
            incomplete = result.checked.incomplete
            typer.echo(to_json({"run": described, "rows": rows, "issues": issues, "incomplete": incomplete}))
        for line in summary(tables, result.results):
            say(line)
        if day > date.today():
            say(
                f"{day} has not come: the answers are what is known on {date.today()}, and lists will change until then."
            )
        if result.not_kept:
            say(f"The answers are saved, but the run is not kept for a rerun: {result.not_kept}.")


@app.command()
def trace(
    folder: Folder,
    subject: str,
    by: Annotated[By, typer.Option(help="What the origins are summed by.")] = By.facility,
    period: PeriodText = None,
    without_modelled: Annotated[
        bool, typer.Option("--without-modelled", help="Leave modelled flows out.")
    ] = False,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """Where a facility's, product's or supplier's metal comes from, and where the trail goes cold."""
    from risk_graph.act.show import records, to_csv, to_json, to_text
    from risk_graph.act.summary import trace_summary
    from risk_graph.project import open_project, parse_period
    from risk_graph.session import GRAPH_TABLES, open_session
    from risk_graph.trace.origins import trace as trace_subject

    with exit_codes(folder):
        project = open_project(folder, os.environ, store)
        asked = None if period is None else parse_period(period)
        session = open_session(project, GRAPH_TABLES, asked, without_modelled)
        found = trace_subject(session.network, subject, by.value)
        days = ":".join(d.isoformat() for d in session.period) if session.period else None
        if format is Format.json:
            head = {"subject": subject, "mass_t": found.subject.mass_t, "unknown": vars(found.unknown)}
            typer.echo(
                to_json({**head, "period": days, "incomplete": found.incomplete, "rows": records(found.rows)})
            )
            return
        if format is Format.csv:
            typer.echo(to_csv(found.rows), nl=False)
        else:
            typer.echo(to_text(found.rows.assign(share=found.rows["share"].map("{:.2%}".format))))
        for line in trace_summary(found, session.chain):
            say(line)


@app.command()
def explain(
    folder: Folder,
    subject: str,
    json: Json = False,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Also draw what the overall value is made of.")
    ] = None,
    store: Store = None,
) -> None:
    """Every reason behind a subject's findings and scores, down to source rows."""
    from risk_graph.act.dossier import as_data, as_text, dossier, exported
    from risk_graph.act.show import to_json
    from risk_graph.project import open_project
    from risk_graph.session import open_session

    with exit_codes(folder):
        session = open_session(open_project(folder, os.environ, store))
        found = dossier(session.facts, session.scorer, session.snapshot.tables, subject)
        if picture is not None:
            _draw(found, session, picture)
        head = {"run_id": session.run["run_id"], "as_of": session.as_of.isoformat()}
        if not json:
            typer.echo("\n".join(as_text(found)))
            return
        withheld = session.withheld
        head |= {"withheld": withheld.sentence} if withheld.layers else {}
        typer.echo(to_json({**head, **as_data(exported(found, withheld))}))
        _say_withheld(withheld)


@app.command()
def findings(
    folder: Folder,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """What the rules say about each subject (* is the project): T true, F false, U unknown."""
    from risk_graph.assess.rule import rules

    columns = ["rule", "subject_id", "truth", "since", "evidence", "missing", "as_of"]
    law = ["regime", "state", "rule_version", "source", "verified"]
    with exit_codes(folder):
        if rule is not None and rule not in rules():
            raise InputError(f"There is no rule {rule!r}. The rules are {', '.join(rules())}.")
        session = _stored(folder, store, "findings")
        table = session.snapshot.tables["findings"]
        table = table[table["rule"] == rule] if rule else table
        if format is not Format.table:
            columns += law
            table = table.merge(session.snapshot.tables["rules"][["rule", *law]], on="rule", how="left")
        _show(table, columns, format, session)


@app.command()
def scores(
    folder: Folder,
    ranks: Annotated[
        bool, typer.Option("--ranks", help="Ranks under three ways of making one number of the themes.")
    ] = False,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """The score of every subject and theme, with bounds and coverage."""
    columns = ["subject_id", "theme", "low", "value", "high", "coverage"]
    with exit_codes(folder):
        if ranks:
            session = _stored(folder, store, "ranks")
            table = session.snapshot.tables["ranks"]
            _show(table, list(table.columns), format, session)
            return
        session = _stored(folder, store, "scores")
        shown = [*columns, "band"] if format is not Format.csv else columns
        _show(session.snapshot.tables["scores"], shown, format, session)


@app.command()
def query(
    folder: Folder,
    cypher: str,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """Ask the graph store a question of your own in Cypher (read-only)."""
    from risk_graph.act.export import NOTHING, answered, check_query
    from risk_graph.project import open_project
    from risk_graph.session import open_session
    from risk_graph.store import open_store

    with exit_codes(folder):
        project = open_project(folder, os.environ, store)
        withheld = NOTHING
        if format is not Format.table:
            withheld = open_session(project, ("layers", "findings", "runs")).withheld
        check_query(cypher, withheld)
        with open_store(project.store_url, project.folder, write=False) as graph:
            table = graph.query(cypher)
        show(answered(table, withheld), format)
        _say_withheld(withheld)


@app.command()
def serve(
    folder: Folder,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
    store: Store = None,
) -> None:
    """Serve the dashboard on this machine."""
    from risk_graph.project import open_project
    from risk_graph.serve import serve_dashboard

    with exit_codes(folder):
        project = open_project(folder, os.environ, store)
        serve_dashboard(project, port)


def _draw(found: "Dossier", session: "Session", picture: Path) -> None:
    """The waterfall as a file: it is made to be passed on."""
    from risk_graph.act.dossier import exported
    from risk_graph.act.waterfall import waterfall

    if picture.suffix.casefold() != ".svg":
        raise InputError(f"{picture}: the picture is SVG. Name a file that ends with .svg.")
    titles = {theme.id: theme.title for theme in session.scorer.themes}
    subject = found.trace.subject
    heading = f"{subject.name} ({subject.id}), as of {session.as_of}, {session.scorer.label}"
    try:
        text = waterfall(exported(found, session.withheld).explanation, titles, heading)
        picture.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{picture} cannot be written: {error.strerror}.") from error
    say(f"wrote {picture}")


def _day(text: str | None) -> date | None:
    from risk_graph.project import parse_day

    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise InputError(f"The date {text!r} is not of the form 2026-06-30.") from error


def _stored(folder: Path, store: str | None, name: str) -> "Session":
    from risk_graph.project import open_project
    from risk_graph.session import open_session

    return open_session(
        open_project(folder, os.environ, store), (name, "layers", "findings", "rules", "runs")
    )


def _show(table: pd.DataFrame, columns: list[str], format: Format, session: "Session") -> None:
    """A table of the run on the screen, or as it may be passed on."""
    from risk_graph.act.export import passed_on

    if format is Format.table:
        show(table[columns], format)
        return
    table = passed_on(table, session.withheld)
    show(table if format is Format.json else table[columns], format)
    _say_withheld(session.withheld)


def _say_withheld(withheld: "Withheld") -> None:
    if withheld.layers:
        say(withheld.sentence)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
