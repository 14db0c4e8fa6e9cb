"""Everything the tool can say about one subject, and why: as data and in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from risk_graph.act.export import Withheld, passed_on
from risk_graph.act.show import records
from risk_graph.assess.explain import Explanation, explain
from risk_graph.assess.facts import Facts
from risk_graph.assess.rule import WORDS, rules
from risk_graph.assess.scorer import OVERALL, Scorer
from risk_graph.trace.origins import Trace, trace
from risk_graph.trace.ownership import owners_of
from risk_graph.trace.through import COLUMNS as THROUGH
from risk_graph.trace.through import pass_through

_SHOWN = 12
_GROUPS = 20
_SMALL = 5_000
"""Nodes up to which every group's pass-through is told; past it the _GROUPS largest, each being a solve of its own."""


@dataclass(frozen=True, eq=False)
class Dossier:
    """`findings` and `scores` are the stored rows of the subject; `through` has of, id, share and is_upper_bound:
    how much of its metal meets each node, supplier and country at least once. `unverified` names the working assumptions of the chain.
    """

    explanation: Explanation
    trace: Trace
    findings: pd.DataFrame
    scores: pd.DataFrame
    through: pd.DataFrame
    owners: pd.DataFrame
    unverified: list[str]


def dossier(facts: Facts, scorer: Scorer, tables: Mapping[str, pd.DataFrame], subject_id: str) -> Dossier:
    """`tables` holds the stored findings and scores, and ownership. Raises NotFoundError if nobody has the id."""
    explanation = explain(facts, scorer, subject_id)
    most = None if facts.network.graph.size <= _SMALL else _GROUPS
    through = [
        pass_through(facts.network, subject_id, of, most).assign(of=of)
        for of in ("node", "supplier", "country")
    ]
    return Dossier(
        explanation=explanation,
        trace=trace(facts.network, subject_id),
        findings=_of(tables["findings"], subject_id),
        scores=_of(tables["scores"], subject_id),
        through=pd.concat(through, ignore_index=True)[["of", *THROUGH]],
        owners=owners_of(tables["ownership"], subject_id, facts.as_of),
        unverified=facts.network.graph.chain.unverified,
    )


def exported(dossier: Dossier, withheld: Withheld) -> Dossier:
    """The dossier as it may be passed on."""
    told = dossier.explanation
    return replace(
        dossier,
        explanation=_told_on(told, withheld),
        findings=passed_on(dossier.findings, withheld),
        scores=passed_on(dossier.scores, withheld),
    )


def _told_on(told: Explanation, withheld: Withheld) -> Explanation:
    """What is left of a withheld theme is as much of it as its value is."""
    residual = {name: value for name, value in told.residual.items() if name not in withheld.themes}
    certificates = passed_on(told.certificates, withheld)
    contributions = passed_on(told.contributions, withheld)
    return replace(told, contributions=contributions, residual=residual, certificates=certificates)


def _of(table: pd.DataFrame, subject_id: str) -> pd.DataFrame:
    return table[table["subject_id"] == subject_id].reset_index(drop=True)


def as_data(dossier: Dossier) -> dict[str, Any]:
    """Everything in it, in types that JSON holds."""
    subject, unknown = dossier.trace.subject, dossier.trace.unknown
    return {
        "subject": subject.id,
        "name": subject.name,
        "kind": subject.kind,
        "mass_t": subject.mass_t,
        "unknown": {"low": unknown.low, "value": unknown.value, "high": unknown.high},
        "incomplete": dossier.trace.incomplete,
        "findings": records(dossier.findings),
        "scores": records(dossier.scores),
        "contributions": records(dossier.explanation.contributions),
        "residual": dossier.explanation.residual,
        "certificates": records(dossier.explanation.certificates),
        "origins": records(dossier.trace.rows),
        "pass_through": records(dossier.through),
        "owners": records(dossier.owners),
        "unverified": dossier.unverified,
    }


def as_text(dossier: Dossier) -> list[str]:
    """Lines for a person; of long lists the largest entries, with the number of the others."""
    subject = dossier.trace.subject
    lines = [f"{subject.name} ({subject.id}, {subject.kind}), {subject.mass_t:,.1f} t of contained metal", ""]
    return [
        *lines,
        *_findings(dossier),
        "",
        *_scores(dossier),
        "",
        *_contributions(dossier),
        *_certificates(dossier),
        "",
        *_origins(dossier),
        *_owners(dossier),
        *_assumed(dossier),
    ]


def _findings(dossier: Dossier) -> list[str]:
    lines = ["Rules (a red flag is a reason to look closer, not a verdict)"]
    for row in dossier.findings.itertuples():
        rule = rules()[row.rule]
        lines.append(f"  {WORDS[row.truth]:<14} {rule.id}  {rule.title} (as of {row.as_of:%Y-%m-%d})")
        said = (("because", row.evidence), ("since", row.since), ("missing", row.missing))
        for word, text in said:
            if pd.notna(text) and text:
                lines.append(f"      {word}: {text if isinstance(text, str) else f'{text:%Y-%m-%d}'}")
        if row.truth != "F":
            lines.append(f"      cleared by: {rule.clears}")
        checked = "" if rule.verified else " (legal text not verified by us)"
        lines.append(f"      source: {rule.source}{checked}")
    return lines


