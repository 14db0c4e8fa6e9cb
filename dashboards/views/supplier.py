"""One supplier: what is wrong, on what evidence, how sure, and what would clear it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, supplier_lists, supplier_tabs, widgets
from dashboards.answers import basis, names, overview, supplier
from dashboards.data import Opened, about, table
from dashboards.text import count, day, listed, md, percent, plain
from dashboards.theme import band
from dashboards.view import View
from risk_graph.assess.scorer import NOT_ASSESSED, OVERALL

_WORDS = {"T": "⚑ Red flag", "U": "? Cannot be told", "F": "No flag found"}


def draw(run: Opened) -> None:
    everybody = names.subjects(run.session)
    suppliers = everybody[everybody["kind"] == "supplier"]
    if not len(suppliers):
        st.info("No supplier is loaded: fill suppliers\\.csv and load the project again\\.")
        return
    chosen = widgets.choose("Supplier", suppliers, "supplier", _worst(run, suppliers))
    answers = about(run.session, supplier.answers, chosen)
    scores = supplier.scores(run.session, chosen)
    _answer(run, names.spoken(names.names_of(run.session), chosen), answers, scores)
    supplier_lists.brief(run, chosen)
    left, right = st.columns(2, gap="large")
    with left:
        _flags(answers)
    with right:
        _scores(run, scores, bool((answers["truth"] == "T").any()))
        _record(run, chosen)
    _more(run, chosen)


def _worst(run: Opened, suppliers: pd.DataFrame) -> str:
    """Whom the page starts with: the first red flag."""
    flags = table(run, overview.red_flags)
    return str(flags["supplier_id"].iat[0]) if len(flags) else str(suppliers["id"].iat[0])


def _answer(run: Opened, name: str, answers: pd.DataFrame, scores: pd.DataFrame) -> None:
    flags = answers[answers["truth"] == "T"]["title"].tolist()
    open_ = int((answers["truth"] == "U").sum())
    overall = scores[scores["theme"] == OVERALL].iloc[0]
    said = (
        f"{count(len(flags), 'red flag')}: {listed([md(f) for f in flags])}\\."
        if flags
        else f"No flag found as of {day(run.session.as_of)}\\."
    )
    doubt = f" {count(open_, 'question')} cannot be answered with what is known\\." if open_ else ""
    st.markdown(
        f"**{md(name)}: {said}{doubt}** Overall score between {overall['low']:.0f} and "
        f"{overall['high']:.0f} of 100: **{band(overall['band']).title}**; facts cover {percent(overall['coverage'])} of "
        f"its metal\\."
    )


def _flags(answers: pd.DataFrame) -> None:
    st.header("What the rules say", anchor=False)
    for row in answers.itertuples():
        with st.container(border=True):
            st.markdown(f"**{_WORDS[row.truth]}: {md(row.title)}** ({md(row.rule)})")
            lines = _evidence(row)
            st.markdown("\n".join(f"- {line}" for line in lines))
            checked = "" if row.verified else " (legal text not read by us)"
            st.caption(f"Rule: {md(row.source)}{checked}\\. As of {day(row.as_of)}\\.")


def _evidence(row: Any) -> list[str]:
    """What was found, where, since when; what is missing; what would clear it."""
    lines = []
    if plain(row.evidence):
        lines.append(f"{'What was looked at' if row.truth == 'F' else 'What was found'}: {md(row.evidence)}")
    if row.truth == "T" and row.witness:
        lines.append(f"Where: {md(names.where(row.witness, row.hops))}")
        lines.append(f"Declared in: {md(row.declared)}")
    if row.truth == "T":
        lines.append(f"Since: {day(row.since) or 'not dated by the sources'}")
    if plain(row.missing):
        lines.append(f"Still missing: {md(row.missing)}")
    if row.truth != "F":
        lines.append(f"What would clear it: {md(row.clears)}")
    return lines


def _scores(run: Opened, rows: pd.DataFrame, has_flag: bool) -> None:
    st.header("How much is at stake, and how sure", anchor=False)
    st.echarts_chart(
        charts.score_intervals(rows, widgets.dark(), widgets.colours()),
        height=230,
        key="scores",
        alt="Bars from the lowest to the highest possible score of each theme. The table below has the same numbers.",
    )
    blind = " ▨ Not assessed: too little is known, which is not the same as low." if _is_blind(rows) else ""
    flagged = " The score clears no red flag." if has_flag else ""
    st.caption(
        "0: nothing found, 100: the worst. The bar runs from what is proven (missing facts at their best) to what "
        f"cannot be ruled out; the mark counts missing facts at their worst. Sites whose deliveries nobody declared widen the bar and leave the "
        f"mark where it is.{flagged}{blind}"
    )
    st.caption(md(basis.of_layers(run.session)))
    shown = rows.assign(said=rows["band"].map(lambda w: band(w).title))
    columns = {
        "title": widgets.text("Theme"), "said": widgets.text("Band"), "low": widgets.score("At least"),
        "high": widgets.score("At most"), "value": widgets.score("Value"), "coverage": widgets.share("Facts cover"),
    }  # fmt: skip
    widgets.table(shown, columns, "Scores by theme", "score-table")


def _is_blind(rows: pd.DataFrame) -> bool:
    return bool((rows["band"] == NOT_ASSESSED).any())


def _more(run: Opened, chosen: str) -> None:
    """What takes longer to work out or to read: only the open tab is worked out."""
    tabs = {
        "What the score is made of": supplier_tabs.contributions,
        "Lists": supplier_lists.draw,
        "Where its metal comes from": supplier_tabs.metal,
        "Facilities": supplier_tabs.facilities,
        "Certificates": supplier_tabs.certificates,
        "Ownership": supplier_tabs.ownership,
    }
    for tab, fill in zip(st.tabs(list(tabs), key="tab", bind="query-params"), tabs.values(), strict=True):
        if tab.open:
            with tab:
                fill(run, chosen)


def _record(run: Opened, chosen: str) -> None:
    st.header("Its row in the input", anchor=False)
    rows = supplier.identity(run.session, chosen)
    st.markdown("\n".join(f"- {md(row.fact)}: {md(row.value)}" for row in rows.itertuples()))


VIEW = View(
    "supplier",
    "Supplier",
    "What should I know before I buy from this supplier?",
    ":material/factory:",
    2,
    draw,
)
