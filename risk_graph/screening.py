"""Screening outside of a run: names against the lists at hand, and what people decide about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pandas as pd

from ingest.load import load
from ingest.options import parse_options
from risk_graph.act.entries import Entry, decisions_of
from risk_graph.act.journal import Journal
from risk_graph.assess.decided import TAKEN_BACK, Decision, basis_of
from risk_graph.assess.screening import Screening, lists_of, parties_of, screen_names, screening
from risk_graph.errors import NotFoundError, RefusedError, SourceError
from risk_graph.layers.entity.judge import Party
from risk_graph.layers.entity.watchlist import watchlist
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import load_library
from risk_graph.model.table import Tables, result_tables
from risk_graph.project import Project

COLUMNS = (
    "subject_id", "subject_name", "list", "edition", "outcome", "closeness", "entry_id", "entry_name", "entry_kind",
    "programme", "matched_name", "name_kind", "country", "identifier", "via", "via_id", "share", "listed_on",
    "delisted_on", "decision", "decided_by", "decided_at", "as_of", "reason",
)  # fmt: skip
"""What `risk-graph screen` prints, in this order."""
EVERYBODY = "*"
"""Subject of the row that says that a list was not looked at."""


@dataclass(frozen=True, eq=False)
class Screened:
    """`screening`, whom it was about, and how many rows of the input were rejected (nobody looked at them)."""

    screening: Screening
    parties: Sequence[Party]
    rejected: int


def lists_at_hand(project: Project, as_of: date, only: str = "") -> dict[str, Layer]:
    """The lists of entities by id, each in the edition that counts. SourceError if `only`, or any, is not at hand."""
    layers = load_library(project.sources, as_of, project.settings.layers).layers
    lists = {layer.id: layer for layer in lists_of(layers)}
    at_hand = ", ".join(lists) or "none"
    if only and only not in lists:
        raise SourceError(f"Not screened: the list {only!r} is not at hand. At hand: {at_hand}.")
    if not lists:
        raise SourceError(
            "Not screened: no list is at hand. `risk-graph sources list` names them, "
            f"`risk-graph sources update {project.folder} SOURCE` fetches one."
        )
    return {only: lists[only]} if only else lists


def screen_project(project: Project, as_of: date, only: str = "") -> Screened:
    """The project's suppliers and facilities against the lists at hand, with what people decided."""
    lists = lists_at_hand(project, as_of, only)
    tables, rejected = _tables(project)
    decisions = decisions_of(Journal(project.journal_url, project.folder).entries())
    found = screening(tables, lists, as_of, decisions)
    return Screened(_about(found, only), parties_of(tables), rejected)


def screen_parties(project: Project, parties: Sequence[Party], as_of: date, only: str = "") -> Screened:
    """Names that belong to no project against the lists at hand."""
    found = screen_names(parties, lists_at_hand(project, as_of, only), as_of)
    return Screened(_about(found, only), parties, 0)


def _about(found: Screening, only: str) -> Screening:
    """What was not asked for is not said to be missing."""
    lists = found.screenings
    return Screening(found.matches, lists[lists["list"] == only] if only else lists)


def rows_of(screened: Screened, everybody: bool) -> pd.DataFrame:
    """COLUMNS, a row a finding; `everybody`: also what people ruled out, and a row for each subject and list without
    a finding. A list that was not looked at is a row about EVERYBODY.
    """
    matches, lists = screened.screening.matches, screened.screening.screenings
    frames = [matches if everybody else matches[matches["outcome"] != "no_match"]]
    for about in lists.itertuples():
        if about.state != "screened":
            frames.append(_said([EVERYBODY], [""], about, "not_screened"))
        elif everybody:
            seen = set(matches.loc[matches["list"] == about.list, "subject_id"])
            rest = [p for p in screened.parties if p.id not in seen]
            frames.append(_said([p.id for p in rest], [p.name.printed for p in rest], about, "no_match"))
    table = result_tables()["matches"]
    rows = pd.concat([table.conform(f) for f in frames], ignore_index=True)
    order = {outcome: at for at, outcome in enumerate(table.column("outcome").choices)}
    rows["order"] = rows["outcome"].map(order)
    rows = rows.sort_values(
        ["subject_id", "list", "order", "closeness", "entry_id", "via", "via_id"],
        ascending=[True, True, True, False, True, True, True],
        ignore_index=True,
    )
    return rows[list(COLUMNS)]


