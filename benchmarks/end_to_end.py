"""Time per step and peak memory of the whole pipeline, from Parquet files to saved scores, on synthetic chains.

    python -m benchmarks.end_to_end                      # 10,000 and 100,000 facilities, embedded store
    python -m benchmarks.end_to_end 100000 --neo4j       # the same on the Neo4j server of the tests

Each size runs in a process of its own, so that the peak is its own. The graph has five flows a facility, heavy-tailed
masses, recycling loops and gaps; it is made from a seed. The naive way that the trace is compared with is a loop over
a networkx graph, one sweep of it, in the same process (the sweeps that it would need are printed beside it).
"""

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.synthetic import write_project
from risk_graph.pipeline import Result, run
from risk_graph.project import open_project
from risk_graph.trace.network import prepare


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("facilities", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--neo4j", action="store_true", help="use the real server that the tests start")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.facilities[0])
        return
    with contextlib.ExitStack() as stack:
        environment = dict(os.environ)
        if options.neo4j:
            from tests.neo4j_server.server import start_neo4j

            server = stack.enter_context(start_neo4j("4g"))
            environment["RISK_GRAPH_STORE"] = server.url
            environment["RISK_GRAPH_NEO4J_USER"] = server.user
            environment["RISK_GRAPH_NEO4J_PASSWORD"] = server.password
        for count in options.facilities:
            command = [sys.executable, "-m", "benchmarks.end_to_end", str(count), "--one"]
            subprocess.run(command, env=environment, check=True)


def measure(facilities: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project_folder = Path(folder) / "project"
        write_project(project_folder, facilities)
        project = open_project(project_folder, os.environ)
        where = project.store_url.split("://")[0] if "://" in project.store_url else "embedded"
        laps: list[tuple[str, float]] = []
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        def lap(step: str, _: float) -> None:
            if not laps or laps[-1][0] != step:
                laps.append((step, time.perf_counter()))

        start = time.perf_counter()
        result = run(project, date(2026, 6, 30), progress=lap)
        end = time.perf_counter()
        flows = len(result.checked.loaded.tables["flows"])
        print(f"\n{facilities:,} facilities, {flows:,} flows, {where} store")
        for (step, at), after in zip(laps, [*(t for _, t in laps[1:]), end], strict=True):
            print(f"  {step:<44} {after - at:8.2f} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"  {'all, from Parquet to saved scores':<44} {end - start:8.2f} s")
        print(
            f"  peak memory {peak / 1e6:.2f} GB ({before / 1e6:.2f} GB before; largest child {children / 1e6:.2f} GB)"
        )
        compare(result)


def compare(result: Result) -> None:
    """The unknown share of every node: our kernel beside one sweep of a loop over networkx."""
    graph = result.checked.network.graph
    network = prepare(graph)
    start = time.perf_counter()
    assert network.unknown_share.shape == (graph.size, 3)
    ours = (time.perf_counter() - start) / 3  # three bounds are solved
    naive = graph.to_networkx()
    for node, data in naive.nodes(data=True):
        data["unknown"] = float(network.unknown[graph.at(node), 1])
    into = dict.fromkeys(naive, 0.0)
    for _, target, metal in naive.edges(data="metal_t"):
        into[target] += metal
    share = dict.fromkeys(naive, 0.0)
    start = time.perf_counter()
    sweeps, change = 0, 1.0
    while change > 1e-9 and sweeps < 3:
        new = {}
        for node in naive:
            own = naive.nodes[node]["unknown"]
            total = sum(share[u] * m for u, _, m in naive.in_edges(node, data="metal_t"))
            new[node] = own + (1 - own) * total / into[node] if into[node] and own < 1 else own
        change = max(abs(new[n] - share[n]) for n in naive)
        share, sweeps = new, sweeps + 1
    sweep = (time.perf_counter() - start) / sweeps
    print(
        f"  unknown share of all nodes: {ours:.3f} s; one sweep over networkx {sweep:.3f} s ({sweep / ours:.0f} times)"
    )


if __name__ == "__main__":
    main()
