"""Where the metal of a product, facility or supplier comes from, and where the trail goes cold."""

from collections.abc import Callable
from typing import Any, cast

import pandas as pd
import streamlit as st

from dashboards import sankey, theme, trace_tabs, widgets
from dashboards.answers import basis, names, origins, upstream
from dashboards.answers.steps import Steps
from dashboards.data import Opened, about, asked, steps, trace
from dashboards.text import count, md, percent, tonnes, verb
from dashboards.view import View
from risk_graph.session import Session
from risk_graph.trace.origins import COLUMNS, UNKNOWN, By, Trace

_BY = ("facility", "supplier", "country", "subdivision")


def draw(run: Opened) -> None:
    everybody = names.subjects(run.session)
    if not len(everybody):
        st.info("Nobody is loaded: fill suppliers\\.csv and load the project again\\.")
        return
    subject, session, by = _question(run, everybody)
    found = trace(session, subject, by)
    known = names.names_of(session)
    _answer(found, trace(session, subject, "facility"), known)
    single = st.container()
    ways = steps(session, subject)
    _chart(session, ways)
    _tables(session, found, ways, by)
    with single:
        _single_points(session, subject)


def _question(run: Opened, everybody: pd.DataFrame) -> tuple[str, Session, By]:
    """The choices, all of which stand in the address."""
    labelled = everybody.assign(name=everybody["name"] + " · " + everybody["kind"])
    subject = widgets.choose("Product, facility or supplier", labelled, "subject", _start(run, everybody))
    first, second, third = st.columns([0.4, 0.3, 0.3], vertical_alignment="bottom")
    periods = origins.periods(run.session)
    with first:
        widgets.remember("period", periods.__contains__, next(iter(periods)))
        period = st.selectbox(
            "Flows of",
            list(periods),
            key="period",
            format_func=lambda w: origins.period_title(w, run.session),
        )
    with second:
        widgets.remember("by", _BY.__contains__, _BY[0])
        by = st.selectbox("Sum origins by", _BY, key="by")
    with third:
        without = st.toggle("Without modelled flows", key="without_modelled", bind="query-params")
    return subject, asked(run, periods[str(period)], bool(without)), cast(By, by)


def _start(run: Opened, everybody: pd.DataFrame) -> str:
    """The product with most metal; without one, the first name."""
    products = set(everybody.loc[everybody["kind"] == "product", "id"])
    masses = run.tables["exposures"]
    masses = masses[masses["subject_id"].isin(products)]
    return (
        str(masses.loc[masses["mass_t"].idxmax(), "subject_id"])
        if len(masses)
        else str(everybody["id"].iat[0])
    )


def _answer(found: Trace, by_facility: Trace, known: dict[str, str]) -> None:
    where, unknown = origins.sentences(by_facility, known)
    st.markdown(f"**{md(where)} {md(unknown)}**")
    sums = origins.evidence_sums(found.rows)
    modelled = sums.loc[sums["evidence"] == "modelled", "share"].sum()
    if modelled:
        mass = found.subject.mass_t
        amount = f"{tonnes(modelled * mass)} ({percent(modelled)})" if mass else percent(modelled)
        st.caption(f"{amount} of it rests on modelled flows: quantities that were inferred, not declared. "
                   "Switch them off above to see what is left.")  # fmt: skip
    if found.incomplete:
        st.warning(
            f"Incomplete: {count(found.incomplete, 'rejected input row')} {verb(found.incomplete, 'names', 'name')} this "
            "subject or a place upstream of it, so more may be missing than is shown."
        )


def _single_points(session: Session, subject: str) -> None:
    """What could stop or taint it. Worked out last, shown below the answer."""
    points, taint = about(session, upstream.single_points, subject)
    st.markdown(f"**What could stop it**: {md(points)}")
    if taint:
        st.markdown(f"**What could taint it**: {md(taint)}")


def _chart(session: Session, ways: Steps) -> None:
    st.header("The way the metal takes", anchor=False)
    if not len(ways.links):
        st.markdown("This is an origin itself: nothing lies upstream of it.")
        return
    stages = list(session.chain.stages)
    spec = sankey.sankey(ways, stages, widgets.colours())
    widgets.legend(_legend(session, ways, stages))
    st.echarts_chart(
        spec,
        height=sankey.sankey_height(ways),
        key="sankey",
        alt=sankey.in_words(ways),
        on_select=lambda: _clicked(ways),
    )
    _notes(ways)
    st.caption(md(basis.of_flows(session)))
    _place(session, ways)


