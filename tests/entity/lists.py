"""Synthetic lists of entities, made inline. No real entry: names of real groups stand for traps of spelling alone."""

from datetime import date
from typing import Any

import pandas as pd

from risk_graph.layers.entity.identifiers import identifier
from risk_graph.layers.entity.judge import Party, Verdict
from risk_graph.layers.entity.names import normalise
from risk_graph.layers.entity.screen import screen
from risk_graph.layers.entity.watchlist import watchlist
from risk_graph.layers.layer import Layer
from risk_graph.model.table import fact_tables

AS_OF = date(2026, 6, 30)


def entry(entry_id: str, name: str, **more: Any) -> dict[str, Any]:
    """`names`: aliases, each a text or (text, kind[, valid_from[, valid_to]])."""
    return {"entry_id": entry_id, "name": name, **more}


def layer(*entries: dict[str, Any], id_: str = "test_list", edition: str = "2026-06") -> Layer:
    rows, names = [], []
    for one in entries:
        row = dict(one)
        for alias in row.pop("names", ()):
            text, kind, *valid = (alias, "alias") if isinstance(alias, str) else alias
            start, end = [*valid, None, None][:2]
            names.append(
                {
                    "entry_id": row["entry_id"],
                    "name": text,
                    "kind": kind,
                    "valid_from": start,
                    "valid_to": end,
                }
            )
        rows.append(
            {
                "list": "Test list",
                "kind": "organisation",
                "edition": edition,
                "source": f"test {row['entry_id']}",
                **row,
            }
        )
    values, aliases = _typed(pd.DataFrame(rows), "entities"), _typed(pd.DataFrame(names), "names")
    day = date(2026, 6, 1)
    return Layer(
        id_, "entities", "Test list", "m", "none", None, "", "p", "s", "", "l", "", edition, day, day, True, "",
        values, aliases,
    )  # fmt: skip


def _typed(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    table = fact_tables()[kind]
    days = [c.name for c in table.columns if c.kind == "date" and c.name in frame]
    frame = frame.assign(**{c: pd.to_datetime(frame[c]) for c in days})
    return table.conform(frame).fillna(
        {c.name: "" for c in table.columns if c.kind in ("text", "id", "choice") and not c.required}
    )


def party(name: str, country: str = "", id_: str = "S-1", **numbers: str) -> Party:
    found = (identifier(kind, value) for kind, value in numbers.items())
    return Party(id_, "supplier", normalise(name), country, frozenset(i for i in found if i))


def verdicts(ours: Party | str, *entries: dict[str, Any], as_of: date = AS_OF) -> list[Verdict]:
    who = party(ours) if isinstance(ours, str) else ours
    return [v for _, v in screen([who], watchlist(layer(*entries), as_of))]


def outcome(ours: Party | str, *entries: dict[str, Any], as_of: date = AS_OF) -> str:
    """The outcome for the best entry; no_match if there is none."""
    found = verdicts(ours, *entries, as_of=as_of)
    return found[0].outcome if found else "no_match"
