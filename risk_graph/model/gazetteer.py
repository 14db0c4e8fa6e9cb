"""Codes of countries (ISO 3166-1) and subdivisions (ISO 3166-2), and what people write instead of them.

Reads `data/reference`; knows no polygon and no risk.
"""

import csv
import unicodedata
from functools import cache

import pandas as pd

from risk_graph import data_dir

_AMBIGUOUS = {
    "congo": ("COD", "COG"),
    "the congo": ("COD", "COG"),
    "korea": ("KOR", "PRK"),
    "virgin islands": ("VGB", "VIR"),
    "saint martin": ("MAF", "SXM"),
    "st martin": ("MAF", "SXM"),
    "st. martin": ("MAF", "SXM"),
    "guiana": ("GUF", "GUY"),
}
"""Names that two countries answer to: guessing one would be wrong half of the time."""

LOCALES = (
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "pl",
    "sv",
    "nb",
    "tr",
    "ru",
    "uk",
    "ar",
    "zh",
    "zh_Hant",
    "ja",
    "ko",
)
"""Languages whose names of countries are understood."""

_USUAL = {"UK": "GBR", "EL": "GRC"}
"""Two letters that are no ISO code but are in general use (exceptionally reserved by ISO, EU usage)."""


def _rows(file: str) -> list[dict[str, str]]:
    with (data_dir() / "reference" / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def _names() -> dict[str, str]:
    return {row["alpha3"]: row["name"] for row in _rows("iso3166_1.csv")}


@cache
def _alpha2() -> dict[str, str]:
    return {row["alpha2"]: row["alpha3"] for row in _rows("iso3166_1.csv")}


@cache
def _subdivision_names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows("iso3166_2.csv")}


@cache
def countries() -> frozenset[str]:
    """Alpha-3 codes."""
    return frozenset(_names())


@cache
def subdivisions() -> dict[str, str]:
    """Subdivision code -> alpha-3 of its country."""
    return {row["code"]: row["country"] for row in _rows("iso3166_2.csv")}


@cache
def withdrawn_subdivisions() -> dict[str, str]:
    """Withdrawn code -> the code of the same place today."""
    return {row["old"]: row["new"] for row in _rows("iso3166_2_withdrawn.csv")}


@cache
def _extents() -> dict[str, tuple[float, float, float, float]]:
    return {
        row["alpha3"]: (float(row["south"]), float(row["west"]), float(row["north"]), float(row["east"]))
        for row in _rows("country_extents.csv")
    }


_AROUND = 0.5
"""Degrees around a country that still count as in it: coasts are drawn coarsely."""


def may_lie_in(country: str, latitude: float, longitude: float) -> bool:
    """Whether a point lies within the outermost limits of a country; true if they are not known."""
    south, west, north, east = _extents().get(country, (-90.0, -180.0, 90.0, 180.0))
    return south - _AROUND <= latitude <= north + _AROUND and west - _AROUND <= longitude <= east + _AROUND


def country_name(alpha3: str) -> str:
    """Short English name; the code itself if nobody has it."""
    return _names().get(alpha3, alpha3)


def subdivision_name(code: str) -> str:
    """Name as ISO 3166-2 gives it; the code itself if nobody has it."""
    return _subdivision_names().get(code, code)


def is_country(codes: pd.Series) -> pd.Series:
    """Which of `codes` are alpha-3 codes; a missing one is none."""
    return codes.isin(list(countries()))


def ambiguous_country(text: str) -> tuple[str, ...]:
    """The alpha-3 codes that a name may stand for, if it is one of those that are no answer."""
    return _AMBIGUOUS.get(text.strip().casefold(), ())


@cache
def understand_country(text: str) -> str | None:
    """Alpha-3 of a code or a name, or None if it is unknown or ambiguous.

    A part of a country or a city is not understood as its country: who writes `Xinjiang` says more than CHN.
    """
    name = text.strip()
    code = name.upper()
    if code in countries():
        return code
    if len(name) == 2 and name.isascii():
        return _alpha2().get(code) or _USUAL.get(code)
    if ambiguous_country(name):
        return None
    return _by_name(name)


def _by_name(name: str) -> str | None:
    return _country_names().get(name.casefold()) or _plain_names().get(_plain(name))


def _plain(name: str) -> str:
    """A name without accents and with straight apostrophes, as many keyboards write it."""
    letters = (c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return "".join(letters).replace("\u2019", "'").replace("\u02bc", "'")


@cache
def _plain_names() -> dict[str, str]:
    """Plain names -> alpha-3; one that two countries would share is none."""
    found: dict[str, set[str]] = {}
    for name, code in _country_names().items():
        found.setdefault(_plain(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


@cache
def _country_names() -> dict[str, str]:
    """Names in use -> alpha-3: the table's, and CLDR's in LOCALES; a name of two countries is none."""
    from babel import Locale  # slow to import, and most files hold alpha-3 codes

    found: dict[str, set[str]] = {}
    for row in (*_rows("country_names.csv"), *_rows("iso3166_1.csv")):
        found.setdefault(row["name"].casefold(), set()).add(row["alpha3"])
    for locale in LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if code in _alpha2():
                found.setdefault(name.casefold(), set()).add(_alpha2()[code])
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def subdivision_in(country: str, text: str) -> str | None:
    """The code of `country` that `text` may mean: its last part (`WA`) or its name."""
    wanted = text.strip().casefold()
    for code, owner in subdivisions().items():
        same = code.partition("-")[2].casefold() == wanted or subdivision_name(code).casefold() == wanted
        if owner == country and same:
            return code
    return None
