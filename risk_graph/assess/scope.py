"""Does a law of certain metals bind the chain's metal?"""

from collections.abc import Sequence

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.regime import ELEMENTS
from risk_graph.model.truth import Truth


def covers(facts: Facts, metals: Sequence[str], law: str, open_: str) -> Answers:
    """Of the project: true if the chain's metal is one of them, unknown if nobody can say which metal it is; false:
    it does not apply, and why. `open_` is what else would have to be known where it is true.
    """
    metal = facts.network.graph.chain.metal
    named = ", ".join(metals)
    if metal in metals:
        return Answers.of_project(Truth.TRUE, f"{law} covers {metal}.", open_)
    if metal not in ELEMENTS:
        return Answers.of_project(Truth.UNKNOWN, "", f"The chain's metal: {metal!r} is the symbol of none.")
    return Answers.of_project(Truth.FALSE, f"Not applicable to {metal}, because {law} covers {named} alone.")
