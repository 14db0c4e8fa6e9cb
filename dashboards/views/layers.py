"""The layers: which edition, how old, under which licence, how they reach our facilities, what changed, and where."""

import json

import pandas as pd
import streamlit as st

from dashboards import theme, widgets
from dashboards.answers import basis, layers
from dashboards.data import Opened, about, library
from dashboards.maps import MOST, layer_map
from dashboards.text import count, day, md, percent, verb
from dashboards.view import View
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import Library
from risk_graph.session import Session

_MOST_COMPARED = 50_000


def draw(run: Opened) -> None:
    at_hand, broken = library(run)
    rows = layers.layers(run.session, at_hand)
    _answer(run, rows)
    if broken:
        st.error(
            f"**The editions that were fetched cannot be read.** {md(broken)} Below are the layers that ship; what the run "
            "found stays."
        )
    _states(rows)
    _table(run.session, rows)
    _one(run, at_hand, rows)


def _answer(run: Opened, rows: pd.DataFrame) -> None:
    used = rows[rows["used"] != ""]
    st.markdown(f"**{_first(used)}**")
    st.caption(md(basis.of_layers(run.session)))


def _first(used: pd.DataFrame) -> str:
    if not len(used):
        return "The run used 0 layers\\: nothing is known about any place\\."
    dated = used[used["age_days"].notna()]
    oldest = dated.sort_values("age_days").tail(1)
    kept = int((used["passed_on"] == "no").sum())
    old = "".join(
        f" The oldest, {md(row.title)}, was {count(int(row.age_days), 'day')} old on the day of the run\\."
        for row in oldest.itertuples()
    )
    keep = f" {kept:,} of them may not be passed on\\." if kept else ""
    return f"The run used {count(len(used), 'layer')}\\.{old}{keep}"


def _states(rows: pd.DataFrame) -> None:
    said = rows[rows["state"] != ""]
    if len(said):
        st.warning("\n".join(f"- **{md(row.title)}**: {md(row.state)}" for row in said.itertuples()))


def _table(session: Session, rows: pd.DataFrame) -> None:
    columns = {
        "title": widgets.text("Layer", "medium"), "edition": widgets.text("Edition", "small"),
        "age_days": widgets.number("Age (days)", help="On the day of the run; empty if the edition does not say when it appeared."),
        "passed_on": widgets.text("Passed on?", help="Whether its licence allows passing its rows on."),
        "covered": widgets.share("Tells of facilities", help="Share of our facilities of which it tells something."),
        "declared": widgets.number("By declared place"), "computed": widgets.number("By coordinates"),
        "conflicting": widgets.number("Conflicting"), "none": widgets.number("Not joined"),
        "rows": widgets.number("Rows"), "released": widgets.date("Released"), "retrieved": widgets.date("Retrieved"),
        "kind": widgets.text("Says"), "licence": widgets.text("Licence", "medium"),
        "publisher": widgets.text("Publisher", "medium"), "layer": widgets.text("Id"),
    }  # fmt: skip
    widgets.table(
        rows, columns, "All layers with edition, age, coverage and licence", "layers", "layers", session
    )


def _one(run: Opened, at_hand: Library, rows: pd.DataFrame) -> None:
    options = rows.rename(columns={"layer": "id", "title": "name"})[["id", "name"]]
    chosen = widgets.choose("Layer", options, "layer", _start(rows))
    layer = layers.shown(at_hand, chosen, json.loads(run.session.run["layers"]).get(chosen, ""))
    if layer is None:
        st.info("No edition of this layer is at hand\\.")
        return
    left, right = st.columns([0.38, 0.62], gap="large")
    with left:
        _about(layer)
    with right:
        _map(run, layer)
    _changes(run, at_hand, layer)


def _start(rows: pd.DataFrame) -> str:
    """The first layer of areas, else the first list of places, else the first."""
    for kind in ("areas", "list of places"):
        own = rows[rows["kind"] == kind]
        if len(own):
            return str(own["layer"].iat[0])
    return str(rows["layer"].iat[0])


def _about(layer: Layer) -> None:
    st.header("What it is", anchor=False)
    facts = {
        "Says": layer.meaning, "Source": layer.source, "Licence": layer.licence,
        "May be passed on": "yes" if layer.redistribution else "no", "Edition": layer.edition,
        "Released": day(layer.released) if layer.released != layer.retrieved else "", "Retrieved": day(layer.retrieved), "Attribution": layer.attribution,
        "Notes": layer.notes, "Near": f"within {layer.near_km:g} km" if layer.kind == "areas" else "",
    }  # fmt: skip
    st.markdown("\n".join(f"- {md(name)}: {md(fact)}" for name, fact in facts.items() if fact))


