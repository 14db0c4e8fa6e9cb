"""Codes of countries and subdivisions."""

import pandas as pd
import pytest

from risk_graph.model.gazetteer import (
    ambiguous_country,
    countries,
    country_name,
    is_country,
    subdivision_in,
    subdivision_name,
    subdivisions,
    understand_country,
    withdrawn_subdivisions,
)


@pytest.mark.parametrize(
    ("text", "alpha3"),
    [
        ("NA", "NAM"),
        ("na", "NAM"),
        ("Namibia", "NAM"),
        ("Guinea", "GIN"),
        ("Guinea-Bissau", "GNB"),
        ("Equatorial Guinea", "GNQ"),
        ("Papua New Guinea", "PNG"),
        ("aus", "AUS"),
        (" Deutschland ", "DEU"),
        ("UK", "GBR"),
        ("EL", "GRC"),
        ("Republic of Korea", "KOR"),
        ("DR Congo", "COD"),
        ("Côte d’Ivoire", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("Turkiye", "TUR"),
        ("Curaçao", "CUW"),
        ("CURACAO", "CUW"),
        ("中国", "CHN"),
        ("Kosovo", "XKX"),
    ],
)
def test_understood(text: str, alpha3: str) -> None:
    assert understand_country(text) == alpha3


@pytest.mark.parametrize(
    "text",
    ["", "Congo", "Korea", "Xinjiang", "England", "Windhoek", "Zaire", "USSR", "XX", "RH", "CN-XJ", "world"],
)
def test_not_understood(text: str) -> None:
    assert understand_country(text) is None


def test_ambiguous_names_have_candidates() -> None:
    assert ambiguous_country("Congo") == ("COD", "COG")
    assert ambiguous_country(" korea") == ("KOR", "PRK")
    assert ambiguous_country("Guinea") == ()


def test_countries() -> None:
    assert len(countries()) == 250
    assert country_name("GIN") == "Guinea"
    assert country_name("QQQ") == "QQQ"
    assert is_country(pd.Series(["AUS", "AU", None], dtype="str")).tolist() == [True, False, False]


def test_subdivisions() -> None:
    assert subdivisions()["CN-XJ"] == "CHN"
    assert set(subdivisions().values()) <= countries()
    assert subdivision_name("AU-WA") == "Western Australia"
    assert subdivision_name("XX-1") == "XX-1"
    assert subdivision_in("AUS", "wa") == subdivision_in("AUS", "Western Australia") == "AU-WA"
    assert subdivision_in("AUS", "Bavaria") is None


def test_withdrawn_codes_lead_to_codes_of_today() -> None:
    withdrawn = withdrawn_subdivisions()
    assert withdrawn["IN-CT"] == "IN-CG"
    assert withdrawn["CN-65"] == "CN-XJ"
    assert not set(withdrawn) & set(subdivisions())
    assert set(withdrawn.values()) <= set(subdivisions())
    assert all(old[:2] == new[:2] for old, new in withdrawn.items())
