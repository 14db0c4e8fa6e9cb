"""Facilities: place and time must make sense together."""

import numpy as np
import pandas as pd

from ingest.rows import Rows
from ingest.understand import owners
from risk_graph.model.gazetteer import may_lie_in


def check_coordinates(rows: Rows) -> None:
    """Latitude and longitude are used together or not at all.

    Runs before the bounds are tested: an exchanged pair has one issue, not two. Only a pair that, exchanged,
    may lie in its country seems to be exchanged; any other latitude past 90 is simply wrong.
    """
    latitude, longitude = (rows.frame[c].to_numpy(dtype=float) for c in ("latitude", "longitude"))
    swapped = (np.abs(latitude) > 90) & (np.abs(latitude) <= 180) & (np.abs(longitude) <= 90)
    for at in np.flatnonzero(swapped):
        country = str(rows.frame["country"].iat[at])
        swapped[at] = may_lie_in(country, float(longitude[at]), float(latitude[at]))
    rows.issue("swapped-coordinates", "latitude", swapped, lambda i: {"other": rows.text(i, "longitude")})
    _drop_both(rows, swapped)


def check_pairs(rows: Rows) -> None:
    """After every single coordinate was tested: drops what is left of a pair with a bad half."""
    failed = rows.has_failed("latitude") | rows.has_failed("longitude")
    has = {c: rows.frame[c].notna().to_numpy() for c in ("latitude", "longitude")}
    for missing, present in (("latitude", "longitude"), ("longitude", "latitude")):
        rows.issue("half-coordinates", missing, ~has[missing] & has[present] & ~failed)
    _drop_both(rows, has["latitude"] ^ has["longitude"])


def _drop_both(rows: Rows, mask: np.ndarray) -> None:
    for column in ("latitude", "longitude"):
        rows.drop(column, mask)


def check_subdivision(rows: Rows) -> None:
    codes, country = rows.frame["subdivision"], rows.frame["country"]
    owner = owners(codes)
    elsewhere = (
        codes.notna().to_numpy() & (owner != country.to_numpy(dtype=object)) & country.notna().to_numpy()
    )
    elsewhere &= ~rows.has_failed("country")  # of a country that is none, nothing is a part
    rows.fail("subdivision-not-in-country", "subdivision", elsewhere, lambda i: {"country": country.iat[i]})


def check_order(rows: Rows, start: str, end: str, drops: bool = False) -> None:
    """A period that ends before it starts: the row is rejected, or its two optional dates are dropped."""
    is_reversed = (rows.frame[end] < rows.frame[start]).to_numpy()
    texts = rows.frame[start].dt.strftime("%Y-%m-%d") if is_reversed.any() else pd.Series(dtype="str")
    rows.issue("period-reversed", end, is_reversed, lambda i: {"other": f"{start} {texts.iat[i]}"})
    if drops:
        rows.drop(start, is_reversed)
        rows.drop(end, is_reversed)
    else:
        rows.reject(is_reversed)
