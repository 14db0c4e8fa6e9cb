"""Red flag location: the metal comes from, or passes through, a conflict-affected or high-risk area."""

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.location import passes_through_listed
from risk_graph.assess.rule import Rule

_LAYER = "eu_cahra"


def evaluate(facts: Facts, layer: str = _LAYER) -> Answers:
    """True: a place upstream is listed. False: no place upstream is or may be, no unknown origin, no rejected row."""
    return passes_through_listed(facts, layer)


RULE = Rule(
    id="OECD-RF-L1",
    version="1",
    title="Location in a conflict-affected or high-risk area",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), red flag locations; "
    "places: EU indicative, non-exhaustive list under Regulation (EU) 2017/821 Art. 14(2)",
    verified=False,
    clears="Evidence that no metal passes through the listed place, or the place's removal from the list. "
    "A listing is a reason to look closer, not a verdict.",
    evaluate=evaluate,
)
