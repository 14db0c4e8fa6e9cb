"""What to ask next: of everything that is missing how much hangs on it, and what each answer could change.

The undeclared inputs end disjoint parts of the metal, so the shortest list that halves the unknown is the largest
first, and no list of as few questions does more (docs/ask.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from risk_graph.assess.answer import OfTheme
from risk_graph.assess.facts import Facts
from risk_graph.assess.goalposts import WORST
from risk_graph.assess.question import Question, questions_of
from risk_graph.assess.reader import Signal
from risk_graph.assess.scorer import OVERALL, Scorer, Theme
from risk_graph.assess.scores import theme_numbers
from risk_graph.assess.unscoped import scope_questions
from risk_graph.assess.upstream import Upstream
from risk_graph.trace.subject import Subject, subject_of

NUMBERS = [f"{name}_{when}" for when in ("now", "best", "worst") for name in ("low", "value", "high")]
COLUMNS = [
    "order", "in_shortest_list", "in_fewest_suppliers", "question", "ask_id", "ask_name", "node_id", "node_name", "what",
    "missing_t", "mass_t", "share", "unknown_now", "unknown_best", "unknown_worst", "unknown_best_so_far", "could_turn",
    "theme", *NUMBERS,
]  # fmt: skip

_SOLVED = 100
"""Questions, in their order, of which the scores after an answer are solved."""

_ABOUT_UNKNOWN = "OECD-RF-U"
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Asked:
    """`rows` has COLUMNS: a row for each question and theme, theme `overall` first, in the order in which to ask.

    `unknown` (0..1) is the subject's nominal unknown share; shares are of its metal, `mass_t` t of contained metal.
    Scores are 0 to 100 (of a certificate's scope they are what certificates leave), NaN past the first `solved`
    questions. `idle` is what to say of own sites that deliver nothing declared, "" without any; `modelled` the share that
    leads to an origin only over modelled flows, `absent` the layers of the scorer that are not at hand: neither is asked.
    """

    subject: Subject
    unknown: float
    rows: pd.DataFrame
    solved: int
    idle: str
    modelled: float
    absent: tuple[str, ...]

    @property
    def questions(self) -> pd.DataFrame:
        """A row for each question."""
        return self.rows[self.rows["theme"] == OVERALL]


def ask(facts: Facts, scorer: Scorer, tables: Mapping[str, pd.DataFrame], subject_id: str) -> Asked:
    """What to ask about a supplier, facility or product; `tables` holds certificates, certificate_scope, products and the
    stored findings. NotFoundError if nobody has the id.
    """
    subject = subject_of(facts.network, subject_id)
    row = np.flatnonzero((facts.subjects.ids == subject.id) & (facts.subjects.kinds == subject.kind))
    idle = str(facts.idle_sentences[row[0]]) if len(row) else ""
    absent = tuple(sorted({i for t in scorer.themes for i in t.layers if not facts.has_layer(i)}))
    if not len(subject.nodes):
        return Asked(subject, 1.0, _of_nobody(facts, scorer, subject), 1, idle, 0.0, absent)
    up = Upstream.of(facts, subject)
    themes = [OfTheme.of(up, theme) for theme in scorer.themes]
    unknown = float(subject.weights @ facts.network.unknown_share[subject.nodes, 1])
    found = _ordered([*questions_of(up, tables, themes), *scope_questions(up, scorer, tables)], unknown)
    findings = tables["findings"]
    findings = findings[findings["subject_id"] == subject.id]
    frames = []
    best = unknown
    for order, (question, short, few) in enumerate(found, start=1):
        after = _unknown_after(up, question, unknown)
        best -= question.share if question.kind == "input" else 0.0
        head = {
            "order": order,
            "in_shortest_list": short,
            "in_fewest_suppliers": few,
            "question": question.kind,
            **{c: getattr(question, c) for c in COLUMNS[4:10]},
            "mass_t": question.share * subject.mass_t,
            "share": question.share,
            "unknown_now": unknown,
            "unknown_best": after[0],
            "unknown_worst": after[1],
            "unknown_best_so_far": max(best, 0.0) if question.kind == "input" else np.nan,
            "could_turn": _could_turn(question, findings, [q for q, _, _ in found], facts),
        }
        frames += _rows(head, question, themes, scorer, order <= _SOLVED)
    rows = pd.DataFrame(frames, columns=COLUMNS)
    modelled = float(subject.weights @ facts.network.modelled_share[subject.nodes])
    return Asked(subject, unknown, rows, min(len(found), _SOLVED), idle, modelled, absent)


def _ordered(questions: list[Question], unknown: float) -> list[tuple[Question, bool, bool]]:
    """Questions in the order in which to ask: those of the shortest list, then by share. And whether each is of it,
    and whether it is to one of the fewest suppliers that can halve the unknown.
    """
    inputs = [q for q in questions if q.kind == "input"]
    inputs.sort(key=lambda q: (-q.share, q.node_id))
    shortest = {q.node_id for q in inputs[: halving([q.share for q in inputs], unknown)]}
    by_supplier: dict[str, float] = {}
    for q in inputs:
        by_supplier[q.ask_id] = by_supplier.get(q.ask_id, 0.0) + q.share
    suppliers = sorted(by_supplier, key=lambda s: (-by_supplier[s], s))
    fewest = set(suppliers[: halving([by_supplier[s] for s in suppliers], unknown)])
    short = [(q, q.kind == "input" and q.node_id in shortest) for q in questions]
    short.sort(key=lambda row: (not row[1], -row[0].share, row[0].kind, row[0].node_id))
    return [(q, is_short, q.kind == "input" and q.ask_id in fewest) for q, is_short in short]


def halving(shares: list[float], unknown: float) -> int:
    """How many of some shares, largest first, make at least half of the unknown."""
    total = 0.0
    for count, share in enumerate(shares):
        if total >= unknown / 2 * (1 - _ROUNDING):
            return count
        total += share
    return len(shares)


def _unknown_after(up: Upstream, question: Question, unknown: float) -> tuple[float, float]:
    """The nominal unknown share once it is answered, at best and at worst."""
    if question.kind == "input":
        return max(unknown - question.share, 0.0), unknown
    if question.kind not in ("site", "rejected") or question.answer is None:
        return unknown, unknown
    if question.kind == "rejected" and up.is_named:
        return 0.0, 1.0
    system = up.system(1, True, np.zeros(len(up.nodes)))
    of = OfTheme.of(up, _FLOWS)
    best, worst = (
        float(up.weights @ up.solve(question.answer(of, system, worst))) / WORST for worst in (False, True)
    )
    return best, worst


_FLOWS = Theme("", "", 0.0, (Signal("unknown_origin"),))


def _rows(
    head: dict[str, Any], question: Question, themes: list[OfTheme], scorer: Scorer, solved: bool
) -> list[dict[str, Any]]:
    """Overall and each theme of one question."""
    each = [_numbers(question, of) if solved else np.full(len(NUMBERS), np.nan) for of in themes]
    overall = sum((t.weight * n for t, n in zip(scorer.themes, each, strict=True)), np.zeros(len(NUMBERS)))
    named = [(OVERALL, overall), *((t.id, n) for t, n in zip(scorer.themes, each, strict=True))]
    return [{**head, "theme": name, **dict(zip(NUMBERS, n, strict=True))} for name, n in named]


def _numbers(question: Question, of: OfTheme) -> np.ndarray:
    if question.numbers is not None:
        return question.numbers(of)
    if question.answer is None:
        return np.tile(of.now, 3)
    return np.concatenate([of.now, of.after(question.answer, False), of.after(question.answer, True)])


def _of_nobody(facts: Facts, scorer: Scorer, subject: Subject) -> pd.DataFrame:
    """A supplier without any site or flow: one question, and everything hangs on it."""
    row = int(np.flatnonzero((facts.subjects.ids == subject.id) & facts.subjects.homeless)[0])
    now = theme_numbers(facts, scorer)[row, :, :3]
    ends = np.concatenate([now, np.zeros_like(now), np.full_like(now, WORST)], axis=1)
    weights = np.array([t.weight for t in scorer.themes])
    head = {
        "order": 1, "in_shortest_list": True, "in_fewest_suppliers": True, "question": "input", "ask_id": subject.id,
        "ask_name": subject.name, "node_id": subject.id, "node_name": subject.name,
        "what": f"No site and no delivery of {subject.name} is declared: from which sites does it deliver, where are they, "
        "and what does each of them receive from whom?",
        "missing_t": np.nan, "mass_t": 0.0, "share": 1.0, "unknown_now": 1.0, "unknown_best": 0.0, "unknown_worst": 1.0,
        "unknown_best_so_far": 0.0, "could_turn": "",
    }  # fmt: skip
    named = [(OVERALL, weights @ ends), *zip([t.id for t in scorer.themes], ends, strict=True)]
    return pd.DataFrame(
        [{**head, "theme": name, **dict(zip(NUMBERS, n, strict=True))} for name, n in named], columns=COLUMNS
    )


def _could_turn(question: Question, findings: pd.DataFrame, others: list[Question], facts: Facts) -> str:
    """The rules about places whose answer it could turn, `RULE U>T`; to false only where nothing else is in doubt."""
    listings = set(facts.signals.loc[facts.signals["truth"].isin(["T", "F", "U"]), "layer"])
    out = []
    for row in findings.itertuples():
        read = set(str(row.layers).split()) & listings
        doubts = [q for q in others if _doubts(q, read)]
        if read and row.truth == "U" and question in doubts:
            out.append(f"{row.rule} U>{'T or F' if len(doubts) == 1 else 'T'}")
        elif read and row.truth == "F" and question.kind == "site":
            out.append(f"{row.rule} F>T")
        elif row.rule == _ABOUT_UNKNOWN and row.truth == "T" and question.kind == "input":
            doubts = [q for q in others if q.kind in ("input", "rejected")]
            out += [f"{row.rule} T>F"] if len(doubts) == 1 else []
    return ", ".join(out)


def _doubts(question: Question, read: set[str]) -> bool:
    return question.kind in ("input", "site", "rejected") or (
        question.kind == "place" and not question.layers.isdisjoint(read)
    )
