"""Where a person decides whether somebody and an entry of a list are the same."""

from collections.abc import Collection

import streamlit as st

from dashboards import data
from dashboards.answers.decided import Pair, last
from dashboards.data import Decided, Opened
from dashboards.text import md
from risk_graph.act.entries import Entry
from risk_graph.errors import RiskGraphError

_ASKED = {
    "same": ("The same", "A match from the next run on."),
    "not_same": ("Not the same", "No match from the next run on."),
    "unsure": ("Unsure", "A possible match from the next run on."),
    "taken_back": ("Take the last decision back", "As if nobody had decided, from the next run on."),
}
_MOST = 2000
"""Letters of a reason."""
_SAID, _AUTHOR = "decide_said", "decide_author"


def form(
    run: Opened, made: Decided, pair: Pair, key: str, choices: list[str], standing: tuple[str, str, str]
) -> None:
    """What was decided last about a pair (`standing`: answer, who and whether it counts, reason), and the form for what is
    decided next.
    """
    newest = last(made.entries).get(pair)
    _said(key)
    _newest(*standing)
    if made.closed:
        st.warning(f"**Nothing can be decided here\\.** {md(made.closed)}")
        return
    if not choices:
        st.markdown("The list does not hold this entry any more, so nothing can be decided about it\\.")
        return
    with st.form(f"decide|{key}", enter_to_submit=False):
        st.radio(
            "Are the two the same?",
            choices,
            index=None,
            key=f"answer|{key}",
            format_func=lambda choice: _ASKED[choice][0],
            captions=[_ASKED[choice][1] for choice in choices],
        )
        st.text_input("Your name", value=st.session_state.get(_AUTHOR, ""), key=f"author|{key}", max_chars=200,
                      autocomplete="name")  # fmt: skip
        st.text_area(
            "Reason",
            key=f"reason|{key}",
            max_chars=_MOST,
            placeholder="What you looked at, and what it told you",
        )
        st.caption(
            "All three are needed\\. Name, time and reason are kept in the journal for good; this page does not check who "
            "you are\\."
        )
        st.form_submit_button(
            "Record the decision",
            on_click=_record,
            args=(run, pair, key, newest.number if newest else 0),
        )


def _record(run: Opened, pair: Pair, key: str, seen: int) -> None:
    """Called with what was on the screen when the button was drawn, the last decision that was `seen` included."""
    answer, author, reason = (
        st.session_state.get(f"{name}|{key}") for name in ("answer", "author", "reason")
    )
    st.session_state[_AUTHOR] = author or ""
    try:
        entry = data.decide(run, pair, answer or "", author or "", reason or "", seen)
    except (
        Exception
    ) as error:  # said beside the form, or by the frame of the page with an id if it is unforeseen
        st.session_state[_SAID] = (key, error)
    else:
        st.session_state[_SAID] = (key, entry)
        st.session_state[f"answer|{key}"] = None
        st.session_state[f"reason|{key}"] = ""


def said_elsewhere(keys: Collection[str]) -> None:
    """What came of the last click, if its match has no form any more: its decision was all that was left of it."""
    whose = st.session_state.get(_SAID, ("", None))[0]
    if whose not in keys:
        _said(whose)


def _said(key: str) -> None:
    """What came of the last click about a match; once."""
    whose, what = st.session_state.get(_SAID, ("", None))
    if whose != key:
        return
    st.session_state.pop(_SAID, None)
    if isinstance(what, Entry):
        st.success(
            f"Entry {what.number:d} of the journal\\. The run on screen stays as it is; the next `risk-graph run DIR` uses the "
            "decision\\."
        )
    elif isinstance(what, RiskGraphError):
        st.error(f"**Not recorded\\.** {md(what)}")
    elif what is not None:
        raise what


def _newest(answer: str, signed: str, reason: str) -> None:
    if answer:
        st.markdown(f"**{md(answer)}**: {md(reason)}")
        st.caption(md(signed))
    else:
        st.markdown("Nobody has decided about this yet\\.")
