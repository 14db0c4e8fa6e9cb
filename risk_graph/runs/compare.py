"""What changed between two runs, split exactly into what made it change."""

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ingest.read import Progress, silent
from risk_graph.act.archive import Archive
from risk_graph.assess.evaluate import Given, answer, lay
from risk_graph.runs.measures import FINDING, KEYS, TRUTH, measures
from risk_graph.runs.mix import DATA, DAY, FACTORS, LAYERS, METHOD, TOPOLOGY, differing, mixed
from risk_graph.runs.reopen import reopen
from risk_graph.runs.shapley import shapley, subsets

PROGRAM = "program"
"""What this program computes otherwise than the one that made a run: another version of it, its rules, a library."""
COLUMNS = (*KEYS, "before", "after", "difference", *FACTORS, PROGRAM, "before_word", "after_word")
_NOISE = 1e-9


@dataclass(frozen=True, eq=False)
class Difference:
    """`rows` has COLUMNS, a row a subject and measure that changed; a subject that only one run has, has no parts (it is
    topology), nor has a finding of a rule that was about the subject in one of them alone. `factors` says what differs in each factor that does; `evaluations` is how often the chain was assessed.
    """

    before: str
    after: str
    rows: pd.DataFrame
    factors: dict[str, str]
    evaluations: int
    seconds: float


def compare(archive: Archive, before: str, after: str, progress: Progress = silent) -> Difference:
    """What changed from one run to another. Raises ArchiveError or InputError if one cannot be computed again."""
    start = time.monotonic()
    a, b = reopen(archive, before, progress), reopen(archive, after, progress)
    factors = differing(a.given, b.given)
    then, now = measures(_stored(archive, before)), measures(_stored(archive, after))
    both = then.index.intersection(now.index).sort_values()
    values = _assessed(a.given, b.given, factors, both, progress)
    first, last = values[frozenset()], values[frozenset(factors)]
    parts = shapley(values.__getitem__, factors)
    parts[PROGRAM] = (now["value"].reindex(both) - then["value"].reindex(both)).to_numpy() - (last - first)
    rows = _rows(then, now, both, parts)
    said = _said(a.given, b.given, factors)
    return Difference(before, after, rows, said, len(values), time.monotonic() - start)


def _assessed(
    a: Given, b: Given, factors: list[str], both: pd.MultiIndex, progress: Progress
) -> dict[frozenset[str], np.ndarray]:
    """The values of what both runs have in every state between the two, by the factors that are as in `b`."""
    states, begun = subsets(factors), time.monotonic()
    step, found = f"Assessing {len(states)} states", {}
    for number, state in enumerate(states):
        progress(step, number / len(states))
        measured = measures(answer(lay(mixed(a, b, state))))
        found[state] = _as_asked(measured["value"].reindex(both)).to_numpy()
        if number == 0 and len(states) > 1:
            step = f"{len(states) - 1} more of about {time.monotonic() - begun:.0f} s each"
    return found


def _as_asked(values: pd.Series) -> pd.Series:
    """A rule that is not about somebody in a state between the two says nothing of it there: unknown."""
    silent = values.isna() & (values.index.get_level_values("measure") == FINDING)
    return values.mask(silent, TRUTH["U"])


def _stored(archive: Archive, run_id: str) -> dict[str, pd.DataFrame]:
    return {name: archive.table(run_id, name) for name in ("scores", "exposures", "findings")}


def _rows(
    then: pd.DataFrame, now: pd.DataFrame, both: pd.Index, parts: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Everything that differs, or would if its parts did not cancel out."""
    every = then.index.union(now.index).sort_values()
    out = pd.DataFrame({"before": then["value"].reindex(every), "after": now["value"].reindex(every)})
    out["difference"] = out["after"] - out["before"]
    for name in (*FACTORS, PROGRAM):
        out[name] = pd.Series(parts.get(name, np.zeros(len(both))), index=both).reindex(every)
    out["before_word"] = then["word"].reindex(every).fillna("")
    out["after_word"] = now["word"].reindex(every).fillna("")
    moved = (out[[*FACTORS, PROGRAM, "difference"]].abs() > _NOISE).any(axis=1)
    one_sided = out["before"].isna() | out["after"].isna()
    changed = moved | one_sided | (out["before_word"] != out["after_word"])
    return out[changed].reset_index()[list(COLUMNS)]


def _said(a: Given, b: Given, factors: list[str]) -> dict[str, str]:
    """One line a factor that differs."""
    said = {
        DATA: "what rows of the input say, certificates, ownership, decisions or rejected rows",
        TOPOLOGY: _counted(a, b),
        LAYERS: _editions(a, b),
        METHOD: _methods(a, b),
        DAY: f"as of {a.as_of}, then {b.as_of}",
    }
    return {factor: said[factor] for factor in factors}


def _counted(a: Given, b: Given) -> str:
    parts = []
    for name, key in (("facilities", "facility_id"), ("flows", "flow_id"), ("products", "product_id")):
        old, new = set(a.tables[name][key]), set(b.tables[name][key])
        if old != new:
            parts.append(f"{name}: {len(new - old)} more, {len(old - new)} gone")
    return "; ".join(parts) or "who supplies whom"


def _editions(a: Given, b: Given) -> str:
    old, new = ({e.id: f"{e.edition} ({e.sha256[:8]})" for e in g.layers.values()} for g in (a, b))
    names = [n for n in sorted({*old, *new}) if old.get(n) != new.get(n)]
    return (
        "; ".join(f"{n}: {old.get(n, 'none')}, then {new.get(n, 'none')}" for n in names) or "older editions"
    )


def _methods(a: Given, b: Given) -> str:
    parts = []
    if a.scorer != b.scorer:
        parts.append(f"scorer: {a.scorer.label}, then {b.scorer.label}")
    if a.chain.text != b.chain.text:
        parts.append("the chain file")
    if [r.sha256 for r in a.regimes or ()] != [r.sha256 for r in b.regimes or ()]:
        parts.append("the regimes")
    if a.period != b.period:
        parts.append("the period")
    return "; ".join(parts)
