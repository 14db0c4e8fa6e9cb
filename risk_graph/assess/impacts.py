"""What people assessed, as rules and orderings read it: open impacts, their OECD class, their age."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from risk_graph import data_dir
from risk_graph.assess.facts import Facts

SUSPEND, MITIGATE = ("A", "B"), ("C", "D", "E", "F")
"""Paragraphs of OECD Annex II that ask to suspend or disengage, and those that ask for a plan."""


@dataclass(frozen=True)
class Issue:
    """`annex_ii` is the group of OECD Annex II ("" for none), `lksg` whether it is a position that the LkSG protects.
    `scale`, `scope`, `irremediability` are [low, high] of our own judgement where nobody assessed anything.
    """

    id: str
    title: str
    annex_ii: str
    lksg: bool
    scale: tuple[float, float]
    scope: tuple[float, float]
    irremediability: tuple[float, float]


@cache
def _standard() -> dict[str, Any]:
    return tomllib.loads((data_dir() / "standards" / "severity.toml").read_text(encoding="utf-8"))


@cache
def issues() -> dict[str, Issue]:
    """The issues of data/standards/severity.toml."""

    def pair(value: Sequence[float]) -> tuple[float, float]:
        low, high = value
        return float(low), float(high)

    return {
        id_: Issue(
            id_, str(raw["title"]), str(raw["annex_ii"]), bool(raw["lksg"]),
            pair(raw["scale"]), pair(raw["scope"]), pair(raw["irremediability"]),
        )
        for id_, raw in _standard()["issues"].items()
    }  # fmt: skip


@cache
def issue_of_rule() -> dict[str, str]:
    """Rule about places or names -> the issue that its flag stands for."""
    return {rule: str(issue) for rule, issue in _standard()["rules"].items()}


def likelihood_of(truth: str) -> tuple[float, float]:
    """Likelihood [low, high] of what a rule says T or U of."""
    low, high = _standard()["likelihood"][truth]
    return float(low), float(high)


def assessed(facts: Facts) -> pd.DataFrame:
    """The impacts known by the day: those observed or assessed later are left out."""
    table = facts.records.table("impacts")
    day = pd.Timestamp(facts.as_of)
    known = table[["observed_on", "assessed_on"]].min(axis=1)
    return table[known.isna() | (known <= day)].reset_index(drop=True)


def of_groups(table: pd.DataFrame, groups: tuple[str, ...]) -> pd.DataFrame:
    """Those whose issue is of these groups of Annex II."""
    wanted = [id_ for id_, issue in issues().items() if issue.annex_ii in groups]
    return table[table["issue"].isin(wanted)]
