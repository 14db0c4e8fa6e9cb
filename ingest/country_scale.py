"""One file, one scale: indices that were once 0 to 10 and are now 0 to 100 are not one series."""

from itertools import pairwise

import pandas as pd

from risk_graph.errors import SourceError

_FACTOR = 4.0
_FEW = 3


def check_one_scale(what: str, values: pd.DataFrame) -> None:
    """Raises SourceError if the values of the same countries jump by a factor from one year to the next.

    For scales that begin at 0 or above; `values` has country, year, estimate.
    """
    wide = values[values["estimate"] > 0].pivot_table(index="country", columns="year", values="estimate")
    years = list(wide.columns)
    for before, after in pairwise(years):
        ratios = (wide[after] / wide[before]).dropna()
        if len(ratios) >= _FEW and not 1 / _FACTOR < (ratio := float(ratios.median())) < _FACTOR:
            raise SourceError(
                f"{what}: from {before} to {after} the values of {len(ratios)} countries change by a factor of {ratio:.2g} "
                f"(median): two scales in one file. Say first_year = {after} in the mapping, or give each scale its own."
            )
