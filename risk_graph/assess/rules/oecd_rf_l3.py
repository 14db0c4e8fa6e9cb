"""Red flag location: the claimed origin is a country through which such metal is known to pass."""

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.location import Marks, listed, passes_through
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, layer: str = "transit_countries") -> Answers:
    """As any listed place, of origins alone. Without the table nobody is called clear."""
    if layer not in facts.layers_with_signals:
        missing = (
            f"A table of transit countries: nobody publishes one that may be bundled. A listing {layer} of your own in "
            "sources/ is used (docs/regimes.md)."
        )
        return Answers.of_project(Truth.UNKNOWN, "", missing)
    said = listed(facts, layer)
    is_origin = facts.network.graph.is_origin
    marks = Marks(
        truth=np.where(is_origin, said.truth, Truth.FALSE).astype(np.int8),
        detail=np.where(is_origin, said.detail, ""),
        home=said.home,
        home_detail=said.home_detail,
        what="Transit through the country of",
        clear="No origin in a country of the table, no unknown origin, no rejected row.",
    )
    return passes_through(facts, marks)


RULE = Rule(
    id="OECD-RF-L3",
    version="1",
    title="Origin in a known transit country",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), red flag locations: "
    "country through which minerals from conflict-affected and high-risk areas are known to transit",
    verified=False,
    clears="Evidence of the mine behind the claimed origin.",
    evaluate=evaluate,
)
