"""`risk-graph uncertainty` and `sensitivity`: how sure values and ranks are, and which input they hang on."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from risk_graph.console import exit_codes, say, steps
from risk_graph.errors import InputError
from risk_graph.formats import Folder, Format, FormatOption, Store, show

if TYPE_CHECKING:  # slow to import
    from risk_graph.session import Session

ALL = "all"
Seed = Annotated[int, typer.Option(min=0, help="Of the random numbers: the same seed gives the same bytes.")]


class Kind(StrEnum):
    facility = "facility"
    supplier = "supplier"
    product = "product"


def uncertainty(
    folder: Folder,
    theme: Annotated[str, typer.Option(help="A theme, overall, or all.")] = "overall",
    top: Annotated[int, typer.Option(min=1, help="K of the probability of being among the K worst.")] = 10,
    draws: Annotated[int, typer.Option(min=20, help="How often everything uncertain is drawn.")] = 1000,
    seed: Seed = 0,
    kind: Annotated[Kind | None, typer.Option(help="Only these subjects.")] = None,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """How sure values and ranks are: 5 to 95 % intervals, probability of being in the top K, ties."""
    from risk_graph.act.export import passed_on
    from risk_graph.assess.scorer import OVERALL
    from risk_graph.assess.uncertainty import uncertainty as uncertainty_of

    with exit_codes(folder):
        session = _opened(folder, store)
        names = [OVERALL, *(t.id for t in session.scorer.themes)]
        with steps() as progress:
            table = uncertainty_of(
                session.facts,
                session.scorer,
                themes=names if theme == ALL else [_known(theme, names)],
                kind=kind,
                top=top,
                draws=draws,
                seed=seed,
                progress=progress,
            )
        if format is Format.table:
            show(_in_words(table), format)
        else:
            show(passed_on(table, session.withheld), format)
            if session.withheld.layers:
                say(session.withheld.sentence)
        say(
            f"{draws:,} draws, seed {seed}, scorer {session.scorer.label}; each is carried down the chain exactly. "
            "Subjects of one tie_group are not told apart. docs/uncertainty.md says what varies."
        )


def sensitivity(
    folder: Folder,
    subject: str,
    theme: Annotated[str, typer.Option(help="A theme, or overall.")] = "overall",
    draws: Annotated[
        int, typer.Option(min=2, help="Base of the sample, rounded up to a power of two.")
    ] = 512,
    seed: Seed = 0,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """Which input a subject's value hangs on: first-order and total Sobol indices with 95 % intervals."""
    from risk_graph.act.show import records, to_json
    from risk_graph.assess.influence import influence
    from risk_graph.assess.scorer import OVERALL

    with exit_codes(folder):
        session = _opened(folder, store)
        names = [OVERALL, *(t.id for t in session.scorer.themes)]
        samples = 1 << (draws - 1).bit_length()
        with steps() as progress:
            found = influence(
                session.facts,
                session.scorer,
                subject,
                theme=_known(theme, names),
                samples=samples,
                seed=seed,
                progress=progress,
            )
        if format is Format.json:
            head = {"subject": found.subject_id, "theme": found.theme, "scorer": session.scorer.label}
            typer.echo(
                to_json({**head, "draws": samples, "variance": found.variance, "rows": records(found.inputs)})
            )
        elif format is Format.csv:
            show(found.inputs, format)
        else:
            numbers = found.inputs.columns[2:]
            show(
                found.inputs.assign(**{c: found.inputs[c].map(lambda s: f"{s:.1%}") for c in numbers}), format
            )
        if not found.variance:
            say(f"The value of {subject} does not vary: nothing that it rests on is uncertain.")


def _opened(folder: Path, store: str | None) -> "Session":
    from risk_graph.project import open_project
    from risk_graph.session import open_session

    return open_session(open_project(folder, os.environ, store))


def _known(theme: str, names: list[str]) -> str:
    if theme not in names:
        raise InputError(f"There is no theme {theme!r}. The themes are {', '.join(names)}.")
    return theme


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """At most one decimal: more would say more than is known."""
    points = {c: table[c].map("{:.1f}".format) for c in ("p05", "p50", "p95", "low", "value", "high")}
    return table.assign(**points, p_top_k=table["p_top_k"].map("{:.1%}".format))
