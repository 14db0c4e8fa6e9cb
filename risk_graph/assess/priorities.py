"""What comes first under each regime: harm at places and areas, ordered by the criteria that the regime allows.

Under UNGP and CSDDD these are severity, then likelihood, by their upper bounds, then by their lower ones; spend, tier
and leverage are not read at all. The LkSG orders equals among them by influence and contribution.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.assess.facts import PROJECT, Facts
from risk_graph.assess.harm import BOUNDS, areas, items
from risk_graph.assess.impacts import issue_of_rule
from risk_graph.assess.lksg import abstract, concrete, weighed
from risk_graph.assess.regime import Regime, shipped
from risk_graph.assess.rule import evaluate_all
from risk_graph.errors import RegimeError
from risk_graph.model.table import result_tables


@dataclass(frozen=True)
class Ordering:
    """`evaluate` gives the rows from the facts and the items of harm; a row with `keys` is ranked by them, descending."""

    id: str
    version: str
    title: str
    source: str
    verified: bool
    evaluate: Callable[[Facts, pd.DataFrame], pd.DataFrame]
    keys: tuple[str, ...] = ()


def _areas(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    return areas(found)


def _as_found(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    return found


ORDERINGS: Mapping[str, Ordering] = {
    o.id: o
    for o in (
        Ordering(
            "CSDDD-MAP",
            "1",
            "General areas in which harm is most likely and most severe",
            "Directive (EU) 2024/1760, Article 8(2)(a)",
            False,
            _areas,
            tuple(BOUNDS),
        ),
        Ordering(
            "CSDDD-PRIO",
            "1",
            "Places by severity and likelihood alone",
            "Directive (EU) 2024/1760, Article 9 and recital 44",
            False,
            _as_found,
            tuple(BOUNDS),
        ),
        Ordering(
            "UNGP-PRIO",
            "1",
            "Places by severity (UNGP-SEV), then likelihood",
            "UN Guiding Principles 14 and 24",
            False,
            _as_found,
            tuple(BOUNDS),
        ),
        Ordering(
            "LKSG-ABS",
            "1",
            "Abstract risk of each protected position, by country and branch",
            "LkSG, section 5(1)",
            False,
            abstract,
        ),
        Ordering(
            "LKSG-CON",
            "1",
            "Concrete risk, where a person assessed it in the last twelve months",
            "LkSG, section 5",
            False,
            concrete,
        ),
        Ordering(
            "LKSG-W",
            "1",
            "What to do first: severity, likelihood, then influence and contribution",
            "LkSG, sections 3(2) and 5(2)",
            False,
            weighed,
            (*BOUNDS, "influence", "contribution"),
        ),
    )
}


def priorities(facts: Facts) -> pd.DataFrame:
    """The results table `priorities` of the chosen regimes, by regime, ordering, rank and subject."""
    regimes = list(shipped().values()) if facts.records.regimes is None else facts.records.regimes
    evaluate_all(facts, issue_of_rule())
    found = items(facts)
    frames = [
        _ranked(regime, _ordering(regime, id_), facts, found)
        for regime in regimes
        for id_ in regime.orderings
        if regime.binds(facts.network.graph.chain.metal) is not False
    ]
    table = result_tables()["priorities"]
    frames = [f for f in frames if len(f)]
    if not frames:
        return table.empty()
    order = ["regime", "rule", "rank_low", "subject_id", "issue"]
    return table.conform(pd.concat(frames, ignore_index=True).sort_values(order, ignore_index=True))


def _ordering(regime: Regime, id_: str) -> Ordering:
    if id_ not in ORDERINGS:
        raise RegimeError(
            f"The regime {regime.id} names the ordering {id_!r}; there are {', '.join(ORDERINGS)}."
        )
    forbidden = {"influence", "contribution"} & set(ORDERINGS[id_].keys) - set(regime.criteria)
    if forbidden:
        raise RegimeError(
            f"The regime {regime.id} orders by {', '.join(regime.criteria) or 'nothing'}; {id_} would order by "
            f"{', '.join(sorted(forbidden))} too."
        )
    return ORDERINGS[id_]


def _ranked(regime: Regime, ordering: Ordering, facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    rows = ordering.evaluate(facts, found).reset_index(drop=True)
    if not len(rows):
        rows = _nothing(rows)
    out = rows.assign(regime=regime.id, rule=ordering.id)
    out["priority_id"] = ordering.id + "|" + out["subject_id"] + "|" + out["issue"]
    ranked = (out["subject_id"] != PROJECT).to_numpy() & bool(ordering.keys)
    low, high = ranks(out.loc[ranked], ordering.keys)
    out["rank_low"], out["rank_high"] = np.nan, np.nan
    out.loc[ranked, "rank_low"], out.loc[ranked, "rank_high"] = low, high
    return out


def _nothing(rows: pd.DataFrame) -> pd.DataFrame:
    said = {
        "subject_id": PROJECT,
        "issue": "",
        "evidence": "Nothing was found or assessed that could be ordered; that clears nobody.",
    }
    return pd.DataFrame([said]).reindex(columns=rows.columns)


def ranks(rows: pd.DataFrame, keys: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """First and last rank of each row's tie, 1 the first, by the keys, all descending."""
    if not len(rows):
        return np.empty(0), np.empty(0)
    groups = rows[list(keys)].apply(lambda column: -column)
    place = groups.groupby(list(keys), sort=True).ngroup().to_numpy()
    counts = np.bincount(place)
    last = np.cumsum(counts)
    return (last - counts + 1).astype(float)[place], last.astype(float)[place]