def _scores(dossier: Dossier) -> list[str]:
    lines = ["Scores 0 to 100 (at least .. at most; share of the metal that known facts cover)"]
    for row in dossier.scores.itertuples():
        left = f"; certificates leave {row.residual:.1f}" if row.residual < row.value else ""
        lines.append(
            f"  {row.theme:<16} {row.low:5.1f} .. {row.high:5.1f}  {100 * row.coverage:3.0f} %  {row.band}; "
            f"value {row.value:.1f} = known {row.from_known:.1f} + place or indicator missing "
            f"{row.from_missing:.1f} + unknown origin {row.from_unknown:.1f}{left}"
        )
    return lines


def _contributions(dossier: Dossier) -> list[str]:
    overall = dossier.explanation.contributions
    overall = overall[overall["within"] == OVERALL]
    total = dossier.explanation.values[OVERALL]
    lines = [f"What the overall value of {total:.1f} is made of (points sum to it)"]
    for row in overall.head(_SHOWN).itertuples():
        where = f"{row.node_id} ({row.name})" if pd.notna(row.name) else row.node_id
        lines.append(
            f"  {row.points:5.1f}  {row.theme}: {100 * row.share:.1f} % of the metal, {row.cause}, at {where}"
            + (f" ({row.layer})" if row.layer else "")
        )
        declared = f" [{row.source_file} row {int(row.source_row)}]" if pd.notna(row.source_file) else ""
        lines.append(f"         {row.detail}{declared}")
        if row.way_rows:
            lines.append(f"         way: {row.way} [{row.way_rows}]")
    rest = overall.iloc[_SHOWN:]
    if len(rest):
        lines.append(
            f"  {rest['points'].sum():5.1f}  {len(rest)} smaller contributions (--json lists them all)"
        )
    return lines


def _certificates(dossier: Dossier) -> list[str]:
    """Which certificates lower what, and why others do not."""
    told = dossier.explanation
    if not len(told.certificates):
        return []
    left, total = told.residual[OVERALL], told.values[OVERALL]
    lines = ["", f"Certificates upstream: they leave {left:.1f} of the overall value of {total:.1f}"]
    groups = list(told.certificates.groupby(["certificate_id", "node_id"], sort=False))
    for (certificate, node), rows in groups[:_SHOWN]:
        first = rows.iloc[0]
        lines.append(f"  {certificate} ({first['standard']}) at {node}: {_effect(rows)}")
        lines.append(f"         [{first['source_file']} row {int(first['source_row'])}]")
    if len(groups) > _SHOWN:
        lines.append(f"  and {len(groups) - _SHOWN} more (--json lists them all)")
    return lines


def _effect(rows: pd.DataFrame) -> str:
    """What one certificate does at one facility."""
    if rows["why_not"].iat[0]:
        return f"no effect: {rows['why_not'].iat[0]}"
    less = rows[rows["residual"] < rows["risk"]]
    falls = [f"{r.theme} from {r.risk:.1f} to {r.residual:.1f}" for r in less.itertuples()]
    return (
        "; ".join(falls)
        or "no effect: of the themes that it may lower no risk above their floors is known there"
    )


def _owners(dossier: Dossier) -> list[str]:
    if not len(dossier.owners):
        return []
    lines = ["", "Owners (look-through share; direct share). An owner is not a supplier"]
    for row in dossier.owners.head(_SHOWN).itertuples():
        share = f"{100 * row.share:6.2f} %" if pd.notna(row.share) else "not known"
        lines.append(f"  {share:>9}  {100 * row.direct:6.2f} %  {row.owner_id}")
    if dossier.owners["share"].isna().any():
        lines.append("  The owners own one another wholly: look-through shares cannot be told.")
    return lines


def _assumed(dossier: Dossier) -> list[str]:
    if not dossier.unverified:
        return []
    return [
        "",
        "Not verified (working assumptions of the chain file): " + ", ".join(dossier.unverified) + ".",
    ]


def _origins(dossier: Dossier) -> list[str]:
    lines = ["Where the metal comes from"]
    for row in dossier.trace.rows.head(_SHOWN).itertuples():
        if row.kind == "origin":
            where = ", ".join(p for p in (row.subdivision, row.country) if p)
            lines.append(
                f"  {100 * row.share:5.1f} %  {row.mass_t:12,.1f} t  {row.origin_name} ({where}), {row.evidence}"
            )
        else:
            lines.append(
                f"  {100 * row.share:5.1f} %  {row.mass_t:12,.1f} t  UNKNOWN, last known at {row.last_known_id}"
            )
    if len(dossier.trace.rows) > _SHOWN:
        lines.append(f"  and {len(dossier.trace.rows) - _SHOWN} more (`risk-graph trace` lists them all)")
    return lines
