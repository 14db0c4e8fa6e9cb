"""Red flag supplier: metal from a red-flag location reached it, at any tier, in the last months."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import LOCATION_RULES, months_before, node_truth, suppliers, unanswered
from risk_graph.assess.location import Marks, passes_through
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, months: int = 12) -> Answers:
    """True of a supplier: a delivery from a red-flag location that touches the last `months` before the day reached it
    or a node upstream, or left a site of its own there. False: the deliveries to every node upstream in these months
    are declared, and all are from places known to be no such location. Unknown: otherwise.
    """
    recent = _recent(facts, months)
    reached = passes_through(facts, _marks(facts, recent, months))
    answers = _with_own_sites(facts, reached, recent.source, months).only(suppliers(facts))
    rest = unanswered(facts)
    if not rest:
        return answers
    missing = (
        f"Of every other supplier: {' and '.join(rest)} cannot be asked, so no place is known to be none."
    )
    return answers.only(answers.truth == Truth.TRUE).and_project(Truth.UNKNOWN, "", missing)


@dataclass(frozen=True, eq=False)
class _Recent:
    """The declared flows that touch the months: ends as node indices, and the days in words."""

    source: np.ndarray
    target: np.ndarray
    words: np.ndarray


def _marks(facts: Facts, recent: _Recent, months: int) -> Marks:
    """What each node received in the months; an origin receives nothing."""
    graph = facts.network.graph
    of_node = node_truth(facts)
    order = np.argsort(-of_node[recent.source].astype(int), kind="stable")
    source, target, words = recent.source[order], recent.target[order], recent.words[order]
    silent = f"no delivery to it in the last {months} months is declared"
    truth = np.where(graph.is_origin, Truth.FALSE, Truth.UNKNOWN).astype(np.int8)
    detail = np.where(graph.is_origin, "", silent).astype(object)
    ids = graph.nodes["node_id"].to_numpy(dtype=object)
    node, first = np.unique(target, return_index=True)
    truth[node] = of_node[source[first]]
    detail[node] = ids[source[first]] + " delivered " + words[first]
    count = len(facts.subjects.ids)
    return Marks(
        truth=truth,
        detail=detail,
        home=np.full(count, Truth.UNKNOWN, dtype=np.int8),
        home_detail=np.full(count, "", dtype=object),
        what="Deliveries",
        clear=f"No delivery from a red-flag location in the last {months} months, no unknown origin, no rejected row.",
    )


def _with_own_sites(facts: Facts, answers: Answers, delivered: np.ndarray, months: int) -> Answers:
    """The answers, and what left the subject's own sites at red-flag locations."""
    of_node = node_truth(facts)
    has_left = np.zeros(len(of_node), dtype=bool)
    has_left[delivered] = True
    own = np.where(has_left | (of_node == Truth.FALSE), of_node, Truth.UNKNOWN)
    is_true, is_open = (
        np.asarray(facts.subjects.own @ (own == value).astype(float)) > 0
        for value in (Truth.TRUE, Truth.UNKNOWN)
    )
    anew, doubt = is_true & (answers.truth < Truth.TRUE), is_open & (answers.truth < Truth.UNKNOWN)
    said = f"A site of its own lies at a red-flag location and delivered in the last {months} months."
    asked = "Place and deliveries of its own sites."
    blank = np.where(answers.truth == Truth.FALSE, "", answers.evidence)
    return replace(
        answers,
        truth=np.where(anew, Truth.TRUE, np.where(doubt, Truth.UNKNOWN, answers.truth)).astype(np.int8),
        evidence=np.where(anew, said, np.where(doubt, blank, answers.evidence)),
        missing=np.where(doubt & ~anew, asked, answers.missing),
        witness=np.where(anew, "", answers.witness),
        hops=np.where(anew, -1, answers.hops),
    )


def _recent(facts: Facts, months: int) -> _Recent:
    graph = facts.network.graph
    table = graph.table
    since, day = months_before(facts.as_of, months), pd.Timestamp(facts.as_of)
    touches = ((table["period_end"] > since) & (table["period_start"] <= day)).to_numpy()
    table = table[touches]
    source = graph.index.get_indexer(pd.Index(table["from_id"]))
    target = graph.index.get_indexer(pd.Index(table["to_id"]))
    words = (
        "to it in "
        + table["period_start"].dt.strftime("%Y-%m-%d")
        + " to "
        + table["period_end"].dt.strftime("%Y-%m-%d")
        + " (flow "
        + table["flow_id"]
        + ")"
    )
    return _Recent(source, target, words.to_numpy(dtype=object))


RULE = Rule(
    id="OECD-RF-S2",
    version="1",
    title="Sourced from a red-flag location in the last months",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), supplier red flags: last 12 "
    "months, as quoted by the LME's guidance on supplier red flags (February 2021)",
    verified=False,
    clears="Evidence that the delivery came from elsewhere, or twelve months without any.",
    evaluate=evaluate,
    needs=LOCATION_RULES,
)
