"""Parts that pages share: choices that stand in the address, tables with a download, links from page to page."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import theme
from dashboards.text import count, md
from dashboards.theme import Palette, palette
from risk_graph.act.export import passed_on
from risk_graph.act.show import days_as_text, to_csv
from risk_graph.session import Session

ROWS = 1000
"""Rows that a page sends at most; the download holds all."""

CHOICES = 1000
"""Names that a list to choose from holds at most; above it a search field comes first."""


def dark() -> bool:
    return bool(st.context.theme.type == "dark")


def colours() -> Palette:
    return palette(dark())


def legend(entries: list[tuple[str, str]], most: int = 1000) -> None:
    """Markers with their labels, as a picture and as its description."""
    names = ", ".join(label for label, _ in entries)
    st.image(theme.legend(entries, dark(), most), alt=f"Legend: {names}")


def remember(key: str, valid: Callable[[str], bool], default: str) -> None:
    """Keeps a choice and the address in step: who follows an address gets its choice, who chooses gets the address.

    To be called before the widget with that key is drawn.
    """
    asked, shown = st.query_params.get(key), st.session_state.get(f"{key}_in_address")
    if asked is not None and asked != shown and valid(asked):
        st.session_state[key] = asked
    if key not in st.session_state or not valid(str(st.session_state[key])):
        st.session_state[key] = default
    st.session_state[f"{key}_in_address"] = st.session_state[key]
    if asked != st.session_state[key]:
        st.query_params[key] = st.session_state[key]


def choose(label: str, options: pd.DataFrame, key: str, default: str) -> str:
    """One of `options` (columns id, name), by name; its id stands in the address."""
    names = dict(zip(options["id"], options["name"], strict=True))
    remember(key, names.__contains__, default)
    ids = options["id"].tolist()
    if len(ids) > CHOICES:
        ids = _searched(label, options, str(st.session_state[key]), key)
    chosen = st.selectbox(label, ids, key=key, format_func=lambda i: _told(i, names))
    return str(chosen)


def _told(id_: str, names: dict[str, str]) -> str:
    return f"{names[id_]} ({id_})"


def _searched(label: str, options: pd.DataFrame, chosen: str, key: str) -> list[str]:
    asked = st.text_input(f"Find among {len(options):,}", key=f"find_{key}").strip()
    text = options["name"].fillna("") + " " + options["id"]
    hits = options[text.str.contains(asked, case=False, regex=False)] if asked else options
    if len(hits) > CHOICES:
        st.caption(f"The list shows {CHOICES:,} of {len(hits):,}: type a part of the name or id.")
    ids = hits["id"].head(CHOICES).tolist()
    return ids if chosen in ids else [chosen, *ids]


def table(
    rows: pd.DataFrame,
    columns: dict[str, Any],
    alt: str,
    key: str,
    name: str = "",
    run: Session | None = None,
) -> None:
    """Rows with titled columns, the first ROWS of them; with `name`, all of them for download, for which `run` says
    what may not be passed on.
    """
    if len(rows) > ROWS:
        st.caption(f"Showing {ROWS:,} of {len(rows):,} rows; the button below the table downloads all.")
    st.dataframe(
        _for_people(rows.head(ROWS)[list(columns)], columns),
        hide_index=True,
        column_config=columns,
        key=key,
        alt=alt,
        placeholder="",
        height="auto" if len(rows) < 14 else 420,
    )
    if name:
        if run is None:
            raise TypeError("a download needs the run: what may not be passed on is left out")
        download(rows, list(columns), name, key, run)


def _for_people(rows: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    """Shares in per cent, as their titles say."""
    shares = [name for name, column in columns.items() if column["type_config"].get("format") == _PER_CENT]
    return rows.assign(**{name: 100 * rows[name] for name in shares})


def download(rows: pd.DataFrame, columns: list[str], name: str, key: str, run: Session) -> None:
    """Full precision, the same bytes as the command line writes, without what may not be passed on."""
    told = days_as_text(rows)
    leaving = passed_on(told, run.withheld)
    if leaving is not told:
        st.caption(md(run.withheld.sentence))
    st.download_button(
        f"Download {count(len(rows), 'row')} (CSV)",
        data=lambda: to_csv(leaving[columns]).encode(),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"download_{key}",
        on_click="ignore",
    )


def link(view: str, label: str, **query: str) -> None:
    """A link to another page; `label` comes from data and is shown as it is."""
    st.page_link(st.session_state["pages"][view], label=md(label), query_params=query)


def text(title: str, width: Any = None, help: str | None = None) -> Any:
    return st.column_config.TextColumn(title, width=width, help=help)


def number(title: str, form: str = "localized", help: str | None = None) -> Any:
    return st.column_config.NumberColumn(title, format=form, help=help)


_PER_CENT = "%.3g"


def share(title: str = "Share", help: str | None = None) -> Any:
    """A share in 0..1, shown in per cent with three digits, so that a small one is not shown as nothing."""
    return st.column_config.NumberColumn(f"{title} (%)", format=_PER_CENT, help=help)


def mass(title: str = "Contained metal (t)") -> Any:
    return st.column_config.NumberColumn(title, format="localized")


def date(title: str) -> Any:
    return st.column_config.DateColumn(title, format="YYYY-MM-DD")


def score(title: str) -> Any:
    return st.column_config.NumberColumn(title, format="%.1f")
