"""`risk-graph regimes` and `risk-graph priorities`: the laws that a run applies, and what comes first under them."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from risk_graph.console import exit_codes, say
from risk_graph.errors import InputError
from risk_graph.formats import Folder, Format, FormatOption, show

if TYPE_CHECKING:  # slow to import
    from risk_graph.assess.priorities import Ordering
    from risk_graph.assess.regime import Regime
    from risk_graph.assess.rule import Rule

_SHORT = ["regime", "state", "rule", "rule_version", "rule_title"]
PRIORITY_COLUMNS = [
    "regime", "subject_id", "issue", "severity_low", "severity_high", "likelihood_low", "likelihood_high", "set_by",
    "rank_low", "rank_high", "evidence", "missing", "rule",
]  # fmt: skip


def regimes(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="Project folder: its regimes, chain and day; default: all, today."
        ),
    ] = None,
    format: FormatOption = Format.table,
) -> None:
    """Every regime with its rules: law, version, whether it is in force, and why it does not apply."""
    from risk_graph.assess.regime import chosen
    from risk_graph.project import open_project

    with exit_codes(folder or Path()):
        day, metal = date.today(), "Al"
        found = chosen(None, Path())
        if folder is not None:
            project = open_project(folder, os.environ)
            found, metal = project.regimes(), project.chain().metal
            day = project.settings.run.as_of or day
        rows = regime_rows(found, metal, day)
        show(rows[_SHORT] if format is Format.table else rows, format)
        say(f"As of {day}, for {metal}. docs/regimes.md says what each rule asks.")


def regime_rows(regimes: "Sequence[Regime]", metal: str, day: date) -> pd.DataFrame:
    """A row a regime and rule or ordering."""
    from risk_graph.assess.priorities import ORDERINGS
    from risk_graph.assess.rule import applied

    every = applied(tuple(regimes))
    rows = []
    for regime in regimes:
        state, why = regime.state(metal, day)
        about = {
            "regime": regime.id,
            "title": regime.title,
            "version": regime.version,
            "state": state,
            "why": why,
            "effective_from": regime.effective_from.isoformat() if regime.effective_from else None,
            "effective_to": regime.effective_to.isoformat() if regime.effective_to else None,
            "text": regime.text,
            "article": regime.article,
            "verified": regime.verified,
            "criteria": ", ".join(regime.criteria),
        }
        members: list[tuple[Rule | Ordering, Mapping[str, Any]]] = [
            (every[id_].rule, regime.rules[id_]) for id_ in regime.rules
        ]
        members += [(ORDERINGS[id_], {}) for id_ in regime.orderings]
        for member, parameters in members:
            rows.append(
                {
                    **about,
                    "rule": member.id,
                    "rule_version": member.version,
                    "rule_title": member.title,
                    "rule_source": member.source,
                    "rule_verified": member.verified,
                    "parameters": json.dumps(parameters, sort_keys=True, default=str),
                }
            )
    return pd.DataFrame(rows)


def priorities(
    folder: Folder,
    regime: Annotated[str | None, typer.Option(help="Only this regime.")] = None,
    format: FormatOption = Format.table,
    store: Annotated[
        str | None,
        typer.Option(help="Folder or neo4j://host:7687; default: RISK_GRAPH_STORE, else the settings."),
    ] = None,
) -> None:
    """What comes first under each regime: severity and likelihood as intervals, ranks with their ties."""
    from risk_graph.project import open_project
    from risk_graph.session import open_session

    with exit_codes(folder):
        session = open_session(open_project(folder, os.environ, store), ("priorities", "runs"))
        table = session.snapshot.tables["priorities"]
        known = sorted(set(table["regime"]))
        if regime is not None and regime not in known:
            raise InputError(
                f"The run orders nothing under a regime {regime!r}; it does under {', '.join(known) or 'none'}."
            )
        table = table[table["regime"] == regime] if regime else table
        short = [
            "regime",
            "rule",
            "rank_low",
            "rank_high",
            "subject_id",
            "issue",
            "severity_high",
            "likelihood_high",
        ]
        show(table[short] if format is Format.table else table[PRIORITY_COLUMNS], format)
