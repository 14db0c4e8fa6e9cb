"""What the rules found and people assessed, as items of harm at a place: severity and likelihood as intervals.

Severity is the largest of scale, scope and irremediability, never a mean; a component that is not known leaves it
between the largest known one and 4 (UNGP 14). Nothing here knows spend, tier or leverage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.assess.flagged import months_before
from risk_graph.assess.impacts import assessed, issue_of_rule, issues, likelihood_of
from risk_graph.model.truth import Truth

COMPONENTS = ("scale", "scope", "irremediability")
WORST = 4.0
FRESH_MONTHS = 12
"""Months for which what a person verified stands for what a rule says of the place."""
KEY = ["subject_id", "issue"]
BOUNDS = ["severity_high", "likelihood_high", "severity_low", "likelihood_low"]
"""In the order in which they order, all descending."""
COLUMNS = [
    "subject_id", "country", "stage", "issue", "severity_low", "severity_high", "likelihood_low", "likelihood_high",
    "set_by", "evidence", "missing", "replaces",
]  # fmt: skip


@dataclass(frozen=True)
class Severity:
    """`low` to `high` on 0..4, and the components that set it."""

    low: float
    high: float
    set_by: str


def severity(values: Sequence[tuple[float, float] | None]) -> Severity:
    """Of scale, scope and irremediability as [low, high], None where nothing is known."""
    known = [v for v in values if v is not None]
    low = max((v[0] for v in known), default=0.0)
    high = WORST if len(known) < len(COMPONENTS) else max(v[1] for v in known)
    top = max((v[1] for v in known), default=0.0)
    by = [c for c, v in zip(COMPONENTS, values, strict=True) if v is not None and v[1] == top]
    return Severity(low, high, ", ".join(by) + (" (incomplete)" if len(known) < len(COMPONENTS) else ""))


def items(facts: Facts) -> pd.DataFrame:
    """COLUMNS: a row a place (or supplier without one) and issue. What a person verified in the last months stands for
    what rules found there, up or down; of anything else the worse of the two counts.
    """
    return worse_of(by_rules(facts), by_people(facts))


def worse_of(found: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """One row a subject and issue: of `told` where it `replaces`, else that with the higher upper bounds."""
    frames = [f for f in (told, found) if len(f)]
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    every = pd.concat(frames, ignore_index=True)
    every = every.sort_values(["replaces", *BOUNDS, "evidence"], ascending=[False] * 5 + [True])
    return every.drop_duplicates(KEY).sort_values(KEY, ignore_index=True)


def areas(found: pd.DataFrame) -> pd.DataFrame:
    """General areas: a country, a stage and an issue, with the worst that was found in each."""
    found = found[(found["country"] != "") & (found["stage"] != "")]
    if not len(found):
        return found.assign(subject_id="")
    area = found.assign(subject_id=found["country"] + "/" + found["stage"])
    worst = area.sort_values([*BOUNDS, "evidence"], ascending=[False] * 4 + [True])
    worst = worst.drop_duplicates(["subject_id", "issue"])
    counts = area.groupby(["subject_id", "issue"]).size().rename("places").reset_index()
    out = worst.merge(counts, on=["subject_id", "issue"])
    return out.assign(evidence=out["places"].astype("str") + " of its places; the worst: " + out["evidence"])


def _places(facts: Facts, ids: Sequence[str]) -> pd.DataFrame:
    """Country and stage of each id; a supplier's own country, and no stage."""
    nodes = facts.network.graph.nodes.set_index("node_id")[["country", "stage"]]
    suppliers = facts.network.graph.suppliers.set_index("supplier_id")["country"]
    out = nodes.reindex(pd.Index(ids)).reset_index(drop=True)
    out["country"] = out["country"].where(out["country"].notna(), suppliers.reindex(pd.Index(ids)).to_numpy())
    return out.fillna("")


