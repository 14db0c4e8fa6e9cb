"""UCDP Candidate Events: the months since the yearly release, before the yearly review."""

from pathlib import Path

from ingest.source import Asked, Edition, Expected, Licence, Source
from ingest.ucdp import read_events

LAYER = "ucdp_candidate"
ABOUT = {
    "title": "UCDP Candidate Events",
    "meaning": "Deaths in events near the site that may enter the next UCDP GED; some will not",
    "unit": "deaths",
    "radius_km": 50,
    "years_back": 1,
    "attribution": "Uppsala Conflict Data Program, Candidate Events Dataset (CC BY 4.0)",
    "notes": (
        "A release holds a month or a quarter, not a history: the sentence of a signal names the days. It is never added to "
        "UCDP GED, for some events stand in both and others are withdrawn."
    ),
}
_EXPECTED = "expected is the CSV of UCDP Candidate Events (a month to a year)"
_MOST_DAYS = 500
_LARGEST_MB = 200


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the CSV, or a zip that holds it."""
    return read_events(path, asked, LAYER, ABOUT, _LARGEST_MB, _EXPECTED, _MOST_DAYS)


SOURCE = Source(
    id="ucdp_candidate",
    title="UCDP Candidate Events",
    publisher="Uppsala Conflict Data Program",
    licence=Licence("attribution", "CC BY 4.0", verified=False),
    url="https://ucdp.uu.se/downloads/candidateged/GEDEvent_v{edition}.csv",
    file="candidate.csv",
    rhythm="every month",
    expected={LAYER: Expected(100, 60_000)},
    read=read,
    by_hand="Download the CSV of the Candidate Events Dataset from https://ucdp.uu.se/downloads/.",
    edition="26_01_26_03",
    largest_mb=_LARGEST_MB,
)
