"""Choke points of a subject, each kind apart: rows with what hangs on a node, and what is not known about it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.errors import NotFoundError
from risk_graph.model.interval import Interval
from risk_graph.trace.betweenness import betweenness, everything_delivered
from risk_graph.trace.dominators import Dominators, dominators
from risk_graph.trace.esri import can_be_factorised, deliveries_of, systemic_risk
from risk_graph.trace.network import Network
from risk_graph.trace.origins import incomplete_upstream, unknown_of, visits
from risk_graph.trace.single import single_sources
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.through import Through, node_shares, pass_through
from risk_graph.trace.upstream import upstream_of

EVERYTHING = "*"
"""In `of`: all metal of the graph, not only the subject's."""

COLUMNS = [
    "kind",
    "by",
    "id",
    "name",
    "stage",
    "country",
    "of",
    "material",
    "share",
    "bound",
    "mass_t",
    "unknown_share",
    "incomplete",
]
COUNTS = ["origins", "gaps", "total_origins", "total_gaps"]
"""Of a dominator: the ends that it dominates, and those there are."""

_GROUPS = 30
"""Suppliers and countries whose pass-through is computed: each takes a solve of its own."""
_FAILURES = 1_000
_FAILURES_IN_LARGE_LOOPS = 16
"""Nodes whose failure is played through, those that most of the subject's metal meets first."""


@dataclass(frozen=True, eq=False)
class ChokePoints:
    """`rows` has COLUMNS and COUNTS, kinds in a fixed order, largest share first.

    kind           by                       share, and mass_t of contained metal
    dominator      node                     of the subject's metal: from ends all of whose declared ways pass the node
    single_source  node, supplier           of the subject's metal: arrives at node `of` by `material`, from this source alone
    pass_through   node, supplier, country  of the subject's metal: meets it at least once
    betweenness    node                     of all delivered metal: meets it at least once
    esri           node                     of all that is handled: lost if it fails (a scenario); no mass
    unknown        node                     of the subject's metal: of unknown origin, last known there

    `bound` says at_most or at_least where the share is only that. `unknown_share`: of a dominator, the subject's metal
    that is of unknown origin and enters past it; of a single source, the undeclared part of that node's input; of an
    unknown row, that of its own. `incomplete` counts rejected input rows: those that name nodes past a dominator, the
    receiver of a single source, the node of an unknown row. Where either is not 0, what is declared does not show that
    there is no way round and no other source, nor that there is none elsewhere.
    `unknown` is the subject's share of unknown origin with its bounds, `modelled` the share that leads to an origin only
    over modelled flows, which count as declared here, `incomplete` the rejected rows upstream,
    `left_out` rows by kind that `top` cut off, or that were not computed.
    """

    subject: Subject
    rows: pd.DataFrame
    unknown: Interval
    modelled: float
    incomplete: int
    left_out: dict[str, int]


def choke_points(
    network: Network, subject_id: str, top: int | None = None, origin: str | None = None
) -> ChokePoints:
    """Choke points of a facility's, product's or supplier's metal; NotFoundError if nobody has the id.

    At most `top` rows of a kind. With `origin` only the dominators that every declared way from it passes.
    """
    subject = subject_of(network, subject_id)
    kinds: dict[str, Callable[[], tuple[pd.DataFrame, int]]] = {
        "dominator": lambda: _dominators(network, subject, origin),
        "single_source": lambda: (_single(network, subject), 0),
        "pass_through": lambda: _through(network, subject, top),
        "betweenness": lambda: (_betweenness(network, subject), 0),
        "esri": lambda: _failures(network, subject),
        "unknown": lambda: (_unknown(network, subject), 0),
    }
    if origin is not None:
        kinds = {"dominator": kinds["dominator"]}
    parts, left_out = [], {}
    for kind, rows_of in kinds.items():
        rows, skipped = rows_of()
        rows = rows.assign(kind=kind).reindex(columns=["node", *COLUMNS, *COUNTS])
        rows["rank"] = -rows["share"].astype(float).round(12)  # rounding decides no order
        rows = rows.sort_values(["rank", "by", "id", "of", "material"], ignore_index=True)
        kept = rows.head(top) if top is not None else rows
        left_out[kind] = skipped + len(rows) - len(kept)
        parts.append(kept)
    filled = [part for part in parts if len(part)]
    rows = pd.concat(filled, ignore_index=True) if filled else parts[0]
    return ChokePoints(
        subject,
        _named(network, rows, subject),
        unknown_of(network, subject),
        float(subject.weights @ network.modelled_share[subject.nodes]) if len(subject.nodes) else 0.0,
        incomplete_upstream(network, subject),
        left_out,
    )


