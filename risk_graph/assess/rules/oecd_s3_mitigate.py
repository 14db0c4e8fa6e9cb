"""Step 3: other risks ask for a plan that shows a measurable improvement within months."""

import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import positions
from risk_graph.assess.impacts import MITIGATE, assessed, issues, of_groups
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, months: int = 6) -> Answers:
    """True of the subject of an open impact of Annex II groups C to F whose plan began more than `months` ago without
    a recorded improvement; unknown without the day of a plan; false while the plan runs, or with an improvement.
    """
    table = of_groups(assessed(facts), MITIGATE)
    if not len(table):
        missing = "Assessments: no impact of these kinds is recorded in the table impacts."
        return Answers.of_project(Truth.UNKNOWN, "", missing)
    rows = [(row.subject_id, *_clock(row, months, pd.Timestamp(facts.as_of))) for row in table.itertuples()]
    told = pd.DataFrame(rows, columns=["subject_id", "truth", "evidence", "missing"])
    told = told.sort_values(["subject_id", "truth"], ascending=[True, False], kind="stable")
    joined = told.groupby("subject_id").agg({"truth": "max", "evidence": " ".join, "missing": " ".join})
    at = positions(facts, joined.index.to_numpy(dtype=object))
    joined = joined[at >= 0]
    return Answers.said(
        at[at >= 0],
        joined["truth"].tolist(),
        joined["evidence"].str.strip().tolist(),
        joined["missing"].str.strip().tolist(),
    )


def _clock(row: object, months: int, day: pd.Timestamp) -> tuple[int, str, str]:
    """Truth, evidence and what is missing of one impact."""
    issue, status, id_, plan, improved = (
        getattr(row, c) for c in ("issue", "status", "impact_id", "plan_on", "improved_on")
    )
    what = f"{issues()[issue].title} ({status}, {id_})"
    if status == "closed":
        return Truth.FALSE, f"{what}.", ""
    if pd.isna(plan) or plan > day:
        return Truth.UNKNOWN, f"{what}: no plan has begun.", "The day on which a plan to mitigate it began."
    if pd.notna(improved) and plan <= improved <= day:
        return Truth.FALSE, f"{what}: improvement recorded on {improved:%Y-%m-%d}.", ""
    end = plan + pd.DateOffset(months=months)
    if day > end:
        over = f"{what}: the plan of {plan:%Y-%m-%d} had until {end:%Y-%m-%d} to show a measurable improvement; none is recorded."
        return Truth.TRUE, f"{over} A person decides: reassess, suspend, or go on with reasons.", ""
    return Truth.FALSE, f"{what}: the plan runs, {(end - day).days} days are left.", ""


RULE = Rule(
    id="OECD-S3-MITIGATE",
    version="1",
    title="Plan without measurable improvement",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), Step 3 and Annex II, "
    "paragraphs 10 and 14",
    verified=False,
    clears="A measurable improvement, recorded with its day, or a closed impact.",
    evaluate=evaluate,
)
