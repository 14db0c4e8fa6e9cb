"""Red flag location: more is claimed to come from a country than it is said to produce."""

from collections.abc import Mapping, Sequence

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.location import Marks, passes_through
from risk_graph.assess.rule import Rule
from risk_graph.assess.supply import against_production, production_layer
from risk_graph.model.truth import Truth


def evaluate(
    facts: Facts,
    layers: Sequence[str] = ("world_mining_data", "usgs_production"),
    factor: float = 1.0,
    commodities: Mapping[str, Sequence[str]] | None = None,
    recycled: Sequence[str] = (),
) -> Answers:
    """True: an origin upstream is in a country of which more of a material is declared in a year than `factor` times what
    it produced. Unknown: the production is not known, and all that keeps a place from being called clear.
    """
    layer = production_layer(facts, layers)
    if layer is None:
        missing = (
            f"National production: none of the layers {', '.join(layers)} is at hand (`risk-graph sources`)."
        )
        return Answers.of_project(Truth.UNKNOWN, "", missing)
    supply = against_production(facts, layer, factor, commodities or {}, recycled)
    count = len(facts.subjects.ids)
    clear = (
        f"No more is declared to come from a country than {factor:g} times its production, no unknown origin."
    )
    blank = np.full(count, "", dtype=object)
    unknown = np.full(count, Truth.UNKNOWN, dtype=np.int8)
    marks = Marks(supply.truth, supply.detail, unknown, blank, "Production at the origin", clear)
    return passes_through(facts, marks)


RULE = Rule(
    id="OECD-RF-L2",
    version="1",
    title="More is claimed than the country produces",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), red flag locations: "
    "country with limited known reserves or expected production",
    verified=False,
    clears="Evidence of where the metal was mined, or a production figure that covers what is declared.",
    evaluate=evaluate,
)
