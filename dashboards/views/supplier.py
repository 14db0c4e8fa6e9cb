"""One supplier: what is wrong, on what evidence, how sure, and what would clear it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, widgets
from dashboards.answers import names, origins, overview, supplier
from dashboards.data import Opened, dossier, table
from dashboards.text import count, day, listed, md, percent, plain
from dashboards.theme import band
from dashboards.view import View
from risk_graph.act.dossier import Dossier
from risk_graph.assess.scorer import NOT_ASSESSED, OVERALL

_BARS = 10
_WORDS = {"T": "⚑ Red flag", "U": "? Cannot be told", "F": "No flag found"}


def draw(run: Opened) -> None:
    everybody = names.subjects(run.session)
    suppliers = everybody[everybody["kind"] == "supplier"]
    if not len(suppliers):
        st.info("No supplier is loaded: fill suppliers\\.csv and load the project again\\.")
        return
    chosen = widgets.choose("Supplier", suppliers, "supplier", _worst(run, suppliers))
    found = dossier(run, chosen)
    _answer(run, found)
    left, right = st.columns([0.55, 0.45], gap="large")
    with left:
        _flags(run, found)
    with right:
        _scores(run, found)
        _record(run, chosen)
    _more(run, found, chosen)


def _worst(run: Opened, suppliers: pd.DataFrame) -> str:
    """Whom the page starts with: the first red flag."""
    flags = table(run, overview.red_flags)
    return str(flags["supplier_id"].iat[0]) if len(flags) else str(suppliers["id"].iat[0])


def _answer(run: Opened, found: Dossier) -> None:
    answers = supplier.answers(run.session, found)
    flags = answers[answers["truth"] == "T"]["title"].tolist()
    open_ = int((answers["truth"] == "U").sum())
    overall = found.scores[found.scores["theme"] == OVERALL].iloc[0]
    said = (
        f"{count(len(flags), 'red flag')}: {listed([md(f) for f in flags])}\\."
        if flags
        else f"No flag found as of {day(run.session.as_of)}\\."
    )
    doubt = f" {count(open_, 'question')} cannot be answered with what is known\\." if open_ else ""
    st.markdown(
        f"**{md(found.trace.subject.name)}: {said}{doubt}** Overall score between {overall['low']:.0f} and "
        f"{overall['high']:.0f} of 100: **{band(overall['band']).title}**; facts cover {percent(overall['coverage'])} of "
        f"its metal\\."
    )


def _flags(run: Opened, found: Dossier) -> None:
    st.subheader("What the rules say", anchor=False)
    for row in supplier.answers(run.session, found).itertuples():
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
        lines.append(f"What was found: {md(row.evidence)}")
    if row.truth == "T" and row.witness:
        steps = "its own place" if row.hops == 0 else f"{count(int(row.hops), 'step')} up the chain"
        lines.append(f"Where: {md(row.witness)}, {steps}")
    if row.truth == "T":
        lines.append(f"Since: {day(row.since) or 'not dated by the sources'}")
    if plain(row.missing):
        lines.append(f"Still missing: {md(row.missing)}")
    if row.truth != "F":
        lines.append(f"What would clear it: {md(row.clears)}")
    return lines


def _scores(run: Opened, found: Dossier) -> None:
    st.subheader("How much is at stake, and how sure", anchor=False)
    rows = supplier.scores(run.session, found)
    st.echarts_chart(
        charts.score_intervals(rows, widgets.dark(), widgets.colours()),
        height=230,
        key="scores",
        alt="Bars from the lowest to the highest possible score of each theme. The table below has the same numbers.",
    )
    st.caption(
        "0: nothing found, 100: the worst. The bar runs from what is proven (missing facts at their best) to what "
        "cannot be ruled out; the mark counts missing facts at their worst."
    )
    if (rows["band"] == NOT_ASSESSED).any():
        st.caption("▨ Not assessed: too little is known. That is not the same as low.")
    shown = rows.assign(said=rows["band"].map(lambda w: band(w).title))
    columns = {
        "title": widgets.text("Theme"), "said": widgets.text("Band"), "low": widgets.score("At least"),
        "high": widgets.score("At most"), "value": widgets.score("Value"), "coverage": widgets.share("Facts cover"),
    }  # fmt: skip
    widgets.table(shown, columns, "Scores by theme", "score-table")


def _more(run: Opened, found: Dossier, chosen: str) -> None:
    why, metal, sites, certified, owners = st.tabs(
        ["What the score is made of", "Where its metal comes from", "Facilities", "Certificates", "Ownership"]
    )
    with why:
        _contributions(run, found)
    with metal:
        _metal(run, found, chosen)
    with sites:
        _facilities(run, chosen)
    with certified:
        _certificates(run, chosen)
    with owners:
        _ownership(run, chosen)


def _record(run: Opened, chosen: str) -> None:
    st.subheader("Its row in the input", anchor=False)
    rows = supplier.identity(run.session, chosen)
    st.markdown("\n".join(f"- {md(row.fact)}: {md(row.value)}" for row in rows.itertuples()))


def _contributions(run: Opened, found: Dossier) -> None:
    rows = supplier.contributions(run.session, found)
    total = found.explanation.values[OVERALL]
    st.markdown(f"**The overall value of {total:.1f} is the sum of these points.**")
    shown = charts.shown_contributions(rows, _BARS)
    if len(shown):
        st.echarts_chart(
            charts.contribution_bars(rows, _BARS, widgets.colours()),
            height=70 + 27 * len(shown),
            key="contributions",
            alt="Bars of the points that the overall value is made of. The table below has the same numbers.",
        )
    columns = {
        "theme_title": widgets.text("Theme"), "place": widgets.text("Place", "medium"), "cause": widgets.text("Rests on"),
        "share": widgets.share("Share of metal"), "risk": widgets.score("Risk there"), "points": widgets.score("Points"),
        "detail": widgets.text("What was found", "large"), "source": widgets.text("Source", "medium"),
        "row": widgets.text("Input row"), "way": widgets.text("Way down the chain", "medium"),
        "way_rows": widgets.text("Rows of the way", "medium"),
    }  # fmt: skip
    widgets.table(
        rows,
        columns,
        "Contributions to the overall value",
        "points",
        f"contributions-{found.trace.subject.id}",
    )


def _metal(run: Opened, found: Dossier, chosen: str) -> None:
    known, unknown = origins.sentences(found.trace, names.names_of(run.session))
    st.markdown(f"**{md(known)} {md(unknown)}**")
    widgets.link("trace", "See the whole trace, with its flow chart", subject=chosen)
    left, right = st.columns(2, gap="large")
    countries = supplier.through(run.session, found, "country")
    with left:
        st.markdown("Countries that its metal meets at least once")
        columns = {"id": widgets.text("Country"), "share": widgets.share("Share of its metal")}
        widgets.table(countries, columns, "Pass-through by country", "countries", f"countries-{chosen}")
    with right:
        st.markdown("Sites that its metal meets at least once")
        columns = {
            "name": widgets.text("Site", "medium"), "stage": widgets.text("Stage"), "country": widgets.text("Country"),
            "share": widgets.share("Share of its metal"), "id": widgets.text("Id"),
        }  # fmt: skip
        nodes = supplier.through(run.session, found, "node")
        widgets.table(nodes, columns, "Pass-through by site", "sites", f"sites-{chosen}")
    st.caption("A tonne can meet several places, so these shares may add up to more than 100 %.")


def _facilities(run: Opened, chosen: str) -> None:
    places = table(run, overview.places)
    own = places[places["supplier_id"] == chosen]
    if not len(own):
        st.markdown("No facility of this supplier is declared: what it runs, and where, is unknown.")
        return
    shown = own.assign(said=own["band"].map(lambda w: band(w).title))
    columns = {
        "name": widgets.text("Facility", "medium"), "stage_title": widgets.text("Stage"),
        "country": widgets.text("Country"), "subdivision": widgets.text("Subdivision"), "placing": widgets.text("Place"),
        "capacity_t_per_year": widgets.number("Capacity (t a year)"), "low": widgets.score("Score, at least"),
        "high": widgets.score("Score, at most"), "said": widgets.text("Band"),
        "source": widgets.text("Source", "large"), "facility_id": widgets.text("Id"),
    }  # fmt: skip
    widgets.table(shown, columns, "Facilities of the supplier", "own-sites", f"facilities-{chosen}")


def _certificates(run: Opened, chosen: str) -> None:
    rows = supplier.certificates(run.session, chosen)
    if not len(rows):
        st.markdown(
            "**No certificate is loaded.** Being on no list does not prove that a company is uncertified."
        )
        return
    counts = rows.drop_duplicates("certificate_id")["state"].value_counts()
    said = listed([f"{n} {word}" for word, n in counts.items()])
    st.markdown(f"**Certificates as of {day(run.session.as_of)}: {md(said)}.**")
    columns = {
        "certificate_id": widgets.text("Number"), "standard": widgets.text("Standard"), "version": widgets.text("Version"),
        "level": widgets.text("Level"), "state": widgets.text("On that day"), "status": widgets.text("Status as published"),
        "issued_on": widgets.date("From"), "expires_on": widgets.date("Until"), "holder": widgets.text("Holder"),
        "covers": widgets.text("Covers", "medium"), "activities": widgets.text("Activities"),
        "materials": widgets.text("Materials"), "auditor": widgets.text("Auditor"), "source": widgets.text("Source", "large"),
    }  # fmt: skip
    widgets.table(rows, columns, "Certificates with their scope", "certificates", f"certificates-{chosen}")
    st.caption(
        "A certificate covers what it covers; it clears no flag. Being on no list does not prove that a site is "
        "uncertified."
    )


def _ownership(run: Opened, chosen: str) -> None:
    rows = supplier.ownership(run.session, chosen)
    st.caption(
        "Direct shares as declared. Shares that look through several companies are derived, never entered."
    )
    for relation, title in (("owner", "Owned by"), ("owned", "Owns")):
        part = rows[rows["relation"] == relation]
        st.markdown(f"**{title}**" if len(part) else f"**{title}**: nobody is declared\\." if relation == "owner" else
                    f"**{title}**: nothing is declared\\.")  # fmt: skip
        if not len(part):
            continue
        columns = {
            "name": widgets.text("Name", "medium"), "of": widgets.text("Share in", "medium"),
            "share": widgets.share("Direct share"), "valid_from": widgets.date("From"), "valid_to": widgets.date("Until"),
            "in_force": st.column_config.CheckboxColumn("On that day"), "source": widgets.text("Source", "large"),
            "id": widgets.text("Id"),
        }  # fmt: skip
        if relation == "owned":
            del columns["of"]
        widgets.table(part, columns, f"Direct shares: {title}", relation, f"{relation}-{chosen}")


VIEW = View(
    "supplier",
    "Supplier",
    "What should I know before I buy from this supplier?",
    ":material/factory:",
    2,
    draw,
)
