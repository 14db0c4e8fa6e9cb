"""Single sources: materials that a node upstream gets from one facility, or from one supplier, as far as is declared."""

from typing import Literal

import numpy as np
import pandas as pd

from risk_graph.trace.network import Network
from risk_graph.trace.origins import visits
from risk_graph.trace.subject import Subject
from risk_graph.trace.through import node_shares
from risk_graph.trace.upstream import upstream_of

By = Literal["node", "supplier"]

COLUMNS = ["by", "id", "receiver", "material", "share", "is_upper_bound"]


def single_sources(network: Network, subject: Subject) -> pd.DataFrame:
    """COLUMNS: one row for each receiver (node index) upstream and each material that it gets from one source alone.

    By node if that is one facility, by supplier if it is one supplier's several sites or its unspecified site (which may
    be one facility or many). `share` is the chance that a unit of the subject's metal arrives by that material at that
    receiver at least once: the part of its metal that would have to come from elsewhere. Only what is declared: whether
    the receiver has an undeclared input, or a rejected row names it, is for the caller to say. By receiver and material.
    """
    graph = network.graph
    upstream = upstream_of(network, subject.nodes)
    flows = graph.flows[upstream[graph.flows["target"].to_numpy()]]
    flows = flows[~graph.is_origin[flows["target"].to_numpy()]]
    owner = graph.nodes["supplier_id"].to_numpy()[flows["source"].to_numpy()]
    material = graph.table["material"].to_numpy()[flows["row"].to_numpy()]
    parts = pd.DataFrame(
        {
            "receiver": flows["target"].to_numpy(),
            "material": material,
            "source": flows["source"].to_numpy(),
            "owner": owner,
            "metal": flows["metal"].to_numpy(),
        }
    )
    keys = ["receiver", "material"]
    counts = parts.groupby(keys)[["source", "owner"]].nunique()
    alone = counts[counts["owner"] == 1].reset_index()[keys]
    parts = parts.merge(alone, on=keys).groupby([*keys, "source", "owner"], as_index=False)["metal"].sum()
    is_site = (graph.nodes["kind"] == "facility").to_numpy()
    first = parts.groupby(keys, as_index=False).agg(
        source=("source", "first"), sources=("source", "size"), owner=("owner", "first")
    )
    by_node = (first["sources"] == 1) & is_site[first["source"].to_numpy(dtype=np.int64)]
    named = graph.nodes["node_id"].to_numpy()[first["source"].to_numpy(dtype=np.int64)]
    first["by"] = np.where(by_node, "node", "supplier")
    first["id"] = np.where(by_node, named, first["owner"])
    first["share"], first["is_upper_bound"] = _arriving(network, subject, parts, first)
    return first[COLUMNS]


def _arriving(
    network: Network, subject: Subject, parts: pd.DataFrame, inputs: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Chance that a unit arrives by each input at least once, and whether that is only an upper bound.

    From receiver v the chance is p N_vv / (1 + sum p_u N_uv), p_u the part of v's input from source u and p their sum:
    the expected number of arrivals over that of arrivals after a first one. N_uv is 0 unless u and v share a loop. In a
    closed loop metal goes round until it has taken every way. A loop past loops.DIRECT is not inverted.
    """
    if not len(inputs):
        return np.zeros(0), np.zeros(0, dtype=bool)
    met, (through, _) = visits(network, subject), node_shares(network, subject)
    known = network.balance.known[:, 1] / np.where(network.balance.inflow > 0, network.balance.inflow, 1.0)
    receiver, source = parts["receiver"].to_numpy(), parts["source"].to_numpy()
    part = parts["metal"].to_numpy() * known[receiver]
    again, large = np.zeros(len(parts)), np.zeros(network.graph.size, dtype=bool)
    inside = network.order.sizes[network.order.labels] > 1
    for members in (m for _, loops in network.order.batches for m in loops):
        mine = np.isin(receiver, members) & np.isin(source, members)
        if network.in_closed_loop[members[0]] or not mine.any():
            continue
        loop = network.steps().loop(members)
        if loop.is_large:
            large[members] = True
            continue
        place = pd.Index(members)
        at = place.get_indexer(pd.Index(source[mine])), place.get_indexer(pd.Index(receiver[mine]))
        again[mine] = loop.inverse()[at]
    number = parts.groupby(["receiver", "material"]).ngroup().to_numpy()
    total = np.bincount(number, part)
    back = np.bincount(number, part * again)
    v = inputs["receiver"].to_numpy()
    share = np.minimum(met[v] * total / (1 + back), through[v])
    share = np.where(network.in_closed_loop[v], through[v], share)
    return share, large[v] & inside[v]
