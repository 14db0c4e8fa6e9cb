"""The only module that opens a store or the journal, or caches. What is cached is named by the generation it was read from.

Every run of a page asks the store which one is current: a load elsewhere is seen with the next click, and never half.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from dashboards.answers.decided import Pair, edition_used, last, why_not_here
from dashboards.answers.steps import Steps
from dashboards.answers.steps import steps as steps_of
from risk_graph.act.entries import Entry
from risk_graph.act.journal import Journal
from risk_graph.assess.decided import TAKEN_BACK, Decision
from risk_graph.errors import (
    InputError,
    JournalError,
    LayerError,
    OvertakenError,
    ProjectError,
    RefusedError,
    StoreError,
    TamperedError,
)
from risk_graph.layers.library import Library, load_library
from risk_graph.model.graph import Period
from risk_graph.model.table import Tables
from risk_graph.project import PROJECT_VARIABLE, Project, open_project
from risk_graph.screening import decide_about, take_back
from risk_graph.session import Session, open_session
from risk_graph.store import open_store
from risk_graph.trace.origins import By, Trace
from risk_graph.trace.origins import trace as trace_of

_KEPT_SESSIONS, _KEPT_ANSWERS = 2, 24
_WAIT_S = 5
"""How long a page waits to read a journal that somebody else keeps busy."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Opened:
    """A run opened for one page. `stale` says why it may not be the newest one; empty if it is."""

    session: Session
    stale: str = ""

    @property
    def generation(self) -> str:
        return self.session.snapshot.generation

    @property
    def tables(self) -> Tables:
        return self.session.snapshot.tables


def opened() -> Opened:
    """The current generation of the project's store.

    While the store cannot be reached, the last generation that this server read. Raises ProjectError without a
    project, NotFoundError before the first load, StoreError if nothing was ever read.
    """
    project = _project()
    where = f"{project.folder}|{project.store_url}"
    try:
        with open_store(project.store_url, project.folder, write=False) as store:
            generation = store.read(()).generation
        session = _session(generation, where, project)
    except StoreError as error:
        if where not in _last_read():
            raise
        return Opened(_last_read()[where], stale=str(error))
    _last_read()[where] = session
    return Opened(session)


def _project() -> Project:
    folder = os.environ.get(PROJECT_VARIABLE)
    if not folder:
        raise ProjectError("No project was named: `risk-graph serve DIR` starts this page with one.")
    return open_project(Path(folder), os.environ)


@st.cache_resource(show_spinner=False)
def _last_read() -> dict[str, Session]:
    return {}


@st.cache_resource(max_entries=_KEPT_SESSIONS, show_spinner="Reading what was loaded")
def _session(generation: str, where: str, _project: Project) -> Session:
    return open_session(_project)


def library(run: Opened) -> tuple[Library, str]:
    """The layers at hand, and why those that were fetched are not among them (empty: they are)."""
    try:
        project = _project()
    except ProjectError:
        return _library("", (), run.session.as_of, None), ""
    stamps = tuple((str(p), p.stat().st_mtime_ns) for p in sorted(project.sources.glob("*/*/*/layer.toml")))
    where = f"{project.folder}|{sorted(project.settings.layers.items())}"
    try:
        return _library(where, stamps, run.session.as_of, project), ""
    except LayerError as error:
        return _library("", (), run.session.as_of, None), str(error)


@st.cache_resource(max_entries=_KEPT_SESSIONS, show_spinner="Reading the layers")
def _library(
    where: str, stamps: tuple[tuple[str, int], ...], as_of: date, _project: Project | None
) -> Library:
    if _project is None:
        return load_library(None, as_of)
    found = load_library(_project.sources, as_of, _project.settings.layers)
    # The pages compare editions that no run reads: what is damaged in one is found out here, not while a page is drawn.
    return Library(found.layers, dict(found.editions))


@dataclass(frozen=True)
class Decided:
    """The journal as a page sees it. `damage`: why its entries cannot be told; `closed`: why nothing can be decided
    here; both empty if all is well.
    """

    entries: tuple[Entry, ...]
    damage: str = ""
    closed: str = ""


