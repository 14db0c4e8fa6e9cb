"""Step 3: serious abuses and support to armed groups ask for suspension, decided by a person."""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import positions, suppliers
from risk_graph.assess.impacts import SUSPEND, assessed, issues, of_groups
from risk_graph.assess.rule import Rule
from risk_graph.assess.ways import ways_to
from risk_graph.model.truth import Truth

_LEVEL = {"suspected": Truth.UNKNOWN, "reasonable": Truth.TRUE, "verified": Truth.TRUE, "closed": Truth.FALSE}
_ACTION = (
    "A person decides: suspend or disengage, responsibly, with regard to the people affected; mitigation "
    "and remedy stay owed. Nothing is blocked by this answer."
)


def evaluate(facts: Facts) -> Answers:
    """True of the subject of an open impact of Annex II groups A or B that is at least reasonably believed, and of the
    suppliers downstream of it; unknown where it is suspected only; false where all are closed. Said of nobody else:
    nobody having assessed anything shows nothing.
    """
    table = of_groups(assessed(facts), SUSPEND)
    table = table.assign(truth=table["status"].map(_LEVEL).fillna(Truth.UNKNOWN).astype(int))
    if not len(table):
        none = "Assessments: no impact of these kinds is recorded in the table impacts."
        return Answers.of_project(Truth.UNKNOWN, "", none)
    own = table.groupby("subject_id")["truth"].max()
    said = {id_: _said(rows) for id_, rows in table.groupby("subject_id")}
    truth, evidence = _spread(facts, own, said)
    at = np.flatnonzero(truth >= 0)
    is_open = truth[at] == Truth.UNKNOWN
    missing = np.where(is_open, "Whether there is good reason to believe it: a person must assess it.", "")
    return Answers.said(at, truth[at].tolist(), evidence[at].tolist(), missing.tolist())


def _spread(facts: Facts, own: pd.Series, said: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Over subjects: the truth (-1: nothing is said) and the sentence; suppliers take the worst that is upstream."""
    count = len(facts.subjects.ids)
    truth, evidence = np.full(count, -1), np.full(count, "", dtype=object)
    nodes = facts.network.graph.nodes
    of_node = (
        nodes["node_id"].map(own).fillna(nodes["supplier_id"].where(nodes["kind"] != "product").map(own))
    )
    about = nodes["node_id"].where(nodes["node_id"].isin(own.index), nodes["supplier_id"])
    for level in (Truth.UNKNOWN, Truth.TRUE):
        way = ways_to(facts, (of_node == level).to_numpy())
        at = np.flatnonzero(way.found & suppliers(facts))
        truth[at] = level
        evidence[at] = [f"{said[about.iat[way.witness[i]]]} Way: {way.text[i]}. {_action(level)}" for i in at]
    here = positions(facts, own.index.to_numpy(dtype=object))
    for position, (id_, level) in zip(here, own.items(), strict=True):
        if position >= 0 and level >= truth[position]:
            truth[position], evidence[position] = level, f"{said[str(id_)]} {_action(level)}".strip()
    return truth, evidence


def _action(level: int) -> str:
    return _ACTION if level == Truth.TRUE else ""


def _said(rows: pd.DataFrame) -> str:
    worst = rows.sort_values(["truth", "impact_id"], ascending=[False, True])
    parts = [
        f"{issues()[row.issue].title} ({row.status}, {row.impact_id}) at {row.subject_id}"
        for row in worst.itertuples()
    ]
    return "; ".join(parts) + "."


RULE = Rule(
    id="OECD-S3-DISENGAGE",
    version="1",
    title="Serious abuse: suspend or disengage",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), Step 3 and Annex II, "
    "paragraphs 2 and 4",
    verified=False,
    clears="A closed impact: remedied, and checked by a person.",
    evaluate=evaluate,
)
