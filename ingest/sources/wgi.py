"""World Bank, Worldwide Governance Indicators: estimate and standard error of the six dimensions.

Read from the answers of the World Bank's API (JSON, one or more files), its bulk CSV, or the yearly workbook. Ranks and
0-100 scores are never taken: from the 2025 edition on they mean something else than before.
"""

import re
from datetime import date
from pathlib import Path

import pandas as pd

from ingest.country_codes import understand
from ingest.country_rows import MISSING, About, Cell, Log, Reading, draft_of, number, values_of
from ingest.listed_edition import first_day
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from ingest.wgi_checks import LARGEST, check_estimates, one_edition, without_filled_in
from ingest.wgi_files import DIMENSIONS, LARGEST_MB, WHAT, Found, indicators, numbers_in
from risk_graph.errors import SourceError

_MEANING = (
    "{title} as perceived by enterprises, citizens and experts; an estimate in units of a standard normal distribution, so "
    "a few countries lie outside the goalposts"
)
_NOTES = (
    "Estimate and standard error alone: from the 2025 edition on the former percentile rank is a 0-100 score. Each edition "
    "recalculates its whole history, so years of two editions are not compared."
)
_YEAR_IN_NAME = re.compile(r"-(20[0-9]{2})\Z")


def read(path: Path, asked: Asked) -> Edition:
    """An edition with a layer for each dimension that the file holds an estimate of."""
    log = Log(path.name)
    found, days = numbers_in(path)
    if not any(f.measure == "estimate" for f in found):
        raise SourceError(f"{path.name} holds no estimate; {WHAT} was expected, with {indicators()}.")
    released = _one_day(path, days)
    edition = _edition(path, asked, released, found, log)
    shared = About(edition, asked, f"World Bank, Worldwide Governance Indicators, edition {edition}")
    drafts = tuple(_draft(code, found, shared, log) for code in DIMENSIONS if _has(found, code))
    return Edition(edition, released or first_day(edition), drafts, log.all())


def _has(found: list[Found], code: str) -> bool:
    return any(f.dimension == code and f.measure == "estimate" for f in found)


def _one_day(path: Path, days: set[date]) -> date | None:
    if len(days) > 1:
        said = " and ".join(sorted(d.isoformat() for d in days))
        raise SourceError(
            f"{path.name}: the answers are of {said}; two editions are never mixed. Fetch all of them again."
        )
    return next(iter(days), None)


def _edition(path: Path, asked: Asked, released: date | None, found: list[Found], log: Log) -> str:
    """The year in the file's name, else as the user says, else that of the day of the answer, else the year after the data."""
    if name := _YEAR_IN_NAME.search(path.stem):
        return name[1]
    if asked.edition:
        return asked.edition
    if released:
        return str(released.year)
    years = [f.year.removesuffix(".0") for f in found if f.measure == "estimate" and f.value not in MISSING]
    last = max((y for y in years if len(y) == 4 and y.isdigit()), default="")
    edition = str(int(last) + 1) if last else asked.retrieved.isoformat()
    message = f"The file does not say its edition; its last year is {last}, so it is taken for the edition {edition}."
    log.add("missing-value", "info", message, "If it is another, say so with --edition.")
    return edition


def _draft(code: str, found: list[Found], shared: About, log: Log) -> Draft:
    layer, title = DIMENSIONS[code]
    frame = pd.DataFrame([vars(f) for f in found if f.dimension == code])
    frame["year"] = frame["year"].str.removesuffix(".0")
    estimates = frame[(frame["measure"] == "estimate") & ~frame["value"].str.casefold().isin(MISSING)]
    numbers = estimates.assign(estimate=estimates["value"].map(number).astype("float64"))
    check_estimates(f"{log.file}, {title}", numbers.dropna(subset=["estimate"]))
    cells = _cells(estimates, _by_key(frame, "error", layer, log), code)
    values = values_of(cells, Reading(layer, (-LARGEST, LARGEST)), log)
    ranks = frame[frame["measure"] == "rank"]
    of = {(understand(r.country), r.year): number(r.value) for r in ranks.itertuples()}
    values["rank"] = [of.get((r.country, str(r.year))) for r in values.itertuples()]
    values["rank"] = values["rank"].astype("float64")
    values = one_edition(layer, without_filled_in(layer, values, log), log)
    about = {
        "title": f"{title} (WGI)",
        "meaning": _MEANING.format(title=title),
        "direction": "higher is better",
        "scale": [-2.5, 2.5],
        "unit": "standard normal units",
        "attribution": "The World Bank, Worldwide Governance Indicators, CC BY 4.0",
        "notes": _NOTES,
        "min": -LARGEST,
        "max": LARGEST,
    }
    return draft_of(layer, about, values.drop(columns=["rank", "row"]), shared)


def _by_key(frame: pd.DataFrame, measure: str, layer: str, log: Log) -> dict[tuple[str, str], str]:
    """The numbers of a measure by country and year, as the file writes them; that there is none is said."""
    part = frame[frame["measure"] == measure]
    found = {(r.country, r.year): r.value for r in part.itertuples()}
    if not any(number(text) for text in found.values()):
        message = f"{layer}: the file holds no standard error; its values have no bounds."
        remedy = f"Give the file with the standard errors too: {indicators()}."
        log.add("missing-column", "warning", message, remedy)
    return found


def _cells(estimates: pd.DataFrame, errors: dict[tuple[str, str], str], code: str) -> list[Cell]:
    """A country that stands there twice has no error of its own: which row it belongs to is not known."""
    alone = estimates.groupby(["country", "year"])["value"].transform("size") == 1
    return [
        Cell(
            r.country,
            r.year,
            r.value,
            errors.get((r.country, r.year), "") if one else "",
            row=r.row,
            entry=f"{code}.EST",
        )
        for r, one in zip(estimates.itertuples(), alone, strict=True)
    ]


SOURCE = Source(
    id="wgi",
    title="Worldwide Governance Indicators",
    publisher="World Bank",
    licence=Licence("attribution", "CC BY 4.0", verified=False),
    url="https://www.worldbank.org/content/dam/sites/govindicators/doc/wgidataset_with_sourcedata-{edition}.xlsx",
    file="wgidataset_with_sourcedata.xlsx",
    rhythm="yearly, in autumn",
    expected={layer: Expected(400, 8_000) for layer, _ in DIMENSIONS.values()},
    read=read,
    by_hand=(
        "Download the workbook of all indicators from www.worldbank.org/en/publication/worldwide-governance-indicators, or "
        "save api.worldbank.org/v2/country/all/indicator/GOV_WGI_PV.EST?source=3&format=json&per_page=20000 (and .SE, for "
        "VA, PV, GE, RQ, RL and CC) into one folder."
    ),
    edition="2025",
    largest_mb=LARGEST_MB,
)
