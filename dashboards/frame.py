"""What every page has: its question, a sentence for every state the store can be in, and what the answers rest on."""

import logging
import uuid

import streamlit as st

from dashboards.answers import basis
from dashboards.answers.overview import is_synthetic
from dashboards.data import Opened, opened
from dashboards.text import day, md
from dashboards.view import View
from risk_graph.errors import NotFoundError, ProjectError, RiskGraphError, StoreError

_log = logging.getLogger("risk_graph.dashboards")


def show(view: View) -> None:
    """Draws the page, or says in one sentence why it cannot and what to do next."""
    st.title(md(view.question), anchor=False)
    try:
        run = _opened()
        if run is None:
            return
        _warnings(run)
        view.draw(run)
        _footer(run)
    except ProjectError as error:
        st.error(f"**The project cannot be opened.** {md(error)}")
        st.caption("`risk-graph init DIR` makes a project, `risk-graph serve DIR` opens it here.")
    except StoreError as error:
        st.error(f"**The graph cannot be read right now.** {md(error)}")
        _again("A load may be replacing it, or its server may be down. Nothing that was loaded is lost.")
    except RiskGraphError as error:
        st.error(f"**This cannot be answered.** {md(error)}")
        _again("Choose something else, or load the project again.")
    except Exception as error:
        st.error(
            f"**Something unforeseen went wrong.** Error {_noted(view, error)}: the server's log says what."
        )
        _again("The data is untouched.")


def _opened() -> Opened | None:
    """None before the first load, which is said."""
    try:
        return opened()
    except NotFoundError as error:
        st.info(
            "**Nothing is loaded yet.** Load the project with `risk-graph run DIR`, then reload this page."
        )
        st.caption(md(error))
        return None


def _noted(view: View, error: Exception) -> str:
    """The id under which the error stands in the server's log."""
    error_id = uuid.uuid4().hex[:8]
    _log.error("error %s on page %s", error_id, view.id, exc_info=error)
    return error_id


def _again(sentence: str) -> None:
    st.caption(md(sentence))
    st.button("Try again")


def _warnings(run: Opened) -> None:
    if run.stale:
        st.warning(
            f"The graph cannot be read right now ({md(run.stale)}). You see what this page read last; it may be old."
        )
    if is_synthetic(run.session):
        st.info(
            "**Synthetic data**: names in this project are made up; nothing here is about a real company."
        )


def _footer(run: Opened) -> None:
    """As of when, from which run, on which editions."""
    stored = run.session.run
    editions, days = basis.editions(run.session), basis.period(run.session)
    st.divider()
    st.caption(
        f"{md(stored['project'])} · as of {day(run.session.as_of)} · flows of: {md(days)} · run {md(stored['run_id'])} · "
        f"rules {md(stored['ruleset'])} · score {md(stored['scorer'])} · layers: {md(editions)} · "
        f"risk\\-graph {md(stored['version'])}"
    )
    if unverified := run.session.chain.unverified:
        st.caption(f"Working assumptions of the chain, not verified: {md(', '.join(unverified))}\\.")
    st.caption(
        "A red flag is a reason to look closer, not a verdict. No flag found means: none found in these sources, as "
        "of that day. Boundaries as drawn by Natural Earth, with no opinion on anybody's status."
    )
