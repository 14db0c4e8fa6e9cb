"""Certificates of which nobody said what they cover: they lower nothing, and could if their scope were known."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from risk_graph.assess.answer import OfTheme
from risk_graph.assess.question import Question
from risk_graph.assess.reader import Risks
from risk_graph.assess.residual import lowered, lowerings
from risk_graph.assess.scorer import Scorer
from risk_graph.assess.upstream import Upstream

_SCOPE = ("activities", "materials")


def scope_questions(up: Upstream, scorer: Scorer, tables: Mapping[str, pd.DataFrame]) -> list[Question]:
    """A question for each certificate without scope whose holder has a facility upstream."""
    if not {"certificates", "certificate_scope"} <= set(tables):
        return []
    held = tables["certificates"]
    held = held[~held["certificate_id"].isin(tables["certificate_scope"]["certificate_id"])]
    graph = up.facts.network.graph
    nodes = graph.nodes.iloc[up.nodes]
    names = graph.suppliers.set_index("supplier_id")["name"]
    out = []
    for row in held.sort_values("certificate_id").to_dict("records"):
        mine = (nodes["supplier_id"] == row["holder_id"]) & (nodes["kind"] == "facility")
        at = np.flatnonzero(mine.to_numpy())
        share = up.meets(at) if len(at) else 0.0
        if share <= 0:
            continue
        sites = nodes["node_id"].iloc[at].tolist()
        rows = pd.DataFrame([{**row, "covers_id": site, **dict.fromkeys(_SCOPE)} for site in sites])
        holder = str(names.get(row["holder_id"], row["holder_id"]))
        out.append(
            Question(
                kind="scope",
                ask_id=str(row["holder_id"]),
                ask_name=holder,
                node_id=str(row["certificate_id"]),
                node_name=f"{row['standard']} of {holder}",
                what=f"Which sites, activities and materials does the certificate {row['certificate_id']} ({row['standard']}) "
                f"of {holder} cover? Its scope is not declared, so it lowers nothing; at best it covers {', '.join(sites)}.",
                share=share,
                missing_t=np.nan,
                layers=frozenset(),
                answer=None,
                numbers=_left(up, scorer, rows),
            )
        )
    return out


def _left(up: Upstream, scorer: Scorer, rows: pd.DataFrame) -> Callable[[OfTheme], np.ndarray]:
    """(9,) of a theme what certificates leave now, at best (all sites are covered) and at worst (none is)."""
    before = lowerings(up.facts, scorer)
    both = [f for f in (up.facts.certificates, rows) if len(f)]
    after = lowerings(replace(up.facts, certificates=pd.concat(both, ignore_index=True)), scorer)

    def numbers(of: OfTheme) -> np.ndarray:
        now, best = (np.minimum(_numbers(of, table), of.now) for table in (before, after))
        return np.concatenate([now, np.minimum(best, now), now])

    return numbers


def _numbers(of: OfTheme, table: pd.DataFrame) -> np.ndarray:
    up = of.upstream
    here = table[np.isin(table["node"].astype("int64"), up.nodes)]
    here = here.assign(node=np.searchsorted(up.nodes, here["node"].astype("int64")))
    less: Risks | None = lowered(of.risks, of.theme.id, here)
    return of.now if less is None else of.numbers(of.systems_of(less))
