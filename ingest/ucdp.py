"""Events of the Uppsala Conflict Data Program: the CSV of a yearly GED or of a monthly Candidate release.

Columns are found by name; of the 49 only those are read that are used, and of a file of hundreds of megabytes never
more than a part is in memory as text. A row that cannot be understood is an Issue and left out.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest.archive import one_file
from ingest.listed import Log
from ingest.source import Asked, Draft, Edition
from ingest.words import shown
from risk_graph import data_dir
from risk_graph.errors import SourceError
from risk_graph.model.table import fact_tables

COLUMNS = (
    "id",
    "type_of_violence",
    "side_a",
    "side_b",
    "where_prec",
    "adm_1",
    "latitude",
    "longitude",
    "country",
    "country_id",
    "date_prec",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
)
_VIOLENCE = {1: "state_based", 2: "non_state", 3: "one_sided"}
_TEXT = ("side_a", "side_b", "adm_1", "country")
_DAYS = ("date_start", "date_end")
_WHOLE = ("id", "type_of_violence", "where_prec", "country_id", "date_prec", "best", "high", "low")
_COUNTRY_NOTE = (
    "An event's country is that of its Gleditsch-Ward number by a table of general knowledge, in part not checked "
    "(verified = false)."
)
_NAMED_ROWS = 20
"""So many bad rows are named one by one; one more issue counts the others."""


def read_events(
    path: Path,
    asked: Asked,
    layer: str,
    about: Mapping[str, Any],
    largest_mb: int,
    expected: str,
    most_days: int | None = None,
) -> Edition:
    """The events of a release as a layer. `most_days` is how many it may span: the two data sets have the same columns.

    Raises SourceError naming the columns that are missing, or what the file is instead.
    """
    log = Log(path.name)
    with one_file(path, ".csv", largest_mb) as (name, file):
        raw = _table(path, file, expected, log)
    edition = edition_in(name) or edition_in(path.name) or _spelt(asked.edition)
    if not edition:
        raise SourceError(
            f"{path.name} names no edition: say it with --edition, as the release is called (26.1, 26.0.9)."
        )
    rows = _understood(raw, log)
    if most_days is not None:
        _check_span(path, rows, most_days, expected)
    rows = rows.assign(
        country=_countries(rows, log),
        edition=edition,
        retrieved=pd.Timestamp(asked.retrieved),
        source=f"{about['title']} {edition}, event " + rows["event_id"],
    )
    about = {**about, "notes": f"{about['notes']} {_COUNTRY_NOTE}"}
    draft = Draft(layer, "events", about, fact_tables()["events"].conform(rows))
    return Edition(edition, None, (draft,), tuple(log.issues))


def _check_span(path: Path, rows: pd.DataFrame, most_days: int, expected: str) -> None:
    if not len(rows):
        return
    first, last = rows["date_start"].min().date(), rows["date_end"].max().date()
    if (last - first).days > most_days:
        raise SourceError(f"{path.name} holds events from {first} to {last}; {expected}.")


def edition_in(name: str) -> str:
    """The release that a file's name gives: GEDEvent_v26_1.csv is 26.1, ged261-csv.zip too; "" if it gives none."""
    stem = name.rsplit("/", 1)[-1].lower()
    if stem.startswith("gedevent_v"):
        parts = stem.removeprefix("gedevent_v").split(".")[0].split("_")
        if len(parts) >= 2 and all(p.isdigit() for p in parts):
            return ".".join(parts)
    digits = stem.removeprefix("ged")[:3]
    if stem.startswith("ged") and len(digits) == 3 and digits.isdigit():
        return f"{digits[:2]}.{digits[2]}"
    return ""


def _spelt(asked: str) -> str:
    """As the release is called, where an address spells it 261 or 26_01_26_03."""
    return edition_in(f"ged{asked}") or asked.replace("_", ".")


def _table(path: Path, file: IO[bytes], expected: str, log: Log) -> pd.DataFrame:
    """The used columns as text, with `row` as a spreadsheet program counts (lines within a cell aside)."""
    torn: list[tuple[int, int]] = []

    def keep_going(row: Any) -> str:
        torn.append((row.actual_columns, row.expected_columns))
        return "skip"

    try:
        reader = pa_csv.open_csv(
            file,
            read_options=pa_csv.ReadOptions(block_size=8 << 20, use_threads=False),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep_going),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(COLUMNS, pa.string()),
                include_columns=list(COLUMNS),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
        frame = reader.read_all().to_pandas()
    except pa.ArrowKeyError as error:
        column = str(error).split("'")[1] if "'" in str(error) else str(error)
        raise SourceError(
            f"{path.name} has no column {column}; {expected}, with {', '.join(COLUMNS)}."
        ) from None
    except pa.ArrowException as error:
        why = str(error).splitlines()[0][:200]
        raise SourceError(f"{path.name} is no CSV in UTF-8 that can be read ({why}); {expected}.") from None
    if torn:
        log.add(
            "unreadable-file",
            "error",
            f"{len(torn):,} rows have {torn[0][0]} cells or another number than {torn[0][1]}: they are left out.",
            "Fetch the file again; an event that is left out counts nowhere.",
        )
    return frame.assign(row=np.arange(len(frame)) + 2)


