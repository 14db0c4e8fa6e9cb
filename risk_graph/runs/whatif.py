"""What if: the chain as it is declared now, and the same with changes, assessed alike. Nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from ingest.read import Progress, silent
from risk_graph.assess.evaluate import Given, Laid, answer, lay
from risk_graph.errors import InputError
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import Library
from risk_graph.model.table import Tables
from risk_graph.runs import change
from risk_graph.runs.measures import KEYS, measures

COLUMNS = (
    *KEYS, "before_low", "before", "before_high", "after_low", "after", "after_high",
    "difference_low", "difference", "difference_high", "before_word", "after_word",
)  # fmt: skip
_NOISE = 1e-9

LibraryOn = Callable[[date], Library]


@dataclass(frozen=True)
class Changes:
    """What is to be different, in the order in which it is applied."""

    replace: tuple[tuple[str, str], ...] = ()
    reroute: tuple[tuple[str, str, str, float], ...] = ()
    """Buyer, from whom, from whom instead, share 0..1."""
    remove: tuple[str, ...] = ()
    expire: tuple[tuple[str, date | None], ...] = ()
    as_of: date | None = None
    weights: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Answer:
    """`said` is a sentence a change; `rows` has COLUMNS, a row a subject and measure that changes (a side is missing
    where the subject is not there). `before` and `answers` are the state before, `layers` those of before and after.
    """

    said: list[str]
    rows: pd.DataFrame
    before: Laid
    answers: Tables
    layers: dict[str, Layer]


def whatif(given: Given, changes: Changes, library: LibraryOn, progress: Progress = silent) -> Answer:
    """Assesses a chain as it is and with changes; `library` gives the editions that count on another day.

    InputError or NotFoundError if a change makes no sense.
    """
    changed, said = apply(given, changes, library)
    progress("Before", 0.0)
    before = lay(given)
    answers = answer(before)
    progress("After", 0.0)
    rows = _rows(measures(answers), measures(answer(lay(changed))))
    return Answer(said, rows, before, answers, {**given.layers, **changed.layers})


def apply(given: Given, changes: Changes, library: LibraryOn) -> tuple[Given, list[str]]:
    """What is given with the changes, and a sentence a change."""
    if changes == Changes():
        raise InputError("No change is given: see `risk-graph whatif --help`.")
    tables, said = dict(given.tables), []
    day = changes.as_of or given.as_of
    for old, new in changes.replace:
        tables, line = change.replace(tables, old, new)
        said.append(line)
    for buyer, old, new, share in changes.reroute:
        tables, line = change.reroute(tables, buyer, old, new, share)
        said.append(line)
    for gone in changes.remove:
        tables, line = change.remove(tables, gone)
        said.append(line)
    for certificate, last in changes.expire:
        tables, line = change.expire(tables, certificate, last, day)
        said.append(line)
    scorer = given.scorer
    if changes.weights:
        weights = change.scaled_weights({t.id: t.weight for t in scorer.themes}, changes.weights)
        scorer = replace(scorer, themes=tuple(replace(t, weight=weights[t.id]) for t in scorer.themes))
        listed = ", ".join(f"{theme} {weight:.4g}" for theme, weight in weights.items())
        said.append(f"Weights, the others scaled so that all sum to 1: {listed}.")
    if changes.as_of is not None:
        said.append(f"As of {day} instead of {given.as_of}.")
        given = replace(given, as_of=day, library=library(day))
    return replace(given, tables=tables, scorer=scorer), said


def _rows(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Everything that differs, sorted by KEYS; who stands in for a removed one is no subject."""
    now = now[~change.is_invented(now.index.get_level_values("subject_id"))]
    every = then.index.union(now.index).sort_values()
    then, now = then.reindex(every), now.reindex(every)
    out = pd.DataFrame(index=every)
    for bound in ("low", "value", "high"):
        end = "" if bound == "value" else f"_{bound}"
        out[f"before{end}"], out[f"after{end}"] = then[bound], now[bound]
        out[f"difference{end}"] = now[bound] - then[bound]
    out["before_word"], out["after_word"] = then["word"].fillna(""), now["word"].fillna("")
    moved = (out[["difference_low", "difference", "difference_high"]].abs() > _NOISE).any(axis=1)
    changed = moved | out["before"].isna() | out["after"].isna() | (out["before_word"] != out["after_word"])
    return out[changed].reset_index()[list(COLUMNS)]
