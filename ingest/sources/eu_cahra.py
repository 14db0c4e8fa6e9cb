"""The EU's indicative list of conflict-affected and high-risk areas (CAHRA): the JSON behind cahraslist.net.

A list of countries, each with reports that name regions or the country as a whole. Its shapes: ingest/cahra_json.py;
how its names and codes are read: ingest/cahra_names.py.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from ingest.cahra_json import EXPECTED, Country, Region, report_of
from ingest.cahra_names import Named, places_of
from ingest.listed import Log
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from ingest.words import shown
from risk_graph.errors import SourceError
from risk_graph.model.gazetteer import countries, subdivisions
from risk_graph.model.table import fact_tables

LAYER = "eu_cahra"
ABOUT = {
    "title": "EU indicative list of conflict-affected and high-risk areas (CAHRA)",
    "meaning": (
        "The place is named in the indicative, non-exhaustive list under Article 14(2) of Regulation (EU) 2017/821; a place "
        "that is not named is not thereby free of conflict"
    ),
    "attribution": "Facts from the indicative CAHRA list under Regulation (EU) 2017/821",
    "notes": (
        "One row an entry. An entry whose name and code contradict each other has a row for each place that may be meant, and "
        "every reading of those is unknown. The list changes every quarter: an answer holds as of a date."
    ),
}
_LARGEST_MB = 20
_BRUSSELS = ZoneInfo("Europe/Brussels")
_MONTHS = {
    month: number
    for number, month in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        start=1,
    )
}
_REPORT = re.compile(r"(" + "|".join(_MONTHS) + r")\s+(20[0-9]{2})", re.IGNORECASE)
_EDITION = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


def read(path: Path, asked: Asked) -> Edition:
    """The edition `YYYY-MM` of the report's month; SourceError if the file has another shape."""
    log = Log(path.name)
    report = report_of(path, _LARGEST_MB)
    edition, words = _edition(report.title, asked)
    start = _start(report.updated, log)
    about = _About(edition, words, start, asked.retrieved)
    rows = [row for country in report.countries for row in _rows(country, about, log)]
    frame = pd.DataFrame(sorted(rows, key=_order))
    draft = Draft(LAYER, "listing", ABOUT, fact_tables()["listing"].conform(frame))
    return Edition(edition, start, (draft,), tuple(log.issues))


@dataclass(frozen=True)
class _About:
    """What all rows of an edition share."""

    edition: str
    report: str
    start: date | None
    retrieved: date

    def row(self, country: Country, entry: str, **known: Any) -> dict[str, Any]:
        return {
            "code": "",
            "listed_code": "",
            "country": country.code,
            "edition": self.edition,
            "listed_from": self.start,
            "retrieved": self.retrieved,
            "source": f"EU indicative CAHRA list, report {self.report}, entry {country.name}, {entry}",
            **known,
        }


def _order(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["country"], row["listed_code"], row["code"]


def _edition(title: str, asked: Asked) -> tuple[str, str]:
    """`YYYY-MM` and the report's month in words; what the user says must be what the file says."""
    found = _REPORT.search(title)
    if found is None:
        raise SourceError(f"The title {shown(title)} names no month and year; {EXPECTED}.")
    month, year = found.group(1).capitalize(), found.group(2)
    edition = f"{year}-{_MONTHS[month.lower()]:02d}"
    if asked.edition and asked.edition != edition:
        raise SourceError(
            f"The file is the report of {month} {year}, edition {edition}, not {asked.edition}."
        )
    assert _EDITION.fullmatch(edition)
    return edition, f"{month} {year}"


def _start(updated: str, log: Log) -> date | None:
    """The day in Brussels on which the reports were last changed."""
    try:
        moment = datetime.fromisoformat(updated.replace("Z", "+00:00"))
    except ValueError:
        log.add(
            "bad-date",
            "warning",
            f"The day of the reports is {shown(updated)}, which is no date: the edition counts from the day it was fetched.",
            "Nothing, if the list is fetched when it appears.",
            column="updated_at",
        )
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_BRUSSELS).date()


def _rows(country: Country, about: _About, log: Log) -> Iterable[dict[str, Any]]:
    if country.code not in countries():
        raise SourceError(
            f"{shown(country.code)} of {shown(country.name)} is no country of ISO 3166-1; {EXPECTED}."
        )
    if country.whole:
        note = "listed as a whole country; the list gives no status"
        yield about.row(
            country,
            "whole country",
            name=country.name,
            whole_country="true",
            certain="true",
            status="",
            note=note,
        )
        return
    home = [code for code, owner in subdivisions().items() if owner == country.code]
    found = [(r, places_of(r.code, _spaced(r.name), home, log)) for r in _merged(country.regions)]
    sure = {place.code for _, named in found for place in named if place.certain}
    taken: set[str] = set()
    for region, named in found:
        for place in named:
            if place.code in taken or (not place.certain and place.code in sure):
                continue
            taken.add(place.code)
            yield _region_row(country, region, place, about)


def _region_row(country: Country, region: Region, place: Named, about: _About) -> dict[str, Any]:
    return about.row(
        country,
        f"{region.name} ({region.code})",
        code=place.code,
        listed_code=region.code,
        name=_spaced(region.name),
        whole_country="false",
        certain="true" if place.certain else "false",
        status=region.status,
        note=place.note,
    )


def _spaced(name: str) -> str:
    return " ".join(name.split())


def _merged(regions: Iterable[Region]) -> list[Region]:
    """One a code and name; two reports that name it add up."""
    out: dict[tuple[str, str], Region] = {}
    for region in regions:
        key = region.code, region.name
        before = out.get(key)
        words = {*(before.status.split(" and ") if before else ()), *region.status.split(" and ")} - {""}
        out[key] = Region(region.name, region.code, " and ".join(sorted(words)))
    return list(out.values())


SOURCE = Source(
    id="eu_cahra",
    title="Indicative list of conflict-affected and high-risk areas",
    publisher="RAND Europe for the European Commission, DG TRADE",
    licence=Licence(
        "own_terms",
        "no licence published: single facts in our own schema, each with its citation",
        verified=False,
    ),
    url="https://cahra-api.cahraslist.net/api/v1/cahras",
    file="cahras.json",
    rhythm="every quarter",
    expected={LAYER: Expected(150, 600)},
    read=read,
    by_hand=(
        "Open https://www.cahraslist.net/ in a browser and save the answer of its request to "
        "https://cahra-api.cahraslist.net/api/v1/cahras."
    ),
    largest_mb=_LARGEST_MB,
    headers={
        "Accept": "application/json",
        "Origin": "https://www.cahraslist.net",
        "Referer": "https://www.cahraslist.net/",
    },
)
