"""`risk-graph ask`: what to ask next."""

import os
from typing import Annotated

import typer

from risk_graph.console import exit_codes, say
from risk_graph.formats import Folder, Format, FormatOption, Store, show


def ask(
    folder: Folder,
    subject: str,
    all_: Annotated[
        bool, typer.Option("--all", help="Every question in the table, and every theme of each.")
    ] = False,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """What to ask next: the shortest list that halves the unknown, and what each answer could change."""
    from risk_graph.act.asked import as_text, exported
    from risk_graph.act.show import records, to_json
    from risk_graph.assess.ask import ask as ask_of
    from risk_graph.project import open_project
    from risk_graph.session import open_session

    with exit_codes(folder):
        session = open_session(open_project(folder, os.environ, store))
        found = ask_of(session.facts, session.scorer, session.snapshot.tables, subject)
        if format is Format.table:
            typer.echo("\n".join(as_text(found, session.as_of, all_)))
            return
        withheld = session.withheld
        rows = exported(found.rows if all_ else found.questions, withheld)
        if format is Format.json:
            head = {
                "subject": found.subject.id,
                "mass_t": found.subject.mass_t,
                "unknown": found.unknown,
                "as_of": session.as_of.isoformat(),
                "scorer": session.scorer.label,
            }
            typer.echo(to_json({**head, "rows": records(rows)}))
        else:
            show(rows, format)
        if withheld.layers:
            say(withheld.sentence)
