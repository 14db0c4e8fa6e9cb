"""Names of ids, for people."""

import re

import pandas as pd

from risk_graph.session import Session

_ROW = re.compile(r" \[[^\]]*\]$")
_WAY = re.compile(r" Way: (.+?)(?=\.(?:\s|$))")


def subjects(session: Session) -> pd.DataFrame:
    """Everybody who can be asked about: id, name, kind; suppliers, then facilities and products, by name."""
    tables = session.snapshot.tables
    frames = [
        tables[kind][[f"{one}_id", "name"]].set_axis(["id", "name"], axis=1).assign(kind=one)
        for kind, one in (("products", "product"), ("suppliers", "supplier"), ("facilities", "facility"))
    ]
    return pd.concat([f.sort_values(["name", "id"]) for f in frames], ignore_index=True)


def names_of(session: Session) -> dict[str, str]:
    """Id -> name of every supplier, facility and product."""
    table = subjects(session)
    return dict(zip(table["id"], table["name"], strict=True))


def with_names(evidence: str, witness: str, names: dict[str, str]) -> str:
    """A finding's sentence with names for the ids in it, without the row it ends with: `declared` says more of that."""
    told = names.get(witness, witness)
    text = _ROW.sub("", evidence).removeprefix(f"{witness}: ").replace(f" at {witness}.", f" at {told}.")
    return _WAY.sub(lambda m: " Way: " + " → ".join(names.get(i, i) for i in m[1].split(" > ")), text)


def declared(session: Session) -> dict[str, str]:
    """Id of each facility or supplier -> the input row that declares it, and that row's source."""
    tables = session.snapshot.tables
    out: dict[str, str] = {}
    for table, key in (("suppliers", "supplier_id"), ("facilities", "facility_id")):
        rows = tables[table]
        where = rows["source_file"].fillna("") + ", row " + rows["source_row"].astype("str")
        source = (": " + rows["source"]).fillna("")
        out |= dict(zip(rows[key], where + source, strict=True))
    return out
