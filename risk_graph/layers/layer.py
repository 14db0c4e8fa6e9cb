"""What a layer is: facts about countries or places, with their edition, licence and expected size.

A layer is a folder: `layer.toml` says what the values mean, `values.csv` (or `values.parquet`) holds them. Knows
neither polygons nor nodes.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from risk_graph import data_dir
from risk_graph.errors import LayerError
from risk_graph.layers.values import Expect, read_parquet, read_values
from risk_graph.model.table import fact_tables

Kind = Literal["country_value", "listing", "trade", "production", "events", "areas", "boundaries", "entities"]
Direction = Literal["higher is better", "higher is worse", "none"]

_TEXT = ("id", "kind", "title", "meaning", "direction", "unit", "publisher", "source", "licence", "edition")
_MAY_BE_EMPTY = ("unit",)
_OPTIONAL_TEXT = ("url", "attribution", "notes")
_NEAR = {"radius_km": (50.0, 500.0), "years_back": (5.0, 100.0), "near_km": (5.0, 50.0)}
"""What counts as near a site (of events; of areas), and how far back: by default, at most; all are above 0."""
_KNOWN = {*_TEXT, *_OPTIONAL_TEXT, *_NEAR, "retrieved", "released", "redistribution", "scale", "expect"}
_FILES = ("layer.toml", "values.csv", "values.parquet", "names.parquet")
_KNOWN_EXPECT = {"rows", "min", "max", "years"}


@dataclass(frozen=True, eq=False)
class Layer:
    """`scale` holds the fixed goalposts of a country value; `values` are the rows, typed and checked, with the
    columns of `risk_graph/model/facts`; `names` are those of a list's entities (empty for other kinds).
    `released` is the day on which the edition appeared, else (not `is_dated`) the day it was retrieved. Events count
    within `radius_km` of a site, in the `years_back` years that end on the run's date; an area is near within `near_km`.
    `sha256` is of the layer's files: two layers of one id and edition with another content differ in it. Exports leave
    out the rows of a layer whose `redistribution` is false; one that does not say it is its author's own. `folder` is
    where it was read from.
    """

    id: str
    kind: Kind
    title: str
    meaning: str
    direction: Direction
    scale: tuple[float, float] | None
    unit: str
    publisher: str
    source: str
    url: str
    licence: str
    attribution: str
    edition: str
    retrieved: date
    released: date
    redistribution: bool
    notes: str
    values: pd.DataFrame
    names: pd.DataFrame
    radius_km: float = _NEAR["radius_km"][0]
    years_back: int = int(_NEAR["years_back"][0])
    near_km: float = _NEAR["near_km"][0]
    is_dated: bool = True
    sha256: str = ""
    folder: Path = Path()


@dataclass(frozen=True)
class Cover:
    """What layer.toml says of an edition, its rows unread; `rows` is how many it has. See Layer."""

    id: str
    kind: Kind
    edition: str
    released: date
    retrieved: date
    is_dated: bool
    licence: str
    redistribution: bool
    rows: int


def read_cover(folder: Path) -> Cover:
    """The cover of a layer from its folder. LayerError if layer.toml cannot be used."""
    meta, expect = _meta(folder)
    known = _days(meta)
    return Cover(
        **{key: meta[key] for key in ("id", "kind", "edition", "licence", "retrieved")},
        **known,
        redistribution=bool(meta.get("redistribution", True)),
        rows=expect.rows,
    )


def load_layers(folder: Path | None = None) -> dict[str, Layer]:
    """Every layer of a folder by id; those that ship if none is given."""
    return {path.name: load_layer(path) for path in layer_folders(folder)}


def layer_folders(folder: Path | None = None) -> list[Path]:
    """The folders of the layers in a folder, by name; of those that ship if none is given."""
    folder = folder or data_dir() / "layers"
    if not folder.is_dir():
        raise LayerError(f"{folder}: no such folder. Name a folder that holds one folder a layer.")
    return [path for path in sorted(folder.iterdir()) if path.is_dir()]


def load_layer(folder: Path, digests: dict[str, str] | None = None) -> Layer:
    """One layer from its folder; the folder's name is its id. `digests` are those of its files, if they are known."""
    file = folder / "layer.toml"
    meta, expect = _meta(folder)
    return Layer(
        **{key: meta[key] for key in _TEXT},
        **{key: meta.get(key, "") for key in _OPTIONAL_TEXT},
        **_days(meta),
        retrieved=meta["retrieved"],
        redistribution=bool(meta.get("redistribution", True)),
        scale=_scale(file, meta),
        sha256=_digest(digests or file_digests(folder)),
        folder=folder,
        values=read_values(folder, meta["kind"], meta["edition"], expect),
        names=_names(folder, meta["kind"]),
        radius_km=_near(file, meta, "radius_km"),
        years_back=int(_near(file, meta, "years_back")),
        near_km=_near(file, meta, "near_km"),
    )