def _changes(run: Opened, at_hand: Library, layer: Layer) -> None:
    st.header("What changed", anchor=False)
    if len(layer.values) > _MOST_COMPARED:
        st.markdown(
            f"{len(layer.values):,} rows are too many to be compared while you wait: `risk-graph sources changes` does it\\."
        )
        return
    editions = " ".join(edition.edition for edition in at_hand.editions[layer.id])
    found = about(run.session, lambda _s, _l: layers.change(at_hand, layer), layer.id, f"changes {editions}")
    if found is None:
        st.markdown("No edition before this one is at hand, so nothing can be compared\\.")
        return
    st.markdown(
        f"From edition {md(found.older)} to {md(found.newer)}: {found.added:,} rows added, {found.removed:,} removed, "
        f"{found.changed:,} values changed\\."
    )
    rows = found.rows
    if len(rows):
        columns = {
            "change": widgets.text("Change"), "key": widgets.text("Row"), "name": widgets.text("Name", "medium"),
            "column": widgets.text("What"), "before": widgets.text("Before"), "after": widgets.text("After"),
        }  # fmt: skip
        name = f"changes-{layer.id}" if layer.redistribution else ""
        widgets.table(rows, columns, "What changed since the edition before", "changes", name, run.session)


def _map(run: Opened, layer: Layer) -> None:
    st.header("Over our facilities", anchor=False)
    rows = layers.sites(run.session, layer)
    if not layers.is_laid(layer):
        st.markdown("This layer is not about single sites, so it is not laid over them\\.")
        return
    if not len(rows):
        st.markdown("No facility is declared\\.")
        return
    placed = rows[rows["placing"] != "none"]
    if len(placed):
        _draw(layer, placed.head(MOST))
    else:
        st.markdown("No facility has coordinates, so none can be drawn\\. The table lists them all\\.")
    if len(placed) > MOST:
        st.caption(f"Showing {MOST:,} of {len(placed):,} facilities; the table has the others.")
    nowhere = len(rows) - len(placed)
    if nowhere:
        st.caption(
            f"{count(nowhere, 'facility', 'facilities')} ({percent(nowhere / len(rows))}) without coordinates "
            f"{verb(nowhere, 'is', 'are')} not on the map; the table lists them."
        )
    _sites_table(run.session, layer, rows)


def _draw(layer: Layer, drawn: pd.DataFrame) -> None:
    counts = {str(k): int(v) for k, v in drawn["word"].value_counts().items()}
    estimated = int((drawn["placing"] == "estimated").sum())
    widgets.legend(theme.word_entries(layers.legend(layer), counts, estimated, widgets.dark()), most=620)
    st.pydeck_chart(
        layer_map(drawn.iloc[::-1], layers.outlines(layer, drawn), widgets.dark(), widgets.colours()),
        height=430,
        key="layer-map",
        alt=f"Map of {len(drawn)} facilities by what the layer says of them. The table below lists them.",
    )


def _sites_table(session: Session, layer: Layer, rows: pd.DataFrame) -> None:
    with st.expander(f"All {count(len(rows), 'facility', 'facilities')} as a table"):
        columns = {
            "name": widgets.text("Facility", "medium"), "supplier": widgets.text("Supplier"),
            "country": widgets.text("Country"), "truth": widgets.text("T, F or U"),
            "low": widgets.number("At least"), "value": widgets.number("Value"), "high": widgets.number("At most"),
            "distance_km": widgets.number("Distance (km)", "%.1f"), "how_joined": widgets.text("How joined"),
            "certainty": widgets.text("Certainty"), "detail": widgets.text("What was found", "large"),
            "source": widgets.text("Source", "medium"), "row": widgets.text("Input row"),
            "facility_id": widgets.text("Id"),
        }  # fmt: skip
        name = f"layer-{layer.id}" if layer.redistribution else ""
        widgets.table(rows, columns, "All facilities with what the layer says", "layer-sites", name, session)
        if not layer.redistribution:
            st.caption(
                "The licence of this layer does not allow passing its values on: there is no download here."
            )


VIEW = View("layers", "Layers", "Which public sources stand behind this?", ":material/layers:", 4, draw)
