"""The LkSG's vectors over the protected positions: abstract for each country and branch, concrete for each supplier that
was assessed, and what comes first.

Never one number over the positions. Rows only where something is known; of a position of which nothing is known of
anybody there is one row, for the project.
"""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import PROJECT, Facts
from risk_graph.assess.harm import BOUNDS, KEY, areas, by_people, by_rules, worse_of
from risk_graph.assess.impacts import issues
from risk_graph.model.graph import SupplyGraph
from risk_graph.trace.upstream import ways_down


def abstract(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    """For each country and stage (the branch) and each position the worst that rules say of a place there."""
    protected = by_rules(facts)
    known = areas(protected[protected["issue"].isin(_protected())])
    seen = set(known["issue"])
    blank = [
        {
            "subject_id": PROJECT,
            "issue": id_,
            "severity_low": 0.0,
            "severity_high": 4.0,
            "likelihood_low": 0.0,
            "likelihood_high": 4.0,
            "missing": "No layer or rule here is about it: nothing is known of any supplier.",
        }
        for id_ in _protected()
        if id_ not in seen
    ]
    rest = pd.DataFrame(blank).reindex(columns=known.columns)
    return pd.concat([known.astype(object), rest.astype(object)], ignore_index=True).astype(
        dict.fromkeys(BOUNDS, float)
    )


def _protected() -> list[str]:
    return [id_ for id_, issue in issues().items() if issue.lksg]


def concrete(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    """What a person assessed at a supplier or a site of its in the last twelve months. If it was verified it replaces
    what rules say of that position, up or down, and of no other.
    """
    return _of_suppliers(facts.network.graph, by_people(facts, fresh_alone=True))


def weighed(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    """The concrete risk where there is one, else what rules say of the supplier's own sites: with influence (4: delivers to a product; one less a
    tier; 0: reaches none) and contribution (share of all metal in products that it delivers to them).
    """
    graph = facts.network.graph
    every = worse_of(_of_suppliers(graph, by_rules(facts)), _of_suppliers(graph, by_people(facts)))
    influence, contribution = _standing(facts)
    every["influence"] = every["subject_id"].map(influence).fillna(0.0)
    every["contribution"] = every["subject_id"].map(contribution).fillna(0.0)
    said = [
        f"{e} Influence {i:.0f} of 4, contribution {100 * c:.1f} %."
        for e, i, c in zip(every["evidence"], every["influence"], every["contribution"], strict=True)
    ]
    return every.assign(evidence=said)


def _of_suppliers(graph: SupplyGraph, found: pd.DataFrame) -> pd.DataFrame:
    """Items of the protected positions by the supplier whose sites they are at; the worst of several."""
    wanted = found[found["issue"].isin(_protected())]
    owner = graph.nodes.set_index("node_id")["supplier_id"].dropna()
    of = wanted["subject_id"].map(owner).fillna(wanted["subject_id"])
    at = wanted.assign(subject_id=of, evidence=wanted["evidence"] + " At " + wanted["subject_id"] + ".")
    at = at[at["subject_id"].isin(graph.suppliers["supplier_id"])]
    at = at.sort_values([*BOUNDS, "evidence"], ascending=[False] * 4 + [True])
    return at.drop_duplicates(KEY).sort_values(KEY, ignore_index=True)


def _standing(facts: Facts) -> tuple[dict[str, float], dict[str, float]]:
    """Influence and contribution by supplier."""
    graph = facts.network.graph
    products = np.flatnonzero((graph.nodes["kind"] == "product").to_numpy())
    hops = ways_down(facts.network, products).hops
    tier = pd.Series(np.where(hops > 0, np.clip(5 - hops, 1, 4), 0), index=graph.nodes["supplier_id"])
    influence = tier[tier.index.notna()].groupby(level=0).max().astype(float).to_dict()
    into = graph.flows[graph.flows["target"].isin(products)]
    sold = into.groupby(graph.nodes["supplier_id"].to_numpy(dtype=object)[into["source"].to_numpy()])[
        "metal"
    ].sum()
    total = float(sold.sum())
    return influence, {str(k): float(v) / total for k, v in sold.items()} if total else {}
