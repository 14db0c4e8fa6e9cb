"""Risk of the places that the metal comes from and passes through.

Weights are our own judgement, not a standard's: the two themes of gravest harm to people weigh most. Goalposts of
the World Bank estimate are its own stated range, about -2.5 (weak) to 2.5 (strong).
"""

from risk_graph.assess.scorer import Scorer, Theme

SCORER = Scorer(
    id="places",
    version="1",
    title="Places along the chain",
    themes=(
        Theme("conflict", "Conflict and security", 0.3, "listing", "eu_cahra"),
        Theme("forced_labour", "Forced labour", 0.3, "listing", "uflpa_region"),
        Theme(
            "governance", "Political stability", 0.2, "country_value", "wgi_political_stability", (2.5, -2.5)
        ),
        Theme("origin_unknown", "Origin unknown", 0.2, "unknown_origin"),
    ),
)
