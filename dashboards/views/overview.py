"""What was loaded, how far it can be traced, and what to look at first."""

import pandas as pd
import streamlit as st

from dashboards import charts, theme, widgets
from dashboards.answers import overview
from dashboards.data import Opened, table
from dashboards.maps import MOST, facility_map, on_map, score_range
from dashboards.text import count, day, md, percent, tonnes, verb
from dashboards.view import View

_CARDS = 6
_BARS = 12
_LEVELS = (("error", "error"), ("warning", "warning"), ("info", "note"))


def draw(run: Opened) -> None:
    flags = table(run, overview.red_flags)
    _answer(run, flags)
    _loaded(run)
    left, right = st.columns([0.42, 0.58], gap="medium")
    with left:
        _first(flags)
    with right:
        _map(run)
    left, right = st.columns(2, gap="large")
    with left:
        _rules(run)
    with right:
        _products(run)


def _answer(run: Opened, flags: pd.DataFrame) -> None:
    """The sentence with the numbers that matter most."""
    harm = flags[flags["rule"].isin(overview.FIRST)]["supplier_id"].nunique()
    suppliers = count(len(run.tables["suppliers"]), "supplier")
    st.markdown(
        f"**{harm:,} of {suppliers} {verb(harm, 'has', 'have')} a red flag about where the metal comes "
        f"from or passes through. {_coverage(run)}** Flows of {_period(run)}\\."
    )


def _period(run: Opened) -> str:
    period = run.session.period
    return f"{day(period[0])} to {day(period[1])}" if period else "all years"


def _coverage(run: Opened) -> str:
    found = overview.coverage(run.session)
    if not found.products:
        return (
            "No product is declared: name what you buy in products\\.csv to see where its metal comes from\\."
        )
    if not found.mass_t:
        return "No flow reaches a product: the origin of everything bought is unknown\\."
    unknown = found.unknown_t / found.mass_t
    between = f"between {percent(found.low_t / found.mass_t)} and {percent(found.high_t / found.mass_t)}"
    modelled = (
        f" {percent(found.modelled_t / found.mass_t)} lead to their origin only over modelled flows\\."
        if found.modelled_t
        else ""
    )
    return (
        f"Of {tonnes(found.mass_t)} of contained metal in {count(found.products, 'product')}, {percent(1 - unknown)} "
        f"lead to a declared origin; the origin of {percent(unknown)} ({between}) is unknown\\.{modelled}"
    )


