"""The Swiss child-labour question asked of the whole chain, not of the label."""

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.made_in import above_basic
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, layer: str = "unicef_childrens_rights", basic: float = 1.0) -> Answers:
    """True of a product: a country upstream has a class above basic; false: all have the basic one and all is known."""
    if layer not in facts.layers_with_signals:
        none = f"UNICEF's classes of countries: no table {layer} is at hand (docs/country-tables.md)."
        return Answers.of_project(Truth.UNKNOWN, "", none)
    found = above_basic(facts, layer, basic)
    clear = "Every country upstream has the basic class."
    evidence = np.where(found.upstream == Truth.FALSE, clear, found.upstream_said)
    missing = np.where(found.upstream == Truth.UNKNOWN, "Places or classes upstream.", "")
    return Answers.said(found.at, found.upstream.tolist(), evidence.tolist(), missing.tolist())


RULE = Rule(
    id="CH-CL-UPSTREAM",
    version="1",
    title="A country above the basic class upstream",
    source="Our own question beside the Swiss Ordinance (SR 221.433), Article 7, which asks of the label's country alone",
    verified=True,
    clears="A documented check that found no reasonable suspicion at the place.",
    evaluate=evaluate,
)
