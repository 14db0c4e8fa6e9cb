"""A comparison of two states as it may leave the project."""

import pandas as pd

from risk_graph.act.export import SAID, Withheld
from risk_graph.assess.scorer import OVERALL


def compared_on(table: pd.DataFrame, withheld: Withheld, with_overall: bool) -> pd.DataFrame:
    """The table with the numbers missing where a theme may not be passed on (`theme`, as in `export.passed_on`): every
    number of the row, for a difference gives away what it is the difference of. `with_overall`: of the overall score too,
    which at two sets of weights gives its themes away.
    """
    if not withheld.themes:
        return table
    hidden = {*withheld.themes, *([OVERALL] if with_overall else [])}
    of_theme = table["theme"].isin(list(hidden))
    if not of_theme.any():
        return table
    out = table.copy()
    for column in (c for c in out.columns if pd.api.types.is_float_dtype(out[c])):
        out[column] = out[column].mask(of_theme)
    out["note"] = pd.Series(SAID, index=out.index).where(of_theme, "")
    return out
