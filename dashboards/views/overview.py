"""What was loaded, how far it can be traced, and what to look at first."""

import pandas as pd
import streamlit as st

from dashboards import charts, theme, widgets
from dashboards.answers import basis, overview
from dashboards.answers.names import said_rows
from dashboards.data import Opened, table
from dashboards.maps import MOST, TOLD, facility_map, on_map, score_range
from dashboards.text import count, day, md, percent, tonnes, verb
from dashboards.view import View

_CARDS = 4
_BARS = 12
_LEVELS = (("error", "error"), ("warning", "warning"), ("info", "note"))


def draw(run: Opened) -> None:
    flags = table(run, overview.red_flags)
    _answer(run)
    _loaded(run)
    left, right = st.columns([0.42, 0.58], gap="medium")
    with left:
        _first(run, flags)
    with right:
        _map(run)
    left, right = st.columns(2, gap="large")
    with left:
        _rules(run)
    with right:
        _products(run)


def _answer(run: Opened) -> None:
    """The sentence with the numbers that matter most: of everybody, what is true, what cannot be told, what is not."""
    flagged, open_, clear = overview.about_places(run.session)
    st.markdown(
        f"**{flagged:,} of {count(len(run.tables['suppliers']), 'supplier')} {verb(flagged, 'has', 'have')} a red flag about a "
        f"place that the metal comes from or passes through; for {open_:,} this cannot be told, for {clear:,} no flag was found. "
        f"{_coverage(run)}**"
    )
    st.markdown(f"**Lists:** {md(overview.lists(run.session))}")
    st.caption(md(basis.of_flows(run.session)))


def _coverage(run: Opened) -> str:
    found = overview.coverage(run.session)
    if not found.products + found.silent:
        return (
            "No product is declared: name what you buy in products\\.csv to see where its metal comes from\\."
        )
    if not found.products:
        return "No flow reaches a product: the origin of everything bought is unknown\\."
    unknown, modelled = found.unknown_t / found.mass_t, found.modelled_t / found.mass_t
    between = f"between {percent(found.low_t / found.mass_t)} and {percent(found.high_t / found.mass_t)}"
    silent = (
        f" For {count(found.silent, 'more product')} no tonnage is declared: the origin is wholly unknown\\."
        if found.silent
        else ""
    )
    return (
        f"Of {tonnes(found.mass_t)} of contained metal in {count(found.products, 'product')}, "
        f"{percent(max(1 - unknown - modelled, 0.0))} lead to an origin over declared flows, {percent(modelled)} only over "
        f"modelled flows; the origin of {percent(unknown)} ({between}) is unknown\\.{silent}"
    )


def _loaded(run: Opened) -> None:
    tables = run.tables
    flows = overview.flows_by_evidence(run.session).set_index("evidence")
    declared = flows.loc[["verified", "reported"]].sum()
    modelled = flows.loc["modelled"]
    cards = st.container(horizontal=True)
    cards.metric("Suppliers", f"{len(tables['suppliers']):,}", border=True)
    cards.metric("Facilities", f"{len(tables['facilities']):,}", border=True)
    cards.metric("Products", f"{len(tables['products']):,}", border=True)
    cards.metric(
        "Declared flows", tonnes(float(declared["metal_t"])), border=True,
        help=f"{count(int(declared['flows']), 'flow')}; contained metal, summed over every declared flow of the period: a tonne counts once at every step.",
    )  # fmt: skip
    cards.metric(
        "Modelled flows", tonnes(float(modelled["metal_t"])), border=True,
        help=f"{count(int(modelled['flows']), 'flow')}: quantities that nobody declared but that were inferred. Summed apart; the trace page can leave them out.",
    )  # fmt: skip
    _problems(run)