def _named(network: Network, rows: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """With names and places; words are empty where there are none."""
    nodes = network.graph.nodes.set_index("node_id")
    suppliers = network.graph.suppliers.set_index("supplier_id")
    by_node, by_supplier = rows["by"] == "node", rows["by"] == "supplier"
    out = rows[[*COLUMNS, *COUNTS]].copy()
    for column in ("name", "stage", "country"):
        of_node = rows["id"].map(nodes[column]).where(by_node)
        other = rows["id"].map(suppliers[column]).where(by_supplier) if column in suppliers else np.nan
        out[column] = of_node.fillna(other)
    out["incomplete"] = out["incomplete"].astype("Int64")
    out["country"] = out["country"].where(rows["by"] != "country", rows["id"])
    for column in ("name", "stage", "country", "of", "material", "bound"):
        out[column] = out[column].astype("object").where(out[column].notna(), "")
    return out


def _at(network: Network, nodes: np.ndarray, **columns: object) -> pd.DataFrame:
    """Rows about nodes, given by index."""
    return pd.DataFrame({"by": "node", "id": network.graph.nodes["node_id"].to_numpy()[nodes], **columns})


def _others(network: Network, subject: Subject, nodes: np.ndarray) -> np.ndarray:
    """Without the subject itself; a supplier's sites stay, for each is a part of it."""
    return nodes if subject.kind == "supplier" else nodes[~np.isin(nodes, subject.nodes)]


def _bound(is_upper: np.ndarray) -> np.ndarray:
    return np.where(is_upper, "at_most", "").astype(object)


def _dominators(network: Network, subject: Subject, origin: str | None) -> tuple[pd.DataFrame, int]:
    found = dominators(network, subject)
    nodes = _dominating(network, subject, found, origin)
    beside = found.unknown_beside()
    rows = _at(
        network,
        nodes,
        of=subject.id,
        share=found.share[nodes],
        mass_t=found.share[nodes] * subject.mass_t,
        unknown_share=beside[nodes],
        incomplete=found.total_incomplete - found.incomplete[nodes],
        origins=found.origins[nodes],
        gaps=found.gaps[nodes],
        total_origins=found.total_origins,
        total_gaps=found.total_gaps,
    )
    return rows, 0


def _dominating(network: Network, subject: Subject, found: Dominators, origin: str | None) -> np.ndarray:
    """Nodes that dominate some end other than themselves as an origin."""
    if origin is None:
        ends = (found.origins + found.gaps > 0) & ~network.graph.is_origin
        return _others(network, subject, np.flatnonzero(ends))
    node = network.graph.at(origin)
    if not (network.graph.is_origin[node] and upstream_of(network, subject.nodes)[node]):
        raise NotFoundError(
            f"{origin!r} is not an origin of {subject.id!r}: `risk-graph trace DIR {subject.id}` lists those."
        )
    return _others(network, subject, np.array(found.passed_by(node), dtype=np.int64))


def _single(network: Network, subject: Subject) -> pd.DataFrame:
    found = single_sources(network, subject)
    receiver = found["receiver"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "by": found["by"],
            "id": found["id"],
            "of": network.graph.nodes["node_id"].to_numpy()[receiver],
            "material": found["material"],
            "share": found["share"],
            "bound": _bound(found["is_upper_bound"].to_numpy(dtype=bool)),
            "mass_t": found["share"] * subject.mass_t,
            "unknown_share": network.balance.unknown[receiver, 1],
            "incomplete": network.graph.incomplete[receiver],
        }
    )


