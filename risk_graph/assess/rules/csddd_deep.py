"""In-depth assessment where harm is most likely and most severe: the work list."""

import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import months_before, positions
from risk_graph.assess.harm import items
from risk_graph.assess.impacts import assessed, issues
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth

_NEEDS = ("OECD-RF-L1", "UFLPA-ENT", "UFLPA-XUAR")


def evaluate(facts: Facts, months: int = 12, severity: float = 3.0, likelihood: float = 2.0) -> Answers:
    """True of a facility in a general area (country and stage) in which severity and likelihood of an issue may reach
    the thresholds, unless a person assessed it in the last `months`. Unknown: only what cannot be told makes it
    such an area. False: it was assessed. Said of nobody outside these areas: never of all suppliers.
    """
    found = items(facts)
    heavy = found[(found["severity_high"] >= severity) & (found["likelihood_high"] >= likelihood)]
    heavy = heavy[(heavy["country"] != "") & (heavy["stage"] != "")]
    areas = heavy.assign(certain=heavy["likelihood_low"] >= likelihood)
    areas = areas.groupby(["country", "stage"]).agg(
        {"certain": "any", "issue": lambda s: tuple(sorted(set(s)))}
    )
    nodes = facts.network.graph.nodes
    nodes = nodes.loc[nodes["kind"] == "facility", ["node_id", "country", "stage"]]
    inside = nodes.merge(areas.reset_index(), on=["country", "stage"]).sort_values("node_id")
    if not len(inside):
        said = "No general area was found in which harm may be severe and likely."
        missing = "What the rules cannot tell, and the issues that no rule or assessment here is about."
        return Answers.of_project(Truth.UNKNOWN, said, missing)
    last = _last_assessed(facts)
    since = months_before(facts.as_of, months)
    rows = [_answer(row, last, since) for row in inside.itertuples()]
    truth, evidence, missing_ = (list(column) for column in zip(*rows, strict=True))
    return Answers.said(positions(facts, inside["node_id"]), truth, evidence, missing_)


def _last_assessed(facts: Facts) -> dict[tuple[str, str], pd.Timestamp]:
    """The last day by then on which a person assessed an issue at a subject."""
    table = assessed(facts)
    table = table[table["assessed_on"].notna() & (table["assessed_on"] <= pd.Timestamp(facts.as_of))]
    return dict(table.groupby(["subject_id", "issue"])["assessed_on"].max().items())


def _answer(
    row: object, last: dict[tuple[str, str], pd.Timestamp], since: pd.Timestamp
) -> tuple[int, str, str]:
    node, country, stage, certain, wanted = (
        getattr(row, c) for c in ("node_id", "country", "stage", "certain", "issue")
    )
    open_ = [issue for issue in wanted if not last.get((node, issue), pd.Timestamp.min) > since]
    if not open_:
        return Truth.FALSE, "Assessed on every issue of its area.", ""
    what = ", ".join(issues()[issue].title for issue in open_)
    area = f"{country}, {stage}"
    if certain:
        return Truth.TRUE, f"Its area ({area}) may see: {what}.", "An in-depth assessment by a person."
    return Truth.UNKNOWN, "", f"Whether its area ({area}) may see: {what}."


RULE = Rule(
    id="CSDDD-DEEP",
    version="1",
    title="In-depth assessment due",
    source="Directive (EU) 2024/1760, Article 8(2)(b), as amended in 2026 (wording of the amendment not obtained)",
    verified=False,
    clears="An assessment by a person in the last twelve months, recorded in the table impacts.",
    evaluate=evaluate,
    needs=_NEEDS,
)
