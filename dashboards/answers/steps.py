"""The ways a subject's metal takes, as steps without loops that can be drawn: mass in equals mass out at every node.

A step from u to v carries (visits of v) x (share of v's input that comes from u). Metal that goes round in a loop
is taken out of the loop's steps, as much as goes round (its amount is told, not drawn): what enters and leaves each
node stays balanced, so the steps out of origins and UNKNOWN still sum to the shares of the trace.
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from risk_graph.model.graph import EVIDENCE
from risk_graph.trace.network import Network
from risk_graph.trace.origins import UNKNOWN, visits
from risk_graph.trace.subject import Subject, subject_of

MOST, LEAST = 60, 0.002
"""Nodes that are drawn one by one, and the share of the metal that each of them carries at least; the rest of each
stage is drawn together.
"""

SITES = "sites of "
_REST = "rest of "
_NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class Steps:
    """`nodes`: id, name, kind (origin, process, product, unknown, rest, subject), stage, country, share.
    `links`: source, target (ids), declared, modelled (shares of the subject's metal).

    `recycled` is the share that goes round in loops and is not drawn; `merged` counts the nodes drawn together,
    `within` the share that moves between nodes that are drawn as one.
    """

    subject: Subject
    nodes: pd.DataFrame
    links: pd.DataFrame
    recycled: float
    merged: int
    within: float


def steps(network: Network, subject_id: str, most: int = MOST, least: float = LEAST) -> Steps:
    """Raises NotFoundError if nobody has the id."""
    subject = subject_of(network, subject_id)
    if not len(subject.nodes):
        return _homeless(subject)
    met = visits(network, subject)
    links = _links(network, subject, met)
    nodes = _nodes(network, subject, met)
    nodes, links, within = _merged(nodes, links, most, least)
    links, recycled = without_loops(links)
    return Steps(subject, nodes, links, recycled, int(nodes.attrs["merged"]), within)


def _homeless(subject: Subject) -> Steps:
    nodes = pd.DataFrame(
        [
            (UNKNOWN, "Unknown origin", "unknown", "", "", 1.0),
            (subject.id, subject.name, "subject", "", "", 1.0),
        ],
        columns=["id", "name", "kind", "stage", "country", "share"],
    )
    links = pd.DataFrame(
        [(UNKNOWN, subject.id, 1.0, 0.0)], columns=["source", "target", "declared", "modelled"]
    )
    return Steps(subject, nodes, links, 0.0, 0, 0.0)


def _links(network: Network, subject: Subject, met: np.ndarray) -> pd.DataFrame:
    ids = network.graph.nodes["node_id"].to_numpy(dtype=object)
    reached = np.flatnonzero(met > 0)
    part = network.shares[1][reached].tocoo()
    target, source = reached[part.row], part.col
    share = met[target] * part.data
    modelled = share * _modelled_part(network, source, target)
    frames = [
        pd.DataFrame(
            {"source": ids[source], "target": ids[target], "declared": share - modelled, "modelled": modelled}
        )
    ]
    lost = met * network.unknown[:, 1]
    cold = np.flatnonzero(lost > 0)
    frames.append(
        pd.DataFrame({"source": UNKNOWN, "target": ids[cold], "declared": lost[cold], "modelled": 0.0})
    )
    if _has_own_end(subject):
        ends = {"source": ids[subject.nodes], "target": SITES + subject.id}
        frames.append(pd.DataFrame({**ends, "declared": subject.weights, "modelled": 0.0}))
    links = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
    return links[links["declared"] + links["modelled"] > _NOTHING].reset_index(drop=True)


def _has_own_end(subject: Subject) -> bool:
    return subject.kind == "supplier"


def _modelled_part(network: Network, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Of each step, the part of its flows' metal that is only modelled."""
    flows = network.graph.flows
    size = network.graph.size
    pair = flows["target"].to_numpy() * size + flows["source"].to_numpy()
    metal = flows["metal"].where(flows["evidence"] == EVIDENCE.index("modelled"), 0.0)
    sums = pd.DataFrame({"all": flows["metal"].to_numpy(), "modelled": metal.to_numpy()}).groupby(pair).sum()
    asked = sums.reindex(target.astype(np.int64) * size + source)
    return np.asarray((asked["modelled"] / asked["all"]).fillna(0.0))


def _nodes(network: Network, subject: Subject, met: np.ndarray) -> pd.DataFrame:
    graph = network.graph
    reached = np.flatnonzero(met > 0)
    found = graph.nodes.iloc[reached]
    kind = np.where(
        graph.is_origin[reached], "origin", np.where(found["kind"] == "product", "product", "process")
    )
    site = np.where(found["kind"] == "supplier", " (site not specified)", "")
    nodes = pd.DataFrame(
        {
            "id": found["node_id"].to_numpy(dtype=object),
            "name": found["name"].to_numpy(dtype=object) + site,
            "kind": kind,
            "stage": found["stage"].fillna("").to_numpy(dtype=object),
            "country": found["country"].fillna("").to_numpy(dtype=object),
            "share": met[reached],
        }
    )
    unknown = float((met * network.unknown[:, 1]).sum())
    more = [(UNKNOWN, "Unknown origin", "unknown", "", "", unknown)] if unknown > _NOTHING else []
    if _has_own_end(subject):
        more.append((SITES + subject.id, subject.name, "subject", "", "", 1.0))
    return pd.concat([nodes, pd.DataFrame(more, columns=nodes.columns)], ignore_index=True) if more else nodes


def _merged(
    nodes: pd.DataFrame, links: pd.DataFrame, most: int, least: float
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """The largest nodes as they are, the others of each stage as one; a stage's only small node stays itself."""
    keep = nodes["kind"].isin(["unknown", "subject", "product"])
    large = nodes[~keep].nlargest(most, "share")
    keep |= nodes.index.isin(large.index[large["share"] >= least])
    keep |= ~keep & ~nodes["stage"].where(~keep).duplicated(keep=False)
    nodes.attrs["merged"] = int((~keep).sum())
    if keep.all():
        return nodes, links, 0.0
    group = nodes["id"].where(keep, _REST + nodes["stage"])
    into = dict(zip(nodes["id"], group, strict=True))
    links = links.assign(source=links["source"].map(into), target=links["target"].map(into))
    inside = links["source"] == links["target"]
    within = float(links.loc[inside, ["declared", "modelled"]].to_numpy().sum())
    links = links[~inside].groupby(["source", "target"], as_index=False)[["declared", "modelled"]].sum()
    rest = nodes[~keep].groupby("stage", as_index=False).agg(share=("share", "sum"), size=("id", "size"))
    rest = rest.assign(
        id=_REST + rest["stage"], name=rest["size"].astype(str) + " smaller sites", kind="rest", country=""
    )
    merged = pd.concat([nodes[keep], rest[nodes.columns]], ignore_index=True)
    merged.attrs["merged"] = int((~keep).sum())
    return merged, links, within


def without_loops(links: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """The same net flow without any loop, and how much went round (summed over loops)."""
    total = (links["declared"] + links["modelled"]).to_numpy()
    ends = list(zip(links["source"], links["target"], strict=True))
    left = dict(zip(ends, total.tolist(), strict=True))
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_edges_from(ends)
    recycled = 0.0
    for members in [m for m in nx.strongly_connected_components(graph) if len(m) > 1]:
        part = nx.DiGraph(graph.subgraph(members))
        while True:
            try:
                loop = [(a, b) for a, b, *_ in nx.find_cycle(part)]
            except nx.NetworkXNoCycle:
                break
            smallest = min(left[e] for e in loop)
            recycled += smallest
            for edge in loop:
                left[edge] -= smallest
                if left[edge] <= _NOTHING:
                    left[edge] = 0.0
                    part.remove_edge(*edge)
    kept = np.array([left[e] for e in ends]) / np.where(total > 0, total, 1.0)
    links = links.assign(declared=links["declared"] * kept, modelled=links["modelled"] * kept)
    return links[kept > 0].reset_index(drop=True), recycled
