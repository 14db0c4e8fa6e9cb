"""docs/regimes.md: every regime, rule and ordering, from the files and shelves themselves."""

import inspect
import sys
from collections.abc import Mapping
from typing import Any

from risk_graph.assess.impacts import issues
from risk_graph.assess.priorities import ORDERINGS, Ordering
from risk_graph.assess.regime import Regime, shipped
from risk_graph.assess.rule import Rule, rules

_HEAD = """# Regimes: which laws are asked, with which rules

Generated from `data/regimes`, `risk_graph/assess/rules` and `risk_graph/assess/priorities.py`:
`python -m risk_graph.assess.regime_page > docs/regimes.md`. `risk-graph regimes DIR` says which of them bind a project on its day.

Nothing here is legal advice. The words are ours, short, and stand for no text of law; *not verified* means that we did
not read the primary text. A rule answers true (T, a red flag: look closer), false (F) or unknown (U), never reads a
score, and is asked as of the run's day. A regime that is not yet in force is answered all the same, and says so; one that
does not bind the chain's metal is one row for the project, with the reason. What would be the same for everybody (a
layer that is not at hand) is one row for the project too: its subject is `*`.

`[run] regimes = ["oecd_minerals", "own.toml"]` in risk-graph.toml chooses; default: all that ship. A file of your own, named by its
path, has the form of those in `data/regimes`: `id`, `title`, `version`, `text`, `article`, `verified`, `effective_from`, `effective_to`, `note`;
`[applies]` with `metals` ("all" or symbols) and `reason`; `[order]` with `criteria` and `orderings`; `[rules.ID]` with the rule's
parameters. A rule that no regime names is always asked. Copy a regime under another id, leave the one that ships out,
and its thresholds, months, stages and layers are yours: they are part of the run.

Tables of your own: a listing `transit_countries` (OECD-RF-L3) or `eu_forced_labour_risk` (FLR-RISK), or a table of countries
`unicef_childrens_rights` (CH-CL; 1 basic, 2 enhanced, 3 heightened), is a layer folder ([layers.md](layers.md)) in
`sources/own/2026/<id>` of the project; without edition.json it is read as it is.
"""

_ORDER = """## How priorities are ordered

Severity is the largest of scale, scope and irremediability (0 to 4), never a mean; a component that nobody assessed leaves it
between the largest known one and 4. What a person assessed (table `impacts`) comes first; where nobody did, a rule's flag
stands for an issue with our own grades (`data/standards/severity.toml`, not verified). What was verified in the last 12 months
stands for what rules say of the place, up or down; of anything else the worse counts. Closed impacts are left out and clear nothing.
Rank 1 comes first; items are compared by the upper bounds, then by the lower ones; equals share their ranks (`rank_low` to `rank_high`).
Under UNGP and CSDDD nothing else is read: spend, tonnes, tier and leverage change no rank. The LkSG orders equals by
influence (4: delivers to a product, one less for each tier) and contribution (share of the metal in products that it delivers).
Orderings are of places about which something was found or cannot be told; where the trail goes cold there is no place: `OECD-RF-U` says where.
"""


def regimes_markdown() -> str:
    """The whole page."""
    parts = [_HEAD, _ORDER]
    parts += [_regime(regime) for regime in shipped().values()]
    parts.append(_issues())
    return "\n".join(parts)


def _regime(regime: Regime) -> str:
    lines = [
        f"## `{regime.id}`: {regime.title}",
        "",
        f"{_line(regime.text)} {_line(regime.article)} *{_checked(regime.verified)}.*",
    ]
    days = [f"from {regime.effective_from}"] if regime.effective_from else []
    days += [f"until {regime.effective_to}"] if regime.effective_to else []
    about = "every metal" if regime.metals is None else ", ".join(regime.metals)
    lines += [
        "",
        f"Version {regime.version}; in force {' '.join(days) or '(no day is stated)'}. About {about}, because {regime.reason}",
    ]
    lines += [regime.note] if regime.note else []
    if regime.criteria:
        lines += [f"It may order by {', '.join(regime.criteria)}, and by nothing else."]
    lines += ["", "| rule | asks | parameters | law | cleared by |", "|---|---|---|---|---|"]
    lines += [_rule(rules()[id_], parameters) for id_, parameters in regime.rules.items()]
    lines += [_ordering(ORDERINGS[id_]) for id_ in regime.orderings]
    return "\n".join(lines) + "\n"


def _rule(rule: Rule, parameters: Mapping[str, Any]) -> str:
    asks = " ".join(inspect.cleandoc(rule.evaluate.__doc__ or "").split())
    given = "; ".join(f"{name} = {_value(value)}" for name, value in parameters.items())
    law = f"{rule.source} *({_checked(rule.verified)})*"
    return f"| `{rule.id}` {rule.version} | **{rule.title}.** {asks} | {given} | {law} | {rule.clears} |".replace(
        "  ", " "
    )


def _ordering(ordering: Ordering) -> str:
    by = f"ordered by {', '.join(ordering.keys)}" if ordering.keys else "not ranked"
    law = f"{ordering.source} *({_checked(ordering.verified)})*"
    return f"| `{ordering.id}` {ordering.version} | **{ordering.title}.** `risk-graph priorities`; {by} | | {law} | |"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(v) for v in value)
    if isinstance(value, dict):
        return "(" + ", ".join(f"{k}: {_value(v)}" for k, v in value.items()) + ")"
    return str(value)


def _checked(verified: bool) -> str:
    return "text read" if verified else "not verified"


def _line(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _issues() -> str:
    lines = [
        "## Issues of the table `impacts`",
        "",
        "Our own grades where nobody assessed anything; not verified. Annex II: the group of the OECD guidance.",
        "",
    ]
    lines += [
        "| issue | | Annex II | LkSG | scale | scope | irremediability |",
        "|---|---|---|---|---|---|---|",
    ]
    for issue in issues().values():
        grades = (issue.scale, issue.scope, issue.irremediability)
        cells = " | ".join(f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in grades)
        lines.append(
            f"| `{issue.id}` | {issue.title} | {issue.annex_ii} | {'yes' if issue.lksg else ''} | {cells} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(regimes_markdown())
