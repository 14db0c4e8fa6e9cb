"""What the layers say of a node: docs/layers.md, three-valued, and how the answer came about."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.layers import situation
from risk_graph.layers.join import join
from risk_graph.layers.layer import Layer
from risk_graph.model.results.signals import TABLE
from tests.layers.conftest import AS_OF, LAYERS, at, joined, node, nodes, signal, truth

URUMQI, XINING = at(43.8, 87.6), at(36.62, 101.78)


def test_signals_conform() -> None:
    found = joined(node("b", country="GIN"), node("a", country="CHN"), node("p", kind="product")).signals
    pd.testing.assert_frame_equal(found, TABLE.conform(found))
    assert found["subject_id"].tolist() == ["a", "b"] * 3
    assert found["layer"].tolist() == sorted(found["layer"])
    assert (found["signal_id"] == found["layer"] + "|" + found["subject_id"]).all()
    assert found["detail"].str.endswith(".").all()
    assert (found["source"] != "").all()
    assert set(found["how_joined"]) <= {"country", "subdivision", "whole_country", "none"}


def test_no_nodes_no_layers() -> None:
    assert joined(node(kind="product")).signals.empty
    assert join(nodes(node(country="CHN")), {}, AS_OF).signals.empty
    assert join(nodes(node(country="CHN")), {"baci_trade": LAYERS["baci_trade"]}, AS_OF).signals.empty


@pytest.mark.parametrize(
    ("known", "expected", "how"),
    [
        ({"country": "CHN", "subdivision": "CN-XJ"}, "T", "subdivision"),
        ({"country": "CHN", "subdivision": "CN-65"}, "T", "subdivision"),
        ({"country": "CHN", "subdivision": "CN-QH"}, "F", "subdivision"),
        ({"country": "CHN", **URUMQI}, "T", "point_in_polygon"),
        (URUMQI, "T", "point_in_polygon"),
        ({"country": "CHN", **XINING}, "F", "point_in_polygon"),
        ({"country": "CHN"}, "U", "none"),
        ({"country": "CHN", "subdivision": "Xinjiang"}, "U", "none"),
        ({"country": "CHN", "location_precision": "country", **URUMQI}, "U", "none"),
        ({"country": "CHN", "location_precision": "subdivision", **XINING}, "U", "none"),
        ({"country": "CHN", "location_precision": "City", **XINING}, "F", "point_in_polygon"),
        ({"country": "TWN"}, "F", "country"),
        ({"country": "AUS", **at(-32.6, 116.0)}, "F", "country"),
        ({}, "U", "none"),
    ],
)
def test_xinjiang(known: dict[str, Any], expected: str, how: str) -> None:
    found = signal("uflpa_region", **known)
    assert (found["truth"], found["how_joined"]) == (expected, how)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"country": "IND", "subdivision": "IN-CT"}, "T"),
        ({"country": "IND", "subdivision": "IN-CG"}, "T"),
        ({"country": "IND", "subdivision": "IN-OD"}, "F"),
        ({"country": "IND", **at(18.83, 83.03)}, "F"),
        ({"country": "UKR", "subdivision": "UA-35"}, "U"),
        ({"country": "UKR", "subdivision": "UA-32"}, "U"),
        ({"country": "UKR", "subdivision": "UA-30"}, "U"),
        ({"country": "UKR", **at(50.45, 30.52)}, "U"),
        ({"country": "UKR", **at(48.51, 32.26)}, "U"),
        ({"country": "UKR", "subdivision": "UA-23"}, "T"),
        ({"country": "UKR", "subdivision": "UA-46"}, "F"),
        ({"country": "UKR", "subdivision": "UA-43", **at(45.0, 34.1)}, "F"),
        ({"country": "RUS", **at(45.0, 34.1)}, "F"),
        ({"country": "COD"}, "U"),
        ({"country": "COD", "subdivision": "CD-LU"}, "T"),
        ({"country": "COD", **at(-10.7, 25.5)}, "T"),
        ({"country": "BFA", "subdivision": "BF-SOM"}, "T"),
        ({"country": "BFA", "subdivision": "BF-KAD"}, "F"),
        ({"country": "LBN", "subdivision": "LB-JA"}, "T"),
        ({"country": "SOM", **at(9.56, 44.06)}, "T"),
        ({"country": "VEN"}, "T"),
        ({"country": "VEN", "subdivision": "VE-F"}, "T"),
        ({"country": "VEN", **at(8.3, -62.7)}, "T"),
        ({"country": "GIN"}, "F"),
        ({"country": "TUV", **at(-8.52, 179.2)}, "F"),
    ],
)
def test_conflict_areas(known: dict[str, Any], expected: str) -> None:
    assert truth(**known) == expected


def test_parts_of_a_region_decide_for_the_whole() -> None:
    """A region whose parts are listed: all of them, one of them, none of them."""
    rows = LAYERS["eu_cahra"].values
    sahel = ["BF-OUD", "BF-SEN", "BF-SOM", "BF-YAG"]
    for listed, expected in ((sahel, "T"), (sahel[:1], "U"), ([], "F")):
        other = rows[rows["country"] == "BFA"].iloc[:1]
        values = pd.concat([other.assign(code=c) for c in [*listed, "BF-KAD"]], ignore_index=True)
        layer = Layer(**{**vars(LAYERS["eu_cahra"]), "values": values})
        found = joined(node(country="BFA", subdivision="BF-12"), layers={"eu_cahra": layer}).signals
        assert found["truth"].tolist() == [expected]


def test_unspecified_sites_are_judged_by_the_suppliers_country() -> None:
    found = signal("eu_cahra", kind="supplier", country="VEN")
    assert (found["truth"], found["how_joined"]) == ("T", "whole_country")
    assert "judged by the supplier's country" in found["detail"]
    assert truth(kind="supplier", country="IND") == "U"


@pytest.mark.parametrize("subdivision", ["IN-CG", "IN-OD", "UA-35", ""])
def test_before_the_edition_everything_is_unknown(subdivision: str) -> None:
    country = subdivision.replace("-", " ").split()[:1]
    known = {"country": {"IN": "IND", "UA": "UKR"}.get("".join(country), "AUS"), "subdivision": subdivision}
    found = signal("eu_cahra", as_of=date(2026, 6, 27), **known)
    assert (found["truth"], found["how_joined"]) == ("U", "none")
    assert "no edition for 2026-06-27" in found["detail"]
    assert signal("eu_cahra", as_of=date(2026, 6, 28), **known)["how_joined"] != "none"


def test_the_region_of_the_law_has_no_start() -> None:
    assert signal("uflpa_region", as_of=date(2010, 1, 1), country="CHN", subdivision="CN-XJ")["truth"] == "T"


def test_the_details_name_edition_and_entry() -> None:
    found = signal("eu_cahra", country="IND", subdivision="IN-CT")
    assert "edition 2026-06, 2026-06-28" in found["detail"]
    assert "entry India, Chhattisgarh (IN-CT)" in found["source"]
    assert found["edition"] == "2026-06"


def test_country_value_is_an_interval_of_the_latest_year() -> None:
    found = signal("wgi_political_stability", country="AUS", subdivision="AU-WA", **at(-32.6, 116.0))
    rows = LAYERS["wgi_political_stability"].values
    row = rows[(rows["country"] == "AUS") & (rows["year"] == 2024)].iloc[0]
    assert found["value"] == row["estimate"]
    assert found["high"] - found["low"] == pytest.approx(2 * 1.6448536 * row["standard_error"])
    assert "2024" in found["detail"]
    assert found["truth"] == ""
    assert np.isnan(found["distance_km"])
    assert (found["place"], found["how_joined"], found["certainty"]) == ("AUS", "country", "declared")


def test_a_value_without_standard_error_has_no_bounds() -> None:
    values = LAYERS["wgi_political_stability"].values.copy()
    values.loc[values["country"] == "VEN", "standard_error"] = np.nan
    layers = {"wgi": Layer(**{**vars(LAYERS["wgi_political_stability"]), "id": "wgi", "values": values})}
    for known in ({"country": "VEN"}, {"country": "BRA", **at(8.3, -62.7)}):
        found = joined(node(**known), layers=layers).signals.iloc[0]
        assert found["value"] < 0
        assert np.isnan(found["low"])
        assert np.isnan(found["high"])


def _with_band(low: float, high: float, error: float = 0.2) -> dict[str, Layer]:
    values = LAYERS["wgi_political_stability"].values.copy()
    values.loc[values["country"] == "VEN", ["low", "high", "standard_error"]] = [low, high, error]
    return {"wgi": Layer(**{**vars(LAYERS["wgi_political_stability"]), "id": "wgi", "values": values})}


def test_a_published_band_is_used_as_published() -> None:
    found = joined(node(country="VEN"), layers=_with_band(-1.9, -0.4)).signals.iloc[0]
    assert (found["low"], found["high"]) == (-1.9, -0.4)
    assert found["low"] <= found["value"] <= found["high"]
    assert "(published band -1.90 to -0.40)" in found["detail"]


@pytest.mark.parametrize(("low", "high"), [(np.nan, -0.4), (-1.9, np.nan)])
def test_half_a_band_is_none(low: float, high: float) -> None:
    found = joined(node(country="VEN"), layers=_with_band(low, high)).signals.iloc[0]
    assert found["high"] - found["low"] == pytest.approx(2 * 1.6448536 * 0.2)
    bare = joined(node(country="VEN"), layers=_with_band(low, high, np.nan)).signals.iloc[0]
    assert np.isnan(bare["low"])
    assert np.isnan(bare["high"])
    assert "without a standard error" in bare["detail"]


def test_bounds_hold_both_countries_where_one_has_a_band() -> None:
    site = node(country="VEN", **at(-32.6, 116.0))  # coordinates in Australia
    found = joined(site, layers=_with_band(-2.4, -0.4)).signals.iloc[0]
    own = joined(node(country="AUS"), layers=_with_band(-2.4, -0.4)).signals.iloc[0]
    assert found["low"] == -2.4
    assert found["high"] == pytest.approx(own["high"])
    assert found["value"] < own["value"]


def test_country_value_of_an_earlier_date() -> None:
    assert "2023" in signal("wgi_political_stability", as_of=date(2023, 1, 1), country="AUS")["detail"]
    early = signal("wgi_political_stability", as_of=date(2022, 12, 31), country="AUS")
    assert np.isnan(early[["low", "value", "high"]].astype(float)).all()
    assert "first year is 2023" in early["detail"]


@pytest.mark.parametrize("country", ["GUY", "XKX", ""])
def test_a_missing_value_stays_missing(country: str) -> None:
    found = signal("wgi_political_stability", country=country)
    assert np.isnan(found[["low", "value", "high"]].astype(float)).all()
    assert (found["how_joined"], found["certainty"]) == ("none", "none")


def test_country_from_the_coordinates_alone() -> None:
    found = signal("wgi_political_stability", **at(-32.6, 116.0))
    assert (found["place"], found["how_joined"], found["certainty"]) == (
        "AUS",
        "point_in_polygon",
        "computed",
    )


def test_nodes_without_coordinates_do_not_pay_for_geometry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(situation, "load_atlas", lambda: pytest.fail("polygons were loaded"))
    joined(node(country="CHN", subdivision="CN-XJ"), node("b", location_precision="country", **URUMQI))


PLACES = st.sampled_from(
    [
        ("CHN", "CN-XJ", URUMQI),
        ("CHN", "CN-QH", XINING),
        ("IND", "IN-CG", at(21.3, 81.6)),
        ("IND", "IN-OD", at(18.83, 83.03)),
        ("UKR", "UA-30", at(50.45, 30.52)),
        ("MLI", "ML-6", at(16.77, -3.0)),
        ("COD", "CD-LU", at(-10.7, 25.5)),
        ("VEN", "VE-F", at(8.3, -62.7)),
        ("AUS", "AU-TAS", at(-41.137, 146.862)),
    ]
)


@given(place=PLACES, drop=st.sets(st.sampled_from(["country", "subdivision", "latitude", "longitude"])))
def test_knowing_less_never_makes_it_false(place: tuple[str, str, dict[str, Any]], drop: set[str]) -> None:
    country, subdivision, where = place
    full = node("a", country=country, subdivision=subdivision, **where)
    less = {**full, "node_id": "b", **{k: None if k in where else "" for k in drop}}
    signals = joined(full, less).signals
    for layer in ("eu_cahra", "uflpa_region"):
        before, after = signals[signals["layer"] == layer]["truth"]
        assert after != "F" or before == "F"


@pytest.mark.slow
def test_a_hundred_thousand_nodes() -> None:
    """Three layers with points in polygons: a second or two here; the bound is loose for busy machines."""
    import time

    random = np.random.default_rng(1)
    count = 100_000
    lon, lat = random.uniform([-20, -35], [140, 60], (count, 2)).T
    frame = pd.DataFrame({"node_id": [f"F{i:06d}" for i in range(count)], "kind": "facility"})
    frame["country"] = random.choice(["CHN", "IND", "UKR", "AUS", ""], count)
    begin = time.perf_counter()
    found = join(frame.assign(latitude=lat, longitude=lon), LAYERS, AS_OF)
    assert time.perf_counter() - begin < 20
    assert len(found.signals) == 3 * count
