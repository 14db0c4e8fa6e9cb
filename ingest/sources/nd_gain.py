"""Notre Dame Global Adaptation Initiative: how vulnerable countries are to climate change, and how ready to adapt."""

import re
from pathlib import Path

from ingest.archive import files_in
from ingest.country_grid import csv_sheet
from ingest.country_rows import About, Cell, Log, Reading, draft_of, values_of
from ingest.listed_edition import first_day
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from risk_graph.errors import SourceError

LAYERS = {
    "vulnerability": (
        "nd_gain_vulnerability",
        "Vulnerability to climate change (ND-GAIN)",
        "higher is worse",
    ),
    "readiness": ("nd_gain_readiness", "Readiness to adapt to climate change (ND-GAIN)", "higher is better"),
}
_LARGEST_MB = 200
_MOST_FILES = 2_000
"""The archive holds a file for each indicator and step of the calculation."""
_WHAT = "ND-GAIN's archive with vulnerability.csv and readiness.csv"
_YEAR = re.compile(r"[12][0-9]{3}")


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the archive, a folder with the two files, or one of them."""
    log = Log(path.name)
    found = dict(_tables(path))
    if not found:
        raise SourceError(f"{path.name} holds neither; {_WHAT} was expected.")
    edition = asked.edition or _edition(path, asked, log)
    shared = About(
        edition, asked, f"Notre Dame Global Adaptation Initiative, ND-GAIN Country Index {edition}"
    )
    drafts = tuple(_draft(which, *found[which], shared, log) for which in LAYERS if which in found)
    return Edition(edition, first_day(edition), drafts, log.all())


def _tables(path: Path) -> list[tuple[str, tuple[str, bytes]]]:
    """The overall score of each kind: not its parts, whose files have other names."""
    out = []
    for name, data in files_in(path, (".csv",), _LARGEST_MB, _MOST_FILES):
        stem = name.rpartition("/")[2].casefold().removesuffix(".csv")
        which = [w for w in LAYERS if stem == w or (name == path.name and w in stem)]
        out += [(w, (name, data)) for w in which]
    return out


def _edition(path: Path, asked: Asked, log: Log) -> str:
    if found := re.search(r"(20[0-9]{2})", path.stem):
        return found[1]
    message = f"The file does not say its edition; it is named after the day it was read, {asked.retrieved}."
    log.add("missing-value", "info", message, "Say the year of the release with --edition.")
    return asked.retrieved.isoformat()


def _draft(which: str, name: str, data: bytes, shared: About, log: Log) -> Draft:
    layer, title, direction = LAYERS[which]
    sheet = csv_sheet(name, data, ("iso3", "name"))
    years = [c.strip() for c in sheet.header if _YEAR.fullmatch(c.strip())]
    if not years:
        raise SourceError(
            f"{name}: years as columns were expected; there are {', '.join(sheet.header[:12])}."
        )
    cells = [
        Cell(country, year, value, row=row, entry=which)
        for row, (country, *values) in sheet.cells("ISO3", *years)
        for year, value in zip(years, values, strict=True)
    ]
    for row in sheet.bad:
        message = f"{name} row {row} does not have as many cells as its header and is not taken."
        log.add("unreadable-file", "warning", message, "Fetch the file again.", row)
    values = values_of(cells, Reading(layer, (0.0, 1.0), "alpha3"), log)
    about = {
        "title": title,
        "meaning": f"{title.removesuffix(' (ND-GAIN)')}, an index put together from many indicators",
        "direction": direction,
        "scale": [0.0, 1.0],
        "unit": "index from 0 to 1",
        "attribution": "University of Notre Dame, ND-GAIN Country Index",
        "notes": "No uncertainty is published: the values have no bounds.",
        "min": 0.0,
        "max": 1.0,
    }
    return draft_of(layer, about, values.drop(columns="row"), shared)


SOURCE = Source(
    id="nd_gain",
    title="ND-GAIN Country Index",
    publisher="Notre Dame Global Adaptation Initiative",
    licence=Licence("attribution", "Creative Commons, attribution (version not seen)", verified=False),
    url="https://gain.nd.edu/assets/647440/ndgain_countryindex_{edition}.zip",
    file="ndgain_countryindex.zip",
    rhythm="yearly",
    expected={layer: Expected(3_000, 12_000) for layer, *_ in LAYERS.values()},
    read=read,
    by_hand="Download the data of the Country Index from gain.nd.edu/our-work/country-index/download-data.",
    edition="2026",
    largest_mb=_LARGEST_MB,
)
