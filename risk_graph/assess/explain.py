"""Why a subject has its score: contributions that sum to the value, each down to its place, signal and source row."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from risk_graph.assess.carry import Carried
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.own import Own, own_risks
from risk_graph.assess.reader import Risks, widened_by
from risk_graph.assess.residual import left_of, lowered, lowerings
from risk_graph.assess.scorer import OVERALL, Scorer, Theme
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


CERTIFICATES = [
    "theme", "node_id", "certificate_id", "standard", "share", "risk", "residual", "why_not", "source", "source_file",
    "source_row",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Explanation:
    """`contributions` has COLUMNS and `within`, the theme or `overall` that it is a part of.

    share (0..1) is the part of the subject's metal, risk 0..100, points = share x risk (x the theme's weight
    within overall). Points within a theme sum to its value, those within `overall` to the overall value.
    `way` is the shortest way down to the subject, `way_rows` the input rows of its flows.
    `residual` is what certificates leave of each value, `certificates` (CERTIFICATES) each certificate upstream that could
    lower a theme: what is known of the facility's own risk, what it leaves of that, or why it has no effect.
    """

    subject: Subject
    values: dict[str, float]
    contributions: pd.DataFrame
    residual: dict[str, float]
    certificates: pd.DataFrame


def explain(facts: Facts, scorer: Scorer, subject_id: str) -> Explanation:
    """Contributions to every theme of one subject; NotFoundError if nobody has the id."""
    subject = subject_of(facts.network, subject_id)
    flows = {theme.id: _Flow.of(facts, theme) for theme in scorer.themes}
    tables = {name: _contributions(facts, flow, subject) for name, flow in flows.items()}
    values = {name: float(table["points"].sum()) for name, table in tables.items()}
    weighted = [tables[t.id].assign(points=t.weight * tables[t.id]["points"]) for t in scorer.themes]
    values[OVERALL] = float(sum(frame["points"].sum() for frame in weighted))
    overall = pd.concat(weighted).sort_values("points", ascending=False, kind="stable").assign(within=OVERALL)
    themes = [table.assign(within=name) for name, table in tables.items()]
    everything = pd.concat([overall, *themes], ignore_index=True)[["within", *COLUMNS]]
    certificates = lowerings(facts, scorer)
    residual = {
        n: min(v, _left(facts, flows[n], subject, certificates, v)) for n, v in list(values.items())[:-1]
    }
    residual[OVERALL] = sum(t.weight * residual[t.id] for t in scorer.themes)
    return Explanation(subject, values, everything, residual, _upstream(facts, flows, subject, certificates))


@dataclass(frozen=True, eq=False)
class _Flow:
    """A theme over all nodes, with what each signal says of their own places."""

    own: Own
    carried: Carried

    @classmethod
    def of(cls, facts: Facts, theme: Theme) -> "_Flow":
        graph = facts.network.graph
        own = own_risks(facts, theme, pd.Index(graph.nodes["node_id"]))
        return cls(own, Carried(facts, theme, own.risks.but_missing(graph.incomplete > 0)))

    @property
    def risks(self) -> Risks:
        return self.carried.risks


def _left(facts: Facts, flow: _Flow, subject: Subject, certificates: pd.DataFrame, value: float) -> float:
    """What certificates leave of a subject's value of a theme."""
    less = lowered(flow.risks, flow.carried.theme.id, certificates)
    if less is None or not len(subject.nodes) or is_named_by_rejected(facts, subject):
        return value
    return float(subject.weights @ Carried(facts, flow.carried.theme, less).value[subject.nodes])


def _upstream(
    facts: Facts, flows: dict[str, _Flow], subject: Subject, certificates: pd.DataFrame
) -> pd.DataFrame:
    """The certificates of facilities that the subject's metal meets."""
    met = visits(facts.network, subject) if len(subject.nodes) else np.zeros(facts.network.graph.size)
    table = certificates[met[certificates["node"].astype(int)] > 0].reset_index(drop=True)
    at = table["node"].astype(int).to_numpy()
    known = [float(flows[theme].risks.known[i]) for theme, i in zip(table["theme"], at, strict=True)]
    left = [left_of(*row) for row in zip(known, table["points"], table["floor"], strict=True)]
    return table.assign(share=np.minimum(met[at], 1.0), risk=known, residual=left)[CERTIFICATES]


def _contributions(facts: Facts, of: _Flow, subject: Subject) -> pd.DataFrame:
    flow = of.carried
    if not len(subject.nodes):
        table = pd.DataFrame(
            {
                "node": [-1],
                "node_id": [subject.id],
                "share": 1.0,
                "risk": WORST,
                "cause": "unknown",
                "signal": 0,
            }
        )
        return _told(facts, flow.theme, table, subject)
    network = facts.network
    met = visits(network, subject, flow.going)
    stops = _stops(of, met)
    lost = np.bincount(network.sink, np.where(flow.stop, 0.0, met) * network.unknown[:, 1], len(met))
    node = np.flatnonzero(lost > 0)
    cold = pd.DataFrame({"node": node, "share": lost[node], "risk": WORST, "cause": "unknown", "signal": 0})
    table = pd.concat([f for f in (stops, cold) if len(f)] or [cold], ignore_index=True)
    ids = network.graph.nodes["node_id"].iloc[table["node"].astype(int)].to_numpy()
    table = _with_rejected(facts, table.assign(node_id=ids), subject)
    return _told(facts, flow.theme, table, subject)


