"""Which input a subject's value hangs on: Sobol indices of the publishers' errors, what is missing, and the weights.

An input that is many numbers (the errors of a layer for all places, the weights of all themes) is drawn as one: its index is
that of the group (Saltelli et al. 2008, Global Sensitivity Analysis, 1.2.15).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from risk_graph.assess.drawn import Errors, ThemeDraws, moving, places_of
from risk_graph.assess.draws import Stream
from risk_graph.assess.facts import Facts
from risk_graph.assess.scorer import OVERALL, Scorer
from risk_graph.assess.scores import theme_values
from risk_graph.assess.sensitivity import Sensitivity, sobol
from risk_graph.assess.uncertainty import Progress, side_by_side
from risk_graph.errors import NotFoundError

COLUMNS = ["input", "what", "first", "first_conf", "total", "total_conf"]
_OUTCOMES = 4096
"""Equally likely outcomes that an input of many numbers is drawn from."""
_AT_ONCE = 64
_NOT_READ = 0.5
"""Of an input that cannot matter: nominal."""


@dataclass(frozen=True, eq=False)
class Influence:
    """`inputs` has COLUMNS, the largest total first: shares (0..1) of the variance of the subject's value, of the input alone
    and with what it does together with others, each with the half width of its 95 % interval. `variance` is in points
    squared; where it is 0 nothing matters, and all shares are 0.
    """

    subject_id: str
    theme: str
    inputs: pd.DataFrame
    variance: float


def influence(
    facts: Facts,
    scorer: Scorer,
    subject_id: str,
    *,
    theme: str = OVERALL,
    samples: int = 512,
    seed: int = 0,
    progress: Progress = lambda step, done: None,
) -> Influence:
    """Influence of every input on one subject's value of a theme, or the overall one. `samples` is a power of two. What is
    missing of places and metal of unknown origin are inputs apart here, for an index is of inputs that are independent.
    NotFoundError if nobody has the id.
    """
    at = np.flatnonzero(facts.subjects.ids == subject_id)
    if not len(at):
        raise NotFoundError(f"No supplier, facility or product has the id {subject_id!r}.")
    about = [t for t in scorer.themes if theme in (OVERALL, t.id)]
    models = {
        t.id: ThemeDraws(facts, t, at, theme_values(facts, replace(scorer, themes=(t,)))[at, 0][:, [0, 2]])
        for t in about
    }
    stream = Stream(seed, _OUTCOMES)
    weights = stream.weights(replace(scorer, themes=tuple(about)))
    tables = {
        layer: stream.errors(layer, places_of(facts, layer)) for t in about for layer in sorted(t.layers)
    }
    inputs = _inputs(models, weighted=len(about) > 1)
    if not inputs:
        return Influence(subject_id, theme, pd.DataFrame(columns=COLUMNS), 0.0)

    def value(points: np.ndarray) -> np.ndarray:
        said = pd.DataFrame(points, columns=list(inputs))
        each = np.array([_of_theme(m, said, tables, progress) for m in models.values()])
        if "weights" not in inputs:
            return np.asarray(each[0])
        return np.asarray((weights[:, _outcome(said["weights"])] * each).sum(axis=0))

    found = sobol(value, dict.fromkeys(inputs, (0.0, 1.0)), seed=seed, samples=samples)
    return Influence(subject_id, theme, _table(found, inputs), found.variance)


def _inputs(models: Mapping[str, ThemeDraws], weighted: bool) -> dict[str, str]:
    """Inputs that may matter, with what they are."""
    found = {"weights": "the weights of the themes"} if weighted else {}
    for name, model in models.items():
        facts, at = model.facts, model.subjects
        unknown = facts.network.unknown[model.upstream]
        if np.ptp(unknown, axis=1).any() or (model.theme.is_of_flows and np.ptp(model.bounds)):
            found["balance"] = "how much metal is undeclared"
        if model.theme.is_of_flows:
            continue
        if unknown.any():
            found["unknown origin"] = "what the metal of unknown origin is"
        by_signal = list(zip(model.theme.signals, model.nodes.own.by_signal, strict=True))
        for signal, said in by_signal:
            if moving(said).any():
                found[f"error {signal.layer}"] = "the error of the publisher's numbers"
        rejected = (
            facts.network.graph.incomplete[model.upstream].any() or facts.is_named_by_rejected[at].any()
        )
        idle = facts.idle.tocsr()[at].nnz > 0
        blank = any((said.covered == 0).any() for _, said in by_signal)
        if rejected or idle or blank or facts.subjects.homeless[at].any():
            found[f"missing {name}"] = "facts of places that are missing"
    return dict(sorted(found.items()))


def _outcome(uniform: pd.Series) -> np.ndarray:
    at = (uniform.to_numpy() * _OUTCOMES).astype(np.int64)
    return np.asarray(np.minimum(at, _OUTCOMES - 1))


def _of_theme(
    model: ThemeDraws, said: pd.DataFrame, tables: Mapping[str, np.ndarray], progress: Progress
) -> np.ndarray:
    """The values of one theme at all points; points that differ only in what it does not read are computed once."""
    theme = model.theme
    layers = sorted(theme.layers)
    read = ["balance", f"missing {theme.id}", "unknown origin", *(f"error {layer}" for layer in layers)]
    # In the order of the balances, whose ends are carried apart.
    points, back = np.unique(
        said.reindex(columns=read, fill_value=_NOT_READ).to_numpy(), axis=0, return_inverse=True
    )
    points_of = pd.DataFrame(points, columns=read)
    out = np.empty(len(points))

    def some(rows: slice) -> None:
        here = points_of.iloc[rows]
        errors: Errors = {layer: tables[layer][:, _outcome(here[f"error {layer}"])] for layer in layers}
        balance, missing, unknown = (here[c].to_numpy() for c in read[:3])
        out[rows] = model.values(errors, missing, balance, unknown)[0]

    parts = [slice(first, first + _AT_ONCE) for first in range(0, len(points), _AT_ONCE)]
    some(parts[0])
    for done, _ in enumerate(side_by_side(some, parts[1:]), 2):
        progress(f"Drawing {theme.title}", done / len(parts))
    return np.asarray(out[back.ravel()])


def _table(found: Sensitivity, inputs: Mapping[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "input": found.inputs,
            "what": [inputs[i] for i in found.inputs],
            "first": found.first,
            "first_conf": found.first_conf,
            "total": found.total,
            "total_conf": found.total_conf,
        }
    )
    return table.sort_values(["total", "input"], ascending=[False, True], ignore_index=True)[COLUMNS]
