"""What is missing upstream of a subject, as questions: whom to ask, about which site, what exactly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from risk_graph.assess.answer import (
    Answered,
    OfTheme,
    anything_flows_in,
    input_declared,
    is_open,
    places_told,
)
from risk_graph.assess.upstream import Upstream
from risk_graph.trace.origins import visits
from risk_graph.trace.through import node_shares

PLACE = frozenset({"listing", "areas", "events"})
"""Kinds of signals that a more exact place answers."""
INDICATOR = frozenset({"country_value"})
OWN_INPUT = "your own input"
NOBODY = "nobody upstream: whoever publishes or assesses it"


@dataclass(frozen=True, eq=False)
class Question:
    """`kind` is input, site, place, indicator, rejected or scope; `share` is the part of the subject's metal that hangs
    on it: that ends unknown at the node (input), or that meets the node at least once (the others). `missing_t` is
    what the node itself lacks, NaN if no tonnage is missing. `layers` are those that say nothing until it is answered,
    `answer` what an answer does; a certificate's scope has `numbers` instead (scope.py).
    """

    kind: str
    ask_id: str
    ask_name: str
    node_id: str
    node_name: str
    what: str
    share: float
    missing_t: float
    layers: frozenset[str]
    answer: Answered | None
    numbers: Callable[[OfTheme], np.ndarray] | None = None


@dataclass(frozen=True, eq=False)
class People:
    """Who answers for a node: the supplier that operates it, or the buyer of a product."""

    nodes: pd.DataFrame
    supplier_of: np.ndarray
    names: pd.Series

    @classmethod
    def of(cls, up: Upstream, tables: Mapping[str, pd.DataFrame]) -> "People":
        graph = up.facts.network.graph
        buyers = tables["products"].set_index("product_id")["buyer_id"]
        owner = graph.nodes["supplier_id"].fillna(graph.nodes["node_id"].map(buyers)).fillna("")
        names = graph.suppliers.set_index("supplier_id")["name"]
        return cls(graph.nodes, owner.to_numpy(dtype=object), names)

    def about(self, node: int) -> dict[str, Any]:
        """Whom to ask, and about what."""
        asked = str(self.supplier_of[node])
        row = self.nodes.iloc[node]
        return {
            "ask_id": asked,
            "ask_name": str(self.names.get(asked, asked)),
            "node_id": str(row["node_id"]),
            "node_name": str(row["name"]),
        }


def questions_of(up: Upstream, tables: Mapping[str, pd.DataFrame], themes: list[OfTheme]) -> list[Question]:
    """Everything that is missing upstream, but for what certificates cover."""
    people = People.of(up, tables)
    through, _ = node_shares(up.facts.network, up.subject)
    return [
        *_inputs(up, people),
        *_sites(up, people, through),
        *_rejected(up, people, through),
        *_places(up, people, themes, through),
        *_indicators(up, themes),
    ]


def _inputs(up: Upstream, people: People) -> list[Question]:
    """A question for each node at which the trail goes cold."""
    network = up.facts.network
    lost = np.bincount(network.sink, visits(network, up.subject) * network.unknown[:, 1], network.graph.size)
    out = []
    for node in np.flatnonzero(lost > 0):
        loop = next((m for m in network.closed_loops if node in m), None)
        missing = float(network.balance.mass[node] - network.balance.inflow[node])
        out.append(
            Question(
                kind="input",
                **people.about(int(node)),
                what=_about_input(up, int(node), missing, loop),
                share=float(lost[node]),
                missing_t=missing if loop is None else np.nan,
                layers=frozenset(),
                answer=input_declared(int(node)) if loop is None else anything_flows_in(loop, True),
            )
        )
    return out


def _about_input(up: Upstream, node: int, missing: float, loop: np.ndarray | None) -> str:
    graph, balance = up.facts.network.graph, up.facts.network.balance
    name = f"{graph.nodes['name'].iat[node]} ({graph.nodes['node_id'].iat[node]})"
    who = "which sites of which suppliers deliver it, and how many t of which material"
    if loop is not None:
        ids = ", ".join(graph.nodes["node_id"].iloc[loop[:5]]) + (" and more" if len(loop) > 5 else "")
        return f"Metal goes round between {ids} and none comes in from outside: where does it come in, and {who}?"
    if missing <= 0:
        return f"Neither an input nor a delivery of {name} is declared: {who}?"
    if balance.inflow[node] <= 0:
        return f"No input of {name} is declared, and it needs {missing:,.1f} t of contained metal: {who}?"
    return (
        f"{name} needs {balance.mass[node]:,.1f} t of contained metal and {missing:,.1f} t of it are not declared: "
        f"besides those declared, {who}?"
    )


def _sites(up: Upstream, people: People, through: np.ndarray) -> list[Question]:
    kinds = up.facts.network.graph.nodes["kind"].to_numpy(dtype=object)
    out = []
    for node in (n for n in up.nodes if kinds[n] == "supplier" and through[n] > 0):
        about = people.about(int(node))
        what = f"From which of its sites does {about['node_name']} deliver: stage, place, and what each of them receives?"
        answer = anything_flows_in(np.array([node]))
        out.append(
            Question("site", **about, what=what, share=float(through[node]), missing_t=np.nan, layers=_all(up), answer=answer)
        )  # fmt: skip
    return out


def _rejected(up: Upstream, people: People, through: np.ndarray) -> list[Question]:
    """One for each node that a rejected row names; a row changes both its ends, so the answer is to all of them."""
    incomplete = up.facts.network.graph.incomplete
    named = up.nodes[incomplete[up.nodes] > 0]
    named = named[(through[named] > 0) | np.isin(named, up.subject.nodes)]
    answer = anything_flows_in(named)
    out = []
    for node in named:
        about = {**people.about(int(node)), "ask_id": "", "ask_name": OWN_INPUT}
        rows = int(incomplete[node])
        what = (
            f"Correct the {'row' if rows == 1 else f'{rows} rows'} naming {about['node_id']} that could not be read "
            "(`risk-graph validate` lists them); the range is that of all rejected rows upstream together."
        )
        out.append(
            Question("rejected", **about, what=what, share=float(through[node]), missing_t=np.nan, layers=_all(up), answer=answer)
        )  # fmt: skip
    return out


def _places(up: Upstream, people: People, themes: list[OfTheme], through: np.ndarray) -> list[Question]:
    """Facilities of whose place a layer at hand cannot tell; of an unspecified site the whole site is asked."""
    nodes = up.facts.network.graph.nodes
    layers: dict[int, set[str]] = {}
    for theme in themes:
        for layer, positions in is_open(up.facts, theme, PLACE):
            for node in up.nodes[positions]:
                layers.setdefault(int(node), set()).add(layer)
    out = []
    for node in sorted(n for n in layers if nodes["kind"].iat[n] == "facility" and through[n] > 0):
        about, names = people.about(node), ", ".join(sorted(layers[node]))
        said = ", ".join(
            str(nodes[c].iat[node]) for c in ("subdivision", "country") if pd.notna(nodes[c].iat[node])
        )
        what = (
            f"Where exactly does {about['node_name']} ({about['node_id']}) lie: subdivision, or exact coordinates? "
            f"Declared is {said}; that does not tell for {names}."
        )
        answer = places_told(np.array([node]), PLACE)
        out.append(
            Question("place", **about, what=what, share=float(through[node]), missing_t=np.nan,
                     layers=frozenset(layers[node]), answer=answer)
        )  # fmt: skip
    return out


def _indicators(up: Upstream, themes: list[OfTheme]) -> list[Question]:
    """One for each country of which a layer at hand has no number."""
    nodes = up.facts.network.graph.nodes.iloc[up.nodes]
    found: dict[str, tuple[set[str], set[int]]] = {}
    for theme in themes:
        for layer, positions in is_open(up.facts, theme, INDICATOR):
            for position in positions[(nodes["kind"].iloc[positions] == "facility").to_numpy()]:
                layers, at = found.setdefault(str(nodes["country"].iat[position]), (set(), set()))
                layers.add(layer)
                at.add(int(position))
    out = []
    for country, (layers, at) in sorted(found.items()):
        where = np.array(sorted(at))
        what = (
            f"No number of {country} is at hand in {', '.join(sorted(layers))}: is there one elsewhere, or an "
            "assessment of your own (docs/country-tables.md)?"
        )
        share = up.meets(where)
        if share > 0:
            answer = places_told(up.nodes[where], INDICATOR)
            out.append(
                Question("indicator", "", NOBODY, country, country, what, share, np.nan, frozenset(layers), answer)
            )  # fmt: skip
    return out


def _all(up: Upstream) -> frozenset[str]:
    return frozenset(up.facts.signals["layer"].unique())
