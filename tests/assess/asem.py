"""The steps that COINr documents for its ASEM data (fixtures/oracles/asem). What is relative to the sample stands here and
not in the product: denominating, filling with a group's mean, pulling in outliers."""

import numpy as np
import pandas as pd
from scipy.stats import kurtosis, skew

from risk_graph.assess.comparison import available_case, min_max
from risk_graph.assess.composite import AGGREGATIONS
from tests.conftest import ORACLES

FOLDER = ORACLES / "asem"
LEVELS = (2, 3, 4)


def read(name: str, index: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv", na_values=["NA"], keep_default_na=False).set_index(index)


def indicators(meta: pd.DataFrame) -> pd.DataFrame:
    return meta[meta["Type"] == "Indicator"]


def denominated(x: pd.DataFrame, data: pd.DataFrame, meta: pd.DataFrame) -> pd.DataFrame:
    by = indicators(meta)["Denominator"].dropna()
    return x.assign(**{code: x[code] / data[of] for code, of in by.items()})


def skewed(x: np.ndarray) -> bool:
    """Both |skewness| > 2 and excess kurtosis > 3.5, the sample versions."""
    return bool(abs(skew(x, bias=False)) > 2 and kurtosis(x, bias=False) > 3.5)


def winsorised(x: np.ndarray, most: int = 5) -> np.ndarray:
    """The outermost point on the skewed side, again and again with those pulled in, set to the next one inwards."""
    x, pulled = x.copy(), np.zeros(len(x), dtype=bool)
    while skewed(x) and pulled.sum() < most:
        outermost = np.max if skew(x, bias=False) > 0 else np.min
        pulled |= x == outermost(x)
        x[pulled] = outermost(x[~pulled])
    return x


def treated(x: np.ndarray) -> np.ndarray:
    """Winsorised, or where that does not do, the logarithm above the minimum plus a hundredth of the range."""
    mild = winsorised(x)
    return mild if not skewed(mild) else np.log(x - x.min() + 0.01 * np.ptp(x))


def normalised(x: pd.DataFrame, meta: pd.DataFrame, low: float) -> pd.DataFrame:
    """From `low` to 100, the better the higher."""
    better = (x * indicators(meta)["Direction"]).to_numpy(dtype=float)
    return pd.DataFrame(min_max(better, low), x.index, x.columns)


def aggregated(x: pd.DataFrame, meta: pd.DataFrame, aggregation: str) -> pd.DataFrame:
    """Pillars, sub-indices and the index beside the indicators."""
    x = x.copy()
    for level in LEVELS:
        for code in meta.index[meta["Level"] == level]:
            below = meta[meta["Parent"] == code]
            parts, weights = x[below.index].to_numpy(), below["Weight"].to_numpy(dtype=float)
            x[code] = available_case(AGGREGATIONS[aggregation], parts, weights)
    return x


def full_example(data: pd.DataFrame, meta: pd.DataFrame) -> pd.DataFrame:
    x = denominated(data[indicators(meta).index].astype(float), data, meta)
    filled = x.fillna(x.groupby(data["EurAsia_group"]).transform("mean"))
    return aggregated(normalised(filled.apply(treated, raw=True), meta, 0.0), meta, "arithmetic")
