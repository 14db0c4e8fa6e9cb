"""Names of ids, for people."""

import re
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from dashboards.text import count, plain, short
from risk_graph.session import Session

_ROW = re.compile(r" \[[^\]]*\]$")
_WAY = re.compile(r" Way: (.+?)\.(?=\s|$)")
_PLACE = re.compile(r"\bPlace of (.+?): ")


def subjects(session: Session) -> pd.DataFrame:
    """Everybody who can be asked about: id, name, kind; suppliers, then facilities and products, by name."""
    tables = session.snapshot.tables
    frames = [
        tables[kind][[f"{one}_id", "name"]].set_axis(["id", "name"], axis=1).assign(kind=one)
        for kind, one in (("products", "product"), ("suppliers", "supplier"), ("facilities", "facility"))
    ]
    return pd.concat([f.sort_values(["name", "id"]) for f in frames], ignore_index=True)


LONG = 80
"""Letters of a name in a sentence; tables and downloads have all of them."""


def spoken(names: dict[str, str], id_: str) -> str:
    """The name of an id, short enough for a sentence."""
    return short(names.get(id_, id_), LONG)


_NAMES: "WeakKeyDictionary[Session, dict[str, str]]" = WeakKeyDictionary()


def names_of(session: Session) -> dict[str, str]:
    """Id -> name of every supplier, facility and product; with the id where two have the same name; put together once a session."""
    if session not in _NAMES:
        table = subjects(session)
        twice = table["name"].duplicated(keep=False)
        told = table["name"].where(~twice, table["name"] + " (" + table["id"] + ")")
        _NAMES[session] = dict(zip(table["id"], told, strict=True))
    return _NAMES[session]


def with_names(evidence: str, witness: str, names: dict[str, str]) -> str:
    """A finding's sentence with names for the ids in it, without the row it ends with: `declared` says more of that."""
    told = spoken(names, witness)
    text = _ROW.sub("", evidence).removeprefix(f"{witness}: ").replace(f" at {witness}.", f" at {told}.")
    return _WAY.sub(lambda m: _way(m[1].split(" > "), names), text)


def _way(ids: list[str], names: dict[str, str]) -> str:
    """A place alone is no way: it is named where the finding is told."""
    return f" Way: {' → '.join(spoken(names, i) for i in ids)}." if len(ids) > 1 else ""


def places_named(missing: str, names: dict[str, str]) -> str:
    """What is missing, with names for the ids of the places that it speaks of."""
    return _PLACE.sub(lambda m: f"Place of {spoken(names, m[1])}: ", missing)


def where(name: str, hops: float) -> str:
    """Where the place that a finding speaks of lies, as seen from its subject."""
    return f"{name}, {'a site of its own' if hops == 0 else count(int(hops), 'step') + ' up the chain'}"


def declared(session: Session, ids: pd.Series) -> list[str]:
    """Of facilities and suppliers: the input row that declares each, and that row's source; empty for others."""
    tables = session.snapshot.tables
    out: dict[str, str] = {}
    for table, key in (("suppliers", "supplier_id"), ("facilities", "facility_id")):
        rows = tables[table][tables[table][key].isin(set(ids))]
        cited = [f": {source}" if source else "" for source in rows["source"].fillna("")]
        out |= dict(zip(rows[key], said_rows(rows).str.cat(cited), strict=True))
    return [out.get(i, "") for i in ids]


def said_rows(rows: pd.DataFrame) -> pd.Series:
    """`facilities.csv, row 38` of each row; empty where no file is named."""
    places = zip(rows["source_file"], rows["source_sheet"], rows["source_row"], strict=True)
    return pd.Series([_said_row(*place) for place in places], index=rows.index, dtype="str")


def _said_row(file: Any, sheet: Any, row: Any) -> str:
    if not plain(file):
        return ""
    where_ = f", sheet {sheet}" if plain(sheet) else ""
    return f"{file}{where_}, row {int(row)}" if plain(row) else f"{file}{where_}"
