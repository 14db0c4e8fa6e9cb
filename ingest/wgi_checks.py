"""Is what stands in a column of estimates an estimate of the Worldwide Governance Indicators, and of one edition?

Files that others pass on have put the rank of one edition and the 0-100 score of the next into one column, and 0 where
there is no value. An estimate is in units of a standard normal distribution: each year's mean is near 0, its standard
deviation near 1. The 0-100 score is a linear function of the estimate, a percentile rank is not.
"""

import numpy as np
import pandas as pd

from ingest.country_rows import Log
from risk_graph.errors import SourceError

LARGEST = 4.0
"""No estimate was ever further from 0."""

_FEW = 30
"""Countries that a year needs before its distribution says anything."""
_OUTSIDE = 0.01
_MEAN = 0.5
_DEVIATION = (0.5, 1.5)
_RESIDUAL = 0.05
_STEP = 1.6


def check_estimates(what: str, estimates: pd.DataFrame) -> None:
    """Raises SourceError if the column `estimate` (numbers, by `year`) cannot hold estimates: ranks, scores, shares."""
    value = estimates["estimate"]
    if (value.abs() > LARGEST).sum() > _OUTSIDE * len(value):
        raise SourceError(
            f"{what}: values up to {value.max():g} stand where estimates from -2.5 to 2.5 were expected. A rank or the 0-100 "
            "score is no estimate: give the file with the estimates (.EST)."
        )
    for year, group in estimates[value.abs() <= LARGEST].groupby("year")["estimate"]:
        mean, deviation = group.mean(), group.std()
        if len(group) >= _FEW and not (abs(mean) <= _MEAN and _DEVIATION[0] <= deviation <= _DEVIATION[1]):
            raise SourceError(
                f"{what}: the values of {year} have mean {mean:.2f} and standard deviation {deviation:.2f}; estimates have "
                "about 0 and 1. A rank, a share or a score stands where an estimate was expected."
            )


def without_filled_in(layer: str, estimates: pd.DataFrame, log: Log) -> pd.DataFrame:
    """The rows without those whose 0 stands for a missing value: exactly 0 with no standard error, or more than once."""
    zero = estimates["estimate"] == 0
    unsure = ~(estimates["standard_error"] > 0)
    often = zero.groupby(estimates["year"]).transform("sum") > 1
    filled = zero & (unsure | often)
    for year, group in estimates[filled].groupby("year"):
        log.add(
            "missing-value",
            "warning",
            f"{layer}: 0 stands for a missing value of {', '.join(sorted(group['country']))} in {year}; it is not taken.",
            "Nothing to do: the value is unknown. An estimate that is exactly 0 is as good as impossible.",
            int(group["row"].iloc[0]),
            "estimate",
        )
    return estimates[~filled]


def one_edition(layer: str, estimates: pd.DataFrame, log: Log) -> pd.DataFrame:
    """The rows of the newest edition, told by what the column `rank` holds: a percentile rank or the 0-100 score.

    The rank itself is never used. Without one, a year-on-year change that stands out is said.
    """
    kinds = {int(y): _is_score(g) for y, g in estimates.groupby("year") if g["rank"].notna().sum() >= _FEW}
    years = sorted(kinds)
    if years and len(set(kinds.values())) == 2:
        newest = kinds[years[-1]]
        first = next(y for y in reversed(years) if kinds[y] != newest) + 1
        older = estimates["year"] < first
        log.add(
            "mixed-editions",
            "warning",
            f"{layer}: the file holds two editions: its rank is {'a percentile' if newest else 'the 0-100 score'} to "
            f"{first - 1} and {'the 0-100 score' if newest else 'a percentile'} from {first}. Only the years from {first} are "
            f"taken; {int(older.sum()):,} older values are not.",
            "Fetch the World Bank's own file: there every year is of one edition.",
        )
        return estimates[~older]
    if not years:
        _say_step(layer, estimates, log)
    return estimates


def _is_score(group: pd.DataFrame) -> bool:
    """Is the rank of a year a linear function of its estimate?"""
    known = group.dropna(subset=["rank", "estimate"])
    slope, base = np.polyfit(known["estimate"], known["rank"], 1)
    return bool((known["rank"] - base - slope * known["estimate"]).abs().max() <= _RESIDUAL)


def _say_step(layer: str, estimates: pd.DataFrame, log: Log) -> None:
    wide = estimates.pivot_table(index="country", columns="year", values="estimate")
    steps = {
        int(year): float(change.median())
        for year in wide.columns
        if year - 1 in wide.columns and len(change := (wide[year] - wide[year - 1]).abs().dropna()) >= _FEW
    }
    if len(steps) < 3:
        return
    year = max(steps, key=lambda y: steps[y])
    usual = float(np.median([s for y, s in steps.items() if y != year]))
    if steps[year] >= _STEP * usual > 0:
        log.add(
            "mixed-editions",
            "warning",
            f"{layer}: from {year - 1} to {year} countries change by {steps[year]:.3f} (median), in other years by "
            f"{usual:.3f}: two editions may stand in the file.",
            "Compare no year before it with one after it; fetch the World Bank's own file.",
        )
