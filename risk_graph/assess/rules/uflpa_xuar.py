"""Any share of the metal from the Xinjiang Uyghur Autonomous Region."""

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.location import passes_through_listed
from risk_graph.assess.rule import Rule

_LAYER = "uflpa_region"


def evaluate(facts: Facts, layer: str = _LAYER) -> Answers:
    """True: a place upstream lies in Xinjiang. False: none does or may, no unknown origin, no rejected row."""
    return passes_through_listed(facts, layer)


RULE = Rule(
    id="UFLPA-XUAR",
    version="1",
    title="Any share from Xinjiang",
    source="Uyghur Forced Labor Prevention Act (US Public Law 117-78), section 3: rebuttable presumption, "
    "no minimum share",
    verified=False,
    clears="Clear and convincing evidence about the goods, accepted by US Customs and Border Protection.",
    evaluate=evaluate,
)