def _understood(raw: pd.DataFrame, log: Log) -> pd.DataFrame:
    """Typed rows; those with a value that cannot be are left out, each named in `log`."""
    raw = raw.assign(**{c: raw[c].str.strip() for c in COLUMNS})
    number = {c: pd.to_numeric(raw[c], errors="coerce") for c in (*_WHOLE, "latitude", "longitude")}
    day = {c: pd.to_datetime(raw[c].str[:10], format="%Y-%m-%d", errors="coerce") for c in _DAYS}
    whole = {c: number[c].where(number[c] % 1 == 0) for c in _WHOLE}
    bad = _Bad(raw, log)
    bad.where(whole["id"].isna(), "bad-number", "id")
    bad.where(~whole["type_of_violence"].isin(list(_VIOLENCE)), "bad-number", "type_of_violence")
    bad.where(~whole["where_prec"].between(1, 7), "bad-number", "where_prec")
    bad.where(~number["latitude"].between(-90, 90), "bad-latitude", "latitude")
    bad.where(~number["longitude"].between(-180, 180), "bad-longitude", "longitude")
    for column in _DAYS:
        bad.where(day[column].isna(), "bad-date", column)
    bad.where(day["date_end"] < day["date_start"], "period-reversed", "date_end")
    for column in ("low", "best", "high"):
        bad.where(~(whole[column] >= 0), "bad-number", column)
    bad.where(whole["id"].duplicated() & whole["id"].notna(), "duplicate-id", "id")
    good = ~bad.rows
    bad.say()
    deaths = pd.DataFrame({c: whole[c][good] for c in ("low", "best", "high")})
    low, high = deaths.min(axis=1), deaths.max(axis=1)
    _say_widened(int(((low < deaths["low"]) | (high > deaths["high"])).sum()), log)
    return pd.DataFrame(
        {
            "event_id": whole["id"][good].astype("int64").astype("str"),
            "date_start": day["date_start"][good],
            "date_end": day["date_end"][good],
            "violence": whole["type_of_violence"][good].map(_VIOLENCE),
            "parties": raw["side_a"][good] + " - " + raw["side_b"][good],
            "name": raw["country"][good],
            "gwno": whole["country_id"][good],
            "admin1": raw["adm_1"][good],
            "latitude": number["latitude"][good],
            "longitude": number["longitude"][good],
            "where_prec": whole["where_prec"][good],
            "date_prec": whole["date_prec"][good].where(whole["date_prec"][good].between(1, 5)),
            "best": deaths["best"],
            "low": low,
            "high": high,
        }
    ).reset_index(drop=True)


def _say_widened(count: int, log: Log) -> None:
    if count:
        log.add(
            "bad-number",
            "info",
            f"The best estimate of {count:,} events lies outside their low and high: the bounds are widened to hold it.",
            "Nothing: the release has it so.",
            column="best",
        )


class _Bad:
    """Rows that are left out, each with its first reason."""

    def __init__(self, raw: pd.DataFrame, log: Log) -> None:
        self.raw, self.log = raw, log
        self.rows = np.zeros(len(raw), bool)
        self.why: dict[int, tuple[str, str]] = {}

    def where(self, wrong: pd.Series, code: str, column: str) -> None:
        new = np.flatnonzero(wrong.to_numpy(bool) & ~self.rows)
        self.why.update(dict.fromkeys(new.tolist(), (code, column)))
        self.rows[new] = True

    def say(self) -> None:
        for number, i in enumerate(sorted(self.why)):
            code, column = self.why[i]
            if number == _NAMED_ROWS:
                more = len(self.why) - _NAMED_ROWS
                self._add(
                    code, f"{more:,} more events cannot be read and are left out, this one first.", i, ""
                )
                return
            value = shown(str(self.raw[column].iloc[i]))
            self._add(
                code,
                f"{column} of event {shown(str(self.raw['id'].iloc[i]))} is {value}: it is left out.",
                i,
                column,
            )

    def _add(self, code: str, message: str, i: int, column: str) -> None:
        remedy = "Look the event up in the publisher's table; what is left out counts nowhere."
        self.log.add(code, "error", message, remedy, int(self.raw["row"].iloc[i]), column)


@cache
def _states() -> list[dict[str, str]]:
    with (data_dir() / "reference" / "gleditsch_ward.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def gleditsch_ward() -> dict[int, str]:
    """Number of a state in the list of Gleditsch and Ward -> ISO 3166-1 alpha-3 today."""
    return {int(row["gwno"]): row["alpha3"] for row in _states()}


def _say_unchecked(rows: pd.DataFrame, log: Log) -> None:
    """Numbers that our table has from general knowledge."""
    unchecked = {int(row["gwno"]): row["alpha3"] for row in _states() if row["verified"] != "true"}
    found = rows["gwno"].map(unchecked).dropna()
    if len(found):
        log.add(
            "bad-country",
            "info",
            f"The country of {len(found):,} events ({', '.join(sorted(set(found))[:20])}) is that of their number by general "
            "knowledge, not checked (verified = false in data/reference/gleditsch_ward.csv).",
            "Compare with the column `country` of the file where an answer rests on the country alone.",
            column="country_id",
        )


def _countries(rows: pd.DataFrame, log: Log) -> pd.Series:
    """Alpha-3 of each event; empty where the number stands for no country of today, with an issue a number."""
    found = rows["gwno"].map(gleditsch_ward())
    _say_unchecked(rows, log)
    unknown = rows[found.isna()]
    for number, events in unknown.groupby(unknown["gwno"].fillna(-1)):
        code = "missing" if number == -1 else f"{number:.0f} ({events['name'].iloc[0]})"
        log.add(
            "bad-country",
            "info",
            f"The country_id {code} of {len(events):,} events stands for no one country of today: their country is left empty.",
            "Nothing: they count by their coordinates all the same.",
            column="country_id",
        )
    return found.fillna("").astype("str")
