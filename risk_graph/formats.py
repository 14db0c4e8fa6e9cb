"""What several commands share: the project folder, and tables on stdout as text, CSV or JSON."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from risk_graph.console import say


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


_SHOWN = 100

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Project folder.")]
Store = Annotated[
    str | None,
    typer.Option(help="Folder or neo4j://host:7687; default: RISK_GRAPH_STORE, else the settings."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the data on stdout.")]


def show(table: pd.DataFrame, format: Format) -> None:
    """The table on stdout; CSV and JSON in full precision."""
    from risk_graph.act.show import records, to_csv, to_json, to_text

    if format is Format.csv:
        typer.echo(to_csv(table), nl=False)
    elif format is Format.json:
        typer.echo(to_json(records(table)))
    else:
        typer.echo(to_text(table))


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """The first rows of a table that is sorted for a person; how many more there are is said."""
    if len(table) > _SHOWN:
        say(f"The {_SHOWN} largest of {len(table):,} rows are shown; --format csv has them all.")
    return table.head(_SHOWN)