def journal(run: Opened) -> Decided:
    """What people decided; read and verified anew each time, for others write to it."""
    try:
        project = _project()
    except ProjectError as error:
        return Decided(
            (), closed=f"The project's folder is not known here, so neither is its journal. {error}"
        )
    try:
        kept = Journal(project.journal_url, project.folder, wait_s=_WAIT_S)
        entries = tuple(kept.entries())
    except (JournalError, TamperedError) as error:
        return Decided((), damage=str(error), closed=str(error))
    wrong = why_not_here(run.session, project.settings.project.name, entries, run.stale)
    return Decided(entries, closed=wrong or kept.why_closed)


def decide(run: Opened, pair: Pair, answer: str, author: str, reason: str, seen: int) -> Entry:
    """Writes what a person decided about the run on screen, as `Journal.decide` does; once, if it is sent twice.

    Raises RiskGraphError, in words for the person, if it cannot be written.
    """
    before = journal(run)
    if before.closed:
        raise RefusedError(before.closed)
    if not answer or not author.strip() or not reason.strip():
        raise InputError("A decision needs an answer, your name and a reason. Nothing was written.")
    subject, list_id, entry_id = pair
    decision = Decision(subject, list_id, entry_id, answer, author, "", reason, {})
    try:
        return _write(run, decision, seen)
    except OvertakenError:
        made = last(journal(run).entries).get(pair)
        mine = (answer, author.strip(), reason.strip())
        if made is not None and (made.content["answer"], made.author, made.reason) == mine:
            return made
        raise


def _write(run: Opened, decision: Decision, seen: int) -> Entry:
    project, now = _project(), datetime.now(UTC)
    if decision.answer == TAKEN_BACK:
        return take_back(project, decision, now, seen)
    layer = edition_used(run.session, library(run)[0], decision.list_id)
    return decide_about(project, run.tables, layer, run.session.as_of, decision, now, seen)


def asked(run: Opened, period: Period | None, without_modelled: bool) -> Session:
    """The same generation looked at in another period, or without modelled flows."""
    own = run.session
    if (period, without_modelled) == (own.period, own.without_modelled):
        return own
    return _asked(run.generation, period, without_modelled, own)


@st.cache_resource(max_entries=2 * _KEPT_SESSIONS, show_spinner="Building the graph of that period")
def _asked(generation: str, period: Period | None, without_modelled: bool, _own: Session) -> Session:
    return replace(_own, period=period, without_modelled=without_modelled)


@st.cache_resource(max_entries=2 * _KEPT_ANSWERS, show_spinner="Looking up")
def _about(
    name: str,
    generation: str,
    period: Period | None,
    without_modelled: bool,
    subject: str,
    _make: Callable[[Session, str], Any],
    _session: Session,
) -> Any:
    return _make(_session, subject)


def about(session: Session, make: Callable[[Session, str], T], subject: str, name: str = "") -> T:
    """`make(session, subject)`, computed once a session and subject; `name` tells apart what is no function's."""
    named = name or f"{make.__module__}.{make.__qualname__}"
    asked_of = (session.snapshot.generation, session.period, session.without_modelled)
    answer: T = _about(named, *asked_of, subject, make, session)
    return answer


@st.cache_resource(max_entries=_KEPT_ANSWERS, show_spinner="Tracing")
def _trace(
    generation: str, period: Period | None, without_modelled: bool, subject: str, by: By, _session: Session
) -> Trace:
    return trace_of(_session.network, subject, by)


def trace(session: Session, subject: str, by: By) -> Trace:
    return _trace(session.snapshot.generation, session.period, session.without_modelled, subject, by, session)


@st.cache_resource(max_entries=_KEPT_ANSWERS, show_spinner=False)
def _table(
    name: str, generation: str, _make: Callable[[Session], pd.DataFrame], _session: Session
) -> pd.DataFrame:
    return _make(_session)


@st.cache_resource(max_entries=_KEPT_ANSWERS, show_spinner="Following the metal")
def _steps(
    generation: str, period: Period | None, without_modelled: bool, subject: str, _session: Session
) -> Steps:
    return steps_of(_session.network, subject)


def steps(session: Session, subject: str) -> Steps:
    return _steps(session.snapshot.generation, session.period, session.without_modelled, subject, session)


def table(run: Opened, make: Callable[[Session], pd.DataFrame]) -> pd.DataFrame:
    """`make(session)`, computed once a generation."""
    return _table(f"{make.__module__}.{make.__qualname__}", run.generation, make, run.session)
