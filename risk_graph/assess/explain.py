"""Why a subject has its score: contributions that sum to the value, each down to its place, signal and source row."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.scorer import OVERALL, WORST, Scorer, Theme, carried
from risk_graph.trace.origins import visits
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.upstream import ways_down

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
    "way_rows",
]

_WAYS = 200
"""Contributions of a theme, largest first, whose way is written out."""


_REJECTED = "A row that names it was rejected: what flows in and out, and from where, cannot be told."


@dataclass(frozen=True, eq=False)
class Explanation:
    """`contributions` has COLUMNS and `within`, the theme or `overall` that it is a part of.

    share (0..1) is the part of the subject's metal, risk 0..100, points = share x risk (x the theme's weight
    within overall). Points within a theme sum to its value, those within `overall` to the overall value.
    `way` is the shortest way down to the subject, `way_rows` the input rows of its flows.
    """

    subject: Subject
    values: dict[str, float]
    contributions: pd.DataFrame


def explain(facts: Facts, scorer: Scorer, subject_id: str) -> Explanation:
    """Contributions to every theme of one subject; NotFoundError if nobody has the id."""
    subject = subject_of(facts.network, subject_id)
    tables = {theme.id: _contributions(facts, theme, subject) for theme in scorer.themes}
    values = {name: float(table["points"].sum()) for name, table in tables.items()}
    weighted = [tables[t.id].assign(points=t.weight * tables[t.id]["points"]) for t in scorer.themes]
    values[OVERALL] = float(sum(frame["points"].sum() for frame in weighted))
    overall = pd.concat(weighted).sort_values("points", ascending=False, kind="stable").assign(within=OVERALL)
    themes = [table.assign(within=name) for name, table in tables.items()]
    everything = pd.concat([overall, *themes], ignore_index=True)[["within", *COLUMNS]]
    return Explanation(subject, values, everything)


def _contributions(facts: Facts, theme: Theme, subject: Subject) -> pd.DataFrame:
    if not len(subject.nodes):
        table = pd.DataFrame(
            {"node": [-1], "node_id": [subject.id], "share": 1.0, "risk": WORST, "cause": "unknown"}
        )
        return _told(facts, theme, table, subject)
    network = facts.network
    flow = carried(facts, theme)
    met = visits(network, subject, flow.going)
    node = np.flatnonzero(flow.stop & (met > 0) & (flow.risks.value > 0))
    cause = np.where(flow.risks.missing[node], "missing", "known")
    stops = pd.DataFrame({"node": node, "share": met[node], "risk": flow.risks.value[node], "cause": cause})
    lost = np.bincount(network.sink, np.where(flow.stop, 0.0, met) * network.unknown[:, 1], len(met))
    node = np.flatnonzero(lost > 0)
    cold = pd.DataFrame({"node": node, "share": lost[node], "risk": WORST, "cause": "unknown"})
    table = pd.concat([f for f in (stops, cold) if len(f)] or [cold], ignore_index=True)
    ids = network.graph.nodes["node_id"].iloc[table["node"].astype(int)].to_numpy()
    return _told(facts, theme, _with_rejected(facts, table.assign(node_id=ids), subject), subject)


def _with_rejected(facts: Facts, table: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """What a rejected row that names the supplier or its site may have added, up to the worst."""
    graph = facts.network.graph
    named = subject.id in graph.incomplete_suppliers or graph.incomplete[subject.nodes].any()
    if subject.kind != "supplier" or not named:
        return table
    share = 1 - (table["share"] * table["risk"]).sum() / WORST
    if share <= 0:
        return table
    row = {"node": -1, "node_id": subject.id, "share": share, "risk": WORST, "cause": "missing"}
    return pd.concat([f for f in (table, pd.DataFrame([row])) if len(f)], ignore_index=True)


def _told(facts: Facts, theme: Theme, table: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """The contributions with what the layer said, where each node was declared, and the way down."""
    table = table.assign(points=table["share"] * table["risk"], theme=theme.id)
    table = table.sort_values(["points", "node_id"], ascending=[False, True], ignore_index=True)
    ids = pd.Index(table["node_id"])
    said = facts.of_layer(theme.layer).reindex(ids)
    is_place = table["cause"] != "unknown"
    for column in ("layer", "edition", "detail", "source"):
        found = pd.Series(said[column].to_numpy(), dtype="object").fillna("")
        table[column] = found.where(is_place, "")
    table["detail"] = table["detail"].where(is_place, "Input that nobody declared: its origin is unknown.")
    table["detail"] = table["detail"].where(~_rejected(facts, table), _REJECTED)
    nodes = facts.network.graph.nodes.set_index("node_id").reindex(ids)
    for column in ("name", "source_file", "source_sheet", "source_row"):
        table[column] = nodes[column].to_numpy()
    table["way"], table["way_rows"] = _ways(facts, table["node"].astype(int).to_numpy(), subject)
    return table[COLUMNS]


def _rejected(facts: Facts, table: pd.DataFrame) -> pd.Series:
    """Whether a contribution stands for a rejected row, and not for a place that a layer says nothing about."""
    named = np.append(
        facts.network.graph.incomplete > 0, True
    )  # the last for node -1, the supplier as a whole
    return (table["cause"] == "missing") & named[table["node"].astype(int).to_numpy()]


def _ways(facts: Facts, nodes: np.ndarray, subject: Subject) -> tuple[list[str], list[str]]:
    names = facts.network.graph.nodes["node_id"]
    down = ways_down(facts.network, subject.nodes)
    ways = [down.path(v)[::-1] if v >= 0 else [] for v in nodes[:_WAYS].tolist()]
    rest = [""] * (len(nodes) - len(ways))
    return [" > ".join(names.iloc[way]) for way in ways] + rest, _way_sources(facts, ways) + rest


def _way_sources(facts: Facts, ways: list[list[int]]) -> list[str]:
    """For each way the input row of the largest flow on each of its steps: file and row."""
    steps = {(a, b) for way in ways for a, b in pairwise(way)}
    graph = facts.network.graph
    flows = graph.flows.sort_values(["metal", "row"], ascending=[False, True])
    flows = flows[flows["target"].isin({b for _, b in steps}) & flows["source"].isin({a for a, _ in steps})]
    table = graph.table.iloc[flows["row"].to_numpy()]
    said = table["source_file"].fillna("") + " row " + table["source_row"].astype("str")
    of_step: dict[tuple[int, int], str] = {}
    for a, b, words in zip(flows["source"].tolist(), flows["target"].tolist(), said.tolist(), strict=True):
        of_step.setdefault((a, b), words)
    return ["; ".join(of_step.get(step, "") for step in pairwise(way)) for way in ways]
