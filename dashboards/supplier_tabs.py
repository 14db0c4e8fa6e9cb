"""The lower half of the supplier page: each tab is a table, with what it means in words."""

import streamlit as st

from dashboards import charts, trace_tabs, widgets
from dashboards.answers import names, origins, overview, supplier
from dashboards.answers.names import said_rows
from dashboards.data import Opened, about, table, trace
from dashboards.maps import TOLD
from dashboards.text import day, listed, md
from dashboards.theme import band

_BARS = 10


def contributions(run: Opened, chosen: str) -> None:
    rows = about(run.session, supplier.contributions, chosen)
    total = float(rows["points"].sum())
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
        f"contributions-{chosen}",
        run.session,
    )


def metal(run: Opened, chosen: str) -> None:
    known, unknown = origins.sentences(trace(run.session, chosen, "facility"), names.names_of(run.session))
    st.markdown(f"**{md(known)} {md(unknown)}**")
    widgets.link("trace", "See the whole trace, with its flow chart", subject=chosen)
    trace_tabs.passes(run.session, chosen)


def facilities(run: Opened, chosen: str) -> None:
    places = table(run, overview.places)
    own = places[places["supplier_id"] == chosen]
    if not len(own):
        st.markdown("No facility of this supplier is declared: what it runs, and where, is unknown.")
        return
    shown = own.assign(
        said=own["band"].map(lambda w: band(w).title), row=said_rows(own), flag=own["told"].map(TOLD)
    )
    columns = {
        "name": widgets.text("Facility", "medium"), "stage_title": widgets.text("Stage"),
        "country": widgets.text("Country"), "subdivision": widgets.text("Subdivision"), "placing": widgets.text("Place"),
        "capacity_t_per_year": widgets.number("Capacity (t a year)"), "low": widgets.score("Score, at least"),
        "high": widgets.score("Score, at most"), "said": widgets.text("Band"),
        "flag": widgets.text("Red flag about a place"), "row": widgets.text("Input row"),
        "source": widgets.text("Source", "large"), "facility_id": widgets.text("Id"),
    }  # fmt: skip
    widgets.table(
        shown, columns, "Facilities of the supplier", "own-sites", f"facilities-{chosen}", run.session
    )


def certificates(run: Opened, chosen: str) -> None:
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
        "materials": widgets.text("Materials"), "auditor": widgets.text("Auditor"), "row": widgets.text("Input row"), "source": widgets.text("Source", "large"),
    }  # fmt: skip
    widgets.table(
        rows, columns, "Certificates with their scope", "certificates", f"certificates-{chosen}", run.session
    )
    st.caption(
        "A certificate covers what it covers; it clears no flag. Being on no list does not prove that a site is "
        "uncertified."
    )


def ownership(run: Opened, chosen: str) -> None:
    rows = supplier.ownership(run.session, chosen)
    st.caption(
        "Direct shares as declared. Shares that look through several companies are derived, never entered."
    )
    derived = supplier.look_through(run.session, chosen)
    if len(derived):
        st.markdown("**Look-through shares**")
        columns = {
            "name": widgets.text("Owner", "medium"), "share": widgets.share("Look-through share"),
            "direct": widgets.share("Direct share"), "flag": widgets.text("Red flag about it"),
            "owner_id": widgets.text("Id"),
        }  # fmt: skip
        widgets.table(
            derived, columns, "Look-through shares", "look-through", f"look-through-{chosen}", run.session
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
            "in_force": st.column_config.CheckboxColumn("On that day"), "flag": widgets.text("Red flag about it"),
            "row": widgets.text("Input row"), "source": widgets.text("Source", "large"), "id": widgets.text("Id"),
        }  # fmt: skip
        if relation == "owned":
            del columns["of"]
        widgets.table(part, columns, f"Direct shares: {title}", relation, f"{relation}-{chosen}", run.session)
