"""The tab of the supplier page about lists of entities: what was found, decisions, their history."""

import pandas as pd
import streamlit as st

from dashboards import data, decide, theme, widgets
from dashboards.answers import decided, lists, lists_said
from dashboards.answers.lists import Found
from dashboards.answers.names import names_of
from dashboards.data import Decided, Opened, about
from dashboards.text import count, day, md
from risk_graph.act.entries import Entry

_MATCH = "match"


def brief(run: Opened, chosen: str) -> None:
    """One line for the head of the page."""
    found, entries = about(run.session, lists.found, chosen), data.journal(run).entries
    waiting = decided.waiting(found, entries, decided.used(run.session, entries))
    st.markdown(
        f"**Lists: {md(lists_said.brief(found.summary, run.session.as_of))}** {md(waiting)} The tab “Lists” has the reasons\\."
    )


def draw(run: Opened, chosen: str) -> None:
    found = about(run.session, lists.found, chosen)
    made = data.journal(run)
    used = decided.used(run.session, made.entries)
    _answer(run, found, decided.waiting(found, made.entries, used))
    _hits(run, found, made.entries, used)
    _one(run, found, made, used)
    _history(run, found, made, used)
    _screenings(run, found)


def _answer(run: Opened, found: Found, waiting: str) -> None:
    said, as_of = found.summary, run.session.as_of
    st.markdown(f"**{md(lists_said.headline(said, as_of))}\\.** {md(' '.join(lists_said.rest(said, as_of)))}")
    if waiting:
        st.warning(md(waiting))
    if not said.screened:
        widgets.legend(
            [
                theme.box_entry(
                    "not screened: nothing is known, which is not the same as no match",
                    theme.GREY,
                    widgets.dark(),
                )
            ]
        )
        st.info(
            "`risk-graph sources list` names the lists, `risk-graph sources update DIR SOURCE` fetches one, and the next "
            "`risk-graph run DIR` screens against it\\."
        )
    st.caption(
        f"{md(lists_said.left_out(run.session, found.group))} A match or possible match is a reason to look closer, not a "
        "verdict\\."
    )


def _hits(run: Opened, found: Found, entries: tuple[Entry, ...], used: int) -> None:
    rows = decided.with_decisions(found.matches, entries, used)
    own, owners = rows[rows["direct"]], rows[~rows["direct"]]
    supplier = found.group.supplier
    st.subheader("Named itself", anchor=False)
    if len(own):
        columns = _columns("Whose name") | {"reaches": widgets.text("Reaches", "medium")} | _last_columns()
        widgets.table(own, columns, "Matches and possible matches of the supplier and its facilities by their own names", "matches",
                      f"lists-{supplier}", run.session)  # fmt: skip
    else:
        st.markdown(md(lists_said.nobody(found, "the supplier or its facilities", run.session.as_of)))
    st.subheader("By ownership", anchor=False)
    st.caption("A weaker signal than being named itself: an owner, at any depth, is named or may be\\.")
    if len(owners):
        columns = (
            _columns("Owner")
            | {
                "holding": widgets.share("Look-through share in the supplier"),
                "reaches": widgets.text("Reaches", "medium"),
            }
            | _last_columns()
        )
        widgets.table(owners, columns, "Matches and possible matches of owners", "owner-matches", f"lists-owners-{supplier}", run.session)  # fmt: skip
    elif found.group.owners:
        number = len(found.group.owners)
        whom = f"its {count(number, 'declared owner')}"
        st.markdown(md(lists_said.nobody(found, whom, run.session.as_of)))
    else:
        st.markdown("No owner is declared, so none was screened\\.")


def _columns(whose: str) -> dict[str, object]:
    return {
        "said": widgets.text("Outcome", "medium"), "who": widgets.text(whose, "medium"),
        "entry_name": widgets.text("Entry", "medium"), "list_name": widgets.text("List", "medium"),
        "edition": widgets.text("Edition"), "programme": widgets.text("Programme"),
        "used": widgets.text("Decision used"), "since": widgets.text("Decided since this run"),
    }  # fmt: skip


