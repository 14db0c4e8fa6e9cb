"""What rules and scorers look at: the network, its subjects, and what the layers say about each node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.assess.records import Records
from risk_graph.layers.layer import Layer
from risk_graph.model.truth import Truth
from risk_graph.trace.network import Network
from risk_graph.trace.subject import delivered_to_others
from risk_graph.trace.upstream import any_upstream

PROJECT = "*"
"""In the place of a subject's id: an answer about the project as a whole."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Arrays over subjects: `truth` as Truth values, `evidence` and `missing` as sentences, `witness` as ids
    ("" without one), `hops` (-1 without a witness), `since` as datetime64[D] (NaT where nothing tells).

    `about` are the positions of the subjects in `Subjects.ids`, -1 for the project; None: every subject, in order.
    `nodes` (n,) is what a rule about places says of each node itself; None: it says nothing of single nodes.
    """

    truth: np.ndarray
    evidence: np.ndarray
    missing: np.ndarray
    witness: np.ndarray
    hops: np.ndarray
    since: np.ndarray
    about: np.ndarray | None = None
    nodes: np.ndarray | None = None

    @classmethod
    def of_project(cls, truth: int, evidence: str, missing: str = "") -> "Answers":
        """One answer about the project as a whole."""
        return cls.said(np.array([-1]), [truth], [evidence], [missing])

    @classmethod
    def said(
        cls, about: np.ndarray, truth: Sequence[int], evidence: Sequence[str], missing: Sequence[str]
    ) -> "Answers":
        """Answers about the subjects at `about` that rest on no way through the graph."""
        count = len(about)
        return cls(
            truth=np.asarray(truth, dtype=np.int8),
            evidence=np.array(evidence, dtype=object),
            missing=np.array(missing, dtype=object),
            witness=np.full(count, "", dtype=object),
            hops=np.full(count, -1),
            since=np.full(count, np.datetime64("NaT", "D")),
            about=np.asarray(about),
        )

    def only(self, keep: np.ndarray) -> "Answers":
        """Those at the positions or where the mask is true."""
        keep = np.flatnonzero(keep) if keep.dtype == bool else keep
        about = np.arange(len(self.truth)) if self.about is None else self.about
        return Answers(
            self.truth[keep], self.evidence[keep], self.missing[keep], self.witness[keep], self.hops[keep],
            self.since[keep], about[keep], self.nodes,
        )  # fmt: skip

    def and_project(self, truth: int, evidence: str, missing: str) -> "Answers":
        """With one answer more, about the project as a whole."""
        other = Answers.of_project(truth, evidence, missing)
        about = np.arange(len(self.truth)) if self.about is None else self.about
        parts = ("truth", "evidence", "missing", "witness", "hops", "since")
        joined = {p: np.concatenate([getattr(self, p), getattr(other, p)]) for p in parts}
        return Answers(**joined, about=np.append(about, -1), nodes=self.nodes)

    def without_words(self) -> "Answers":
        """What other rules read of it; the sentences of a large graph would fill the memory."""
        none = np.empty(0, dtype=object)
        return replace(self, evidence=none, missing=none, witness=none, hops=none, since=none)

    def over(self, count: int) -> np.ndarray:
        """(count,) truth of every subject; of one that it is not about what it says of the project, else unknown."""
        if self.about is None:
            return self.truth
        single = self.about >= 0
        whole = self.truth[~single].max() if (~single).any() else Truth.UNKNOWN
        out = np.full(count, whole, dtype=np.int8)
        out[self.about[single]] = self.truth[single]
        return out


@dataclass(frozen=True, eq=False)
class Subjects:
    """Everybody about whom something is said: nodes first, then suppliers, each sorted by id.

    `own` (m, n) marks the nodes of a subject, `weights` (m, n) says how they are averaged: rows sum to 1, or
    to 0 for a supplier without any node. `mass_t` (m,) is contained metal.
    """

    ids: np.ndarray
    kinds: np.ndarray
    own: sparse.csr_array
    weights: sparse.csr_array
    mass_t: np.ndarray

    @property
    def homeless(self) -> np.ndarray:
        """(m,) suppliers without any node."""
        return np.asarray(np.diff(self.own.indptr) == 0)


@dataclass(frozen=True, eq=False)
class Facts:
    """Arrays over nodes unless said; `signals` is the results table, one row a node (or supplier) and layer."""

    network: Network
    signals: pd.DataFrame
    as_of: date
    certificates: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Certificates with what each covers (residual.certified); empty: none is at hand."""
    released: Mapping[str, date] = field(default_factory=dict)
    """Layer -> the day its edition appeared, where that is known."""
    actions: pd.DataFrame = field(default_factory=pd.DataFrame)
    """The input table corrective_actions; empty: there are none."""
    records: Records = field(default_factory=Records)
    looked_at: set[str] = field(default_factory=set)
    """Layers that the rule at work asked for: what an answer says may be their words (see `rule.findings`)."""
    answers: dict[str, Answers] = field(default_factory=dict)
    """What the rules evaluated so far said, by rule id, without words."""
    rows: dict[str, pd.DataFrame] = field(default_factory=dict)
    """The same as rows of the results table `findings`, until somebody takes them."""
    read_by: dict[str, frozenset[str]] = field(default_factory=dict)
    """The layers that each of them read, itself or through a rule that it needs."""

    @cached_property
    def subjects(self) -> Subjects:
        return subjects_of(self.network)

    @cached_property
    def incomplete_upstream(self) -> np.ndarray:
        """(m,) whether a rejected row names the subject or a node upstream of it."""
        nodes = any_upstream(self.network, self.network.graph.incomplete > 0)
        own = np.asarray(self.subjects.own @ nodes.astype(float)) > 0
        return np.asarray(own | self.is_named_by_rejected)

    @cached_property
    def is_named_by_rejected(self) -> np.ndarray:
        """(m,) whether a rejected row names the supplier or one of its own nodes: what it delivers from where, and
        whether it has another site, cannot be told.
        """
        graph = self.network.graph
        named = pd.Index(self.subjects.ids).isin(list(graph.incomplete_suppliers))
        site = np.asarray(self.subjects.own @ (graph.incomplete > 0).astype(float)) > 0
        return np.asarray((named | site) & (self.subjects.kinds == "supplier"))

    @cached_property
    def unknown_share(self) -> np.ndarray:
        """(m, 3) share of each subject's metal whose origin is unknown: low, nominal, high."""
        shares = np.asarray(self.subjects.weights @ self.network.unknown_share)
        shares[self.subjects.homeless] = 1.0
        return shares

    @cached_property
    def modelled_share(self) -> np.ndarray:
        """(m,) share of each subject's metal that leads to an origin only over a modelled flow, nominal."""
        return np.asarray(self.subjects.weights @ self.network.modelled_share)

    @cached_property
    def idle(self) -> sparse.coo_array:
        """(m, n) marks the sites of a supplier that deliver no declared metal: they weigh nothing in its trace,
        and nothing is known of what they do deliver.
        """
        weights = self.subjects.weights.tocoo()
        none = (weights.data == 0) & (self.network.balance.outflow[weights.col] == 0)
        at = (weights.row[none], weights.col[none])
        return sparse.coo_array((np.ones(none.sum()), at), shape=weights.shape)

    @cached_property
    def idle_sentences(self) -> np.ndarray:
        """(m,) what to say of a subject's idle sites; "" without any."""
        counts = np.bincount(self.idle.row, minlength=len(self.subjects.ids))
        said = {
            c: f"Deliveries of {c} of its own sites: none is declared, nothing is said of them."
            for c in set(counts)
        }
        said |= {0: "", 1: "Deliveries of one of its own sites: none is declared, nothing is said of it."}
        return np.array([said[c] for c in counts], dtype=object)

    def layer(self, layer: str) -> Layer | None:
        """A layer of which no node has a signal, such as what countries produce; None if it is not at hand."""
        self.looked_at.add(layer)
        return self.records.layers.get(layer)

    @cached_property
    def layers_with_signals(self) -> frozenset[str]:
        """Layers that say something of nodes."""
        return frozenset(self.signals["layer"].unique())

    def of_layer(self, layer: str) -> pd.DataFrame:
        """The layer's signals by subject_id. Rules read layers through this alone."""
        self.looked_at.add(layer)
        return self.signals[self.signals["layer"] == layer].set_index("subject_id")

    def has_layer(self, layer: str) -> bool:
        """Is the layer at hand?"""
        return bool(layer) and layer in self._layers

    @cached_property
    def _layers(self) -> frozenset[str]:
        return frozenset(self.signals["layer"].unique())

    def are_places(self, ids: pd.Index) -> np.ndarray:
        """Whether each id may have a place of its own: everybody but products."""
        nodes = self.network.graph.nodes
        return np.asarray(~ids.isin(nodes.loc[nodes["kind"] == "product", "node_id"]))

    def truth(self, layer: str, ids: pd.Index) -> np.ndarray:
        """Truth values of a listing for the given ids: false for what is no place (a product), unknown for a
        place that the layer says nothing about.
        """
        said = self.of_layer(layer)["truth"].reindex(ids)
        letters = said.where(self.are_places(ids), "F").fillna("U")
        return np.asarray(letters.map({t.letter: int(t) for t in Truth}), dtype=np.int8)


