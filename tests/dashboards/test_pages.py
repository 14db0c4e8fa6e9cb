"""Every page through the router: with data, with nothing loaded, with a store that cannot be read."""

import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboards
from dashboards import data, frame
from dashboards.text import UNIT
from dashboards.view import views
from risk_graph.errors import NotFoundError, StoreError
from risk_graph.model.table import input_tables
from tests.conftest import ORACLES
from tests.dashboards.runs import EVIL, example_tables, opened, session_of

ROUTER = Path(dashboards.__file__).with_name("router.py")
PAGES = [view.id for view in views()]


@pytest.fixture(autouse=True)
def _empty_caches():
    st.cache_resource.clear()


@pytest.fixture
def loaded(monkeypatch, session):
    monkeypatch.setattr(frame, "opened", lambda: opened(session))
    return session


def run(page, **query):
    """Through the router, as somebody who follows an address."""
    test = AppTest.from_file(str(ROUTER), default_timeout=60)
    test.run()
    if page != PAGES[0]:
        # switch_page knows only pages that are files; ours are functions of the router.
        test._page_hash = test.session_state["pages"][page]._script_hash
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def words(test):
    parts = [
        *test.title,
        *test.markdown,
        *test.caption,
        *test.info,
        *test.error,
        *test.warning,
        *test.subheader,
        *test.header,
    ]
    return " ".join(p.value for p in parts).replace("\\", "").replace(UNIT, " ")


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    shutil.copytree(ORACLES / "trace_loop", folder)
    monkeypatch.setenv(data.PROJECT_VARIABLE, str(folder))
    monkeypatch.delenv("RISK_GRAPH_STORE", raising=False)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_a_question_an_answer_and_what_it_rests_on(page, loaded):
    test = run(page)
    assert not test.exception
    assert not test.error
    assert test.title[0].value.replace("\\", "").endswith("?")
    said = words(test)
    assert "as of 2026-06-30" in said
    assert "run run1" in said
    assert "eu_cahra 2026-06" in said
    assert any(sign.isdigit() for sign in test.markdown[0].value)


def test_the_overview_tells_what_matters(loaded):
    said = words(run("overview"))
    assert "Of 70.0 t of contained metal in 1 product, 69 % lead to an origin over declared flows" in said
    assert "14 % only over modelled flows; the origin of 17 %" in said
    assert "3 facilities without coordinates are not on the map" in said
    assert "Location in a conflict-affected or high-risk area" in said
    assert "Not screened against any list of entities" in said


def test_the_supplier_page_answers_for_the_address(loaded):
    test = run("supplier", supplier="S3")
    said = words(test)
    assert test.selectbox(key="supplier").value == "S3"
    assert "Supplier three: 2 red flags" in said
    assert "What would clear it" in said
    assert "Mine two, 1 step up the chain" in said


@pytest.mark.parametrize(
    ("tab", "sentence"),
    [
        ("What the score is made of", "is the sum of these points"),
        ("Where its metal comes from", "Of 70.0 t of contained metal"),
        ("Certificates", "A certificate covers what it covers; it clears no flag."),
        ("Ownership", "Direct shares as declared."),
    ],
)
@pytest.mark.slow
def test_the_tabs_of_a_supplier(tab, sentence, loaded):
    test = run("supplier", supplier="S3", tab=tab)
    assert not test.exception
    assert not test.error
    assert sentence in words(test)


def test_an_address_with_an_unknown_id_falls_back(loaded):
    test = run("supplier", supplier="nobody' OR 1=1")
    assert not test.exception
    assert test.selectbox(key="supplier").value in {"S1", "S2", "S3"}


def test_the_trace_page_gives_the_numbers_of_the_example(loaded):
    test = run("trace", subject="B")
    said = words(test)
    assert "30.0 t (43 %) come from Mine one" in said
    assert "12.0 t (17 %) are of unknown origin, last known at Refinery" in said
    assert "goes round in recycling loops" in said
    origins = test.dataframe[0].value
    assert origins["share"].sum() == pytest.approx(100.0)
    assert "What could stop it: the largest shares of its metal pass these sites" in said.replace("*", "")
    assert "What could taint it: places with a red flag of their own: Mine two" in said.replace("*", "")


@pytest.mark.slow
def test_choices_change_the_answer(loaded):
    test = run("trace", subject="B")
    test.selectbox(key="by").set_value("country").run()
    assert set(test.dataframe[0].value["origin_id"]) == {"AUS", "GIN", "DEU", "UNKNOWN"}
    assert test.query_params["by"] in ("country", ["country"])
    test.toggle(key="without_modelled").set_value(True).run()
    assert "22.0 t (31 %) are of unknown origin" in words(test)
    test.selectbox(key="subject").set_value("R").run()
    assert "Of 60.0 t" in words(test)


