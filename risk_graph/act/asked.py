"""What to ask next, in words that a buyer understands."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from risk_graph.act.export import Withheld
from risk_graph.act.show import count
from risk_graph.assess.ask import NUMBERS, Asked
from risk_graph.assess.scorer import OVERALL

_SHOWN = 10
"""Further questions that are told beside the shortest list."""


def exported(rows: pd.DataFrame, withheld: Withheld) -> pd.DataFrame:
    """The rows as they may be passed on: the numbers of a withheld theme are missing."""
    if not withheld.themes:
        return rows
    out = rows.copy()
    out.loc[out["theme"].isin(list(withheld.themes)), NUMBERS] = float("nan")
    return out


def as_text(asked: Asked, as_of: date, everything: bool) -> list[str]:
    """Lines for a person: the shortest list, then what else is missing; with `everything` all of it, by theme."""
    subject, questions = asked.subject, asked.questions
    lines = [f"{subject.name} ({subject.id}, {subject.kind}), as of {as_of}", *_unknown(asked)]
    lines += _not_asked(asked)
    if not len(questions):
        return [*lines, *_nothing(as_of, apart=bool(list(_not_asked(asked))))]
    short = questions[questions["in_shortest_list"]]
    if len(short):
        lines += ["", "Ask first: no shorter list of questions can halve the unknown"]
        lines += _told(asked, short, everything)
        lines += _fewest(questions, short)
    others = questions[~questions["in_shortest_list"]]
    if len(others):
        shown = others if everything else others.head(_SHOWN)
        lines += ["", "Also missing, by the share of the metal that hangs on it"]
        lines += _told(asked, shown, everything)
        if len(shown) < len(others):
            lines.append(f"  and {len(others) - len(shown)} more (--all tells them)")
    if asked.solved < len(questions):
        lines.append(
            f"Scores after an answer are worked out for the first {asked.solved} of {len(questions)} questions."
        )
    return [
        *lines,
        "",
        "At best: the answer names known origins without any risk. At worst: it names others of whom nothing, or the "
        "worst, is known. Neither is likelier, and an answer that raises a number is worth as much as one that lowers it.",
    ]


def _unknown(asked: Asked) -> Iterator[str]:
    mass, unknown = asked.subject.mass_t, asked.unknown
    yield (
        f"{mass:,.1f} t of contained metal, of which the origin of {mass * unknown:,.1f} t ({_percent(unknown)}) is unknown."
        if mass > 0
        else f"No tonnage is declared; the origin of {_percent(unknown)} of its metal is unknown."
    )


def _not_asked(asked: Asked) -> Iterator[str]:
    """What is not known either, and not among the questions."""
    if asked.idle:
        yield asked.idle
    if asked.modelled > 0:
        yield (
            f"{_percent(asked.modelled)} of the metal leads to an origin only over flows whose quantity is modelled, not declared: "
            "ask for the declared ones too."
        )
    if asked.absent:
        yield f"Not at hand, so not asked about: {', '.join(asked.absent)} (`risk-graph sources list`)."


def _nothing(as_of: date, apart: bool) -> list[str]:
    return [
        "",
        f"{'Apart from that, nothing' if apart else 'Nothing'} to ask: as of {as_of} no input upstream is undeclared, no site is unspecified, no row was "
        "rejected, and every layer at hand says something of every place upstream.",
        "This says how complete the declarations are, not that they are true, nor that nothing is wrong.",
    ]


def _told(asked: Asked, questions: pd.DataFrame, everything: bool) -> Iterator[str]:
    for row in questions.to_dict("records"):
        yield from _question(row)
        if everything:
            themes = asked.rows[(asked.rows["order"] == row["order"]) & (asked.rows["theme"] != OVERALL)]
            for theme in themes.to_dict("records"):
                if _changes(theme):
                    yield f"       {theme['theme']}: {_scores(theme)}"


def _question(row: dict[str, Any]) -> Iterator[str]:
    who = f"{row['ask_name']} ({row['ask_id']})" if row["ask_id"] else row["ask_name"]
    yield f"{row['order']:>4}. {who}"
    yield f"       {row['what']}"
    if row["question"] == "input":
        yield (
            f"       {_amount(row)} ends here. Unknown after it "
            f"{_percent(row['unknown_best'])} at best, {_percent(row['unknown_worst'])} at worst; with all above, "
            f"{_percent(row['unknown_best_so_far'])} at best."
        )
    else:
        yield f"       {_amount(row)} hangs on it.{_moved(row)}"
    if pd.notna(row["low_now"]) and _changes(row):
        left = "left by certificates, " if row["question"] == "scope" else ""
        yield f"       overall ({left}at least .. at most): {_scores(row)}"
    if row["could_turn"]:
        yield f"       could turn {row['could_turn']}"


def _amount(row: dict[str, Any]) -> str:
    tonnes = f" ({row['mass_t']:,.1f} t)" if row["mass_t"] > 0 else ""
    return f"{_percent(row['share'])} of the metal{tonnes}"


def _moved(row: dict[str, Any]) -> str:
    best, worst = row["unknown_best"], row["unknown_worst"]
    if best == worst == row["unknown_now"]:
        return ""
    return f" Unknown after it {_percent(best)} at best, {_percent(worst)} at worst."


def _fewest(questions: pd.DataFrame, short: pd.DataFrame) -> Iterator[str]:
    few = questions[questions["in_fewest_suppliers"]]
    asked, fewest = short["ask_id"].nunique(), few["ask_id"].nunique()
    if fewest < asked:
        names = "; ".join(few.drop_duplicates("ask_id")["ask_name"])
        yield f"  To ask the fewest suppliers: {count(len(few), 'question')} to {names}."


def _scores(row: dict[str, Any]) -> str:
    now, best, worst = (f"{row[f'low_{w}']:.1f} .. {row[f'high_{w}']:.1f}" for w in ("now", "best", "worst"))
    return f"now {now}; after it {best} at best, {worst} at worst"


def _changes(row: dict[str, Any]) -> bool:
    return any(
        abs(row[f"{name}_{when}"] - row[f"{name}_now"]) >= 0.05
        for name in ("low", "value", "high")
        for when in ("best", "worst")
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
