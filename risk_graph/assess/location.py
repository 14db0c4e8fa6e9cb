"""One question asked of any list of places: does the subject's metal come from, or pass through, a listed one?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.ways import Ways, ways_to
from risk_graph.model.truth import Truth

_CITED = 60
"""Characters of a citation (up to its address) that fit into a sentence; the row holds all of it."""


@dataclass(frozen=True, eq=False)
class Marks:
    """What is said of single nodes and of suppliers without any: Truth values and sentences, over nodes and subjects.

    `home` and `home_detail` (m,) are read for suppliers without a node alone. `what` names the thing in a sentence.
    """

    truth: np.ndarray
    detail: np.ndarray
    home: np.ndarray
    home_detail: np.ndarray
    what: str = "Place"
    clear: str = "No place in question upstream, no unknown origin, no rejected row."


def listed(facts: Facts, layer: str) -> Marks:
    """Whether nodes lie in a place that the layer lists."""
    nodes, ids = pd.Index(facts.network.graph.nodes["node_id"]), pd.Index(facts.subjects.ids)
    detail = facts.of_layer(layer)["detail"]
    return Marks(
        truth=facts.truth(layer, nodes),
        detail=detail.reindex(nodes).fillna("").to_numpy(dtype=object),
        home=facts.truth(layer, ids),
        home_detail=detail.reindex(ids).fillna("").to_numpy(dtype=object),
    )


def passes_through_listed(facts: Facts, layer: str) -> Answers:
    """True: a node upstream lies in a listed place. False: no node upstream is true or unknown, the unknown share
    is 0 and nothing is incomplete. Unknown: otherwise (docs/scores.md). The subject's own place counts.
    """
    return passes_through(facts, listed(facts, layer))


def passes_through(facts: Facts, marks: Marks) -> Answers:
    """The same of any marks: true if a node upstream is, false only if all that is upstream is known to be clear."""
    hit, open_ = (
        ways_to(facts, marks.truth == Truth.TRUE),
        ways_to(facts, marks.truth == Truth.UNKNOWN),
    )
    homeless = facts.subjects.homeless
    true = hit.found | (homeless & (marks.home == Truth.TRUE))
    unknown_origin = facts.unknown_share[:, 1] > 0
    doubt = open_.found | unknown_origin | facts.incomplete_upstream | homeless
    answer = np.where(true, Truth.TRUE, np.where(doubt, Truth.UNKNOWN, Truth.FALSE)).astype(np.int8)
    return Answers(
        truth=answer,
        evidence=_evidence(facts, answer, hit, marks),
        missing=_missing(facts, open_, marks),
        witness=_witness_ids(facts, answer, hit, open_),
        hops=np.where(hit.found, hit.hops, np.where(answer == Truth.UNKNOWN, open_.hops, -1)),
        since=hit.since,
        nodes=marks.truth,
    )


def _evidence(facts: Facts, answer: np.ndarray, hit: Ways, marks: Marks) -> np.ndarray:
    witness = _ids(facts, hit.witness)
    said = np.append(marks.detail, "")[hit.witness]
    rows = _source_rows(facts, hit.witness)
    text = witness + ": " + said + " Way: " + hit.text + "." + rows
    text = np.where(hit.found, text, np.where(answer == Truth.TRUE, marks.home_detail, ""))
    return np.where(answer == Truth.FALSE, marks.clear, text)


def _missing(facts: Facts, open_: Ways, marks: Marks) -> np.ndarray:
    """What keeps the answer from being firmer; also said beside a true answer, where it may hide more."""
    witness = _ids(facts, open_.witness)
    said = np.append(marks.detail, "")[open_.witness]
    place = np.where(open_.found, marks.what + " of " + witness + ": " + said, "")
    unknown = facts.unknown_share[:, 1]
    shares = np.array(
        [f"Origin of {100 * u:.1f} % of the metal." if u > 0 else "" for u in unknown], dtype=object
    )
    shares = np.where(
        facts.subjects.homeless, "Site and origin: no facility and no flow is declared.", shares
    )
    rejected = np.where(facts.incomplete_upstream, "A row that names a node upstream was rejected.", "")
    parts = zip(place, shares, rejected, facts.idle_sentences, strict=True)
    return np.array([" ".join(p for p in part if p) for part in parts], dtype=object)


def _witness_ids(facts: Facts, answer: np.ndarray, hit: Ways, open_: Ways) -> np.ndarray:
    asked = np.where((answer == Truth.UNKNOWN) & open_.found, _ids(facts, open_.witness), "")
    return np.where(hit.found, _ids(facts, hit.witness), asked)


def _ids(facts: Facts, nodes: np.ndarray) -> np.ndarray:
    """Ids of nodes; "" for -1."""
    ids = np.append(facts.network.graph.nodes["node_id"].to_numpy(dtype=object), "")
    return np.asarray(ids[nodes])


def _source_rows(facts: Facts, nodes: np.ndarray) -> np.ndarray:
    """Where the witness was declared: file, row and the source it names, or "" for -1."""
    table = facts.network.graph.nodes
    cited = table["source"].fillna("").str.split(", http").str[0].str.slice(0, _CITED)
    where = table["source_file"].fillna("") + " row " + table["source_row"].astype("str")
    said = " [" + where + (": " + cited).where(cited != "", "") + "]"
    return np.asarray(np.append(said.to_numpy(dtype=object), "")[nodes])
