"""Does the EU conflict minerals regulation cover the chain's metal?"""

from collections.abc import Sequence

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.rule import Rule
from risk_graph.assess.scope import covers


def evaluate(facts: Facts, metals: Sequence[str] = ()) -> Answers:
    """Of the project: true if the regulation covers the chain's metal; false: it does not, and why; unknown: no metal is known by
    the chain's symbol.
    """
    return covers(
        facts, metals, "Regulation (EU) 2017/821", "Whether the yearly import reaches the volume of Annex I."
    )


RULE = Rule(
    id="EU821-SCOPE",
    version="1",
    title="Covered by the EU conflict minerals regulation",
    source="Regulation (EU) 2017/821, Article 1 and Annex I: tin, tantalum, tungsten and gold above yearly volumes",
    verified=False,
    clears="Nothing: it says whether the regulation's duties bind.",
    evaluate=evaluate,
    says_whether_it_applies=True,
)
