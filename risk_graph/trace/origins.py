"""Where a subject's metal comes from: shares of origins, and where the trail goes cold (docs/trace.md, 6 to 10)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from risk_graph.model.graph import EVIDENCE
from risk_graph.model.interval import Interval
from risk_graph.trace.network import Network
from risk_graph.trace.solve import Steps, order_of, visits_of
from risk_graph.trace.subject import Subject, subject_of
from risk_graph.trace.upstream import upstream_of

By = Literal["facility", "supplier", "country", "subdivision"]

UNKNOWN = "UNKNOWN"

COLUMNS = [
    "origin_id",
    "origin_name",
    "kind",
    "last_known_id",
    "stage",
    "country",
    "subdivision",
    "share",
    "mass_t",
    "evidence",
]


@dataclass(frozen=True, eq=False)
class Trace:
    """Origins of a subject's metal.

    `rows` has COLUMNS; `share` sums to 1 with the unknown rows; `mass_t` is t of contained metal.
    `unknown` is the share of unknown origin with its bounds. `incomplete` counts rejected input rows that
    name the subject or a node upstream of it.
    """

    subject: Subject
    rows: pd.DataFrame
    unknown: Interval
    incomplete: int


def trace(network: Network, subject_id: str, by: By = "facility") -> Trace:
    """Origins of a supplier's, facility's or product's metal; NotFoundError if nobody has the id."""
    subject = subject_of(network, subject_id)
    rows = _by_facility(network, subject)
    if by != "facility":
        rows = _sum_by(rows, by, network)
    return Trace(subject, _sorted(rows), unknown_of(network, subject), incomplete_upstream(network, subject))


def visits(network: Network, subject: Subject, steps: Steps | None = None) -> np.ndarray:
    """(n,) expected number of times that a unit of the subject's metal, followed upstream, meets each node."""
    reached = np.flatnonzero(upstream_of(network, subject.nodes))
    part = (steps or network.steps()).among(reached)
    return _placed(visits_of(part, _start(network, subject)[reached]), reached, network.graph.size)


def _start(network: Network, subject: Subject) -> np.ndarray:
    start = np.zeros(network.graph.size)
    np.add.at(start, subject.nodes, subject.weights)
    return start


def _placed(values: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    out = np.zeros(size)
    out[at] = values
    return out


def incomplete_upstream(network: Network, subject: Subject) -> int:
    """Rejected rows that name the subject or a node upstream of it."""
    graph = network.graph
    count = int(graph.incomplete[upstream_of(network, subject.nodes)].sum())
    if subject.kind == "supplier" and subject.id not in set(graph.nodes["node_id"].iloc[subject.nodes]):
        count += graph.incomplete_suppliers.get(subject.id, 0)
    return count


def unknown_of(network: Network, subject: Subject) -> Interval:
    """Share of the subject's metal that is of unknown origin, with its bounds (docs/trace.md, 9)."""
    if not len(subject.nodes):
        return Interval(1.0, 1.0, 1.0)
    low, value, high = (float(v) for v in subject.weights @ network.unknown_share[subject.nodes])
    return Interval(min(low, value), value, max(value, high))


def _by_evidence(network: Network, subject: Subject) -> np.ndarray:
    """(n, 3) visits by the weakest evidence on the way, which only ever gets weaker: what arrives over a flow of a
    level, or moves on from a stronger one, is followed over flows of that level and stronger. Sums only, so that a
    tiny share keeps its evidence.
    """
    reached = np.flatnonzero(upstream_of(network, subject.nodes))
    order = order_of(network.shares[1][reached][:, reached])
    size = network.graph.size
    met, start = np.zeros((size, len(EVIDENCE))), _start(network, subject)
    for level in range(len(EVIDENCE)):
        if level:
            start = met[:, :level].sum(axis=1) @ network.shares_over([level])
        steps = network.steps_within(level).among(reached)
        met[:, level] = _placed(visits_of(steps, start[reached], order), reached, size)
    return met


def _by_facility(network: Network, subject: Subject) -> pd.DataFrame:
    if not len(subject.nodes):
        return _unknown_rows(pd.Series([subject.id]), np.ones(1), subject)
    graph = network.graph
    parts = _by_evidence(network, subject)
    node, level = np.nonzero((parts > 0) & graph.is_origin[:, None])
    origins = graph.nodes.iloc[node]
    share = parts[node, level]
    known = pd.DataFrame(
        {
            "origin_id": origins["node_id"].to_numpy(),
            "origin_name": origins["name"].to_numpy(),
            "kind": "origin",
            "last_known_id": "",
            **{c: origins[c].fillna("").to_numpy() for c in ("stage", "country", "subdivision")},
            "share": share,
            "mass_t": share * subject.mass_t,
            "evidence": np.array(EVIDENCE, dtype=object)[level],
        }
    )
    lost = np.bincount(network.sink, parts.sum(axis=1) * network.unknown[:, 1], graph.size)
    cold = np.flatnonzero(lost > 0)
    unknown = _unknown_rows(graph.nodes["node_id"].iloc[cold], lost[cold], subject)
    return pd.concat([f for f in (known, unknown) if len(f)], ignore_index=True).reindex(columns=COLUMNS)


def _unknown_rows(last_known: pd.Series, share: np.ndarray, subject: Subject) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"last_known_id": last_known.to_numpy(), "share": share, "mass_t": share * subject.mass_t}
    )
    rows = rows.assign(origin_id=UNKNOWN, origin_name="Unknown origin", kind="unknown")
    return rows.reindex(columns=COLUMNS, fill_value="")


def _sum_by(rows: pd.DataFrame, by: By, network: Network) -> pd.DataFrame:
    """Rows of one key and evidence summed; the unknown ones into one row."""
    rows = rows.copy()
    nodes = network.graph.nodes.set_index("node_id")
    supplier = rows["origin_id"].map(nodes["supplier_id"])
    place = rows["subdivision"].where(rows["subdivision"] != "", rows["country"] + "-?")
    key = {"supplier": supplier, "country": rows["country"], "subdivision": place}[by]
    rows["origin_id"] = key.where(rows["kind"] == "origin", UNKNOWN)
    rows["last_known_id"] = ""
    names = network.graph.suppliers.set_index("supplier_id")["name"]
    name = rows["origin_id"].map(names) if by == "supplier" else rows["origin_id"]
    rows["origin_name"] = name.where(rows["kind"] == "origin", rows["origin_name"])
    kept = {"supplier": [], "country": ["country"], "subdivision": ["country", "subdivision"]}[by]
    rows[[c for c in ("stage", "country", "subdivision") if c not in kept]] = ""
    keys = [c for c in COLUMNS if c not in ("share", "mass_t")]
    return rows.groupby(keys, sort=True, as_index=False)[["share", "mass_t"]].sum()[COLUMNS]


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """Origins first, largest share first; ties by id, so that the order is stable."""
    rows = rows.assign(_known=rows["kind"] != "origin")
    keys = ["_known", "share", "origin_id", "last_known_id", "evidence"]
    return rows.sort_values(keys, ascending=[True, False, True, True, True], ignore_index=True)[COLUMNS]
