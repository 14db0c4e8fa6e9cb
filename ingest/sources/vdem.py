"""V-Dem Institute, country-year data set: five indices with the band in which 68 % of the model's draws lie."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ingest.archive import on_disk, streams_in, unpacking
from ingest.country_rows import About, Cell, Log, Reading, draft_of, values_of
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from risk_graph.errors import SourceError

FIRST_YEAR = 1990
_LARGEST_MB = 1500
_WHAT = "V-Dem's country-year data set as CSV (V-Dem-CY-Core or V-Dem-CY-Full+Others)"
_KEYS = ("country_text_id", "year")
_NOT_TAKEN = frozenset({"PSG"})
_UNIT_SCALE = (0.0, 1.0)
INDICES = {
    "v2x_rule": (
        "vdem_rule_of_law",
        "Rule of law index (V-Dem)",
        "higher is better",
        _UNIT_SCALE,
        _UNIT_SCALE,
    ),
    "v2x_corr": (
        "vdem_corruption",
        "Political corruption index (V-Dem)",
        "higher is worse",
        _UNIT_SCALE,
        _UNIT_SCALE,
    ),
    "v2x_clphy": (
        "vdem_physical_violence",
        "Freedom from political killings and torture by the government (V-Dem)",
        "higher is better",
        _UNIT_SCALE,
        _UNIT_SCALE,
    ),
    "v2xcl_slave": (
        "vdem_forced_labour",
        "Freedom from forced labour (V-Dem)",
        "higher is better",
        _UNIT_SCALE,
        _UNIT_SCALE,
    ),
    "v2csreprss": (
        "vdem_civil_society_repression",
        "Freedom of civil society organisations from repression (V-Dem)",
        "higher is better",
        (-3.5, 3.5),
        (-7.0, 7.0),
    ),
}
"""Column -> layer, title, direction, goalposts, bounds of every value."""


def read(path: Path, asked: Asked) -> Edition:
    """An edition from the zip or CSV of the country-year data set; years from FIRST_YEAR on."""
    log = Log(path.name)
    name, frame = _table(path)
    edition = _edition(name, path, asked, log)
    years = pd.to_numeric(frame["year"], errors="coerce")
    old = years < FIRST_YEAR
    if old.any():
        message = f"{int(old.sum()):,} rows of years before {FIRST_YEAR} are not taken."
        log.add("missing-value", "info", message, "Nothing to do: a run uses the latest year up to its day.")
    _say_gaza(frame, log)
    shared = About(edition, asked, f"V-Dem Institute, V-Dem country-year data set, version {edition}")
    drafts = tuple(_draft(c, frame[~old], shared, log) for c in INDICES if c in frame.columns)
    released = (
        date(int(years.max()) + 1, 1, 1) if years.notna().any() else None
    )  # the data end the year before
    return Edition(edition, released, drafts, log.all())


def _table(path: Path) -> tuple[str, pd.DataFrame]:
    """Name and the columns that are used, as text, of the one table of the file."""
    with unpacking(path):
        for name, stream in streams_in(path, _is_table, _LARGEST_MB):
            with on_disk(stream) as file:
                return name, _columns(name, file)
    raise SourceError(f"{path.name} holds no CSV; {_WHAT} was expected.")


def _is_table(name: str) -> bool:
    base = name.rpartition("/")[2].casefold()
    return base.endswith(".csv") and "codebook" not in base


def _columns(name: str, file: Path) -> pd.DataFrame:
    try:
        with arrow_csv.open_csv(file) as first:
            header = first.schema.names
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SourceError(f"{name} is no CSV ({error}); {_WHAT} was expected.") from None
    missing = [c for c in _KEYS if c not in header]
    if missing or not any(c in header for c in INDICES):
        expected = ", ".join((*_KEYS, *INDICES))
        raise SourceError(f"{name}: {expected} are expected in {_WHAT}; there are {', '.join(header[:12])}.")
    wanted = [c for c in (*_KEYS, *_measures()) if c in header]
    try:
        table = arrow_csv.read_csv(
            file,
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise SourceError(f"{name} is damaged ({error}). Fetch it again.") from None
    return table.to_pandas().astype("str")


def _measures() -> list[str]:
    return [c + end for c in INDICES for end in ("", "_codelow", "_codehigh")]


def _edition(name: str, path: Path, asked: Asked, log: Log) -> str:
    found = re.search(r"v([0-9]+(?:\.[0-9]+)?)\.(?:csv|zip)\Z", name) or re.search(
        r"(?i)v-dem.*v([0-9]+(?:\.[0-9]+)?)", path.stem
    )
    if found or asked.edition:
        return found[1] if found else asked.edition
    message = f"The file does not say its version; the edition is named after the day it was read, {asked.retrieved}."
    log.add("missing-value", "info", message, "Say the version with --edition, as 16.")
    return asked.retrieved.isoformat()


def _say_gaza(frame: pd.DataFrame, log: Log) -> None:
    if frame["country_text_id"].isin(sorted(_NOT_TAKEN)).any():
        message = (
            "V-Dem codes Gaza and the West Bank apart; PSE is the West Bank here, PSG (Gaza) is not taken."
        )
        log.add(
            "bad-country", "info", message, "Nothing to do, unless a site lies in Gaza.", 0, "country_text_id"
        )


def _draft(column: str, frame: pd.DataFrame, shared: About, log: Log) -> Draft:
    layer, title, direction, scale, bounds = INDICES[column]
    part = frame.reindex(columns=[*_KEYS, column, f"{column}_codelow", f"{column}_codehigh"], fill_value="")
    if (part[f"{column}_codelow"] == "").all():
        message = f"{column} has no {column}_codelow and _codehigh: its values have no bounds."
        log.add("missing-column", "warning", message, f"Fetch {_WHAT}.", 0, f"{column}_codelow")
    cells = [
        Cell(country, year.removesuffix(".0"), value, low=low, high=high, row=int(row) + 2, entry=column)
        for row, (country, year, value, low, high) in zip(
            part.index, part.itertuples(index=False, name=None), strict=True
        )
        if country not in _NOT_TAKEN
    ]
    values = values_of(cells, Reading(layer, bounds, "alpha3"), log)
    about = {
        "title": title,
        "meaning": f"{title.removesuffix(' (V-Dem)')}, as coded by experts and put together by V-Dem's measurement model",
        "direction": direction,
        "scale": list(scale),
        "unit": "index from 0 to 1" if scale == _UNIT_SCALE else "units of the measurement model",
        "attribution": f"V-Dem country-year data set, version {shared.edition}, V-Dem Institute, CC BY 4.0",
        "notes": "The bounds are V-Dem's own: 68 % of the model's draws lie between them, about one standard deviation.",
        "min": bounds[0],
        "max": bounds[1],
    }
    return draft_of(layer, about, values.drop(columns="row"), shared)


SOURCE = Source(
    id="vdem",
    title="V-Dem country-year data set",
    publisher="V-Dem Institute",
    licence=Licence("attribution", "CC BY 4.0", verified=False),
    url="https://v-dem.net/media/datasets/V-Dem-CY-Core-v{edition}_csv.zip",
    file="V-Dem-CY-Core_csv.zip",
    rhythm="yearly, in March",
    expected={layer: Expected(3_000, 12_000) for layer, *_ in INDICES.values()},
    read=read,
    by_hand="Download the country-year CSV from v-dem.net/data/the-v-dem-dataset (the site asks for a name).",
    edition="16",
    largest_mb=_LARGEST_MB,
)