def subjects_of(network: Network) -> Subjects:
    """All nodes that are no unspecified site, then all suppliers."""
    graph = network.graph
    nodes = graph.nodes
    sites = np.flatnonzero((nodes["kind"] != "supplier").to_numpy())
    suppliers = graph.suppliers["supplier_id"]
    owner = pd.Index(suppliers).get_indexer(pd.Index(nodes["supplier_id"].fillna("")))
    owned = np.flatnonzero((owner >= 0) & (nodes["kind"] != "product").to_numpy())
    delivered = delivered_to_others(graph)
    mass = network.balance.mass
    count = len(suppliers)
    delivered_by = np.bincount(owner[owned], delivered[owned], count)
    mass_by = np.bincount(owner[owned], mass[owned], count)
    amount = np.where((delivered_by > 0)[owner[owned]], delivered[owned], mass[owned])
    total = np.bincount(owner[owned], amount, count)
    nodes_by = np.bincount(owner[owned], minlength=count)
    at = owner[owned]
    even = total[at] <= 0
    weight = np.where(even, 1.0 / np.maximum(nodes_by[at], 1), amount / np.where(even, 1.0, total[at]))
    rows = np.concatenate([np.arange(len(sites)), len(sites) + at])
    columns = np.concatenate([sites, owned])
    shape = (len(sites) + count, graph.size)
    ones = np.ones(len(rows))
    return Subjects(
        ids=np.concatenate(
            [nodes["node_id"].to_numpy(dtype=object)[sites], suppliers.to_numpy(dtype=object)]
        ),
        kinds=np.concatenate(
            [nodes["kind"].to_numpy(dtype=object)[sites], np.full(count, "supplier", dtype=object)]
        ),
        own=sparse.coo_array((ones, (rows, columns)), shape=shape).tocsr(),
        weights=sparse.coo_array(
            (np.concatenate([ones[: len(sites)], weight]), (rows, columns)), shape=shape
        ).tocsr(),
        mass_t=np.concatenate([mass[sites], np.where(delivered_by > 0, delivered_by, mass_by)]),
    )
