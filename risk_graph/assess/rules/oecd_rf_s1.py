"""Red flag supplier: it, or a company upstream, holds an interest in a company at a red-flag location."""

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import LOCATION_RULES, positions, subject_truth, suppliers
from risk_graph.assess.holdings import holdings_in
from risk_graph.assess.rule import Rule
from risk_graph.assess.ways import ways_to
from risk_graph.model.truth import Truth


def evaluate(facts: Facts) -> Answers:
    """True of a supplier: it or an operator upstream owns, over any number of steps, a share on the day in somebody of
    whom a location rule is true. False of everybody: no location rule is true or unknown of anybody, so there is nothing in question to hold. Unknown of
    everybody else: a table of owners never says that it is complete.
    """
    truth = subject_truth(facts)
    ownership = facts.records.table("ownership")
    held = holdings_in(ownership, set(facts.subjects.ids[truth == Truth.TRUE]), facts.as_of)
    nodes = facts.network.graph.nodes
    operator = nodes["supplier_id"].where(nodes["kind"] != "product").isin(list(held)).to_numpy()
    hit = ways_to(facts, operator)
    own = np.zeros(len(truth), dtype=bool)
    own[[p for p in positions(facts, np.array(list(held), dtype=object)) if p >= 0]] = True
    found = np.flatnonzero(suppliers(facts) & (hit.found | own))
    answers = Answers.said(
        found,
        [Truth.TRUE] * len(found),
        [_said(facts, at, held, own, hit.witness, hit.text) for at in found.tolist()],
        [""] * len(found),
    )
    if not (truth > Truth.FALSE).any():
        said = "No location rule is true or unknown of anybody: no holding in question."
        return answers.and_project(
            Truth.FALSE, said, "Holdings in companies outside the project are not known."
        )
    missing = "Holdings of " + ("every other supplier" if len(found) else "every supplier")
    why = "no owner is declared" if not len(ownership) else "those declared need not be all"
    return answers.and_project(Truth.UNKNOWN, "", f"{missing}: {why}.")


def _said(
    facts: Facts, at: int, held: dict[str, str], own: np.ndarray, witness: np.ndarray, way: np.ndarray
) -> str:
    if own[at]:
        return f"{held[facts.subjects.ids[at]]}."
    node = facts.network.graph.nodes.iloc[witness[at]]
    return f"{held[node['supplier_id']]}. It is upstream: {way[at]}."


RULE = Rule(
    id="OECD-RF-S1",
    version="1",
    title="Interest in a company at a red-flag location",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), supplier red flags, "
    "as quoted by the LME's guidance on supplier red flags (February 2021)",
    verified=False,
    clears="The end of the holding, or evidence that the company it is held in neither operates in nor is supplied "
    "from such a place.",
    evaluate=evaluate,
    needs=LOCATION_RULES,
)
