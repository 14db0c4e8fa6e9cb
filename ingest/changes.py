"""What changed between two editions of one layer: rows added, removed and changed, by their key.

Pure: takes the rows as they are and gives one table. What only says where a row comes from is no change.
"""

import hashlib
from collections.abc import Sequence

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

COLUMNS = ("change", "key", "name", "column", "before", "after")
"""`change` is added, removed or changed; `name` is the row's name; `column`, `before` and `after` are of `changed`."""

KEYS: dict[str, tuple[str, ...]] = {
    "entities": ("entry_id",),
    "listing": ("country", "code", "listed_code"),
    "country_value": ("country", "year"),
    "trade": ("year", "hs6", "exporter", "importer"),
    "production": ("country", "year", "commodity"),
    "events": ("event_id",),
    "areas": ("area_id",),
    "boundaries": ("area_id",),
}
"""Kind of layer -> the columns that make a row the same row in both editions."""

ABOUT_THE_SOURCE = frozenset({"edition", "retrieved", "source", "listed_from", "geometry"})


def changes(
    old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str], ignore: frozenset[str] = ABOUT_THE_SOURCE
) -> pd.DataFrame:
    """A row for each row added or removed and each value changed, with COLUMNS as text, in the order of the keys.

    A key that stands more than once in an edition is told apart by its order there. Missing values and empty text are
    the same.
    """
    before, after = _keyed(old, key), _keyed(new, key)
    rows = [_whole("removed", k, before) for k in before.index.difference(after.index)]
    rows += [_whole("added", k, after) for k in after.index.difference(before.index)]
    both = before.index.intersection(after.index)
    for column in (c for c in after.columns if c in before.columns and c not in ignore and c not in key):
        was, now = before.loc[both, column], after.loc[both, column]
        for k in both[was.to_numpy() != now.to_numpy()]:
            name = after.at[k, "name"] if "name" in after else ""
            rows.append(("changed", k, name, column, was[k], now[k]))
    return _table(rows)


def entity_changes(
    old: pd.DataFrame, old_names: pd.DataFrame, new: pd.DataFrame, new_names: pd.DataFrame
) -> pd.DataFrame:
    """`changes` of a list, with a row for each name that an entry gained or lost (column `names`).

    A day of delisting that was known already and moved is left out: lists that do not publish it are given the day of
    the edition.
    """
    found = changes(old, new, KEYS["entities"])
    moved = (found["column"] == "delisted_on") & (found["before"] != "") & (found["after"] != "")
    kept = set(old["entry_id"]) & set(new["entry_id"])
    was, now = _names(old_names, kept), _names(new_names, kept)
    called = dict(zip(new["entry_id"], new["name"], strict=True))
    rows = [("changed", e, called[e], "names", name, "") for e, name in was - now]
    rows += [("changed", e, called[e], "names", "", name) for e, name in now - was]
    return _table([*found[~moved].itertuples(index=False, name=None), *rows])


Rows = tuple[pd.DataFrame, pd.DataFrame]
"""Values of an edition, and its names (of a list; else empty)."""


def changes_of_kind(kind: str, old: Rows, new: Rows) -> pd.DataFrame:
    """`changes` or `entity_changes`, as the kind of layer asks for."""
    if kind == "entities":
        return entity_changes(*old, *new)
    return changes(old[0], new[0], KEYS[kind])


def _names(names: pd.DataFrame, entries: set[str]) -> set[tuple[str, str]]:
    return {
        (row.entry_id, f"{row.name} ({row.kind})")
        for row in names.itertuples(index=False)
        if row.entry_id in entries
    }


def _keyed(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The frame as text, by its key."""
    text = pd.DataFrame({column: _text(frame[column]) for column in frame.columns if column != "geometry"})
    if "geometry" in frame:
        text["outline"] = [_outline(geometry) for geometry in frame["geometry"]]
    keys = text[list(key)].agg(" ".join, axis=1) if len(text) else pd.Series([], dtype="str")
    number = keys.groupby(keys).cumcount()
    keys = keys.where(number == 0, keys + " #" + (number + 1).astype("str"))
    return text.set_index(pd.Index(keys.str.strip()))


def _text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    return column.astype("object").where(column.notna(), "").map(str).astype("str")


def _outline(geometry: BaseGeometry) -> str:
    """Changes whenever the outline does, wherever its ring starts."""
    drawn = hashlib.sha256(shapely.to_wkb(shapely.normalize(geometry))).hexdigest()[:8]
    return f"{shapely.get_num_coordinates(geometry)} corners ({drawn})"


def _whole(change: str, key: str, frame: pd.DataFrame) -> tuple[str, ...]:
    return change, key, str(frame.at[key, "name"]) if "name" in frame else "", "", "", ""


def _table(rows: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame(sorted(rows, key=lambda row: (row[1], *row)), columns=list(COLUMNS)).astype("str")
