"""Which place an entry of the CAHRA list means: its code and its name must agree.

A code is right if ISO 3166-2 gives it the printed name, or one spelled much like it and unlike every other of the
country; spellings that were compared by hand stand in data/reference/eu_cahra_names.csv. Otherwise every place that
may be meant is kept, none of them as certain.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from anyascii import anyascii
from rapidfuzz import fuzz

from ingest.listed import Log
from ingest.words import shown
from risk_graph import data_dir
from risk_graph.model.gazetteer import subdivision_name, subdivisions, withdrawn_subdivisions

_ALIKE = 80
"""Of 100: spellings of one name differ by less, names of neighbours (North, South) by more."""
_KINDS = (
    "oblast region province state governorate department departement district muhafazah wilayat county prefecture "
    "territory republic estado departamento provincia the of de la"
)
_GENERIC = frozenset(_KINDS.split())
_DIRECTIONS = {
    word: way
    for way, words in {
        "n": "north northern nord norte",
        "s": "south southern sud sur",
        "e": "east eastern est este",
        "w": "west western ouest oeste",
        "c": "central centre centro",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True)
class Named:
    """A place that an entry may mean, by today's ISO 3166-2 code."""

    code: str
    certain: bool
    note: str


def places_of(code: str, name: str, home: Sequence[str], log: Log) -> list[Named]:
    """The place of an entry, or every one that it may be; what contradicts itself goes into `log`.

    `home` are the codes of the entry's country.
    """
    known = _compared().get((code, name))
    today = withdrawn_subdivisions().get(code, code)
    if known is None:
        agreed = today in home and _agree(name, today, home)
        known = [Named(today, True, _note(code, today, name))] if agreed else _candidates(today, name, home)
    if not all(place.certain for place in known):
        _say(code, name, known, log)
    return known


@cache
def _compared() -> dict[tuple[str, str], list[Named]]:
    out: dict[tuple[str, str], list[Named]] = {}
    with (data_dir() / "reference" / "eu_cahra_names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = Named(row["code"], row["certain"] == "true", row["note"])
            out.setdefault((row["listed_code"], row["name"]), []).append(place)
    return out


def _plain(name: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in anyascii(name).lower().replace("'", "")).split()
    return " ".join([w for w in words if w not in _GENERIC] or words)


def _likeness(one: str, other: str) -> float:
    """0 to 100; names that differ in a direction are not alike, however few letters that is."""
    ways = ({_DIRECTIONS[w] for w in name.split() if w in _DIRECTIONS} for name in (one, other))
    return fuzz.ratio(one, other) if len({frozenset(w) for w in ways}) == 1 else 0.0


def _agree(name: str, code: str, home: Sequence[str]) -> bool:
    """Is it the code's name, or much like it and unlike any other of the country?"""
    wanted = _plain(name)
    if wanted == _plain(subdivision_name(code)):
        return True
    like = {c: _likeness(wanted, _plain(subdivision_name(c))) for c in home}
    others = [score for c, score in like.items() if c != code]
    return like[code] >= _ALIKE and like[code] > max(others, default=0)


def _candidates(code: str, name: str, home: Sequence[str]) -> list[Named]:
    """The printed code and every place of about that name; without one, anywhere in the country."""
    wanted = _plain(name)
    like = [c for c in home if _likeness(wanted, _plain(subdivision_name(c))) >= _ALIKE]
    codes = sorted({*like, *([code] if code in home else [])} if like else home)
    about = (
        f"which is {subdivision_name(code)} in ISO 3166-2" if code in subdivisions() else "which is no code"
    )
    note = f"The list names {name} and prints {code}, {about}: which place is meant is not known"
    return [Named(c, False, note) for c in codes]


def _note(code: str, today: str, name: str) -> str:
    if code != today:
        return f"{code} is withdrawn; the same place is {today} today"
    iso = subdivision_name(today)
    if _plain(name) == _plain(iso):
        return ""
    return f"{anyascii(name)} in the list, {anyascii(iso)} in ISO 3166-2: the same place"


def _say(code: str, name: str, known: list[Named], log: Log) -> None:
    codes = ", ".join(place.code for place in known[:8]) + (", ..." if len(known) > 8 else "")
    log.add(
        "bad-subdivision",
        "warning",
        f"The list prints {code} beside the name {shown(name)}; they are not the same place. What it says of {codes} is unknown.",
        "Ask the publisher which is meant; until then look at sites there yourself.",
        column="code",
    )
