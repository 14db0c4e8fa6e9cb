"""What a rule is: a question with three possible answers, its legal source, and no number in between."""

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from risk_graph.assess.facts import PROJECT, Answers, Facts
from risk_graph.assess.regime import Regime, shipped
from risk_graph.errors import RegimeError
from risk_graph.model.shelf import discover
from risk_graph.model.table import result_tables
from risk_graph.model.truth import Truth

WORDS = {"T": "red flag", "U": "cannot be told", "F": "no flag found"}
"""What people read for an answer's letter; never "safe", never "compliant"."""


@dataclass(frozen=True)
class Rule:
    """`version` changes with every change that may change an answer: it is part of every run. `verified` says whether
    the legal text itself was read by us; `clears` what would clear a true answer. `evaluate` takes the facts and, by
    name, the parameters that the rule's regime gives. `needs` are rules whose answers it reads (`Facts.answers`).
    """

    id: str
    version: str
    title: str
    source: str
    verified: bool
    clears: str
    evaluate: Callable[..., Answers]
    needs: tuple[str, ...] = ()
    says_whether_it_applies: bool = False
    """It is asked even where its regime does not apply: that is its question."""


@dataclass(frozen=True)
class Applied:
    """A rule as a regime sets it; without a regime (no file names the rule) it runs with its own parameters."""

    rule: Rule
    regime: Regime | None
    parameters: Mapping[str, Any]


@cache
def rules() -> dict[str, Rule]:
    """All rules of the shelf by id, sorted."""
    return dict(sorted(discover("risk_graph.assess.rules", "RULE", Rule, lambda r: r.id).items()))


def applied(regimes: tuple[Regime, ...] | None = None) -> Mapping[str, Applied]:
    """The rules of the regimes (all that ship, if None), and those that no regime that ships names, by rule id.

    Raises RegimeError for a rule or parameter that does not exist.
    """
    if regimes is None:
        return _by_default()
    return _applied(regimes)


@cache
def _by_default() -> Mapping[str, Applied]:
    return _applied(tuple(shipped().values()))


def _applied(chosen: tuple[Regime, ...]) -> Mapping[str, Applied]:
    claimed = {id_ for regime in shipped().values() for id_ in regime.rules}
    found = {id_: Applied(rule, None, {}) for id_, rule in rules().items() if id_ not in claimed}
    for regime in chosen:
        for id_, parameters in regime.rules.items():
            _check(regime, id_, parameters)
            found[id_] = Applied(rules()[id_], regime, parameters)
    return dict(sorted(found.items()))


def _check(regime: Regime, id_: str, parameters: Mapping[str, Any]) -> None:
    if id_ not in rules():
        raise RegimeError(
            f"The regime {regime.id} names the rule {id_!r}; the rules are {', '.join(rules())}."
        )
    known = list(inspect.signature(rules()[id_].evaluate).parameters)[1:]
    if wrong := sorted(set(parameters) - set(known)):
        raise RegimeError(
            f"The regime {regime.id} gives the rule {id_} the parameter {wrong[0]!r}; "
            f"it takes {', '.join(known) or 'none'}."
        )


def ruleset(regimes: tuple[Regime, ...] | None = None) -> str:
    """How a run names the rules that it applied: each with its version."""
    return ", ".join(f"{a.rule.id} {a.rule.version}" for a in applied(regimes).values())


def findings(facts: Facts) -> pd.DataFrame:
    """Every applied rule's answers, as the results table `findings`, by rule and subject id."""
    frames = [findings_of(facts, id_) for id_ in applied(facts.records.regimes)]
    facts.rows.clear()
    return result_tables()["findings"].conform(pd.concat(frames, ignore_index=True))


def findings_of(facts: Facts, rule_id: str) -> pd.DataFrame:
    """One rule's answers as rows of the results table `findings`, by subject id."""
    if rule_id not in facts.rows:
        facts.answers.pop(rule_id, None)
        _evaluate(rule_id, facts, applied(facts.records.regimes), _by_default())
    return facts.rows.pop(rule_id)


def evaluate_all(facts: Facts, also: Iterable[str] = ()) -> None:
    """Fills `facts.answers` and `facts.read_by` with what the applied rules say, those that they need, and `also`."""
    run, every = applied(facts.records.regimes), _by_default()
    for id_ in (*run, *also):
        _evaluate(id_, facts, run, every)


def _evaluate(id_: str, facts: Facts, run: Mapping[str, Applied], every: Mapping[str, Applied]) -> None:
    """A needed rule of a regime that was not chosen is answered with the parameters that ship."""
    if id_ in facts.answers:
        return
    one = run.get(id_) or every[id_]
    for needed in one.rule.needs:
        _evaluate(needed, facts, run, every)
    facts.looked_at.clear()
    answers = _answer(one, facts)
    read = set(facts.looked_at).union(*(facts.read_by[needed] for needed in one.rule.needs))
    facts.read_by[id_] = frozenset(read)
    facts.answers[id_] = answers.without_words()
    facts.rows[id_] = _frame(one, answers, facts).sort_values("subject_id", ignore_index=True)


def _answer(one: Applied, facts: Facts) -> Answers:
    metal = facts.network.graph.chain.metal
    if one.regime and not one.rule.says_whether_it_applies and one.regime.binds(metal) is False:
        return Answers.of_project(Truth.FALSE, one.regime.state(metal, facts.as_of)[1])
    return one.rule.evaluate(facts, **one.parameters)


def _frame(one: Applied, answers: Answers, facts: Facts) -> pd.DataFrame:
    ids = np.append(facts.subjects.ids, PROJECT)
    subject = pd.Series(facts.subjects.ids if answers.about is None else ids[answers.about], dtype="str")
    return pd.DataFrame(
        {
            "finding_id": one.rule.id + "|" + subject,
            "rule": one.rule.id,
            "subject_id": subject,
            "truth": np.array(list("FUT"))[answers.truth],
            "since": pd.Series(answers.since.astype("datetime64[s]")),
            "evidence": pd.Series(answers.evidence, dtype="str"),  # packed: objects would fill the memory
            "missing": pd.Series(answers.missing, dtype="str"),
            "as_of": pd.Timestamp(facts.as_of),
            "witness_id": pd.Series(answers.witness, dtype="str"),
            "hops": answers.hops,
            "layers": " ".join(sorted(facts.read_by[one.rule.id])),
        }
    )


def rules_table(facts: Facts) -> pd.DataFrame:
    """The results table `rules`: which rules were applied, by which regime, and whether it was in force."""
    metal = facts.network.graph.chain.metal
    rows = []
    for id_, one in applied(facts.records.regimes).items():
        regime = one.regime
        state, why = regime.state(metal, facts.as_of) if regime else ("", "")
        rows.append(
            {
                "rule": id_,
                "rule_version": one.rule.version,
                "title": one.rule.title,
                "regime": regime.id if regime else "",
                "regime_version": regime.version if regime else "",
                "state": state,
                "why": why,
                "source": one.rule.source,
                "verified": "true" if one.rule.verified else "false",
                "parameters": json.dumps(one.parameters, sort_keys=True, default=str),
            }
        )
    return result_tables()["rules"].conform(pd.DataFrame(rows))
