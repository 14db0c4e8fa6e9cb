"""Odd records of trade are told from the data alone; unknown production never says fine."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.anomalies import against_production, exports_and_production, judge
from risk_graph.layers.layer import load_layers
from tests.reference import reference_file
from tests.sources.country_files import read

BUYERS = ("CHN", "DEU", "ESP", "FRA", "IND", "IRL", "UKR", "USA")


def trade(
    masses: dict[int, float], usd: float = 60.0, exporter: str = "GIN", hs6: str = "260600"
) -> pd.DataFrame:
    """A country's sales to its buyers at about one price; every second one is a little above it."""
    rows = [
        (year, hs6, exporter, buyer, mass * usd * (1 + 0.1 * (n % 2)) / 1000, mass)
        for year, mass in masses.items()
        for n, buyer in enumerate(BUYERS)
    ]
    return pd.DataFrame(rows, columns=["year", "hs6", "exporter", "importer", "value_kusd", "mass_t"])


def production(**tonnes: float) -> pd.DataFrame:
    rows = [(country, 2023, "Bauxite", mass) for country, mass in tonnes.items()]
    return pd.DataFrame(rows, columns=["country", "year", "commodity", "mass_t"])


def odd(frame: pd.DataFrame) -> list[tuple[str, str, int]]:
    noted = judge(frame, "x").trade.query("note != ''")
    return [(r.exporter, r.importer, r.year) for r in noted.itertuples()]


def test_alike_records_are_not_odd() -> None:
    frame = pd.concat([trade({2022: 1e6, 2023: 1.2e6}), trade({2022: 5e5, 2023: 5e5}, 55, "AUS")])
    assert odd(frame) == []


def test_a_mass_that_is_a_seventh_is_odd() -> None:
    frame = trade({2022: 1e6, 2023: 1.1e6})
    at = frame.index[(frame["importer"] == "CHN") & (frame["year"] == 2023)][0]
    frame.loc[at, "mass_t"] /= 7
    found = judge(frame, "x")
    assert odd(frame) == [("GIN", "CHN", 2023)]
    assert found.trade.drop(columns="note").equals(frame)  # nothing is changed, nothing is dropped
    (issue, _) = found.issues
    assert (issue.code, issue.level) == ("odd-trade", "warning")
    assert "Guinea to China, HS 260600, 2023" in issue.message
    assert "mass changes 0.16 times and its value 1.1 times" in issue.message


@settings(max_examples=30, deadline=None)
@given(factor=st.floats(6, 50), which=st.integers(0, 15), up=st.booleans())
def test_any_record_far_from_its_peers_is_found(factor: float, which: int, up: bool) -> None:
    frame = trade({2022: 1e6, 2023: 1.1e6})
    frame.loc[which, "value_kusd"] *= factor if up else 1 / factor
    row = frame.loc[which]
    assert (row["exporter"], row["importer"], row["year"]) in odd(frame)


def test_a_price_that_moves_for_all_is_not_odd() -> None:
    dear = trade({2023: 1e6}, usd=400)
    others = trade({2023: 1e6}, usd=380, exporter="AUS")
    assert odd(pd.concat([trade({2022: 1e6}), trade({2022: 1e6}, 57, "AUS"), dear, others])) == []


def test_a_seller_of_few_records_is_set_against_all() -> None:
    one = trade({2023: 1e6}, 900, "GHA").head(1)
    assert odd(pd.concat([trade({2023: 1e6}), one])) == [("GHA", "CHN", 2023)]


def test_what_does_not_matter_is_not_judged_and_that_is_said() -> None:
    small = trade({2023: 3.0}, 20_000).head(1)
    found = judge(pd.concat([trade({2023: 1e6}), small]), "x")
    assert odd(found.trade.drop(columns="note")) == []
    assert "1 smaller ones, or without a mass, were not" in found.issues[-1].message


def test_notes_that_stand_there_stay() -> None:
    frame = trade({2023: 1e6}).assign(note="")
    frame.loc[0, "note"] = "Said before."
    frame.loc[0, "mass_t"] /= 9
    note = judge(frame, "x").trade["note"][0]
    assert note.startswith("Said before. ")
    assert len(note) > 40


def test_exports_against_production_are_true_false_or_unknown() -> None:
    frame = pd.concat([trade({2023: 1e6}, exporter=c) for c in ("GIN", "AUS", "GHA", "CIV", "SLB")])
    frame.loc[(frame["exporter"] == "AUS") & (frame["importer"] == "FRA"), "mass_t"] = math.nan
    made = production(GIN=7.9e6, AUS=9e6, CIV=0.0, GHA=math.nan)
    table = exports_and_production(frame, made).set_index("exporter")["exceeds"]
    # more than produced; a part of the exports is unknown; produced nothing; unknown; not named
    assert table.to_dict() == {"GIN": "T", "AUS": "U", "CIV": "T", "GHA": "U", "SLB": "U"}
    assert exports_and_production(frame, production(GIN=8e6)).set_index("exporter")["exceeds"]["GIN"] == "F"
    found = against_production(frame, made, "x")
    assert set(found.trade.query("note != ''")["exporter"]) == {"GIN", "CIV"}
    assert "produced none of bauxite" in " ".join(i.message for i in found.issues)
    assert "unknown for 3 of 5" in found.issues[-1].message


def test_products_that_are_made_of_something_else_are_not_compared() -> None:
    frame = trade({2023: 1e6}, hs6="760120")
    assert exports_and_production(frame, production(GIN=1.0)).empty


def test_the_known_record_of_the_layer_that_ships() -> None:
    """Guinea to China 2023: seven times the usual unit value; and the flags can be read in a minute."""
    values = load_layers()["baci_trade"].values.assign(note="")
    found = judge(values, "x")
    flagged = found.trade.query("note != ''")
    known = flagged.query("exporter == 'GIN' and importer == 'CHN' and year == 2023")
    assert len(known) == 1
    assert "464 USD a tonne is 9.3 times" in known["note"].iloc[0]
    assert len(flagged) == len(found.issues) - 1 == 14
    assert len(values) == 7156


def test_real_exports_against_real_production() -> None:
    path = reference_file("trade/wmd_production_bauxite_aluminium_2018_2024.csv")
    made = read("world_mining_data", path).drafts[0].rows
    table = exports_and_production(load_layers()["baci_trade"].values, made)
    counts = table["exceeds"].value_counts().to_dict()
    assert sum(counts.values()) == 179
    assert counts["T"] == 29
    malaysia = table.query("exporter == 'MYS' and hs6 == '260600' and year == 2024").iloc[0]
    assert malaysia["exceeds"] == "T"
    assert malaysia["produced_t"] == pytest.approx(387_032)
