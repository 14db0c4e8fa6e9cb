"""First-order divisions with their outlines, from a publisher's file: columns to rows, outlines mended."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ingest.outlines import mended
from ingest.shapes import Shapes, decoded
from ingest.source import Asked
from risk_graph.errors import SourceError
from risk_graph.model.gazetteer import countries, subdivisions
from risk_graph.model.issue import Issue, Level


@dataclass(frozen=True)
class DivisionColumns:
    """Columns of the file, in any case of letters; `code` may be empty."""

    id: str
    name: str
    country: str
    code: str = ""


def division_rows(
    shapes: Shapes, wanted: DivisionColumns, title: str, edition: str, asked: Asked
) -> tuple[pd.DataFrame, list[Issue]]:
    """Rows of `boundaries`, and what was repaired or left out. SourceError if a column is absent."""
    there = {str(c).casefold(): str(c) for c in shapes.frame.columns}
    missing = [
        c for c in (wanted.id, wanted.name, wanted.country, wanted.code) if c and c.casefold() not in there
    ]
    if missing:
        raise SourceError(
            f"{title}: the columns {', '.join(missing)} are expected; the file has {', '.join(there.values()) or 'none'}."
        )
    cell = {c: shapes.frame[there[c.casefold()]].map(decoded) for c in vars(wanted).values() if c}
    outlines = mended(shapes.geometry)
    country = cell[wanted.country].str.upper()
    code = cell[wanted.code].str.upper() if wanted.code else pd.Series("", index=country.index)
    ids = cell[wanted.id].where(cell[wanted.id] != "", [f"row {r}" for r in shapes.row])
    again = ids.groupby(ids).cumcount()
    rows = pd.DataFrame(
        {
            "area_id": ids.where(again == 0, ids + " #" + (again + 1).astype("str")),
            "name": cell[wanted.name],
            "country": country.where(country.isin(set(countries())), ""),
            "code": code.where(code.isin(set(subdivisions())), ""),
            "note": outlines.note,
            "edition": edition,
            "retrieved": pd.Timestamp(asked.retrieved),
            "source": [f"{f}, row {r}" for f, r in zip(shapes.file, shapes.row, strict=True)],
            "geometry": outlines.geometry,
        }
    )
    return rows[outlines.refused == ""].reset_index(drop=True), _issues(
        shapes, outlines.refused, outlines.note, country
    )


def _issues(shapes: Shapes, refused: np.ndarray, note: np.ndarray, country: pd.Series) -> list[Issue]:
    out = []
    unknown = ~country.isin(set(countries())).to_numpy()
    for i in np.flatnonzero((refused != "") | (note != "")):
        code, what = ("no-area", refused[i]) if refused[i] else ("repaired-area", note[i])
        level: Level = "warning" if refused[i] else "info"
        place = str(shapes.file[i]), "", int(shapes.row[i]), ""
        out.append(Issue(code, level, *place, f"{what}.", "Look at it in the file."))
    if unknown.any():
        codes = ", ".join(sorted(set(country[unknown]))[:10])
        said = f"{int(unknown.sum()):,} divisions bear no ISO 3166-1 code ({codes}); their country is empty."
        out.append(
            Issue(
                "bad-country",
                "info",
                str(shapes.file[0]),
                "",
                0,
                "",
                said,
                "Nothing to do: disputed areas have none.",
            )
        )
    return out