def _problems(run: Opened) -> None:
    issues, incomplete = run.tables["issues"], run.tables["incomplete"]
    if not len(issues):
        st.caption("No problem was found in the input.")
        return
    counts = issues["level"].value_counts()
    said = ", ".join(count(int(counts[level]), word) for level, word in _LEVELS if level in counts)
    with st.expander(f"Input: {said}"):
        if len(incomplete):
            st.markdown(
                f"Rejected rows name {count(len(incomplete), 'supplier, site or product', 'suppliers, sites or products')}: "
                "nothing about them, or downstream of them, is called clear."
            )
        columns = {
            "level": widgets.text("Level"), "file": widgets.text("File"), "row": widgets.number("Row"),
            "column": widgets.text("Column"), "message": widgets.text("What is wrong", "large"),
            "remedy": widgets.text("What to do", "medium"), "code": widgets.text("Code"),
        }  # fmt: skip
        widgets.table(issues, columns, "Every problem of the input", "issues", "issues", run.session)


def _first(run: Opened, flags: pd.DataFrame) -> None:
    """The flags that are about people first; the missing origins are in the table."""
    st.header("Look first at", anchor=False)
    cards = flags[flags["rule"].isin(overview.FIRST)]
    if not len(cards):
        st.markdown(
            "No red flag about a place was found in these sources; where the origin is unknown, none can be."
        )
    for supplier in cards["supplier_id"].unique()[:_CARDS]:
        with st.container(border=True):
            _card(cards[cards["supplier_id"] == supplier])
    with st.expander(f"All {count(len(flags), 'red flag')} of suppliers, as a table"):
        columns = {
            "name": widgets.text("Supplier", "medium"), "country": widgets.text("Country"),
            "rule": widgets.text("Rule"), "title": widgets.text("Red flag", "medium"),
            "low": widgets.score("Score, at least"), "high": widgets.score("Score, at most"),
            "band": widgets.text("Band"), "since": widgets.date("Since"),
            "where": widgets.text("Where", "medium"), "evidence": widgets.text("What was found", "large"), "supplier_id": widgets.text("Supplier id"),
        }  # fmt: skip
        widgets.table(flags, columns, "All red flags of suppliers", "flags", "red-flags", run.session)


def _card(rows: pd.DataFrame) -> None:
    """One supplier with its red flags about places."""
    first = rows.iloc[0]
    widgets.link("supplier", str(first["name"]), supplier=str(first["supplier_id"]))
    for row in rows.itertuples():
        since = f" Since {day(row.since)}." if day(row.since) else ""
        st.markdown(f"⚑ **{md(row.title)}**: {md(row.where)}\\.{since}")
        st.caption(f"{md(row.evidence)} Rule {md(row.rule)}\\.")
    st.caption(
        f"Head office: {md(first['country'])}\\. Overall score: at least {first['low']:.0f}, at most "
        f"{first['high']:.0f} of 100\\."
    )


def _rules(run: Opened) -> None:
    st.header("What the rules say", anchor=False)
    counts = table(run, overview.rule_counts)
    asked = counts[counts["kind"] != "project"]
    st.echarts_chart(
        charts.rule_bars(asked, widgets.colours()),
        height=60 + 30 * len(asked),
        key="rules",
        alt="Bars of how many suppliers, facilities and products have a red flag, cannot be told, or have no flag. "
        "The table below has the same numbers.",
    )
    titles = asked.drop_duplicates("rule")
    st.caption(
        "Each bar is everybody of that kind\\. "
        + " · ".join(f"**{md(r.rule)}**: {md(r.title)}" for r in titles.itertuples())
    )
    st.caption(md(basis.of_layers(run.session)))
    with st.expander("The same as a table"):
        columns = {
            "rule": widgets.text("Rule"), "title": widgets.text("Title"), "kind": widgets.text("Of"),
            "T": widgets.number("Red flag"), "U": widgets.number("Cannot be told"),
            "F": widgets.number("No flag found"),
        }  # fmt: skip
        widgets.table(counts, columns, "Answers by rule", "counts", "rules", run.session)


