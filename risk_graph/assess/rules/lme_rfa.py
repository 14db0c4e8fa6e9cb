"""LME red-flag assessment of the brands' producers, from the answers of the OECD rules."""

from collections.abc import Sequence

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import LOCATION_RULES, unanswered
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth

_RULES = (*LOCATION_RULES, "OECD-RF-S1", "OECD-RF-S2")


def evaluate(facts: Facts, stages: Sequence[str] = ()) -> Answers:
    """True of a facility of the stages: a location or supplier red flag is true or unknown (unknown counts as true),
    so its metal needs an audit. False: all are false, so the lighter tracks are open. Where a location rule cannot be asked
    at all, one row says so of all that no rule is true of.

    The supplier red flags are those of the facility's operator.
    """
    nodes = facts.network.graph.nodes
    ids = facts.subjects.ids
    stage = nodes.set_index("node_id")["stage"].reindex(ids)
    at = np.flatnonzero((facts.subjects.kinds == "facility") & stage.isin(list(stages)).to_numpy())
    if not len(at):
        return Answers.of_project(
            Truth.UNKNOWN, "", f"No facility of the stages {', '.join(stages)} is declared."
        )
    operator = nodes.set_index("node_id")["supplier_id"].reindex(ids[at])
    of_operator = dict(zip(ids, range(len(ids)), strict=True))
    owner = np.array([of_operator.get(o, -1) for o in operator])
    columns = []
    for rule in _RULES:
        truth = facts.answers[rule].over(len(ids))
        columns.append(truth[at] if rule in LOCATION_RULES else np.append(truth, Truth.UNKNOWN)[owner])
    answers = np.column_stack(columns)
    worst = answers.max(axis=1)
    told = Answers.said(
        at,
        np.where(worst == Truth.FALSE, Truth.FALSE, Truth.TRUE).tolist(),
        [_said(row) for row in answers],
        [_open(row) for row in answers],
    )
    rest = unanswered(facts)
    if not rest:
        return told
    flagged = (answers == Truth.TRUE).any(axis=1)
    why = f"Every other producer is treated as higher risk, for {' and '.join(rest)} cannot be asked of anybody."
    return told.only(flagged).and_project(Truth.TRUE, why, f"Answers of {', '.join(rest)}.")


def _said(row: np.ndarray) -> str:
    true = [rule for rule, truth in zip(_RULES, row, strict=True) if truth == Truth.TRUE]
    if true:
        return f"Higher risk by {', '.join(true)}: track A (a recognised standard) or an audited assessment (track B)."
    if (row == Truth.UNKNOWN).any():
        return (
            "Treated as higher risk, for not every red flag can be told: an audit is needed (track A or B)."
        )
    return "No red flag: an audited or a published assessment is possible (tracks B and C)."


def _open(row: np.ndarray) -> str:
    open_ = [rule for rule, truth in zip(_RULES, row, strict=True) if truth == Truth.UNKNOWN]
    return f"Answers of {', '.join(open_)}." if open_ else ""


RULE = Rule(
    id="LME-RFA",
    version="1",
    title="LME brand that needs an audit",
    source="LME policy on responsible sourcing (2019), position paper (2018) and supplier red-flag guidance (February 2021)",
    verified=True,
    clears="Every location and supplier red flag answered no, or an audit by a recognised standard.",
    evaluate=evaluate,
    needs=_RULES,
)
