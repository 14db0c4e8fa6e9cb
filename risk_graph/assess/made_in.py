"""Where a product is made as its label says it, and every country upstream of it: classes of countries beside both."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.ways import ways_to
from risk_graph.model.truth import Truth


@dataclass(frozen=True, eq=False)
class Classes:
    """Over products: `at` their positions among the subjects; `label` and `upstream` as Truth (is the class above
    basic?), and the countries that decided in words.
    """

    at: np.ndarray
    label: np.ndarray
    upstream: np.ndarray
    label_said: np.ndarray
    upstream_said: np.ndarray


def above_basic(facts: Facts, layer: str, basic: float) -> Classes:
    """Whether a product's last processing country, and any country upstream, has a value above `basic` in the layer.

    The label's country is that of the sites that deliver to the product; the worst of several counts. Upstream is
    unknown too with an unknown share, or where a rejected row names a node upstream.
    """
    graph = facts.network.graph
    ids = pd.Index(graph.nodes["node_id"])
    value = facts.of_layer(layer)["value"].reindex(ids).to_numpy(dtype=float)
    of_node = np.where(np.isnan(value), Truth.UNKNOWN, np.where(value > basic, Truth.TRUE, Truth.FALSE))
    is_product = (graph.nodes["kind"] == "product").to_numpy()
    of_node = np.where(is_product, Truth.FALSE, of_node).astype(np.int8)
    at = np.flatnonzero(facts.subjects.kinds == "product")
    product = graph.index.get_indexer(pd.Index(facts.subjects.ids[at]))
    worst, said = _makers(facts, of_node, product)
    hit, open_ = (ways_to(facts, of_node == t) for t in (Truth.TRUE, Truth.UNKNOWN))
    doubt = open_.found | (facts.unknown_share[:, 1] > 0) | facts.incomplete_upstream
    upstream = np.where(hit.found, Truth.TRUE, np.where(doubt, Truth.UNKNOWN, Truth.FALSE))[at]
    words = [f"Upstream: {_place(facts, w)}" if w >= 0 else "" for w in hit.witness[at]]
    return Classes(at, worst, upstream.astype(np.int8), said, np.array(words, dtype=object))


def _makers(facts: Facts, of_node: np.ndarray, product: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flows = facts.network.graph.flows
    into = pd.Series(flows["source"].to_numpy()).groupby(flows["target"].to_numpy()).agg(list).to_dict()
    truth, said = [], []
    for node in product:
        makers = sorted(set(into.get(node, [])), key=lambda m: (-int(of_node[m]), m))
        truth.append(int(of_node[makers[0]]) if makers else int(Truth.UNKNOWN))
        said.append(f"Made by {_place(facts, makers[0])}" if makers else "")
    return np.array(truth, dtype=np.int8), np.array(said, dtype=object)


def _place(facts: Facts, node: int) -> str:
    row = facts.network.graph.nodes.iloc[node]
    return f"{row['node_id']} in {row['country']}"