def _loaded(run: Opened) -> None:
    tables = run.tables
    flows = overview.flows_by_evidence(run.session).set_index("evidence")
    declared = flows.loc[["verified", "reported"]].sum()
    modelled = flows.loc["modelled"]
    cards = st.columns(5)
    cards[0].metric("Suppliers", f"{len(tables['suppliers']):,}", border=True)
    cards[1].metric("Facilities", f"{len(tables['facilities']):,}", border=True)
    cards[2].metric("Products", f"{len(tables['products']):,}", border=True)
    cards[3].metric(
        "Metal in declared flows", tonnes(float(declared["metal_t"])), border=True,
        help=f"{count(int(declared['flows']), 'flow')}; contained metal, summed over every declared flow of the period: a tonne counts once at every step.",
    )  # fmt: skip
    cards[4].metric(
        "Metal in modelled flows", tonnes(float(modelled["metal_t"])), border=True,
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
        widgets.table(issues, columns, "Every problem of the input", "issues", "issues")


def _first(flags: pd.DataFrame) -> None:
    """The flags that are about people first; the missing origins are in the table."""
    st.header("Look first at", anchor=False)
    cards = flags[flags["rule"].isin(overview.FIRST)].head(_CARDS)
    if not len(cards):
        st.markdown("No red flag about a place was found in these sources.")
    for row in cards.itertuples():
        with st.container(border=True):
            widgets.link("supplier", f"{row.name} ({row.country})", supplier=row.supplier_id)
            since = f" Since {day(row.since)}." if day(row.since) else ""
            st.markdown(f"⚑ **{md(row.title)}**\\.{since}")
            st.caption(
                f"{md(row.evidence)} Score: at least {row.low:.0f}, at most {row.high:.0f} of 100. Rule {md(row.rule)}."
            )
    with st.expander(f"All {count(len(flags), 'red flag')} of suppliers, as a table"):
        columns = {
            "name": widgets.text("Supplier", "medium"), "country": widgets.text("Country"),
            "rule": widgets.text("Rule"), "title": widgets.text("Red flag", "medium"),
            "low": widgets.score("Score, at least"), "high": widgets.score("Score, at most"),
            "band": widgets.text("Band"), "since": widgets.date("Since"),
            "evidence": widgets.text("What was found", "large"), "supplier_id": widgets.text("Supplier id"),
        }  # fmt: skip
        widgets.table(flags, columns, "All red flags of suppliers", "flags", "red-flags")


def _rules(run: Opened) -> None:
    st.header("What the rules say", anchor=False)
    counts = table(run, overview.rule_counts)
    st.echarts_chart(
        charts.rule_bars(counts, widgets.colours()),
        height=330,
        key="rules",
        alt="Bars of how many suppliers, facilities and products have a red flag, cannot be told, or have no flag. "
        "The table below has the same numbers.",
    )
    titles = counts.drop_duplicates("rule")
    st.caption(" · ".join(f"**{md(r.rule)}**: {md(r.title)}" for r in titles.itertuples()))
    with st.expander("The same as a table"):
        columns = {
            "rule": widgets.text("Rule"), "title": widgets.text("Title"), "kind": widgets.text("Of"),
            "T": widgets.number("Red flag"), "U": widgets.number("Cannot be told"),
            "F": widgets.number("No flag found"),
        }  # fmt: skip
        widgets.table(counts, columns, "Answers by rule", "counts", "rules")


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
        height=50 + 24 * len(drawn),
        key="products",
        alt="Bars of how much of each product's metal leads to a declared origin. The table below has the same numbers.",
    )
    with st.expander("The same as a table"):
        columns = {
            "name": widgets.text("Product", "medium"), "mass_t": widgets.mass(), "unknown": widgets.share("Unknown origin"),
            "unknown_low": widgets.share("At least"), "unknown_high": widgets.share("At most"),
            "product_id": widgets.text("Id"),
        }  # fmt: skip
        widgets.table(rows, columns, "Unknown origin by product", "product-table", "products")
        largest = rows.iloc[0]
        widgets.link("trace", f"Trace {largest['name']}", subject=str(largest["product_id"]))


def _map(run: Opened) -> None:
    places = table(run, overview.places)
    placed, drawn = places[places["placing"] != "none"], on_map(places)
    st.header("Where the facilities are, by band of their overall score", anchor=False)
    if not len(drawn):
        st.markdown("No facility has coordinates, so none can be drawn\\. The table lists them all\\.")
    if len(placed) > MOST:
        st.caption(f"Showing {MOST:,} of {len(placed):,} facilities on the map; the table has the others.")
    if len(drawn):
        _draw_map(places, drawn)
    nowhere = len(places) - len(placed)
    if nowhere:
        st.caption(f"{count(nowhere, 'facility', 'facilities')} without coordinates {verb(nowhere, 'is', 'are')} not on "
                   "the map; the table lists them with “none” as their place.")  # fmt: skip
    with st.expander(f"All {count(len(places), 'facility', 'facilities')} as a table", expanded=False):
        columns = {
            "name": widgets.text("Facility", "medium"), "supplier": widgets.text("Supplier"),
            "stage_title": widgets.text("Stage"), "country": widgets.text("Country"),
            "band": widgets.text("Band"), "range": widgets.text("Score of 100"), "placing": widgets.text("Place"),
            "latitude": widgets.number("Latitude", "%.3f"), "longitude": widgets.number("Longitude", "%.3f"),
            "facility_id": widgets.text("Id"),
        }  # fmt: skip
        rows = places.assign(range=score_range(places)).sort_values(
            ["placing", "high"], ascending=[False, False]
        )
        widgets.table(rows, columns, "All facilities with band and place", "places", "facilities")


def _draw_map(places: pd.DataFrame, drawn: pd.DataFrame) -> None:
    counts = {str(k): int(v) for k, v in drawn["band"].value_counts().items()}
    estimated = int((drawn["placing"] == "estimated").sum())
    widgets.legend(theme.band_entries(counts, estimated, widgets.dark()), most=620)
    st.pydeck_chart(
        facility_map(places, widgets.dark(), widgets.colours()),
        height=430,
        key="map",
        alt=f"Map of {len(drawn)} facilities by band of their overall score. The table below lists them.",
    )


VIEW = View("overview", "Overview", "What needs a closer look?", ":material/dashboard:", 1, draw)
