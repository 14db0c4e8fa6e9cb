"""The lower half of the trace page: what the metal passes, and the rows that a trace rests on."""

from functools import partial

import streamlit as st

from dashboards import sankey, widgets
from dashboards.answers import upstream
from dashboards.answers.steps import Steps
from dashboards.data import about
from risk_graph.session import Session


def passes(session: Session, subject: str) -> None:
    """Sites, suppliers and countries that the metal meets at least once, the largest share first."""
    sites = about(session, partial(upstream.through, of="node"), subject, "sites")
    columns = {
        "name": widgets.text("Site", "medium"), "stage": widgets.text("Stage"), "supplier": widgets.text("Supplier", "medium"),
        "country": widgets.text("Country"), "share": widgets.share("Share of its metal"),
        "at_most": widgets.text("At most"), "flag": widgets.text("Red flag about the place itself"), "id": widgets.text("Id"),
    }  # fmt: skip
    st.markdown("Sites that its metal meets at least once")
    widgets.table(sites, columns, "Pass-through by site", "sites", f"sites-{subject}", session)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("Suppliers that its metal meets at least once")
        suppliers = about(session, partial(upstream.through, of="supplier"), subject, "suppliers")
        columns = {
            "name": widgets.text("Supplier", "medium"), "share": widgets.share("Share of its metal"),
            "flag": widgets.text("Red flag about the supplier"), "id": widgets.text("Id"),
        }  # fmt: skip
        widgets.table(
            suppliers, columns, "Pass-through by supplier", "through", f"suppliers-{subject}", session
        )
    with right:
        st.markdown("Countries that its metal meets at least once")
        countries = about(session, partial(upstream.through, of="country"), subject, "countries")
        columns = {"id": widgets.text("Country"), "share": widgets.share("Share of its metal")}
        widgets.table(
            countries, columns, "Pass-through by country", "countries", f"countries-{subject}", session
        )
    st.caption(
        "A tonne can meet several places, so these shares may add up to more than 100 %\\. What is of unknown origin "
        "may pass through more places than are shown\\. Of suppliers and countries the 15 largest\\."
    )
    if sites["is_upper_bound"].any():
        st.caption(
            "In a loop of very many sites only the shares of the most visited ones are worked out; a share marked "
            "“at most” counts every return and may be less\\."
        )


def input_rows(session: Session, subject: str) -> None:
    rows = about(session, upstream.flow_rows, subject)
    if not len(rows):
        st.markdown("No declared flow lies upstream\\.")
        return
    st.caption(
        "Every declared flow upstream, those that carry most of the metal first: mass as declared, contained metal in "
        "the period\\. In a loop, metal is counted each time it passes\\."
    )
    columns = {
        "from": widgets.text("From", "medium"), "to": widgets.text("To", "medium"), "material": widgets.text("Material"),
        "mass": widgets.number("Mass declared"), "unit": widgets.text("Unit"), "period_start": widgets.date("From day"),
        "period_end": widgets.date("Until day"), "metal_t": widgets.mass(), "share": widgets.share("Share of its metal"),
        "evidence": widgets.text("Evidence"), "row": widgets.text("Input row"), "source": widgets.text("Source", "large"),
        "flow_id": widgets.text("Id"),
    }  # fmt: skip
    widgets.table(
        rows, columns, "Input rows that the trace rests on", "flow-rows", f"flows-{subject}", session
    )


def links(session: Session, ways: Steps) -> None:
    columns = {
        "from": widgets.text("From", "medium"), "to": widgets.text("To", "medium"), "share": widgets.share(),
        "mass_t": widgets.mass(), "evidence": widgets.text("Evidence"),
    }  # fmt: skip
    table = sankey.links_table(ways)
    widgets.table(table, columns, "The flow chart as a table", "links", f"steps-{ways.subject.id}", session)