def _last_columns() -> dict[str, object]:
    return {
        "closeness": widgets.number("Closeness (0 to 1)", "%.2f"), "matched_name": widgets.text("Closest name of the entry", "medium"),
        "name_kind": widgets.text("Kind of name"), "country": widgets.text("Country"),
        "identifier": widgets.text("Equal number"), "listed_on": widgets.date("Listed on"),
        "delisted_on": widgets.date("Off the list on"), "reason": widgets.text("Reasons", "large"),
        "entry_id": widgets.text("Entry's id"), "subject_id": widgets.text("Id"),
    }  # fmt: skip


def _one(run: Opened, found: Found, made: Decided, used: int) -> None:
    """One match with everything that counts for or against it, and the form."""
    options = decided.options(found, made.entries, names_of(run.session))
    decide.said_elsewhere(options)
    if not options:
        return
    st.subheader("Look closer and decide", anchor=False)
    widgets.remember(_MATCH, options.__contains__, decided.first(found, made.entries) or next(iter(options)))
    shown = [*dict.fromkeys([*list(options)[: widgets.CHOICES], st.session_state[_MATCH]])]
    key = str(st.selectbox("Name and entry", shown, key=_MATCH, format_func=lambda k: options[k][1]))
    if len(options) > len(shown):
        st.caption(f"The list shows {len(shown):,} of {len(options):,}: `risk-graph decide` takes any\\.")
    left, right = st.columns(2, gap="large")
    mine = found.matches[found.matches["key"] == key]
    with left:
        _facts(mine)
    with right:
        pair = options[key][0]
        standing = decided.last_said(found, made.entries, pair, used)
        decide.form(run, made, pair, key, decided.choices(mine, made.entries, pair), standing)


def _facts(match: pd.DataFrame) -> None:
    if not len(match):
        st.markdown(
            "The run on screen found nothing between this name and this entry; only the decision is left\\."
        )
        return
    row = next(match.itertuples())
    st.markdown("\n".join(f"- {md(label)}: {md(text)}" for label, text in lists_said.facts(row)))
    st.caption(f"As of {day(row.as_of)}\\. Closeness: 1 is the same name word for word\\.")


def _history(run: Opened, found: Found, made: Decided, used: int) -> None:
    st.subheader("What was decided", anchor=False)
    if made.damage:
        st.error(f"**The decisions cannot be shown\\.** {md(made.damage)}")
        return
    rows = decided.history(run.session, found, made.entries, used)
    if len(rows):
        columns = {
            "number": widgets.number("Entry"), "time": widgets.text("When"), "author": widgets.text("Who"),
            "answer": widgets.text("Decision"), "reason": widgets.text("Reason", "large"),
            "state": widgets.text("Counts?", "medium"), "who": widgets.text("Whose name", "medium"),
            "entry_name": widgets.text("Entry of the list", "medium"), "list": widgets.text("List", "medium"),
            "edition": widgets.text("Edition seen"), "entry_id": widgets.text("Entry's id"),
            "subject_id": widgets.text("Id"), "hash": widgets.text("Hash", "medium"),
        }  # fmt: skip
        widgets.table(rows, columns, "Decisions about the supplier, its facilities and owners, in order", "history",
                      f"decisions-{found.group.supplier}", run.session)  # fmt: skip
    else:
        st.markdown("Nobody has decided anything about these names\\.")
    _chain(run, made, used)


def _chain(run: Opened, made: Decided, used: int) -> None:
    """Whether the journal is as it was written, and the one that the run used."""
    if other := decided.unlike(run.session, made.entries):
        st.error(md(other))
    elif made.entries:
        st.caption(
            f"The project's journal has {count(len(made.entries), 'entry', 'entries')}, each as it was written: the chain of "
            f"hashes holds\\. The run on screen used the first {used:,}\\. Last hash: {md(made.entries[-1].hash)}\\."
        )


def _screenings(run: Opened, found: Found) -> None:
    rows = found.screenings
    st.subheader("Which lists were looked at", anchor=False)
    columns = {
        "title": widgets.text("List", 250), "state_said": widgets.text("Screened?"), "edition": widgets.text("Edition"),
        "found": widgets.text("What it says of this supplier, its facilities and owners", 340),
        "released": widgets.date("Released"), "retrieved": widgets.date("Retrieved"), "entries": widgets.number("Entries"),
        "list": widgets.text("Id"),
    }  # fmt: skip
    widgets.table(rows, columns, "Lists that were looked at, and those that were not", "screenings",
                  f"screenings-{found.group.supplier}", run.session)  # fmt: skip
