"""Metal from a company on the UFLPA Entity List, at any tier."""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.location import Marks, passes_through
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth

_OF_NAME = {
    "match": Truth.TRUE,
    "possible": Truth.UNKNOWN,
    "not_screened": Truth.UNKNOWN,
    "linked": Truth.UNKNOWN,
    "possibly_linked": Truth.UNKNOWN,
}
"""An outcome's truth; a facility that a match runs is true, one that a match owns a share of is unknown."""


def evaluate(facts: Facts, layer: str = "uflpa_entities") -> Answers:
    """True: a node upstream is, or is run by, a match. Unknown: a possible match, a match among the owners, somebody
    whose name could not be compared, and all that keeps a place from being called clear (docs/scores.md).
    """
    if facts.layer(layer) is None:
        missing = f"The list: no edition of {layer} is at hand (`risk-graph sources update`)."
        return Answers.of_project(Truth.UNKNOWN, "", missing)
    found = facts.records.matched
    found = found[found["list"] == layer]
    runs = (found["outcome"] == "linked") & (found["via"] == "operator")
    told = found.assign(
        truth=found["outcome"].map(_OF_NAME).fillna(Truth.FALSE).astype(int).mask(runs, Truth.TRUE)
    )
    told = told.sort_values(["truth", "match_id"], ascending=[False, True]).drop_duplicates("subject_id")
    truth, said = told.set_index("subject_id")["truth"], told.set_index("subject_id")["reason"]
    nodes, ids = pd.Index(facts.network.graph.nodes["node_id"]), pd.Index(facts.subjects.ids)
    no_match = "No match with the list upstream, no unknown origin, no rejected row; that is not cleared."
    marks = Marks(
        truth=_of(truth, nodes),
        detail=said.reindex(nodes).fillna("").to_numpy(dtype=object),
        home=_of(truth, ids),
        home_detail=said.reindex(ids).fillna("").to_numpy(dtype=object),
        what="Name",
        clear=no_match,
    )
    return passes_through(facts, marks)


def _of(truth: pd.Series, ids: pd.Index) -> np.ndarray:
    return np.asarray(truth.reindex(ids).fillna(Truth.FALSE), dtype=np.int8)


RULE = Rule(
    id="UFLPA-ENT",
    version="1",
    title="Any share from a listed entity",
    source="Uyghur Forced Labor Prevention Act (US Public Law 117-78), section 2(d)(2)(B): entity list; no minimum share",
    verified=False,
    clears="A person's decision that they are not the same, or clear and convincing evidence accepted by US Customs and "
    "Border Protection.",
    evaluate=evaluate,
)
