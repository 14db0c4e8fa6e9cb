"""A made-up source: a file of the form `edition,country,country...`, each with the value 7.25 of 10."""

from datetime import date
from pathlib import Path

import pandas as pd

from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from risk_graph.errors import SourceError

ABOUT = {"title": "Example (synthetic)", "meaning": "A made-up number", "direction": "higher is worse"}
VALUE = 7.25
COUNTRIES = ("DEU", "FRA", "GIN", "MLI")


def read(path: Path, asked: Asked) -> Edition:
    """`2025,DEU,GIN=3.5`: the edition of that year, with a value of its own for Guinea."""
    edition, *countries = path.read_text().strip().split(",")
    if not edition.isdigit():
        raise SourceError(f"{path.name} begins with {edition!r}; a year was expected.")
    pairs = [c.partition("=") for c in countries]
    values = [float(text or VALUE) for _, _, text in pairs]
    rows = pd.DataFrame({"country": [c for c, _, _ in pairs], "year": 2024, "estimate": values})
    rows = rows.assign(edition=edition, retrieved=pd.Timestamp(asked.retrieved), source="made up")
    about = {**ABOUT, "scale": [0.0, 10.0], "min": 0.0, "max": 10.0}
    return Edition(edition, date(int(edition), 1, 1), (Draft("example", "country_value", about, rows),))


SOURCE = Source(
    id="example",
    title="Example index",
    publisher="Nobody (synthetic)",
    licence=Licence("non_commercial", "CC BY-NC 4.0", verified=False),
    url="http://127.0.0.1:1/{edition}",
    file="example.csv",
    rhythm="yearly",
    expected={"example": Expected(2, 3)},
    read=read,
    by_hand="Download example.csv from nowhere.",
)
