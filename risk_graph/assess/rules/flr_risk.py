"""Areas that the database of the EU Forced Labour Regulation names."""

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.location import passes_through_listed
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, layer: str = "eu_forced_labour_risk") -> Answers:
    """As any listed place; unknown for the project as long as the database is not at hand."""
    if layer not in facts.layers_with_signals:
        missing = (
            "The Commission's database of risk areas and products: we know of no published edition. "
            f"A listing {layer} of your own in sources/ is used (docs/regimes.md)."
        )
        return Answers.of_project(Truth.UNKNOWN, "", missing)
    return passes_through_listed(facts, layer)


RULE = Rule(
    id="FLR-RISK",
    version="1",
    title="Place or product of the forced-labour database",
    source="Regulation (EU) 2024/3015, Articles 8 and 14 (numbers not checked): a single component taints the product",
    verified=False,
    clears="Evidence that no component comes from the place that the database names.",
    evaluate=evaluate,
)
