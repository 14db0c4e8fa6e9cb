"""What people write for what the tables mean: countries by name, withdrawn subdivisions, case of closed words."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ingest.report import Place
from ingest.rows import Rows
from risk_graph.model.gazetteer import (
    ambiguous_country,
    country_name,
    is_country,
    subdivision_in,
    subdivision_name,
    subdivisions,
    understand_country,
    withdrawn_subdivisions,
)


def understand(rows: Rows) -> None:
    """Replaces values in place; what was not plain is said once for each value and file."""
    for column in rows.table.columns:
        values = rows.frame[column.name]
        if column.kind == "country":
            unusual = ~is_country(values) & values.notna()
            _replace(rows, column.name, unusual, understand_country, _country)
        elif column.kind == "subdivision":
            rows.frame[column.name] = values.str.upper()
            withdrawn = rows.frame[column.name].isin(list(withdrawn_subdivisions()))
            _replace(rows, column.name, withdrawn, withdrawn_subdivisions().get, _subdivision)
        elif column.kind == "choice":
            rows.frame[column.name] = values.str.lower()
        elif column.name == "lei":
            rows.frame[column.name] = values.str.upper()


def _country(code: str) -> tuple[str, Mapping[str, object]]:
    return "understood-country", {"alpha3": code, "name": country_name(code)}


def _subdivision(code: str) -> tuple[str, Mapping[str, object]]:
    return "understood-subdivision", {"new": code, "name": subdivision_name(code)}


def _replace(
    rows: Rows,
    column: str,
    unusual: pd.Series,
    meaning: Callable[[str], str | None],
    words: Callable[[str], tuple[str, Mapping[str, object]]],
) -> None:
    values = rows.frame[column]
    meant = {text: meaning(text) for text in values[unusual].unique()}
    understood = {text: code for text, code in meant.items() if code is not None}
    if not understood:
        return
    changed = values.isin(list(understood)) & unusual
    groups = rows.frame[changed].groupby(["source_file", "source_sheet", column], sort=True)["source_row"]
    for (file, sheet, text), found in groups:
        code, filled = words(understood[text])
        first = int(found.iloc[0])
        place = Place(file, sheet, first, column)
        rows.report.add(code, place, value=text, count=len(found), first=first, **filled)
    rows.frame[column] = values.mask(changed, values.map(understood)).astype("str")


def country_hint(text: str) -> dict[str, object]:
    """What to add to the words of an issue about a country that was not understood."""
    candidates = ambiguous_country(text)
    if not candidates:
        return {}
    either = " or ".join(f"{code} ({country_name(code)})" for code in candidates)
    return {"what": ": two have this name", "remedy": f"Write {either}."}


def subdivision_hint(country: object, text: str) -> dict[str, object]:
    code = subdivision_in(country, text) if isinstance(country, str) else None
    return {"what": f"; here perhaps {code} ({subdivision_name(code)})"} if code else {}


def owners(codes: pd.Series) -> np.ndarray:
    """Country of each subdivision, missing where there is none."""
    return np.asarray(codes.map(subdivisions()), dtype=object)
