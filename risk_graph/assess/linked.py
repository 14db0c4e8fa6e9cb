"""Risk by who runs or owns: a weaker signal than being listed, in rows of its own."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from risk_graph.trace.ownership import owned_by

Row = dict[str, Any]
_WEAKER = {
    "match": "linked",
    "possible": "possibly_linked",
    "delisted": "delisted",
    "listed_later": "listed_later",
}


def linked(rows: list[Row], tables: Mapping[str, pd.DataFrame], as_of: date) -> list[Row]:
    """Rows about the facilities that a hit runs, and about everything it has a share in, to any depth.

    `rows` are the hits by name. Of several ways from one owner to a facility the larger share is kept; a share that
    cannot be told is missing.
    """
    found: dict[tuple[str, str, str, str, str], Row] = {}
    for row in rows:
        if row["outcome"] not in _WEAKER:
            continue
        for made in _from(row, tables, as_of):
            key = (made["list"], made["entry_id"], made["subject_id"], made["via"], made["via_id"])
            before = found.get(key)
            if before is None or _share(made) > _share(before):
                found[key] = made
    return list(found.values())


def _share(row: Row) -> float:
    share = row["share"]
    return float(share) if share is not None and pd.notna(share) else 2.0


def _from(row: Row, tables: Mapping[str, pd.DataFrame], as_of: date) -> Iterator[Row]:
    facilities = tables["facilities"]
    who = row["subject_id"]
    for facility in _run_by(facilities, who):
        yield _made(row, facility, "operator", None, f"{row['subject_name']} ({who}) runs it")
    if who in set(facilities["facility_id"]):
        return
    for owned, share in owned_by(tables["ownership"], who, as_of).itertuples(index=False):
        how = f"{row['subject_name']} ({who}) has a look-through share of {_percent(share)} in it on {as_of}"
        yield _made(row, (owned, None), "owner", share, how)
        for facility in _run_by(facilities, owned):
            yield _made(
                row, facility, "owner", share, f"{how.replace(' in it', f' in {owned}, which runs it,')}"
            )


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if pd.notna(share) else "unknown size"


def _run_by(facilities: pd.DataFrame, supplier_id: str) -> list[tuple[str, str | None]]:
    mine = facilities[facilities["supplier_id"] == supplier_id]
    return list(zip(mine["facility_id"], mine["name"], strict=True))


def _made(row: Row, subject: tuple[str, str | None], via: str, share: float | None, how: str) -> Row:
    subject_id, name = subject
    return {
        **row,
        "subject_id": subject_id,
        "subject_name": name,
        "outcome": _WEAKER[row["outcome"]],
        "via": via,
        "via_id": row["subject_id"],
        "share": share,
        "decision": "",
        "decided_by": "",
        "decided_at": "",
        "decided_why": "",
        "reason": f"Not listed itself: {how}. {row['reason']}",
    }
