"""What a rule is: a question with three possible answers, its legal source, and no number in between."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.model.shelf import discover
from risk_graph.model.table import result_tables

WORDS = {"T": "red flag", "U": "cannot be told", "F": "no flag found"}
"""What people read for an answer's letter; never "safe", never "compliant"."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Arrays over subjects: `truth` as Truth values, `evidence` and `missing` as sentences, `witness` as ids
    ("" without one), `hops` (-1 without a witness), `since` as datetime64[D] (NaT where nothing tells).
    """

    truth: np.ndarray
    evidence: np.ndarray
    missing: np.ndarray
    witness: np.ndarray
    hops: np.ndarray
    since: np.ndarray


@dataclass(frozen=True)
class Rule:
    """`version` changes with every change that may change an answer: it is part of every run. `verified` says whether
    the legal text itself was read by us; `clears` what would clear a true answer.
    """

    id: str
    version: str
    title: str
    source: str
    verified: bool
    clears: str
    evaluate: Callable[[Facts], Answers]


@cache
def rules() -> dict[str, Rule]:
    """All rules of the shelf by id, sorted."""
    return dict(sorted(discover("risk_graph.assess.rules", "RULE", Rule, lambda r: r.id).items()))


def ruleset() -> str:
    """How a run names the rules that it applied: each with its version."""
    return ", ".join(f"{rule.id} {rule.version}" for rule in rules().values())


def findings(facts: Facts) -> pd.DataFrame:
    """Every rule's answer about every subject, as the results table `findings`, by rule and subject id."""
    frames = [_answered(rule, facts) for rule in rules().values()]
    table = pd.concat(frames, ignore_index=True).sort_values(["rule", "subject_id"], ignore_index=True)
    return result_tables()["findings"].conform(table)


def _answered(rule: Rule, facts: Facts) -> pd.DataFrame:
    """The rule's answers with the layers that it read for them."""
    facts.looked_at.clear()
    frame = _frame(rule, rule.evaluate(facts), facts)
    return frame.assign(layers=" ".join(sorted(facts.looked_at)))


def _frame(rule: Rule, answers: Answers, facts: Facts) -> pd.DataFrame:
    subject = pd.Series(facts.subjects.ids, dtype="str")
    return pd.DataFrame(
        {
            "finding_id": rule.id + "|" + subject,
            "rule": rule.id,
            "subject_id": subject,
            "truth": np.array(list("FUT"))[answers.truth],
            "since": pd.Series(answers.since.astype("datetime64[s]")),
            "evidence": answers.evidence,
            "missing": answers.missing,
            "as_of": pd.Timestamp(facts.as_of),
            "witness_id": answers.witness,
            "hops": answers.hops,
        }
    )
