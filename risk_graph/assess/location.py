"""One question asked of any list of places: does the subject's metal come from, or pass through, a listed one?"""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.rule import Answers
from risk_graph.assess.ways import Ways, ways_to
from risk_graph.model.truth import Truth

_CITED = 60
"""Characters of a citation (up to its address) that fit into a sentence; the row holds all of it."""


def passes_through_listed(facts: Facts, layer: str) -> Answers:
    """True: a node upstream lies in a listed place. False: no node upstream is true or unknown, the unknown share
    is 0 and nothing is incomplete. Unknown: otherwise (docs/scores.md). The subject's own place counts.
    """
    nodes = facts.network.graph.nodes["node_id"]
    truth = facts.truth(layer, pd.Index(nodes))
    hit, open_ = ways_to(facts, truth == Truth.TRUE), ways_to(facts, truth == Truth.UNKNOWN)
    home = facts.truth(layer, pd.Index(facts.subjects.ids))
    homeless = facts.subjects.homeless
    true = hit.found | (homeless & (home == Truth.TRUE))
    unknown_origin = facts.unknown_share[:, 1] > 0
    doubt = open_.found | unknown_origin | facts.incomplete_upstream | homeless
    answer = np.where(true, Truth.TRUE, np.where(doubt, Truth.UNKNOWN, Truth.FALSE)).astype(np.int8)
    detail = facts.of_layer(layer)["detail"]
    return Answers(
        truth=answer,
        evidence=_evidence(facts, answer, hit, detail),
        missing=_missing(facts, answer, open_, detail),
        witness=_witness_ids(facts, answer, hit, open_),
        hops=np.where(hit.found, hit.hops, np.where(answer == Truth.UNKNOWN, open_.hops, -1)),
        since=hit.since,
    )


def _evidence(facts: Facts, answer: np.ndarray, hit: Ways, detail: pd.Series) -> np.ndarray:
    witness = _ids(facts, hit.witness)
    said = detail.reindex(pd.Index(witness)).fillna("").to_numpy(dtype=object)
    at_home = detail.reindex(pd.Index(facts.subjects.ids)).fillna("").to_numpy(dtype=object)
    rows = _source_rows(facts, hit.witness)
    text = witness + ": " + said + " Way: " + hit.text + "." + rows
    text = np.where(hit.found, text, np.where(answer == Truth.TRUE, at_home, ""))
    clear = "No place in question upstream, no unknown origin, no rejected row."
    return np.where(answer == Truth.FALSE, clear, text)


def _missing(facts: Facts, answer: np.ndarray, open_: Ways, detail: pd.Series) -> np.ndarray:
    """What keeps the answer from being firmer; also said beside a true answer, where it may hide more."""
    witness = _ids(facts, open_.witness)
    said = detail.reindex(pd.Index(witness)).fillna("").to_numpy(dtype=object)
    place = np.where(open_.found, "Place of " + witness + ": " + said, "")
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
