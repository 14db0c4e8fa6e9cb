"""A state between two runs: some factors as in the one, the others as in the other."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from risk_graph.act.record import decisions_as_text, used_layers
from risk_graph.assess.evaluate import Given
from risk_graph.errors import InputError
from risk_graph.model.table import PROVENANCE, Tables, input_tables

DATA, TOPOLOGY, LAYERS, METHOD, DAY = FACTORS = ("data", "topology", "layers", "method", "day")
"""data: what rows say, certificates, ownership, decisions, rejected rows; topology: which suppliers, facilities,
products and flows there are, and their ends; layers: editions; method: scorer, regimes, chain file, period; day: as-of."""

LINKS: Mapping[str, tuple[str, ...]] = {
    "suppliers": (),
    "facilities": ("supplier_id", "stage"),
    "products": ("buyer_id",),
    "flows": ("from_id", "to_id"),
}
"""Tables whose rows are topology, and their columns that are."""


def differing(a: Given, b: Given) -> list[str]:
    """The factors in which two states differ, in the order of FACTORS."""
    found = {
        DATA: _data_differs(a, b),
        TOPOLOGY: any(not _same(_links(a.tables, t), _links(b.tables, t)) for t in LINKS),
        LAYERS: _editions(a) != _editions(b),
        METHOD: _method(a) != _method(b),
        DAY: a.as_of != b.as_of,
    }
    if found[METHOD]:
        _check_chains(a, b)
    return [factor for factor in FACTORS if found[factor]]


def mixed(a: Given, b: Given, from_b: frozenset[str]) -> Given:
    """`a` with the factors `from_b` as in `b`."""
    of = {factor: b if factor in from_b else a for factor in FACTORS}
    data, layers, method = of[DATA], of[LAYERS], of[METHOD]
    return replace(
        a,
        tables=mixed_tables(of[TOPOLOGY].tables, data.tables),
        incomplete=data.incomplete,
        decisions=data.decisions,
        library=layers.library,
        chain=method.chain,
        scorer=method.scorer,
        period=method.period,
        regimes=method.regimes,
        last_report=data.last_report,
        as_of=of[DAY].as_of,
    )


def mixed_tables(topology: Mapping[str, pd.DataFrame], data: Mapping[str, pd.DataFrame]) -> Tables:
    """Rows and ends of the one; what they say as in the other, if it has the row; every other table of the other."""
    if topology is data:
        return dict(data)
    out: Tables = dict(data)
    for name, links in LINKS.items():
        table = input_tables()[name]
        own, other = topology[name], data[name].set_index(table.key)
        known = own[table.key].isin(other.index).to_numpy()
        said = other.reindex(own[table.key])
        fixed = {table.key, *links}
        columns = {
            c: own[c] if c in fixed else pd.Series(said[c].array, index=own.index).where(known, own[c])
            for c in table.names
        }
        out[name] = table.conform(pd.DataFrame(columns))
    return out


def _links(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    key = input_tables()[name].key
    return tables[name][[key, *LINKS[name]]].sort_values(key, ignore_index=True)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return bool(one.equals(other))


def _data_differs(a: Given, b: Given) -> bool:
    rows = mixed_tables(a.tables, b.tables)
    return (
        any(not _same(_said(a.tables[t]), _said(rows[t])) for t in a.tables)
        or dict(a.incomplete) != dict(b.incomplete)
        or a.last_report != b.last_report
        or decisions_as_text(a.decisions) != decisions_as_text(b.decisions)
    )


def _said(table: pd.DataFrame) -> pd.DataFrame:
    """What rows say, in an order that is theirs; from where they were read does not matter."""
    said = table.drop(columns=[c.name for c in PROVENANCE], errors="ignore")
    return said.sort_values(list(said.columns), ignore_index=True)


def _editions(given: Given) -> list[tuple[str, str, str, bool]]:
    return [(e.id, e.edition, e.sha256, e is given.layers[e.id]) for e in used_layers(given)]


def _method(given: Given) -> tuple[object, ...]:
    regimes = None if given.regimes is None else [regime.sha256 for regime in given.regimes]
    return given.scorer.text, given.chain.text, given.period, regimes


def _check_chains(a: Given, b: Given) -> None:
    """A state between two runs needs what the input uses in both chain files. Raises InputError."""
    for given in (a, b):
        for chain in (a.chain, b.chain):
            used = set(given.tables["flows"]["material"]) - set(chain.materials)
            used |= set(given.tables["facilities"]["stage"].dropna()) - set(chain.stages)
            if used:
                raise InputError(
                    f"The two runs cannot be compared: the chain file of one lacks {', '.join(sorted(used))}, "
                    "which the input of the other uses."
                )
