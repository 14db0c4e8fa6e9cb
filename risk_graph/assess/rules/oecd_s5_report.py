"""Step 5: the yearly report."""

import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(facts: Facts, months: int = 12) -> Answers:
    """Of the project: true if the last report is more than `months` old, unknown if its day is not known."""
    last, day = facts.records.last_report, pd.Timestamp(facts.as_of)
    if last is None or pd.Timestamp(last) > day:
        return Answers.of_project(
            Truth.UNKNOWN, "", "The day of the last report by then: [project] last_report in risk-graph.toml."
        )
    due = pd.Timestamp(last) + pd.DateOffset(months=months)
    if day > due:
        return Answers.of_project(
            Truth.TRUE, f"The last report is of {last}; the next was due by {due:%Y-%m-%d}."
        )
    return Answers.of_project(
        Truth.FALSE, f"The last report is of {last}; the next is due by {due:%Y-%m-%d}."
    )


RULE = Rule(
    id="OECD-S5-REPORT",
    version="1",
    title="Yearly report overdue",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), Step 5: report every year",
    verified=False,
    clears="A report on due diligence of the last twelve months.",
    evaluate=evaluate,
)
