"""How well and how fast names are screened, beside rapidfuzz WRatio and nomenklatura LogicV2, in one run.

    python -m benchmarks.screening                 # precision, recall, F1 and time a pair
    python -m benchmarks.screening --size 100000 50000   # and the wall time of so many names against so many entries
    python -m benchmarks.screening --tune          # the same on the part that thresholds were set on

Questions come from the lists at hand (their own aliases), else they are made from a seed. The part that is
reported was never looked at when the thresholds were set; the others are shown at their usual thresholds.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import count
from typing import Any

import pandas as pd

from benchmarks.labelled_names import Question, all_names, corrupted, labelled, names_by_entity, synthetic
from risk_graph.layers.entity.blocking import Index
from risk_graph.layers.entity.judge import AUTOMATIC, BARS, CANDIDATE, MATCH, NO_MATCH, Party, judge
from risk_graph.layers.entity.names import normalise
from risk_graph.layers.entity.screen import screen
from risk_graph.layers.entity.watchlist import Entry, ListedName, watchlist
from risk_graph.layers.layer import Layer
from risk_graph.model.table import fact_tables

Scores = Callable[[Sequence[Question]], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", nargs=2, type=int, metavar=("NAMES", "ENTRIES"))
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--synthetic", action="store_true", help="made-up pairs although lists are at hand")
    parser.add_argument("--skip-pairs", action="store_true")
    options = parser.parse_args()
    if not options.skip_pairs:
        compare_pairs(options.tune, options.synthetic)
    if options.size:
        measure_size(*options.size)


def compare_pairs(tune: bool, made_up: bool) -> None:
    entities = {} if made_up else names_by_entity()
    source = "the lists at hand" if entities else "made-up names"
    entities = entities or synthetic(4_000)
    asked = [q for q in labelled(entities) if q.held_out != tune]
    positives = sum(q.same for q in asked)
    part = "tuning part" if tune else "held-out part"
    print(
        f"{len(asked):,} questions from {source}, {part}: {positives:,} same, {len(asked) - positives:,} not"
    )
    print(f"blocking reaches {reached(asked, entities):.1%} of the names of one entity that would be shown")
    print(f"{'':<46}{'precision':>10}{'recall':>10}{'F1':>10}{'us a pair':>11}")
    ours, seconds = timed(our_scores, asked)
    report(f"risk-graph, match (>= {AUTOMATIC})", asked, [s >= 2 for s in ours], seconds)
    report(f"risk-graph, match or possible (>= {BARS['unknown']})", asked, [s >= 1 for s in ours], seconds)
    for known, pair in (("agree", ("RUS", "RUS")), ("differ", ("RUS", "DEU"))):
        values, seconds = timed(partial(our_scores, countries=pair), asked)
        label = f"  the same if the countries {known} (>= {BARS[known + 's']})"
        report(label, asked, [v >= 1 for v in values], seconds)
    for name, scores, thresholds in others():
        values, seconds = timed(scores, asked)
        for threshold in thresholds:
            report(f"{name} (>= {threshold})", asked, [v >= threshold for v in values], seconds)


def timed(scores: Scores, asked: Sequence[Question]) -> tuple[list[float], float]:
    """CPU seconds, for other work may run beside it; preparing names is part of it."""
    start = time.process_time()
    values = scores(asked)
    return values, time.process_time() - start


def report(name: str, asked: Sequence[Question], said: Sequence[bool], seconds: float) -> None:
    right = sum(s and q.same for s, q in zip(said, asked, strict=True))
    precision = right / max(sum(said), 1)
    recall = right / max(sum(q.same for q in asked), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    pairs = sum(len(q.theirs) for q in asked)
    print(f"{name:<46}{precision:>10.3f}{recall:>10.3f}{f1:>10.3f}{1e6 * seconds / pairs:>11.1f}")


def our_scores(asked: Sequence[Question], countries: tuple[str, str] = ("", "")) -> list[float]:
    """2 match, 1 possible, 0 neither: the whole policy, normalisation included. The lists' countries are not asked:
    all are taken to be `countries` (ours, theirs), or unknown.
    """
    mine, theirs = countries
    where = frozenset([theirs]) - {""}
    entry = Entry("", "", "organisation", "", where, frozenset(), None, None, "listed", "", "")
    worth = {MATCH: 2.0, NO_MATCH: 0.0}
    out = []
    for question in asked:
        party = Party("", "supplier", normalise(question.ours), mine)
        names = (ListedName(0, normalise(name), "alias") for name in question.theirs)
        out.append(max(worth.get(judge(party, entry, n).outcome, 1.0) for n in names if n.name.tokens))
    return out


def reached(asked: Sequence[Question], entities: dict[str, list[str]]) -> float:
    """Of the names of one entity that would be shown, the share that blocking finds among the names of everybody."""
    names = sorted({n.strip() for found in entities.values() for n in found} | {n for _, n in all_names()})
    at = {name: i for i, name in enumerate(names)}
    pairs = [Question(q.ours, (n,), True, True) for q in asked if q.same for n in q.theirs]
    wanted = [p for p, s in zip(pairs, our_scores(pairs), strict=True) if s]
    ours = sorted({p.ours for p in wanted})
    left, right = Index([normalise(n) for n in names], CANDIDATE).candidates([normalise(n) for n in ours])
    found = {(ours[a], b) for a, b in zip(left.tolist(), right.tolist(), strict=True)}
    return sum((p.ours, at[p.theirs[0]]) in found for p in wanted) / max(len(wanted), 1)


def others() -> list[tuple[str, Scores, tuple[float, ...]]]:
    """Other scorers with their usual thresholds."""
    from rapidfuzz import fuzz, utils

    def wratio(asked: Sequence[Question]) -> list[float]:
        return [max(fuzz.WRatio(q.ours, n, processor=utils.default_process) for n in q.theirs) for q in asked]

    found: list[tuple[str, Scores, tuple[float, ...]]] = [("rapidfuzz WRatio", wratio, (90, 95))]
    try:
        from followthemoney import model
        from nomenklatura.matching import LogicV2
    except ImportError as error:
        print(f"nomenklatura is not installed ({error}): its lines are missing.")
        return found
    config = LogicV2.default_config()
    number = count()

    def company(names: Sequence[str]) -> Any:
        # An id of its own each time: the library remembers the names of an id, and would find the alias taken out.
        id_ = f"company {next(number)}"
        return model.get_proxy({"id": id_, "schema": "Company", "properties": {"name": list(names)}})

    def logic(asked: Sequence[Question]) -> list[float]:
        return [LogicV2.compare(company([q.ours]), company(q.theirs), config).score for q in asked]

    return [*found, ("nomenklatura LogicV2", logic, (0.5, 0.7))]


def measure_size(names: int, entries: int) -> None:
    """Wall time of so many names of ours against so many entries, one name in fifty planted."""
    import random

    rng = random.Random(7)
    real = [name for _, name in all_names()]
    pool = list(dict.fromkeys([*real, *(n for found in synthetic(entries).values() for n in found[:1])]))[
        :entries
    ]
    layer = _layer(pool)
    ours = [n for found in synthetic(names, seed=2).values() for n in found[:1]]
    for at in range(0, names, 50):
        ours[at] = corrupted(rng.choice(pool), rng, ["Ltd", "LLC"])
    start, cpu = time.perf_counter(), time.process_time()
    listed = watchlist(layer, date(2026, 6, 30))
    parties = [Party(str(i), "supplier", normalise(name), "") for i, name in enumerate(ours)]
    normalised = time.perf_counter()
    found = list(screen(parties, listed))
    end, cpu = time.perf_counter(), time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    hit = {p.id for p, _ in found}
    planted = {str(at) for at in range(0, names, 50)}
    print(
        f"{names:,} names against {len(pool):,} entries: {end - start:.1f} s wall, {cpu:.1f} s CPU "
        f"({normalised - start:.1f} s of wall to normalise), peak {peak:.2f} GB"
    )
    print(
        f"  {len(found):,} verdicts about {len(hit):,} names; of {len(planted):,} planted {len(hit & planted) / len(planted):.1%} are shown"
    )


def _layer(names: Sequence[str]) -> Layer:
    values = pd.DataFrame({"entry_id": [str(i) for i in range(len(names))], "name": list(names)})
    values = values.assign(list="L", kind="organisation", edition="1", source="synthetic")
    tables = fact_tables()
    day = date(2026, 1, 1)
    return Layer(
        "synthetic", "entities", "Synthetic list", "", "none", None, "", "", "synthetic", "", "", "", "1", day, day,
        True, "", tables["entities"].conform(values), tables["names"].empty(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
