"""Changes of a chain as edits of its input tables: what somebody would type into the files, and nothing else.

Where somebody is removed, the needs of the others stay: what it delivered comes from a site that nobody declared, what
it received goes elsewhere. So nobody's unknown share falls because a row is gone.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from risk_graph.act.show import count
from risk_graph.errors import InputError
from risk_graph.model.table import Tables, input_tables
from risk_graph.runs.parties import NAMED, Frames, Party, party, site_for

SOURCES = ("suppliers", "facilities")
UNDECLARED, ELSEWHERE = "undeclared instead of ", "elsewhere instead of "
"""With the id of who was removed: suppliers without country or site, of what it delivered, for what it received."""


def is_invented(ids: pd.Index) -> np.ndarray:
    """Which ids stand in for somebody who was removed."""
    text = ids.astype("str")
    return np.asarray(text.str.startswith(UNDECLARED) | text.str.startswith(ELSEWHERE))


def remove(tables: Frames, id_: str) -> tuple[Tables, str]:
    """Without a supplier or facility, and a sentence. What it delivered to others becomes undeclared input of theirs."""
    gone = party(tables, id_, SOURCES)
    out, kept = _without(tables, gone)
    judged = " Its supplier is judged by the sites that remain." if gone.table == "facilities" else ""
    if not len(kept):
        return out, f"{gone} is removed; it delivered nothing to others.{judged}"
    _let_deliver(out, UNDECLARED + gone.id, gone, kept.assign(from_id=UNDECLARED + gone.id))
    return out, (
        f"{gone} is removed: its {count(len(kept), 'delivery', 'deliveries')} become undeclared input of "
        f"{_listed(sorted(set(kept['to_id'])))}, whose need stays: no unknown share of a buyer falls. "
        f"What it received goes elsewhere.{judged}"
    )


def replace(tables: Frames, old_id: str, new_id: str) -> tuple[Tables, str]:
    """A supplier or facility removed and another delivering what it delivered, each site's by the other's site of the same
    stage. What the other receives stays as declared: what it lacks then is undeclared.
    """
    old, new = party(tables, old_id, SOURCES), party(tables, new_id, SOURCES)
    if old.nodes & new.nodes:
        raise InputError(f"{new.id} is part of {old.id}, or the same: name another one.")
    out, moved = _without(tables, old)
    instead = {node: site_for(tables, node, new) for node in sorted(set(moved["from_id"]))}
    moved = moved.assign(from_id=moved["from_id"].map(instead))
    selfish = moved["from_id"] == moved["to_id"]
    out["flows"] = _added("flows", out["flows"], moved[~selfish])
    said = f"{new} delivers {count(int((~selfish).sum()), 'delivery', 'deliveries')} instead of {old}, which is removed."
    if selfish.any():
        said += f" {count(int(selfish.sum()), 'delivery', 'deliveries')} to itself fall away."
    return out, f"{said} What it receives stays as declared: what it needs beyond is undeclared."


def reroute(tables: Frames, buyer_id: str, old_id: str, new_id: str, share: float) -> tuple[Tables, str]:
    """A share (0..1) of what one delivers to a buyer coming from another instead."""
    if not 0 < share <= 1:
        raise InputError(f"The share {share:g} is not above 0 and at most 1.")
    buyer, old, new = party(tables, buyer_id), party(tables, old_id, SOURCES), party(tables, new_id, SOURCES)
    flows = tables["flows"]
    here = flows["from_id"].isin(old.nodes) & flows["to_id"].isin(buyer.nodes)
    moved = flows[here]
    if not len(moved):
        raise InputError(f"{old} delivers nothing to {buyer}: there is nothing to reroute.")
    instead = {node: site_for(tables, node, new) for node in sorted(set(moved["from_id"]))}
    moved = _scaled(moved, share).assign(
        from_id=moved["from_id"].map(instead), flow_id=moved["flow_id"] + f" rerouted to {new.id}"
    )
    if (moved["from_id"] == moved["to_id"]).any():
        raise InputError(f"{new} cannot deliver to itself.")
    out = dict(tables)
    rest = _scaled(flows[here], 1 - share) if share < 1 else flows[here].iloc[:0]
    out["flows"] = _added("flows", flows[~here], pd.concat([rest, moved], ignore_index=True))
    return out, f"{100 * share:g} % of what {old} delivers to {buyer} comes from {new} instead."


def expire(tables: Frames, certificate: str, last: date | None, as_of: date) -> tuple[Tables, str]:
    """A certificate whose last day is `last`; if none is given, the day before the answers hold for."""
    table = tables["certificates"]
    rows = table["certificate_id"] == certificate
    if not rows.any():
        near = [c for c in table["certificate_id"] if certificate.casefold() in str(c).casefold()][:3]
        also = f" Near: {', '.join(near)}." if near else ""
        raise InputError(f"There is no certificate {certificate!r}.{also}")
    last = last or as_of - timedelta(days=1)
    issued = table.loc[rows, "issued_on"].iat[0]
    if pd.notna(issued) and issued.date() > last:
        raise InputError(
            f"{certificate} is issued on {issued.date()}, after {last}: it cannot end before it begins."
        )
    day = pd.Series(pd.Timestamp(last), index=table.index).astype(table["expires_on"].dtype)
    out = dict(tables)
    out["certificates"] = table.assign(expires_on=table["expires_on"].where(~rows, day))
    return out, f"The certificate {certificate} ends on {last}."


def _without(tables: Frames, gone: Party) -> tuple[Tables, pd.DataFrame]:
    """The tables without everything that names it, what it received going elsewhere; and what it delivered to others.
    Products that it buys go with it.
    """
    products, flows, scope, owns = (
        tables[t] for t in ("products", "flows", "certificate_scope", "ownership")
    )
    taken = gone.nodes | set(products.loc[products["buyer_id"] == gone.id, "product_id"])
    out = dict(tables)
    for name, key in NAMED.items():
        out[name] = _rest(tables[name], tables[name][key].isin(taken))
    leaves, arrives = flows["from_id"].isin(taken), flows["to_id"].isin(taken)
    out["flows"] = _rest(flows, leaves | arrives)
    ended = tables["certificates"]["holder_id"].isin(taken)
    ids = tables["certificates"].loc[ended, "certificate_id"]
    out["certificates"] = _rest(tables["certificates"], ended)
    out["certificate_scope"] = _rest(
        scope, scope["certificate_id"].isin(ids) | scope["covers_id"].isin(taken)
    )
    out["ownership"] = _rest(owns, owns["owner_id"].isin(taken) | owns["owned_id"].isin(taken))
    received = flows[arrives & ~leaves].assign(to_id=ELSEWHERE + gone.id)
    if len(received):
        _let_deliver(out, ELSEWHERE + gone.id, gone, received)
    return out, flows[leaves & ~arrives]


def _rest(table: pd.DataFrame, gone: "pd.Series[bool]") -> pd.DataFrame:
    return table[~gone].reset_index(drop=True)


def _let_deliver(out: Tables, id_: str, gone: Party, flows: pd.DataFrame) -> None:
    """Adds flows of a supplier that stands in for somebody."""
    nobody = pd.DataFrame([{"supplier_id": id_, "name": f"{id_} ({gone.name})"}])
    out["suppliers"] = _added("suppliers", out["suppliers"], nobody)
    out["flows"] = _added("flows", out["flows"], flows)


def _scaled(flows: pd.DataFrame, by: float) -> pd.DataFrame:
    return flows.assign(mass=flows["mass"] * by, coc_mass=flows["coc_mass"] * by)


def _added(name: str, table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    declared = input_tables()[name]
    return (
        pd.concat([table, declared.conform(rows)], ignore_index=True)
        if len(rows)
        else table.reset_index(drop=True)
    )


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")


def scaled_weights(weights: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
    """Weights with some given and the others scaled alike, so that they sum to 1. InputError if that cannot be."""
    for theme, weight in given.items():
        if theme not in weights:
            raise InputError(f"There is no theme {theme!r}. The themes are {', '.join(weights)}.")
        if not 0 <= weight <= 1:
            raise InputError(f"The weight {weight:g} of {theme} is not between 0 and 1.")
    fixed = sum(given.values())
    rest = sum(w for theme, w in weights.items() if theme not in given)
    if fixed > 1 + 1e-9 or (rest <= 0 and abs(fixed - 1) > 1e-9):
        raise InputError(f"The given weights sum to {fixed:g}: with the others they cannot sum to 1.")
    factor = max(1 - fixed, 0.0) / rest if rest > 0 else 0.0
    return {theme: given.get(theme, w * factor) for theme, w in weights.items()}
