"""`risk-graph exposure`: how much of the metal is exposed, by theme and level."""

import os
from typing import Annotated

import pandas as pd
import typer

from risk_graph.console import exit_codes, say
from risk_graph.errors import InputError
from risk_graph.formats import Folder, Format, FormatOption, Store, show

_SHOWN = ["theme", "level", "share", "mass_t", "or_worse_least", "or_worse_most", "worst_id", "way"]
_PLAIN = ("mass_t", "mass_t_or_worse_least", "mass_t_or_worse_most")


def exposure(
    folder: Folder,
    subject: str,
    theme: Annotated[str | None, typer.Option(help="Only this theme.")] = None,
    format: FormatOption = Format.table,
    store: Store = None,
) -> None:
    """How much of a subject's metal is exposed: share and tonnes by theme and level, with bounds and the worst link."""
    from risk_graph.act.export import passed_on
    from risk_graph.act.show import records, to_json
    from risk_graph.assess.exposure import exposure as exposure_of
    from risk_graph.project import open_project
    from risk_graph.session import open_session

    with exit_codes(folder):
        session = open_session(open_project(folder, os.environ, store))
        about_places = [t.id for t in session.scorer.themes if not t.is_of_flows]
        if theme is not None and theme not in about_places:
            raise InputError(
                f"There is no theme {theme!r} about places. The themes are {', '.join(about_places)}."
            )
        found = exposure_of(session.facts, session.scorer, subject, theme)
        if format is Format.table:
            show(_in_words(found.rows), format)
            return
        withheld = session.withheld
        # How much metal is ours to say; the risk of one place may be a publisher's number on another scale.
        rows = passed_on(found.rows, withheld).assign(**{c: found.rows[c] for c in _PLAIN})
        if format is Format.json:
            head = {
                "subject": found.subject.id,
                "mass_t": found.subject.mass_t,
                "scorer": session.scorer.label,
            }
            typer.echo(to_json({**head, "rows": records(rows)}))
        else:
            show(rows, format)
        if withheld.layers:
            say(withheld.sentence)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that hold something, and of each theme what may be at the worst level; shares as per cent."""
    from risk_graph.assess.exposure import LEVELS

    rows = rows[(rows["share"] > 0) | (rows["level"] == LEVELS[0])]
    shares = {
        c: rows[c].map(lambda s: "" if pd.isna(s) else f"{s:.1%}")
        for c in ("share", "or_worse_least", "or_worse_most")
    }
    return rows.assign(**shares)[_SHOWN]
