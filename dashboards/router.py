"""The script that Streamlit runs for every click: the menu, and the page that was asked for."""

from functools import partial

import streamlit as st

from dashboards.frame import show
from dashboards.view import views

st.set_page_config(page_icon="🔎", layout="wide")

found = views()
pages = [
    st.Page(
        partial(show, view),
        title=view.title,
        icon=view.icon,
        url_path="" if view is found[0] else view.id,
        default=view is found[0],
    )
    for view in found
]
st.session_state["pages"] = {view.id: page for view, page in zip(found, pages, strict=True)}
st.navigation(pages, position="top").run()