def _stops(of: _Flow, met: np.ndarray) -> pd.DataFrame:
    """The nodes whose own place counts, a row a signal: what is known, and what stands for what is missing."""
    flow, graph = of.carried, of.carried.facts.network.graph
    here = flow.stop & (met > 0) & (flow.risks.value > 0)
    # What a rejected row may have said is no signal's.
    rejected = here & (graph.incomplete > 0) & (of.own.risks.low < WORST)
    node = np.flatnonzero(here & ~rejected)
    said = of.own.points(node)
    signals = pd.DataFrame(
        {
            "node": node[said["position"]],
            "risk": said["points"].to_numpy(),
            "cause": said["cause"].to_numpy(),
            "signal": said["signal"].to_numpy(),
        }
    )
    lost = pd.DataFrame({"node": np.flatnonzero(rejected), "risk": WORST, "cause": "missing", "signal": 0})
    table = pd.concat([f for f in (signals, lost) if len(f)] or [signals], ignore_index=True)
    return table.assign(share=met[table["node"].astype(int)])


def is_named_by_rejected(facts: Facts, subject: Subject) -> bool:
    """Does a rejected row name the supplier or one of its sites?"""
    graph = facts.network.graph
    named = subject.id in graph.incomplete_suppliers or bool(graph.incomplete[subject.nodes].any())
    return subject.kind == "supplier" and named


def _with_rejected(facts: Facts, table: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """What a rejected row that names the supplier or its site may have added, up to the worst."""
    if not is_named_by_rejected(facts, subject):
        return table
    share = 1 - (table["share"] * table["risk"]).sum() / WORST
    if share <= 0:
        return table
    row = {"node": -1, "node_id": subject.id, "share": share, "risk": WORST, "cause": "missing", "signal": 0}
    return pd.concat([f for f in (table, pd.DataFrame([row])) if len(f)], ignore_index=True)


def _told(facts: Facts, theme: Theme, table: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """The contributions with what each layer said, where each node was declared, and the way down."""
    table = table.assign(points=table["share"] * table["risk"], theme=theme.id)
    keys = ["points", "node_id", "cause", "signal"]
    table = table.sort_values(keys, ascending=[False, True, True, True], ignore_index=True)
    ids = pd.Index(table["node_id"])
    table = pd.concat([table, _said(facts, theme, table)], axis=1)
    table["detail"] = table["detail"].where(
        table["cause"] != "unknown", "Input that nobody declared: its origin is unknown."
    )
    table["detail"] = table["detail"].where(~_rejected(facts, table), _REJECTED)
    nodes = facts.network.graph.nodes.set_index("node_id").reindex(ids)
    for column in ("name", "source_file", "source_sheet", "source_row"):
        table[column] = nodes[column].to_numpy()
    table["way"], table["way_rows"] = ways_of(facts, table["node"].astype(int).to_numpy(), subject)
    return table[COLUMNS]


def _said(facts: Facts, theme: Theme, table: pd.DataFrame) -> pd.DataFrame:
    """layer, edition, detail and source of each row's signal; blank for metal of unknown origin."""
    columns = ("layer", "edition", "detail", "source")
    out = pd.DataFrame({c: pd.Series([""] * len(table), dtype="object") for c in columns})
    for number, signal in enumerate(theme.signals):
        rows = table.index[(table["signal"] == number) & (table["cause"] != "unknown")]
        said = facts.of_layer(signal.layer).reindex(pd.Index(table["node_id"].iloc[rows]))
        for column in columns:
            out.loc[rows, column] = said[column].astype("object").fillna("").to_numpy()
        if not facts.has_layer(signal.layer):
            out.loc[rows, "layer"] = signal.layer
            out.loc[rows, "detail"] = f"The layer {signal.layer} is not at hand: it counts at its worst."
        elif wider := widened_by(facts, signal):
            since = f" The edition appeared on {facts.released[signal.layer]}, its bounds are wider by {wider:.1f} points."
            out.loc[rows, "detail"] += since
    return out


def _rejected(facts: Facts, table: pd.DataFrame) -> pd.Series:
    """Whether a contribution stands for a rejected row, and not for a place that a layer says nothing about."""
    named = np.append(
        facts.network.graph.incomplete > 0, True
    )  # the last for node -1, the supplier as a whole
    return (table["cause"] == "missing") & named[table["node"].astype(int).to_numpy()]


def ways_of(facts: Facts, nodes: np.ndarray, subject: Subject) -> tuple[list[str], list[str]]:
    """The way from each node down to the subject ("" for -1), and the input rows of its flows."""
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