@pytest.mark.parametrize(
    ("tab", "sentence"),
    [
        ("What it passes", "A tonne can meet several places"),
        ("Input rows", "Every declared flow upstream"),
        ("Steps of the picture", "The way the metal takes"),
    ],
)
@pytest.mark.slow
def test_the_tabs_of_a_trace(tab, sentence, loaded):
    test = run("trace", subject="B", table=tab)
    assert not test.exception
    assert not test.error
    assert sentence in words(test)
    assert len(test.dataframe[0].value)


def test_a_place_of_the_picture_can_be_chosen_without_a_pointer(loaded):
    test = run("trace", subject="B")
    test.selectbox(key="place").set_value("M1").run()
    assert "**Mine one**: 30.0 t, 43 % of the metal comes from here." in words(test)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_names_are_shown_as_they_are(page, loaded):
    test = run(page, supplier="S2", subject="S2")
    for part in [*test.markdown, *test.caption, *test.warning, *test.info]:
        assert "![x](" not in part.value
        assert "<script" not in part.value.replace("\\<", "")
    if page == "supplier":
        assert EVIL.split(" ")[0] in words(test)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_loaded_says_what_to_do(page, project):
    test = run(page)
    assert not test.exception
    assert "Nothing is loaded yet" in words(test)
    assert "risk-graph run" in words(test)


def test_somebody_who_is_not_there_does_not_read_as_nothing_loaded(loaded, monkeypatch):
    def missing(*_, **__):
        raise NotFoundError("No supplier, facility or product has the id 'X'.")

    monkeypatch.setattr(data, "trace_of", missing)
    said = words(run("trace", subject="B"))
    assert "Nothing is loaded" not in said
    assert "This cannot be answered" in said


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kept", [["suppliers"], ["suppliers", "facilities"], ["suppliers", "products"]])
def test_a_project_of_few_tables_has_pages(page, kept, monkeypatch, session):
    tables = example_tables()
    few = {n: t if n in kept else input_tables()[n].empty() for n, t in tables.items()}
    run_ = session_of({**{n: t.empty() for n, t in input_tables().items()}, **few}, session.chain)
    monkeypatch.setattr(frame, "opened", lambda: opened(run_))
    test = run(page)
    assert not test.exception
    assert not test.error


@pytest.mark.parametrize("page", PAGES)
def test_no_project(page, monkeypatch):
    monkeypatch.delenv(data.PROJECT_VARIABLE, raising=False)
    test = run(page)
    assert not test.exception
    assert "The project cannot be opened" in words(test)


@pytest.mark.parametrize("page", PAGES)
def test_a_damaged_store_is_one_sentence(page, project):
    (project / "graph").mkdir()
    (project / "graph" / "CURRENT").write_text("../../etc")
    test = run(page)
    assert not test.exception
    assert "The graph cannot be read right now" in words(test)
    assert "Traceback" not in words(test)


@pytest.mark.parametrize("page", PAGES)
def test_an_unforeseen_error_has_an_id_and_no_detail(page, monkeypatch):
    def broken():
        raise ValueError("a secret detail")

    monkeypatch.setattr(frame, "opened", broken)
    test = run(page)
    assert not test.exception
    assert "Something unforeseen went wrong" in words(test)
    assert "secret" not in words(test)


def test_an_unreachable_server_leaves_what_was_read_last(project, monkeypatch, session):
    class Store:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def read(self, names=None):
            return session.snapshot

    monkeypatch.setattr(data, "open_store", lambda *a, **k: Store())
    monkeypatch.setattr(data, "open_session", lambda project: session)
    test = run("overview")
    assert "70.0 t" in words(test)

    def down(*_, **__):
        raise StoreError("the server does not answer")

    monkeypatch.setattr(data, "open_store", down)
    test.run()
    assert "You see what this page read last" in words(test)
    assert "70.0 t" in words(test)


@pytest.mark.slow
def test_a_new_generation_is_seen_with_the_next_click(project, monkeypatch):
    from risk_graph.cli import main

    def load():
        monkeypatch.setattr("sys.argv", ["risk-graph", "run", str(project), "--as-of", "2026-06-30"])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code in (0, None)

    load()
    test = run("trace", subject="B")
    assert "Of 70.0 t" in words(test)
    flows = project / "inputs" / "flows.csv"
    flows.write_text(flows.read_text().replace("8,F,B,metal,70,t", "8,F,B,metal,35,t"))
    load()
    test.run()
    assert "Of 35.0 t" in words(test)
