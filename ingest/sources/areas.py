"""Polygons that the user has: protected areas, indigenous and community lands, water stress, or anything else.

Each file becomes a layer of kind `areas`; what it is, under which licence and which edition, stands in a small TOML
beside it (docs/areas.md).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ingest.areas_about import About, parse_about
from ingest.outlines import Mended, mended
from ingest.shapes import BESIDE, MAPS, Shapes, decoded, read_shapes, unpacked
from ingest.source import MAY_BE_PASSED_ON, Asked, Draft, Edition, Licence, Source, sources
from risk_graph import data_dir
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue, Level

_LARGEST_MB = 4000
_LISTED = 100
"""Issues of one kind that are listed; the rest is counted in one more."""
_HINT = (
    "Write a file of the same name that ends with .toml beside it, with at least `layer`, `edition` and a `preset` or "
    "title, meaning, publisher, licence and licence_class (docs/areas.md)."
)


def read(path: Path, asked: Asked) -> Edition:
    """One layer from a map and its TOML, which come as one archive."""
    with unpacked(path, _LARGEST_MB, (".toml",)) as files:
        about = _about(path, files)
        edition = asked.edition or about.edition
        if not edition:
            raise SourceError(
                f'Which edition is {path.name}? Say `edition = "2026-11"` in the .toml, or --edition.'
            )
        _check_id(about.layer)
        said = about.said()
        shapes = read_shapes(files, about.crs, about.table)
    outlines = mended(shapes.geometry)
    rows, issues = _rows(shapes, outlines, about, edition, asked)
    fewest, most = about.rows
    if not max(fewest, 1) <= len(rows) <= most:
        raise SourceError(
            f"{path.name}: {len(rows):,} usable areas, {max(fewest, 1):,} to {most:,} are expected. Editions at hand stay in "
            "use. Is it the whole file?"
        )
    kind = said.pop("licence_class")
    source = f"{said['publisher']}, {said['title']}, edition {edition}"
    draft = Draft(
        about.layer, "areas", {**said, "redistribution": kind in MAY_BE_PASSED_ON, "source": source}, rows
    )
    return Edition(edition, about.released, (draft,), tuple(issues), folder=f"{about.layer}-{edition}")


def _about(path: Path, files: list[Path]) -> About:
    found = [f for f in files if f.suffix.lower() == ".toml"]
    if len(found) != 1:
        there = "more than one .toml is" if found else "no .toml is"
        raise SourceError(f"Nothing says what {path.name} is: {there} beside it. {_HINT}")
    return parse_about(found[0].name, found[0].read_bytes())


def _check_id(layer: str) -> None:
    """An id that stands for something else would make this file an edition of it."""
    taken = {name for source in sources().values() for name in source.expected}
    taken |= {p.name for p in (data_dir() / "layers").iterdir()}
    if layer in taken:
        raise SourceError(f"The id {layer!r} is that of another layer: give this one another in `layer`.")


def _rows(
    shapes: Shapes, outlines: Mended, about: About, edition: str, asked: Asked
) -> tuple[pd.DataFrame, list[Issue]]:
    frame, wanted = shapes.frame, about.wanted()
    several = len(set(shapes.file)) > 1
    places = zip(shapes.file, shapes.row, strict=True)
    numbers = pd.Series([f"{f}:{r}" if several else str(r) for f, r in places], index=frame.index)
    ids = _text(frame, _column(frame, wanted.id, "id", about))
    value, bad = _numbers(frame, _column(frame, wanted.value, "value", about), wanted.no_value)
    name = _text(frame, _column(frame, wanted.name, "name", about))
    categories = [_text(frame, c) for c in _categories(frame, wanted.category, about)]
    category = [", ".join(dict.fromkeys(t for t in cells if t)) for cells in zip(*categories, strict=True)]
    rows = pd.DataFrame(
        {
            "area_id": ids.where(ids != "", numbers),
            "name": name,
            "category": category or "",
            "value": value,
            "note": outlines.note,
            "edition": edition,
            "retrieved": pd.Timestamp(asked.retrieved),
            "source": [f"{f}, row {r}" for f, r in zip(shapes.file, shapes.row, strict=True)],
            "geometry": outlines.geometry,
        }
    )
    again = rows.groupby("area_id").cumcount()
    rows["area_id"] = rows["area_id"].where(again == 0, rows["area_id"] + " #" + (again + 1).astype("str"))
    issues = [
        *_issues(shapes, outlines.refused, "no-area", "warning", "The row is left out", "Look at it in the file."),
        *_issues(shapes, outlines.note, "repaired-area", "info", "The outline was changed", "Nothing to do."),
        *_issues(shapes, bad, "bad-number", "warning", "The area has no number", "Write a number, or nothing."),
        *_issues(shapes, np.where(again > 0, "its id stands there already", ""), "duplicate-id", "warning",
                 "It is kept under a number of its own", "Name a column with one id a row."),
    ]  # fmt: skip
    return rows[outlines.refused == ""].reset_index(drop=True), issues


def _column(frame: pd.DataFrame, candidates: Sequence[str], what: str, about: About) -> str:
    """The first candidate that is there, in any case of letters; "" if none is asked for.

    Raises SourceError if none is there; an id may be absent, the number of the row stands for it.
    """
    asked = [c for c in candidates if c]
    there = {str(column).casefold(): str(column) for column in frame.columns}
    found = next((there[c.casefold()] for c in asked if c.casefold() in there), "")
    if asked and not found and (what != "id" or about.columns.id):
        raise SourceError(
            f"No column {' or '.join(asked)} ({what}) in the file of {about.layer}; it has {', '.join(there.values()) or 'none'}. "
            f'Name it in the .toml: [columns] {what} = "...".'
        )
    return found


def _categories(frame: pd.DataFrame, candidates: Sequence[str], about: About) -> list[str]:
    """All candidates that are there; at least one must be, if any is asked for."""
    there = {str(column).casefold(): str(column) for column in frame.columns}
    found = [there[c.casefold()] for c in candidates if c.casefold() in there]
    return found or ([_column(frame, candidates, "category", about)] if any(candidates) else [])


def _text(frame: pd.DataFrame, column: str) -> pd.Series:
    if not column:
        return pd.Series("", index=frame.index, dtype="str")
    return frame[column].map(decoded).astype("str")


def _numbers(frame: pd.DataFrame, column: str, none: Sequence[float]) -> tuple[pd.Series, np.ndarray]:
    """Numbers of the column, missing where it says that there is none, and what is wrong with the others."""
    if not column:
        return pd.Series(np.nan, index=frame.index), np.full(len(frame), "", object)
    cells = frame[column].map(decoded)
    number = pd.to_numeric(cells.where(cells != ""), errors="coerce").astype("float64")
    wrong = (cells != "") & ~np.isfinite(number)
    bad = np.where(wrong, f"its {column} is no number: " + cells.astype("str").str.slice(0, 40), "")
    return number.where(np.isfinite(number) & ~number.isin(list(none))), bad


def _issues(shapes: Shapes, why: Any, code: str, level: Level, lead: str, remedy: str) -> list[Issue]:
    at = np.flatnonzero(np.asarray(why) != "")
    out = [
        Issue(code, level, str(shapes.file[i]), "", int(shapes.row[i]), "", f"{lead}: {why[i]}.", remedy)
        for i in at[:_LISTED]
    ]
    if len(at) > _LISTED:
        more = f"{lead}: {len(at) - _LISTED:,} more rows, the last is row {shapes.row[at[-1]]} of {shapes.file[at[-1]]}."
        out.append(Issue(code, level, str(shapes.file[at[0]]), "", 0, "", more, remedy))
    return out


def belongs(path: Path) -> list[Path]:
    """The map that a file or its TOML names, with what it cannot be read without: the TOML, parts of a shapefile."""
    toml = path.with_suffix(".toml")
    if path.suffix.lower() == ".toml":
        toml, named = path, parse_about(path.name, path.read_bytes()).file
        beside = [path.parent / Path(named).name] if named else sorted(path.parent.glob(f"{path.stem}.*"))
        found = [p for p in beside if p.is_file() and p.suffix.lower() in (*MAPS, ".zip")]
        if len(found) != 1:
            raise SourceError(
                f'{len(found)} maps lie beside {path.name}: name the one with `file = "..."` in it.'
            )
        path = found[0]
    return [path, *_parts(path), *([toml] if toml.is_file() else [])]


def _parts(path: Path) -> list[Path]:
    if path.suffix.lower() != ".shp":
        return []
    return [p for p in sorted(path.parent.glob(f"{path.stem}.*")) if p.suffix.lower() in BESIDE]


SOURCE = Source(
    id="areas",
    title="Areas of your own (polygons)",
    publisher="named in the .toml beside the file",
    licence=Licence("own_terms", "named in the .toml beside the file", verified=False),
    url="",
    file="areas.zip",
    rhythm="yours",
    expected={},
    read=read,
    by_hand="Give a GeoPackage, GeoJSON or shapefile with a small .toml beside it (docs/areas.md).",
    largest_mb=_LARGEST_MB,
    belongs=belongs,
)
