"""1,000 draws of nine themes at 10,000 facilities: ours beside a loop that carries one draw at a time, in one run.

    python -m benchmarks.uncertainty                  # 10,000 facilities
    python -m benchmarks.uncertainty 100000

Every layer that the nine themes read is at hand, made up from a seed: numbers of countries with bounds (a tenth of them
missing), lists and areas with sites of which nothing can be told. Both are exact; the loop carries each draw by itself with
sparse matrices, sweeping loops until nothing moves by more than a millionth of a point, as one would write it. It is timed on
a few draws of one theme, and its values are compared with ours.
"""

import argparse
import os
import resource
import time
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.synthetic import synthetic_tables
from risk_graph.assess.drawn import ThemeDraws, places_of
from risk_graph.assess.draws import Stream
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.reader import readers
from risk_graph.assess.scorer import Scorer
from risk_graph.assess.scorer_file import scorers
from risk_graph.assess.uncertainty import uncertainty
from risk_graph.model.chain import load_chain
from risk_graph.model.graph import build_graph
from risk_graph.model.table import input_tables, result_tables
from risk_graph.trace.network import prepare

_NAIVE_DRAWS = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("facilities", nargs="?", type=int, default=10_000)
    parser.add_argument("draws", nargs="?", type=int, default=1_000)
    options = parser.parse_args()
    scorer = scorers()["nine_themes"]
    facts = synthetic_facts(options.facilities, scorer)
    assert facts.network.order.batches
    uncertainty(synthetic_facts(300, scorer), scorer, kind="facility", draws=4)  # compiles what is compiled
    before = peak_gb()
    start, busy = time.perf_counter(), time.process_time()
    table = uncertainty(facts, scorer, kind="facility", draws=options.draws)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    themes = len(scorer.themes)
    print(
        f"{options.facilities:,} facilities x {themes} themes x {options.draws:,} draws, overall value and rank"
    )
    print(f"  ours              {seconds:8.2f} s   {busy:.2f} s of processor time on {os.cpu_count()} cores")
    print(f"  peak memory       {peak_gb():8.2f} GB  ({before:.2f} GB before)")
    print(f"  {table['tie_group'].nunique():,} groups of ties among {len(table):,} facilities")
    slow, off = naive(facts, scorer, options.draws)
    whole = slow * options.draws * (themes - 1)
    print(
        f"  loop over draws   {1000 * slow:8.2f} ms of processor time a draw and theme: {whole:,.0f} s for all"
    )
    print(f"  largest difference between the two: {off:.1e} points")


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def synthetic_facts(facilities: int, scorer: Scorer, seed: int = 1) -> Facts:
    raw = synthetic_tables(facilities, seed=seed)
    for column in ("period_start", "period_end"):
        raw["flows"][column] = pd.to_datetime(raw["flows"][column])
    tables = {name: table.conform(raw.get(name, pd.DataFrame())) for name, table in input_tables().items()}
    graph = build_graph(tables, load_chain("aluminium"))
    random = np.random.default_rng(seed)
    places = graph.nodes[graph.nodes["kind"] != "product"][["node_id", "country"]]
    signals = {s.layer: s for theme in scorer.themes for s in theme.signals if s.layer}
    frames = []
    for layer, signal in sorted(signals.items()):
        said = pd.DataFrame({"subject_id": places["node_id"], "layer": layer, "place": places["country"]})
        if readers()[signal.kind].has_goalposts:
            said = said.assign(**numbers(random, signal.goalposts, places["country"]))
        else:
            said["truth"] = random.choice(["F", "T", "U"], len(said), p=[0.93, 0.02, 0.05])
        frames.append(said)
    table = pd.concat(frames, ignore_index=True)
    table["signal_id"] = table["layer"] + "|" + table["subject_id"]
    return Facts(prepare(graph), result_tables()["signals"].conform(table), date(2026, 6, 30))


def numbers(
    random: np.random.Generator, goalposts: tuple[float, float], country: pd.Series
) -> dict[str, pd.Series]:
    """A number of each country with bounds; a tenth of the sites has none."""
    names = sorted(country.unique())
    at = dict(zip(names, random.uniform(min(goalposts), max(goalposts), len(names)), strict=True))
    value = country.map(at).mask(random.random(len(country)) < 0.1)
    half = 0.1 * abs(goalposts[1] - goalposts[0])
    return {"low": value - half, "value": value, "high": value + half}


def naive(facts: Facts, scorer: Scorer, draws: int) -> tuple[float, float]:
    """Seconds of processor time a draw and theme of the loop, and its largest difference from ours."""
    theme = next(t for t in scorer.themes if not t.is_of_flows)
    subjects = np.arange(len(facts.network.graph.nodes))
    bounds = np.tile([0.0, WORST], (len(subjects), 1))
    model = ThemeDraws(facts, theme, subjects, bounds)
    stream = Stream(0, draws)
    errors = {layer: stream.errors(layer, places_of(facts, layer)) for layer in theme.layers}
    missing = stream.missing(theme.id)
    network, worst = facts.network, 0.0
    balance = np.full(_NAIVE_DRAWS, 0.5)
    ours = model.values({k: e[:, :_NAIVE_DRAWS] for k, e in errors.items()}, missing[:_NAIVE_DRAWS], balance)
    own = np.zeros((network.graph.size, _NAIVE_DRAWS))
    own[model.upstream] = model.nodes.risks(
        {k: e[:, :_NAIVE_DRAWS] for k, e in errors.items()}, missing[:_NAIVE_DRAWS]
    )[model.nodes.pattern]
    shares, unknown = network.shares[1], network.unknown[:, 1]
    start = time.process_time()
    for draw in range(_NAIVE_DRAWS):
        x = own[:, draw].copy()
        while True:
            new = np.maximum(own[:, draw], shares @ x + unknown * WORST * missing[draw])
            moved, x = np.abs(new - x).max(), new
            if moved < 1e-6:
                break
        worst = max(worst, float(np.abs(facts.subjects.weights[subjects] @ x - ours[:, draw]).max()))
    return (time.process_time() - start) / _NAIVE_DRAWS, worst


if __name__ == "__main__":
    main()
