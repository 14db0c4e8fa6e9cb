"""Rows as nodes and relationships: what either database is filled with."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from risk_graph.errors import InputError
from risk_graph.model.table import Column, Tables
from risk_graph.store.content import Content
from risk_graph.store.schema import (
    CODE,
    IN_COUNTRY,
    PLACES,
    Link,
    all_tables,
    edge_tables,
    label_of,
    links,
    node_tables,
    node_types,
)
from risk_graph.store.schema import stored_columns as columns_of

Ids = dict[str, pd.Index]


@dataclass(frozen=True)
class Nodes:
    """All nodes of a label; `frame` has a column a property."""

    label: str
    key: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


@dataclass(frozen=True)
class Edges:
    """Relationships of a type between two labels; the ends are positions in the labels' Nodes."""

    type: str
    source: str
    target: str
    sources: "pd.Series[int]"
    targets: "pd.Series[int]"
    columns: tuple[Column, ...]
    frame: pd.DataFrame


def nodes(content: Content) -> list[Nodes]:
    """Every label's nodes, places included."""
    codes = _place_codes(content)
    return [
        Nodes(n.label, n.key, n.columns, content.frames[n.table] if n.table else codes[n.label])
        for n in node_types()
    ]


def edges(content: Content, found: list[Nodes]) -> Iterator[Edges]:
    """Every relationship, one type and pair of labels at a time; no pair is given twice."""
    ids: Ids = {n.label: pd.Index(n.frame[n.key]) for n in found}
    for name, (table, edge) in edge_tables().items():
        frame = content.frames[name]
        source = _ends(frame[edge.source], edge.sources, ids, name)
        target = _ends(frame[edge.target], edge.targets, ids, name)
        for a in edge.sources:
            for b in edge.targets:
                rows = source[a].index.intersection(target[b].index, sort=True)
                if len(rows):
                    yield Edges(
                        edge.type, a, b, source[a][rows], target[b][rows], columns_of(table), frame.loc[rows]
                    )
    for link in links():
        yield from _linked(link, content, ids)
    yield from _place_countries(content, ids)


def _positions(values: "pd.Series[str]", label: str, ids: Ids) -> "pd.Series[int]":
    """Position of each value's node, for the values that have one."""
    at = pd.Series(ids[label].get_indexer(pd.Index(values)), index=values.index)
    return at[(at >= 0) & values.notna()]


def _ends(
    values: "pd.Series[str]", labels: tuple[str, ...], ids: Ids, table: str
) -> dict[str, "pd.Series[int]"]:
    found = {label: _positions(values, label, ids) for label in labels}
    unknown = values.drop([row for at in found.values() for row in at.index])
    if len(unknown):
        raise InputError(
            f"{table}: {values.name} {unknown.iloc[0]!r} is the id of no {' or '.join(labels)} "
            f"({len(unknown)} such rows)"
        )
    return found


def _linked(link: Link, content: Content, ids: Ids) -> Iterator[Edges]:
    label = label_of(all_tables()[link.table])
    frame = content.frames[link.table]
    for other in link.others:
        there = _positions(frame[link.column], other, ids)
        here = there.index.to_series()
        ends = (label, other, here, there) if link.outward else (other, label, there, here)
        if len(there):
            yield Edges(link.type, *ends, (), pd.DataFrame(index=there.index))


def _place_countries(content: Content, ids: Ids) -> Iterator[Edges]:
    pairs = []
    for table in node_tables().values():
        by_kind = {c.kind: c.name for c in table.columns}
        if "country" in by_kind and "subdivision" in by_kind:
            both = content.frames[table.name][[by_kind["subdivision"], by_kind["country"]]].dropna()
            pairs.append(both.set_axis(["place", "country"], axis=1))
    distinct = pd.concat(pairs).drop_duplicates().sort_values(["place", "country"], ignore_index=True)
    if len(distinct):
        place, country = PLACES["subdivision"], PLACES["country"]
        at = (_positions(distinct["place"], place, ids), _positions(distinct["country"], country, ids))
        yield Edges(IN_COUNTRY, place, country, *at, (), pd.DataFrame(index=distinct.index))


def _place_codes(content: Content) -> Tables:
    """The codes that any row names, as nodes by label."""
    values: dict[str, list[pd.Series]] = {label: [] for label in PLACES.values()}
    for table in node_tables().values():
        for column in table.columns:
            if column.kind in PLACES:
                values[PLACES[column.kind]].append(content.frames[table.name][column.name])
    for name, (_, edge) in edge_tables().items():
        for end, labels in ((edge.source, edge.sources), (edge.target, edge.targets)):
            for label in PLACES.values():
                if labels == (label,):
                    values[label].append(content.frames[name][end])
    return {label: _distinct(found) for label, found in values.items()}


def _distinct(values: list[pd.Series]) -> pd.DataFrame:
    codes = pd.concat(values).dropna().drop_duplicates().sort_values(ignore_index=True)
    return pd.DataFrame({CODE.name: codes.astype("str")})
