"""UCDP Georeferenced Event Dataset: every event with a death since 1989, once a year."""

from pathlib import Path

from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.ucdp import read_events

LAYER = "ucdp_ged"
ABOUT = {
    "title": "UCDP GED",
    "meaning": "Deaths in events of state-based, non-state and one-sided violence near the site",
    "unit": "deaths",
    "radius_km": 50,
    "years_back": 5,
    "attribution": "Uppsala Conflict Data Program, Georeferenced Event Dataset (CC BY 4.0)",
    "notes": (
        "Events with at least one death in a conflict or one-sided campaign that reached 25 deaths in a year. An edition ends "
        "with the year before it; the Candidate layer goes on from there."
    ),
}
_EXPECTED = "expected is the CSV of UCDP GED (every year since 1989), or the zip that holds it"
_LARGEST_MB = 1000


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the zip or the CSV."""
    return read_events(path, asked, LAYER, ABOUT, _LARGEST_MB, _EXPECTED)


SOURCE = Source(
    id="ucdp_ged",
    title="UCDP GED",
    publisher="Uppsala Conflict Data Program",
    licence=Licence("attribution", "CC BY 4.0", verified=False),
    url="https://ucdp.uu.se/downloads/ged/ged{edition}-csv.zip",
    file="ged-csv.zip",
    rhythm="every year, in June",
    expected={LAYER: Expected(300_000, 800_000)},
    read=read,
    by_hand="Download the CSV of the Georeferenced Event Dataset from https://ucdp.uu.se/downloads/.",
    edition="261",
    largest_mb=_LARGEST_MB,
)
