"""Why a subject has its score: contributions that sum to the value, each down to its place, signal and source row."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.assess.facts import Facts
from risk_graph.assess.scorer import OVERALL, WORST, Carried, Scorer, Theme, carried
from risk_graph.trace.solve import solve
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.upstream import upstream_of

COLUMNS = [
    "theme",
    "node_id",
    "name",
    "cause",
    "share",
    "risk",
    "points",
    "layer",
    "edition",
    "detail",
    "source",
    "source_file",
    "source_sheet",
    "source_row",
    "way",
]


@dataclass(frozen=True, eq=False)
class Explanation:
    """`contributions` has COLUMNS: share (0..1) of the subject's metal, risk 0..100 and points; points of a theme sum
    to its value, points of `overall` (theme points times weights) to the overall value.
    """

    subject: Subject
    values: dict[str, float]
    contributions: pd.DataFrame


def explain(facts: Facts, scorer: Scorer, subject_id: str) -> Explanation:
    """Contributions to every theme of one subject; NotFoundError if nobody has the id."""
    subject = subject_of(facts.network, subject_id)
    tables = {theme.id: _contributions(facts, theme, subject) for theme in scorer.themes}
    values = {name: float(table["points"].sum()) for name, table in tables.items()}
    weighted = [tables[t.id].assign(points=lambda f, w=t.weight: w * f["points"]) for t in scorer.themes]
    values[OVERALL] = float(sum(frame["points"].sum() for frame in weighted))
    overall = pd.concat(weighted).assign(within=OVERALL)
    themes = pd.concat([table.assign(within=name) for name, table in tables.items()])
    everything = pd.concat([overall, themes], ignore_index=True)[["within", *COLUMNS]]
    return Explanation(subject, values, everything[everything["points"] > 0].reset_index(drop=True))


def _contributions(facts: Facts, theme: Theme, subject: Subject) -> pd.DataFrame:
    if not len(subject.nodes):
        return _rows(facts, theme, [(subject.id, 1.0, WORST, "unknown", "")])
    flow = carried(facts, theme) if theme.kind != "unknown_origin" else None
    going = facts.network.shares[1] if flow is None else flow.going
    met = _visits(facts, subject, going)
    ways = _ways(facts, subject, met > 0)
    ids = facts.network.graph.nodes["node_id"]
    rows = [] if flow is None else _stops(flow, met, ids, ways)
    cold = np.where(False if flow is None else flow.stop, 0.0, met) * facts.network.unknown[:, 1]
    lost = np.bincount(facts.network.sink, cold, len(ids))
    rows += [(ids.iat[v], float(lost[v]), WORST, "unknown", ways[int(v)]) for v in np.flatnonzero(lost > 0)]
    return _rows(facts, theme, rows)


def _stops(
    flow: Carried, met: np.ndarray, ids: pd.Series, ways: dict[int, str]
) -> list[tuple[str, float, float, str, str]]:
    """Nodes whose own place counts, with the share of the metal for which it does."""
    risk, missing = flow.risks.value, flow.risks.missing
    return [
        (ids.iat[v], float(met[v]), float(risk[v]), "missing" if missing[v] else "known", ways[int(v)])
        for v in np.flatnonzero(flow.stop & (met > 0) & (risk > 0))
    ]


def _visits(facts: Facts, subject: Subject, going: sparse.csr_array) -> np.ndarray:
    """Expected visits of a unit of the subject's metal when it is followed along `going`."""
    reached = np.flatnonzero(upstream_of(facts.network, subject.nodes))
    start = np.zeros(facts.network.graph.size)
    np.add.at(start, subject.nodes, subject.weights)
    out = np.zeros(len(start))
    out[reached] = solve(sparse.csr_array(going[reached][:, reached].T.tocsr()), start[reached])
    return out


def _ways(facts: Facts, subject: Subject, wanted: np.ndarray) -> dict[int, str]:
    """The shortest way from each wanted node down to the subject, in words."""
    graph = facts.network.graph
    ids = graph.nodes["node_id"]
    toward: dict[int, int] = {int(v): -1 for v in subject.nodes}
    frontier = [int(v) for v in subject.nodes]
    while frontier:
        found: list[int] = []
        for node in frontier:
            start, end = facts.network.balance.relative.indptr[node : node + 2]
            for up in facts.network.balance.relative.indices[start:end].tolist():
                if up not in toward:
                    toward[up] = node
                    found.append(up)
        frontier = found
    out: dict[int, str] = {}
    for node in np.flatnonzero(wanted).tolist():
        way, at = [], node
        while at >= 0:
            way.append(ids.iat[at])
            at = toward.get(at, -1)
        out[node] = " > ".join(way)
    return out


def _rows(facts: Facts, theme: Theme, rows: list[tuple[str, float, float, str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["node_id", "share", "risk", "cause", "way"])
    table["points"] = table["share"] * table["risk"]
    table["theme"] = theme.id
    ids = pd.Index(table["node_id"])
    said = facts.of_layer(theme.layer).reindex(ids) if theme.layer else pd.DataFrame(index=ids)
    places = table["cause"] != "unknown"
    for column in ("layer", "edition", "detail", "source"):
        found = said[column].to_numpy() if column in said else np.full(len(table), "")
        table[column] = pd.Series(found, dtype="object").fillna("").where(places, "")
    table["detail"] = table["detail"].where(places, "Input that nobody declared: its origin is unknown.")
    nodes = facts.network.graph.nodes.set_index("node_id").reindex(ids)
    for column in ("name", "source_file", "source_sheet", "source_row"):
        table[column] = nodes[column].to_numpy()
    ordered = table.sort_values(["points", "node_id"], ascending=[False, True], ignore_index=True)
    return ordered[COLUMNS]