def _through(network: Network, subject: Subject, top: int | None) -> tuple[pd.DataFrame, int]:
    most = _GROUPS if top is None else min(max(2 * top, 10), _GROUPS)
    own = set() if subject.kind == "supplier" else {subject.id}
    parts, skipped = [], 0
    kinds: tuple[Through, ...] = ("node", "supplier", "country")
    for by in kinds:
        found = pass_through(network, subject.id, by, None if by == "node" else most)
        found = found[~found["id"].isin(own)] if by == "node" else found
        bound = _bound(found["is_upper_bound"].to_numpy(dtype=bool))
        parts.append(found.assign(by=by, bound=bound, of=subject.id, mass_t=found["share"] * subject.mass_t))
        skipped += 0 if by == "node" else max(_groups(network, subject, by) - most, 0)
    return pd.concat(parts, ignore_index=True), skipped


def _groups(network: Network, subject: Subject, by: Through) -> int:
    met = np.flatnonzero(upstream_of(network, subject.nodes))
    column = "supplier_id" if by == "supplier" else "country"
    return int(network.graph.nodes[column].iloc[met].nunique())


def _betweenness(network: Network, subject: Subject) -> pd.DataFrame:
    share, is_bound = betweenness(network)
    nodes = np.flatnonzero(upstream_of(network, subject.nodes) & (share > 0))
    mass = everything_delivered(network).mass_t
    nodes = _others(network, subject, nodes)
    return _at(
        network,
        nodes,
        of=EVERYTHING,
        share=share[nodes],
        bound=_bound(is_bound[nodes]),
        mass_t=share[nodes] * mass,
    )


def _failures(network: Network, subject: Subject) -> tuple[pd.DataFrame, int]:
    if not len(subject.nodes):
        return pd.DataFrame(), 0
    deliveries = deliveries_of(network.graph)
    met = node_shares(network, subject)[0]
    is_product = (network.graph.nodes["kind"] == "product").to_numpy()
    nodes = _others(network, subject, np.flatnonzero((met > 0) & ~is_product))
    most = _FAILURES if can_be_factorised(deliveries) else _FAILURES_IN_LARGE_LOOPS
    failing = nodes[np.argsort(-met[nodes], kind="stable")][:most]
    share, at_least = systemic_risk(deliveries, failing)
    bound = np.where(at_least, "at_least", "").astype(object)
    return _at(network, failing, of=EVERYTHING, share=share[:, 0], bound=bound), len(nodes) - len(failing)


def _unknown(network: Network, subject: Subject) -> pd.DataFrame:
    """Where metal of unknown origin was last known, and every incomplete node upstream."""
    graph = network.graph
    if not len(subject.nodes):
        incomplete = graph.incomplete_suppliers.get(subject.id, 0)
        return pd.DataFrame(
            [
                {
                    "by": "supplier",
                    "id": subject.id,
                    "of": subject.id,
                    "share": 1.0,
                    "unknown_share": 1.0,
                    "incomplete": incomplete,
                }
            ]
        )
    lost = np.bincount(network.sink, visits(network, subject) * network.unknown[:, 1], graph.size)
    upstream = upstream_of(network, subject.nodes)
    nodes = np.flatnonzero(upstream & ((lost > 0) | (network.unknown[:, 1] > 0) | (graph.incomplete > 0)))
    return _at(
        network,
        nodes,
        of=subject.id,
        share=lost[nodes],
        mass_t=lost[nodes] * subject.mass_t,
        unknown_share=network.unknown[nodes, 1],
        incomplete=graph.incomplete[nodes],
    )
