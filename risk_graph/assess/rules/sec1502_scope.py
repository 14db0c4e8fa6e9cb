"""Does section 1502 of the Dodd-Frank Act cover the chain's metal?"""

from collections.abc import Sequence

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.rule import Rule
from risk_graph.assess.scope import covers


def evaluate(facts: Facts, metals: Sequence[str] = ()) -> Answers:
    """Of the project: true if the section covers the chain's metal; false: it does not, and why; unknown: no metal is known by
    the chain's symbol.
    """
    open_ = "Whether the metal is necessary to the function or production of a product, and whether the buyer files reports."
    return covers(facts, metals, "Section 1502 of the Dodd-Frank Act", open_)


RULE = Rule(
    id="SEC1502-SCOPE",
    version="1",
    title="Covered by Dodd-Frank section 1502",
    source="Dodd-Frank Act, section 1502, and Form SD: tin, tantalum, tungsten and gold",
    verified=False,
    clears="Nothing: it says whether the section's duties bind.",
    evaluate=evaluate,
    says_whether_it_applies=True,
)
