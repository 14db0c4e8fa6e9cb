"""All dominators of one product, beside networkx's immediate_dominators, in one process one after the other.

    python -m benchmarks.chokepoints                     # 100,000 facilities
    python -m benchmarks.chokepoints --facilities 10000

The ratio is that of the trees alone, networkx on a graph that was made ready before; ours with the shares of what stands
behind each node is timed too. Then the other kinds of choke points of the same product, each as wall clock and as CPU.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import TypeVar

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks.synthetic import synthetic_tables
from risk_graph.model.chain import load_chain
from risk_graph.model.graph import build_graph
from risk_graph.model.table import input_tables
from risk_graph.trace.betweenness import betweenness
from risk_graph.trace.dominators import THE_SUBJECT, dominators
from risk_graph.trace.esri import can_be_factorised, deliveries_of, systemic_risk
from risk_graph.trace.network import Network, prepare
from risk_graph.trace.single import single_sources
from risk_graph.trace.subject import subject_of
from risk_graph.trace.tree import immediate_dominators
from risk_graph.trace.upstream import upstream_of

T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--facilities", type=int, default=100_000)
    options = parser.parse_args()
    network = network_of(options.facilities)
    subject = subject_of(network, "P000000")
    upstream = upstream_of(network, subject.nodes)
    print(
        f"{options.facilities:,} facilities, {len(network.graph.flows):,} flows, {upstream.sum():,} nodes upstream of the "
        f"product; load {os.getloadavg()[0]:.1f}"
    )
    dominators(network, subject)  # compiled once, then kept on disk
    found, _ = timed("dominators, with what stands behind them", lambda: dominators(network, subject))
    relative, root = network.balance.relative, int(subject.nodes[0])
    start, to = relative.indptr.astype(np.int64), relative.indices.astype(np.int64)
    immediate_dominators(start, to, root)
    _, ours = timed("their tree alone", lambda: immediate_dominators(start, to, root))
    coo = network.balance.relative.tocoo()
    graph = nx.DiGraph(zip(coo.row.tolist(), coo.col.tolist(), strict=True))
    tree, naive = timed("networkx, immediate_dominators", lambda: nx.immediate_dominators(graph, root))
    print(f"  {'ratio of the trees (CPU)':<44} {naive / ours:9.0f}")
    expected = {v: d for v, d in tree.items() if v != root}
    mine = {int(v): int(found.idom[v]) for v in np.flatnonzero(found.idom > THE_SUBJECT)}
    print(f"  {'nodes whose dominator differs':<44} {sum(mine.get(v) != d for v, d in expected.items()):9,}")
    timed("single sources", lambda: single_sources(network, subject))
    timed("flow betweenness of every node", lambda: betweenness(network))
    deliveries = deliveries_of(network.graph)
    failing = np.arange(len(network.graph.nodes))[: 1_000 if can_be_factorised(deliveries) else 16]
    systemic_risk(deliveries, failing[:1])
    timed(f"systemic risk index, {len(failing):,} failures", lambda: systemic_risk(deliveries, failing))


def network_of(facilities: int) -> Network:
    raw = synthetic_tables(facilities)
    days = {c: pd.to_datetime(raw["flows"][c]) for c in ("period_start", "period_end")}
    raw["flows"] = raw["flows"].assign(**days)
    tables = {name: table.conform(raw.get(name, pd.DataFrame())) for name, table in input_tables().items()}
    return prepare(build_graph(tables, load_chain("aluminium")))


def timed(what: str, work: Callable[[], T]) -> tuple[T, float]:
    """The result, and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"  {what:<44} {wall:9.2f} s wall {cpu:9.2f} s CPU")
    return found, cpu


if __name__ == "__main__":
    main()