def _legend(session: Session, ways: Steps, stages: list[str]) -> list[tuple[str, str]]:
    shade, dark = widgets.colours(), widgets.dark()
    colour = sankey.stage_colours(stages)
    present = [s for s in stages if (ways.nodes["stage"] == s).any()]
    entries = [theme.box_entry(session.chain.stages[s].title, colour[s], dark) for s in present]
    own = ways.links["target"].map(sankey.is_own_end)
    moved = ways.links[(ways.links["source"] != UNKNOWN) & ~own]
    for level, label, fill in (
        ("declared", "declared flow", shade.declared),
        ("modelled", "modelled flow", shade.modelled),
    ):
        if moved[level].sum() > 0:
            entries.append(theme.box_entry(label, fill, dark, dashed=level == "modelled"))
    if own.any():
        entries.append(theme.box_entry("the supplier's own sites", shade.border, dark))
    if (ways.nodes["kind"] == "unknown").any():
        entries.append(theme.box_entry("unknown origin", theme.GREY, dark))
    return entries


def _notes(ways: Steps) -> None:
    """What the picture leaves out, in words."""
    mass = ways.subject.mass_t

    def amount(part: float) -> str:
        return f"{tonnes(part * mass)} ({percent(part)})" if mass else percent(part)

    if ways.recycled:
        st.caption(f"Loops: {amount(ways.recycled)} goes round in recycling loops before it arrives; the picture shows "
                   "the flow without these rounds, so what enters and leaves each place still balances.")  # fmt: skip
    among = f" ({amount(ways.within)} moves among them)" if ways.within else ""
    if ways.merged:
        st.caption(f"The {count(ways.merged, 'smallest place')} of {count(len(ways.nodes) + ways.merged, 'place')} {verb(ways.merged, 'is', 'are')} "
                   f"drawn together by stage{among}; the table names every origin.")  # fmt: skip


def _clicked(ways: Steps) -> None:
    """A click on a place of the picture chooses it below."""
    state: Any = st.session_state.get("sankey")
    groups = state["selection"]["selected"] if state else []
    chosen = [i for g in groups if g.get("data_type") == "node" for i in g["data_indices"]]
    if chosen and 0 <= chosen[0] < len(ways.nodes):
        st.session_state["place"] = str(ways.nodes["id"].iat[chosen[0]])


def _place(session: Session, ways: Steps) -> None:
    """The same without a pointer: choose a place of the picture and read what passes there."""
    told = dict(zip(ways.nodes["id"], ways.nodes["name"], strict=True))
    ids = ways.nodes.sort_values("share", ascending=False)["id"].tolist()
    if st.session_state.get("place") not in told:
        st.session_state.pop("place", None)
    left, right = st.columns([0.4, 0.6], vertical_alignment="bottom")
    with left:
        place = st.selectbox(
            "One place of the picture (or click it)", ids, index=None, key="place",
            format_func=lambda i: str(told[i]), placeholder="Choose a place",
        )  # fmt: skip
    if place is None:
        return
    with right:
        row = ways.nodes[ways.nodes["id"] == place].iloc[0]
        mass = ways.subject.mass_t
        amount = f"{tonnes(row['share'] * mass)}, " if mass else ""
        st.markdown(
            f"**{md(row['name'])}**: {amount}{percent(row['share'])} of the metal {_passes(row['kind'])}\\."
        )
        if place in set(names.subjects(session)["id"]):
            widgets.link("trace", f"Trace {told[place]} itself", subject=place)


def _passes(kind: str) -> str:
    return {"unknown": "is of unknown origin", "origin": "comes from here"}.get(kind, "passes here")


def _tables(session: Session, found: Trace, ways: Steps, by: By) -> None:
    """Only the open tab is worked out; it stands in the address."""
    tabs: dict[str, Callable[[], None]] = {
        "Origins": lambda: _origins(session, found, by),
        "What it passes": lambda: trace_tabs.passes(session, found.subject.id),
        "Input rows": lambda: trace_tabs.input_rows(session, found.subject.id),
        "Steps of the picture": lambda: trace_tabs.links(session, ways),
    }
    for tab, fill in zip(st.tabs(list(tabs), key="table", bind="query-params"), tabs.values(), strict=True):
        if tab.open:
            with tab:
                fill()


def _origins(session: Session, found: Trace, by: By) -> None:
    columns = {
        "origin_name": widgets.text("Origin", "medium"), "kind": widgets.text("Kind"),
        "country": widgets.text("Country"), "subdivision": widgets.text("Subdivision"),
        "share": widgets.share(), "mass_t": widgets.mass(), "evidence": widgets.text("Weakest evidence"),
        "last_known": widgets.text("Last known at", "medium"), "stage_title": widgets.text("Stage"),
        "origin_id": widgets.text("Id"), "declared": widgets.text("Input row and source", "large"),
    }  # fmt: skip
    shown = origins.for_people(session, found.rows)
    widgets.table(shown, columns, "Origins by share, the unknown ones last", "origins")
    st.caption(
        f"Shares sum to 100 % with the unknown part\\. Evidence: verified, reported or modelled; "
        f"{count(len(found.rows), 'row')} by {by}\\."
    )
    widgets.download(found.rows, list(COLUMNS), f"trace-{found.subject.id}-by-{by}", "origins", session)


VIEW = View("trace", "Trace", "Where does the metal come from?", ":material/account_tree:", 3, draw)