def _meta(folder: Path) -> tuple[dict[str, Any], Expect]:
    """The checked layer.toml of a folder and what it expects of the rows."""
    file = folder / "layer.toml"
    meta = _read_toml(file)
    _check_keys(file, meta)
    if meta["id"] != folder.name:
        raise LayerError(f"{file}: id is {meta['id']!r}. Give it the folder's name, {folder.name!r}.")
    return meta, _expect(file, meta)


def _days(meta: dict[str, Any]) -> dict[str, Any]:
    return {"released": meta.get("released", meta["retrieved"]), "is_dated": "released" in meta}


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a layer, by its name."""
    return {path.name: digest_of(path) for path in sorted(folder.iterdir()) if path.name in _FILES}


def _digest(files: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name} {known}" for name, known in files.items()).encode()).hexdigest()


def _names(folder: Path, kind: Kind) -> pd.DataFrame:
    if kind != "entities":
        return fact_tables()["names"].empty()
    return read_parquet(folder / "names.parquet", "names")


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LayerError(f"{file}: cannot be read. Every layer folder needs a layer.toml.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayerError(f"{file}: is no valid TOML ({error}). Correct the line named.") from error


def _check_keys(file: Path, meta: dict[str, Any]) -> None:
    unknown = sorted(set(meta) - _KNOWN)
    if unknown:
        known = ", ".join(sorted(_KNOWN))
        raise LayerError(f"{file}: unknown key {', '.join(unknown)}. Known are {known}.")
    for key in _TEXT:
        value = meta.get(key)
        if not isinstance(value, str) or not (value.strip() or key in _MAY_BE_EMPTY):
            raise LayerError(f"{file}: {key} is missing or no text. Say it: nothing is used without it.")
    for key in ("retrieved", "released"):
        if type(meta.get(key, meta.get("retrieved"))) is not date:  # a moment of a day is one too
            raise LayerError(f"{file}: {key} is missing or no date. Write it as 2026-06-30, without quotes.")
    if not isinstance(meta.get("redistribution", True), bool):
        raise LayerError(f"{file}: redistribution is no truth value. Write true or false, without quotes.")
    for key, choices in (("kind", get_args(Kind)), ("direction", get_args(Direction))):
        if meta[key] not in choices:
            raise LayerError(f"{file}: {key} is {meta[key]!r}. Choose one of {', '.join(choices)}.")


def _expect(file: Path, meta: dict[str, Any]) -> Expect:
    given = meta.get("expect")
    if not isinstance(given, dict) or not isinstance(given.get("rows"), int):
        raise LayerError(f"{file}: [expect] rows is missing. Say how many rows values.csv must have.")
    unknown = sorted(set(given) - _KNOWN_EXPECT)
    if unknown:
        raise LayerError(
            f"{file}: unknown key in [expect]: {', '.join(unknown)}. Known are rows, min, max, years."
        )
    if meta["kind"] == "country_value" and not {"min", "max"} <= set(given):
        raise LayerError(
            f"{file}: [expect] needs min and max. Say between which numbers every value must lie."
        )
    return Expect(
        rows=given["rows"],
        low=_bound(file, given, "min"),
        high=_bound(file, given, "max"),
        years=_years(file, given),
    )


def _bound(file: Path, given: dict[str, Any], key: str) -> float | None:
    match given.get(key):
        case bool():
            pass
        case None | int() | float() as bound:
            return bound
    raise LayerError(f"{file}: [expect] {key} is {given[key]!r}. Write a number.")


def _years(file: Path, given: dict[str, Any]) -> tuple[int, int] | None:
    match given.get("years"):
        case None:
            return None
        case [int() as first, int() as last]:
            return first, last
    raise LayerError(
        f"{file}: [expect] years is {given['years']!r}. Write the first and the last, as [2023, 2024]."
    )


def _near(file: Path, meta: dict[str, Any], key: str) -> float:
    default, most = _NEAR[key]
    given = meta.get(key, default)
    allowed = key == "near_km" and given == 0  # areas may count only where they touch
    if isinstance(given, bool) or not isinstance(given, int | float) or not (allowed or 0 < given <= most):
        raise LayerError(f"{file}: {key} is {given!r}. Give a number above 0, at most {most:.0f}.")
    return float(given)


def _scale(file: Path, meta: dict[str, Any]) -> tuple[float, float] | None:
    scale = meta.get("scale")
    if meta["kind"] != "country_value":
        return None
    match scale:
        case [int() | float() as low, int() | float() as high] if low < high:
            return float(low), float(high)
    raise LayerError(f"{file}: scale is {scale!r}. Give the fixed goalposts as [low, high].")
