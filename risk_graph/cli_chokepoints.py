"""`risk-graph chokepoints`: what a subject's metal cannot go round, each kind of choke point apart."""

import os
from enum import StrEnum
from typing import Annotated

import typer

from risk_graph.console import exit_codes, say
from risk_graph.formats import Folder, Format, FormatOption, show

_SHOWN = 10


class Of(StrEnum):
    origins = "origins"
    suppliers = "suppliers"
    countries = "countries"


def chokepoints(
    folder: Folder,
    subject: str,
    top: Annotated[
        int | None, typer.Option(min=1, help="Rows of a kind; default: 10 in a table, all otherwise.")
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Only the dominators that every declared way from this origin passes."
        ),
    ] = None,
    of: Annotated[
        Of | None, typer.Option(help="Instead: how concentrated the origins are, by these.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="A:B", help="2024-01-01:2024-12-31, both days included.")
    ] = None,
    without_modelled: Annotated[
        bool, typer.Option("--without-modelled", help="Leave modelled flows out.")
    ] = False,
    format: FormatOption = Format.table,
    store: Annotated[str | None, typer.Option(help="Folder or neo4j://host:7687.")] = None,
) -> None:
    """What a subject's metal cannot go round: dominators, single sources, pass-through, betweenness, systemic risk."""
    from risk_graph.act import chokepoints as words
    from risk_graph.act.show import records, to_json
    from risk_graph.project import open_project, parse_period
    from risk_graph.session import GRAPH_TABLES, open_session
    from risk_graph.trace.chokepoints import choke_points
    from risk_graph.trace.origin_concentration import origin_concentration

    with exit_codes(folder):
        project = open_project(folder, os.environ, store)
        asked = None if period is None else parse_period(period)
        session = open_session(project, GRAPH_TABLES, asked, without_modelled)
        if of is not None:
            found_of = origin_concentration(session.network, subject, of.value)
            show(words.concentration_rows(subject, found_of), format)
            for line in words.concentration_summary(found_of):
                say(line)
            return
        if top is None and format is Format.table:
            top = _SHOWN
        found = choke_points(session.network, subject, top, origin)
        if format is Format.table:
            typer.echo(words.as_text(found))
        elif format is Format.csv:
            show(words.with_meaning(found.rows), format)
        else:
            days = ":".join(d.isoformat() for d in session.period) if session.period else None
            head = {"subject": subject, "mass_t": found.subject.mass_t, "unknown": vars(found.unknown)}
            head |= {
                "modelled": found.modelled,
                "period": days,
                "incomplete": found.incomplete,
                "left_out": found.left_out,
            }
            head |= {"scenario": words.scenario(session.chain)}
            typer.echo(to_json({**head, "rows": records(words.with_meaning(found.rows))}))
        for line in words.chokepoints_summary(found, session.chain):
            say(line)