def _said(ids: list[str], names: list[str], about: object, outcome: str) -> pd.DataFrame:
    columns = ("list", "edition", "as_of")
    frame = pd.DataFrame({"subject_id": ids, "subject_name": names})
    same = {c: getattr(about, c) for c in columns} | {"outcome": outcome, "reason": about.statement}  # type: ignore[attr-defined]  # a row of itertuples
    return frame.assign(**same)


def decide(project: Project, as_of: date, decision: Decision, now: datetime) -> Entry:
    """Writes what a person decided about a subject and an entry, with what both look like today (`basis` is filled).

    Raises NotFoundError if nobody has the subject's or the entry's id, or there is nothing to take back; SourceError if
    the list is not at hand.
    """
    if decision.answer == TAKEN_BACK:
        return take_back(project, decision, now)
    tables, _ = _tables(project)
    layer = lists_at_hand(project, as_of, decision.list_id)[decision.list_id]
    return decide_about(project, tables, layer, as_of, decision, now)


def take_back(project: Project, decision: Decision, now: datetime, seen: int | None = None) -> Entry:
    """Writes that the decision in force about a pair no longer counts; neither the subject nor the entry need still be there.

    `seen` as `Journal.decide` takes it.
    """
    taken = replace(decision, answer=TAKEN_BACK, basis={})
    return Journal(project.journal_url, project.folder).decide(taken, now, seen)


def decide_about(
    project: Project,
    tables: Mapping[str, pd.DataFrame],
    layer: Layer,
    as_of: date,
    decision: Decision,
    now: datetime,
    seen: int | None = None,
) -> Entry:
    """The same as `decide` for tables and a list that were read already; `seen` as `Journal.decide` takes it."""
    party = next(
        (p for p in parties_of(_only(tables, decision.subject_id)) if p.id == decision.subject_id), None
    )
    if party is None:
        raise NotFoundError(f"No supplier or facility has the id {decision.subject_id!r}.")
    values, names = layer.values, layer.names
    listed = watchlist(
        replace(
            layer,
            values=values[values["entry_id"] == decision.entry_id],
            names=names[names["entry_id"] == decision.entry_id],
        ),
        as_of,
    )
    if not listed.entries:
        raise NotFoundError(
            f"{layer.title}, edition {layer.edition}, has no entry {decision.entry_id!r}. `risk-graph screen` names "
            "entries by their id."
        )
    basis = basis_of(party, listed.entries[0], listed)
    made = replace(decision, basis=basis, edition=layer.edition)
    return Journal(project.journal_url, project.folder).decide(made, now, seen)


def _only(tables: Mapping[str, pd.DataFrame], subject_id: str) -> dict[str, pd.DataFrame]:
    suppliers, facilities = tables["suppliers"], tables["facilities"]
    return {
        "suppliers": suppliers[suppliers["supplier_id"] == subject_id],
        "facilities": facilities[facilities["facility_id"] == subject_id],
    }


def _tables(project: Project) -> tuple[Tables, int]:
    loaded = load(project.inputs, project.chain(), parse_options(project.settings.input))
    if loaded.refused:
        first = next(
            (i for i in loaded.issues if i.level == "error"), loaded.issues[0] if loaded.issues else None
        )
        why = f"{first.file}: {first.message} {first.remedy}" if first else "No row was found in inputs/."
        raise RefusedError(f"Not screened: {why}")
    rejected = sum(
        loaded.rows[t].rejected for t in ("suppliers", "facilities", "ownership") if t in loaded.rows
    )
    return dict(loaded.tables), rejected