def by_rules(facts: Facts) -> pd.DataFrame:
    """The places of which a rule itself says true or unknown; several rules of one issue: the worst of them."""
    ids = facts.network.graph.nodes["node_id"].to_numpy(dtype=object)
    parts = []
    for rule, issue in sorted(issue_of_rule().items()):
        answers = facts.answers.get(rule)
        if answers is None or answers.nodes is None:
            continue
        for letter, level in (("T", Truth.TRUE), ("U", Truth.UNKNOWN)):
            at = np.flatnonzero(answers.nodes == level)
            low, high = likelihood_of(letter)
            parts.append(
                pd.DataFrame(
                    {
                        "subject_id": ids[at],
                        "issue": issue,
                        "likelihood_low": low,
                        "likelihood_high": high,
                        "evidence": f"{rule} is {'true' if letter == 'T' else 'unknown'} of the place itself.",
                        "missing": "" if letter == "T" else f"What {rule} needs to know of the place.",
                    }
                )
            )
    if not any(len(p) for p in parts):
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat([p for p in parts if len(p)], ignore_index=True)
    order = ["likelihood_high", "likelihood_low", "evidence"]
    table = table.sort_values(order, ascending=[False, False, True], kind="stable")
    table = table.drop_duplicates(["subject_id", "issue"]).reset_index(drop=True)
    judged = {i: severity((s.scale, s.scope, s.irremediability)) for i, s in issues().items()}
    table["severity_low"] = table["issue"].map({i: s.low for i, s in judged.items()})
    table["severity_high"] = table["issue"].map({i: s.high for i, s in judged.items()})
    table["set_by"] = table["issue"].map({i: f"{s.set_by} (our judgement)" for i, s in judged.items()})
    table[["country", "stage"]] = _places(facts, table["subject_id"].tolist())[["country", "stage"]]
    return table.assign(replaces=False)[COLUMNS]


def by_people(facts: Facts, fresh_alone: bool = False) -> pd.DataFrame:
    """Open impacts, or those of the last FRESH_MONTHS; of several of one subject and issue the one with the higher
    upper bounds. One that is verified and fresh `replaces` what rules say of the place.
    """
    table = assessed(facts)
    fresh = table["assessed_on"] > months_before(facts.as_of, FRESH_MONTHS)
    table = table.assign(replaces=fresh & (table["status"] == "verified"))
    table = table[(table["status"] != "closed") & (fresh | (not fresh_alone))]
    if not len(table):
        return pd.DataFrame(columns=COLUMNS)
    out = pd.DataFrame([_item(row) for row in table.to_dict("records")])
    out = out.sort_values([*BOUNDS, "evidence"], ascending=[False] * 4 + [True]).drop_duplicates(KEY)
    out = out.sort_values(KEY, ignore_index=True)
    out[["country", "stage"]] = _places(facts, out["subject_id"].tolist())[["country", "stage"]]
    return out[COLUMNS]


def _item(row: dict[str, Any]) -> dict[str, object]:
    parts: list[tuple[float, float] | None] = []
    for component in COMPONENTS:
        value = row[component]
        parts.append(None if pd.isna(value) else (float(value), float(value)))
    weighed = severity(parts)
    given = row["likelihood"]
    if row["status"] == "verified":  # it has happened
        low, high = WORST, WORST
    elif pd.isna(given):
        low, high = 0.0, WORST
    else:
        low = high = float(given)
    lacking = [c for c, part in zip(COMPONENTS, parts, strict=True) if part is None]
    lacking += ["likelihood"] if low < high else []
    return {
        "subject_id": row["subject_id"],
        "issue": row["issue"],
        "severity_low": weighed.low,
        "severity_high": weighed.high,
        "likelihood_low": low,
        "likelihood_high": high,
        "set_by": weighed.set_by,
        "replaces": row["replaces"],
        "evidence": f"Impact {row['impact_id']}, {row['status']}.",
        "missing": f"An assessment of {', '.join(lacking)}." if lacking else "",
    }
