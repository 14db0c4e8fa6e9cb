"""The Layers page: editions, coverage, changes and every state; in memory and through the router on a project."""

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import streamlit as st
from shapely.geometry import box

from dashboards import data
from dashboards.answers import layers
from dashboards.maps import layer_map
from dashboards.theme import palette
from ingest.source import source_of
from ingest.update import Wish, update
from risk_graph.layers.library import Library, load_library
from risk_graph.model.table import fact_tables
from risk_graph.pipeline import run as run_project
from risk_graph.project import open_project
from tests.conftest import ORACLES
from tests.dashboards.runs import AS_OF
from tests.dashboards.test_pages import run, words

DAY = date(2026, 6, 1)
TOML = """
layer = "reserves"
edition = "{edition}"
released = {released}
title = "Reserves (synthetic)"
meaning = "Lies in a made-up reserve"
publisher = "Nobody (synthetic)"
licence = "own terms"
licence_class = "own_terms"
[columns]
id = "code"
"""


def bring(project: Path, edition: str, released: str, east: float) -> None:
    folder = project.parent / edition
    folder.mkdir()
    shapes = {"code": ["A", edition]}
    boxes = [box(-13, 9, east, 11), box(100, 10, 101, 11)]
    gpd.GeoDataFrame(shapes, geometry=boxes, crs="EPSG:4326").to_file(folder / "map.gpkg")
    (folder / "map.toml").write_text(TOML.format(edition=edition, released=released))
    wish = Wish(file=folder / "map.gpkg")
    update(source_of("areas"), project / "sources", wish, DAY, {}, lambda _s, _d: None)


@pytest.fixture(scope="module")
def loaded_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions of areas, the second of which is brought after the run."""
    project = tmp_path_factory.mktemp("layers") / "project"
    shutil.copytree(ORACLES / "trace_loop", project)
    sites = pd.read_csv(project / "inputs" / "facilities.csv", dtype=str)
    sites["latitude"], sites["longitude"] = "", ""
    sites.loc[0, ["latitude", "longitude"]] = ["10", "-12"]
    sites.to_csv(project / "inputs" / "facilities.csv", index=False)
    bring(project, "2025", "2025-01-01", -11)
    run_project(open_project(project, {}), AS_OF)
    return project


@pytest.fixture
def project(loaded_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    st.cache_resource.clear()
    folder = tmp_path / "project"
    shutil.copytree(loaded_project, folder)
    monkeypatch.setenv(data.PROJECT_VARIABLE, str(folder))
    monkeypatch.delenv("RISK_GRAPH_STORE", raising=False)
    return folder


def row(session: Any, library: Library, name: str) -> Any:
    return layers.layers(session, library).set_index("layer").loc[name]


def test_a_layer_tells_its_edition_age_and_licence(session: Any) -> None:
    found = row(session, load_library(None, AS_OF), "eu_cahra")
    assert (found["edition"], found["used"]) == ("2026-06", "2026-06")
    assert found["age_days"] == 2  # released on 2026-06-28
    assert found["facilities"] == len(session.snapshot.tables["facilities"])
    assert sum(found[how] for how in layers.JOINED) == found["facilities"]
    assert found["state"] == ""


def test_a_layer_that_the_run_did_not_use_says_so(session: Any) -> None:
    found = row(session, load_library(None, AS_OF), "wgi_political_stability")
    assert "run the project again" in found["state"]


def test_another_edition_and_none_at_hand_are_told(session: Any) -> None:
    library = load_library(None, AS_OF)
    old = library.layers["eu_cahra"]
    new = replace(old, edition="2026-09", released=date(2026, 6, 29))
    both = Library({**library.layers, "eu_cahra": new}, {**library.editions, "eu_cahra": (old, new)})
    assert "Edition 2026-09 is at hand" in row(session, both, "eu_cahra")["state"]
    gone = Library({"eu_cahra": new}, {"eu_cahra": (new,)})
    assert "not at hand any more; 2026-09 is" in row(session, gone, "eu_cahra")["state"]
    assert "not at hand any more" in row(session, Library({}, {}), "eu_cahra")["state"]
    stale = replace(old, released=date(2024, 1, 1))
    aged = Library({"eu_cahra": stale}, {"eu_cahra": (stale,)})
    assert "Over a year old" in row(session, aged, "eu_cahra")["state"]


def test_numbers_have_five_steps_and_a_missing_one_is_a_band_of_its_own() -> None:
    layer = load_library(None, AS_OF).layers["wgi_political_stability"]
    signals = pd.DataFrame({"value": [2.5, -2.5, np.nan, 0.0, 9.0], "truth": ""})
    assert layers.words(layer, signals).tolist() == ["low", "very high", "not assessed", "elevated", "low"]
    assert set(layers.words(layer, signals)) <= set(layers.legend(layer))


def test_outlines_of_areas_about_the_sites_alone(session: Any) -> None:
    layer = load_library(None, AS_OF).layers["eu_cahra"]
    shapes = [box(-13, 9, -11, 11), box(100, 10, 101, 11)]
    rows = pd.DataFrame({"area_id": ["a", "b"], "edition": "1", "source": "x"})
    values = fact_tables()["areas"].conform(rows).assign(geometry=np.array(shapes, object))
    areas = replace(layer, kind="areas", values=values)
    sites = layers.sites(session, layer)
    drawn = sites[sites["placing"] != "none"]
    found = layers.outlines(areas, drawn[drawn["facility_id"] == "M2"])
    assert found is not None
    assert len(found["features"]) == 1
    assert layers.outlines(layer, drawn) is None
    assert '"id": "areas"' in layer_map(drawn, found, False, palette(False)).to_json()


@pytest.mark.slow
def test_the_page_answers_for_the_address(project: Path) -> None:
    test = run("layers", layer="reserves")
    assert not test.exception
    assert not test.error
    said = words(test)
    assert "The run used 5 layers" in said
    assert "Lies in a made-up reserve" in said
    assert "May be passed on: no" in said
    assert "nothing can be compared" in said
    assert "does not allow passing its values on" in said
    assert "6 facilities (86 %) without coordinates" in said


@pytest.mark.slow
def test_a_newer_edition_and_what_changed(project: Path) -> None:
    bring(project, "2026", "2026-05-01", -10)
    said = words(run("layers", layer="reserves"))
    assert "Edition 2026 is at hand: run the project again" in said
    run_project(open_project(project, os.environ), AS_OF)
    said = words(run("layers", layer="reserves"))
    assert "From edition 2025 to 2026: 1 rows added, 1 removed, 1 values changed" in said


@pytest.mark.slow
def test_a_damaged_edition_leaves_the_rest(project: Path) -> None:
    (project / "sources" / "areas" / "reserves-2025" / "reserves" / "values.parquet").write_bytes(b"x")
    test = run("layers", layer="eu_cahra")
    assert not test.exception
    said = words(test)
    assert "cannot be read" in said
    assert "Traceback" not in said
    assert "Reserves" not in test.selectbox(key="layer").value
    assert test.selectbox(key="layer").value == "eu_cahra"


@pytest.mark.slow
def test_a_damaged_edition_that_no_run_reads_is_said_too(project: Path) -> None:
    bring(project, "2026", "2026-01-01", -11.5)
    (project / "sources" / "areas" / "reserves-2025" / "reserves" / "values.parquet").write_bytes(b"x")
    test = run("layers", layer="eu_cahra")
    assert not test.exception
    assert "cannot be read" in words(test)


@pytest.mark.slow
def test_an_old_layer_warns(project: Path) -> None:
    said = words(run("layers"))
    assert "Over a year old" in said