def _products(run: Opened) -> None:
    rows = table(run, overview.products)
    if not len(rows):
        return
    st.header("How far each product can be traced", anchor=False)
    if len(rows) > _BARS:
        st.caption(f"Showing the {_BARS} with most metal of {len(rows):,}; the table has the others.")
    drawn = rows.head(_BARS)
    st.echarts_chart(
        charts.product_bars(drawn, widgets.colours()),
        height=64 + 34 * len(drawn),
        key="products",
        alt="Bars of how much of each product's metal leads to an origin over declared flows, only over modelled flows, "
        "or to none. The table below has the same numbers.",
    )
    st.caption(md(basis.of_flows(run.session)))
    with st.expander("The same as a table"):
        columns = {
            "name": widgets.text("Product", "medium"), "mass_t": widgets.mass(),
            "declared": widgets.share("Origin over declared flows"), "modelled": widgets.share("Only over modelled flows"),
            "unknown": widgets.share("Unknown origin"), "unknown_low": widgets.share("Unknown, at least"),
            "unknown_high": widgets.share("Unknown, at most"),
            "product_id": widgets.text("Id"),
        }  # fmt: skip
        widgets.table(rows, columns, "Unknown origin by product", "product-table", "products", run.session)
        widgets.link("trace", f"Trace {rows['name'].iat[0]}", subject=str(rows["product_id"].iat[0]))


def _map(run: Opened) -> None:
    places = table(run, overview.places)
    placed, drawn = places[places["placing"] != "none"], on_map(places)
    st.header("Where the facilities are, by band of their overall score", anchor=False)
    if not len(places):
        st.markdown("No facility is declared\\: what the suppliers run, and where, is unknown\\.")
        return
    if not len(drawn):
        st.markdown("No facility has coordinates, so none can be drawn\\. The table lists them all\\.")
    if len(placed) > MOST:
        st.caption(f"Showing {MOST:,} of {len(placed):,} facilities on the map; the table has the others.")
    if len(drawn):
        _draw_map(places, drawn)
        st.caption(
            f"{md(basis.of_layers(run.session))} Coordinates as each facility's row declares them; boundaries: Natural Earth\\."
        )
    nowhere = len(places) - len(placed)
    if nowhere:
        st.caption(f"{count(nowhere, 'facility', 'facilities')} without coordinates {verb(nowhere, 'is', 'are')} not on "
                   "the map; the table lists them with “none” as their place.")  # fmt: skip
    with st.expander(f"All {count(len(places), 'facility', 'facilities')} as a table", expanded=False):
        columns = {
            "name": widgets.text("Facility", "medium"), "supplier": widgets.text("Supplier"),
            "stage_title": widgets.text("Stage"), "country": widgets.text("Country"),
            "flag": widgets.text("Red flag about a place"), "band": widgets.text("Band"), "range": widgets.text("Score of 100"), "placing": widgets.text("Place"),
            "latitude": widgets.number("Latitude (°)", "%.3f"), "longitude": widgets.number("Longitude (°)", "%.3f"),
            "row": widgets.text("Input row"), "source": widgets.text("Source", "large"), "facility_id": widgets.text("Id"),
        }  # fmt: skip
        rows = places.assign(range=score_range(places), row=said_rows(places), flag=places["told"].map(TOLD)).sort_values(
            ["told", "high", "facility_id"], key=lambda c: c.map("FUT".index) if c.name == "told" else c,
            ascending=[False, False, True],
        )  # fmt: skip
        widgets.table(
            rows, columns, "All facilities with band and place", "places", "facilities", run.session
        )


def _draw_map(places: pd.DataFrame, drawn: pd.DataFrame) -> None:
    counts = {str(k): int(v) for k, v in drawn["band"].value_counts().items()}
    estimated = int((drawn["placing"] == "estimated").sum())
    flagged = int((drawn["told"] == "T").sum())
    widgets.legend(theme.band_entries(counts, estimated, flagged, widgets.dark()), most=620)
    st.pydeck_chart(
        facility_map(places, widgets.dark(), widgets.colours()),
        height=430,
        key="map",
        alt=f"Map of {len(drawn)} facilities by band of their overall score. The table below lists them.",
    )


VIEW = View("overview", "Overview", "What needs a closer look?", ":material/dashboard:", 1, draw)
