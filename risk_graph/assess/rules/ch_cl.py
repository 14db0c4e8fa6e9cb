"""Swiss child-labour duty: the class of the country that the label of origin names."""

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.made_in import above_basic
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, layer: str = "unicef_childrens_rights", basic: float = 1.0) -> Answers:
    """True of a product: the place of production has a class above basic, so a suspicion must be looked for; false: its
    class is basic. What is upstream is said beside it and changes nothing here (CH-CL-UPSTREAM asks it).
    """
    if layer not in facts.layers_with_signals:
        none = f"UNICEF's classes of countries: no table {layer} is at hand (docs/country-tables.md)."
        return Answers.of_project(Truth.UNKNOWN, "", none)
    found = above_basic(facts, layer, basic)
    differs = found.upstream > found.label
    beside = np.where(found.upstream == Truth.TRUE, found.upstream_said, "Upstream: not every place is known")
    evidence = np.where(
        differs, found.label_said + ". Upstream differs. " + beside + ".", found.label_said + "."
    )
    evidence = np.where(found.label_said == "", "", evidence)
    missing = np.where(found.label == Truth.UNKNOWN, "The class of the country in which it is made.", "")
    return Answers.said(found.at, found.label.tolist(), evidence.tolist(), missing.tolist())


RULE = Rule(
    id="CH-CL",
    version="1",
    title="Made in a country above the basic class",
    source="Swiss Ordinance on due diligence in minerals and child labour (SR 221.433), Articles 5 and 7: place of "
    "production by the indication of origin",
    verified=True,
    clears="A country of the basic class, or a documented check that found no reasonable suspicion.",
    evaluate=evaluate,
)
