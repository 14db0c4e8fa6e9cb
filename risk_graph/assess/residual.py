"""What certificates and verified corrective action leave of a risk: a bounded amount less at the facility that they are
about, and only there.

Only what is known is lowered: a certificate makes nothing of what is missing. Expired, suspended and withdrawn ones,
those of another scope, and membership alone have no effect, and each says why (docs/scores.md).
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.reader import Risks
from risk_graph.assess.scorer import NEVER_LOWERED, Scorer, Standard

IN_FORCE = ("active", "valid", "certified")
"""Words of a certificate's status that say that it is in force; any other has no effect."""

_REJECTED = "a row that names the facility was rejected"

COLUMNS = [
    "node", "node_id", "theme", "points", "floor", "certificate_id", "standard", "why_not", "source", "source_file",
    "source_row",
]  # fmt: skip
"""`points` is the most that the certificate lowers, 0 if it has no effect, and then `why_not` says why."""


def certified(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each thing that a certificate covers, as Facts take it; tables that are not there hold nothing."""
    if not {"certificates", "certificate_scope"} <= set(tables):
        return pd.DataFrame()
    scope = tables["certificate_scope"][["certificate_id", "covers_id", "activities", "materials"]]
    return scope.merge(tables["certificates"], on="certificate_id").sort_values(
        ["certificate_id", "covers_id"], kind="stable", ignore_index=True
    )


def lowerings(facts: Facts, scorer: Scorer) -> pd.DataFrame:
    """COLUMNS: every certificate of a standard that the scorer knows, at each facility and theme that it could lower; and
    every corrective action (its id as the certificate's), if the scorer says what they lower.
    """
    return pd.DataFrame([*_certificates(facts, scorer), *_actions(facts, scorer)], columns=COLUMNS)


def _actions(facts: Facts, scorer: Scorer) -> list[dict[str, Any]]:
    correction = scorer.correction
    if correction is None or not len(facts.actions):
        return []
    at = facts.network.graph.index.get_indexer(pd.Index(facts.actions["facility_id"])).tolist()
    rows = []
    for node, row in zip(at, facts.actions.to_dict("records"), strict=True):
        theme = _said(row["theme"])
        if node < 0 or theme not in {t.id for t in scorer.themes}:
            continue  # of a theme that this scorer does not have there is nothing to lower
        why = _not_corrected(facts, theme, row, node, correction.years)
        about = {
            "node": node,
            "node_id": row["facility_id"],
            "theme": theme,
            "certificate_id": row["action_id"],
        }
        lowers = {"points": 0.0 if why else correction.points, "floor": correction.floor, "why_not": why}
        rows.append({**{c: row.get(c) for c in COLUMNS}, **about, **lowers, "standard": "corrective action"})
    return rows


def _not_corrected(facts: Facts, theme: str, row: dict[str, Any], node: int, years: float) -> str:
    """Why a corrective action has no effect; "" if it has one."""
    if theme in NEVER_LOWERED:
        return f"nothing lowers {theme}"
    if facts.network.graph.incomplete[node]:
        return _REJECTED
    if pd.isna(row["verified_on"]) or not _text(row["verified_by"]):
        return "nobody is named who verified it on a day"
    age = (facts.as_of - row["verified_on"].date()).days
    if not 0 <= age <= years * 365.25:
        return f"it was verified on {row['verified_on']:%Y-%m-%d}, and counts for {years:g} years from then"
    return ""


def _certificates(facts: Facts, scorer: Scorer) -> list[dict[str, Any]]:
    standards = {s.standard.casefold(): s for s in scorer.standards}
    nodes = facts.network.graph.nodes
    rows: list[dict[str, Any]] = []
    if not standards or not len(facts.certificates):
        return rows
    place = facts.network.graph.index.get_indexer(pd.Index(facts.certificates["covers_id"]))
    for at, row in zip(place.tolist(), facts.certificates.to_dict("records"), strict=True):
        standard = standards.get(str(row["standard"]).strip().casefold())
        if standard is None or at < 0 or nodes["kind"].iat[at] != "facility":
            continue
        why = _why_not(facts, standard, row, at)
        part = 0.0 if why else standard.levels.get(_said(row["level"]), 1.0)
        for theme, (points, floor) in standard.lowers.items():
            rows.append(
                {
                    **{c: row.get(c) for c in COLUMNS},
                    "node": at,
                    "node_id": row["covers_id"],
                    "theme": theme,
                    "points": points * part,
                    "floor": floor,
                    "standard": " ".join(w for w in (row["standard"], _text(row["version"])) if w),
                    "why_not": why,
                }
            )
    return rows


def lowered(risks: Risks, theme: str, table: pd.DataFrame) -> Risks | None:
    """Own risks of all nodes with what `table` (lowerings) leaves of them; None if it lowers nothing of this theme.

    Of several certificates the one that leaves least counts, not their sum.
    """
    mine = table[(table["theme"] == theme) & (table["points"] > 0)]
    if not len(mine):
        return None
    low, known, known_high = risks.low.copy(), risks.known.copy(), risks.known_high.copy()
    for node, points, floor in mine[["node", "points", "floor"]].itertuples(index=False):
        for new, old in ((low, risks.low), (known, risks.known), (known_high, risks.known_high)):
            new[node] = min(new[node], left_of(old[node], points, floor))
    value = known + risks.missing
    high = np.maximum(known_high + risks.high - risks.known_high, value)
    return Risks(low, value, high, known, known_high, risks.covered)


def left_of(risk: float, points: float, floor: float) -> float:
    """`points` less, but not below the floor; a risk below the floor stays what it is."""
    return float(max(min(risk, floor), risk - points))


def _why_not(facts: Facts, standard: Standard, row: dict[str, Any], node: int) -> str:
    """Why a certificate has no effect at a node; "" if it has one."""
    if facts.network.graph.incomplete[node]:
        return _REJECTED
    return (
        _not_in_force(row, facts.as_of)
        or _not_of_the_standard(standard, row)
        or _not_the_stage(facts, standard, row, node)
        or _not_the_materials(facts, row)
    )


def _not_in_force(row: dict[str, Any], as_of: date) -> str:
    status = _said(row["status"])
    if status not in IN_FORCE:
        return f"its status is {status or 'not known'}"
    first, last = row["issued_on"], row["expires_on"]
    if pd.isna(first) or pd.isna(last):
        return "its dates are not known"
    if not first.date() <= as_of <= last.date():
        return f"it is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, not on {as_of}"
    return ""


def _not_of_the_standard(standard: Standard, row: dict[str, Any]) -> str:
    version, level = _text(row["version"]), _said(row["level"])
    if standard.versions and version not in standard.versions:
        return f"its version is {version or 'not known'}"
    if standard.levels and level not in standard.levels:
        return f"its level is {level or 'not known'}"
    return ""


def _not_the_stage(facts: Facts, standard: Standard, row: dict[str, Any], node: int) -> str:
    said = _words(row["activities"])
    stage = facts.network.graph.nodes["stage"].iat[node]
    covered: set[str] = set()
    for word in said:
        covered |= standard.activities.get(word, frozenset())
        covered |= {
            id_
            for id_, known in facts.network.graph.chain.stages.items()
            if word in (id_.casefold(), known.title.casefold())
        }
    return f"it covers {row['activities']}, not the stage {stage}" if said and stage not in covered else ""


def _not_the_materials(facts: Facts, row: dict[str, Any]) -> str:
    said = set(_words(row["materials"]))
    if not said:
        return ""
    graph = facts.network.graph
    table = graph.table.iloc[graph.flows["row"].to_numpy()]
    delivered = set(table.loc[table["from_id"] == row["covers_id"], "material"])
    titles = {id_: material.title.casefold() for id_, material in graph.chain.materials.items()}
    outside = sorted(m for m in delivered if m.casefold() not in said and titles[m] not in said)
    if outside:
        return f"the facility delivers {', '.join(outside)} too, which it does not cover"
    return "" if delivered else "it covers materials, and none is declared to leave the facility"


def _words(text: object) -> list[str]:
    return [word.strip().casefold() for word in re.split("[;,]", _text(text)) if word.strip()]


def _said(text: object) -> str:
    return _text(text).casefold()


def _text(text: object) -> str:
    return text.strip() if isinstance(text, str) else ""
