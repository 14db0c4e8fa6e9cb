"""Choke points in words: what each row means, and what it does not show."""

from typing import Any

import pandas as pd

from risk_graph.act.show import count, to_text
from risk_graph.model.chain import Chain
from risk_graph.trace.chokepoints import COLUMNS, ChokePoints
from risk_graph.trace.concentration import POINTS, threshold_sets
from risk_graph.trace.origin_concentration import OriginConcentration

TITLES = {
    "dominator": "Dominators: no declared way from what stands behind them goes past them",
    "single_source": "Single sources: the only declared source of a material for a node",
    "pass_through": "Pass-through: share of the subject's metal that meets them at least once",
    "betweenness": "Flow betweenness: share of all delivered metal of the graph that meets them at least once",
    "esri": "Systemic risk index, a scenario and not a fact: share of all that is handled in the graph that is lost if they fail",
    "unknown": "Not known: metal of unknown origin enters here, or rejected input rows name them",
}


def with_meaning(rows: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS and `meaning`: a sentence or two about each row."""
    meaning = [_meaning(row) for row in rows.itertuples()]
    return rows[COLUMNS].assign(meaning=pd.Series(meaning, index=rows.index, dtype="object"))


def _meaning(row: Any) -> str:
    return " ".join(part for part in (_SAID[row.kind](row), _doubt(row)) if part)


def _dominator(row: Any) -> str:
    origins, gaps, of_origins, of_gaps = (
        int(n) for n in (row.origins, row.gaps, row.total_origins, row.total_gaps)
    )
    if (origins, gaps) == (of_origins, of_gaps):
        return "Every declared way passes it."
    said = [f"{origins} of {count(of_origins, 'origin')}"] if origins else []
    said += [f"of the unknown that enters at {gaps} of {count(gaps and of_gaps, 'node')}"] if gaps else []
    return f"Every declared way from {' and '.join(said)} passes it."


def _single(row: Any) -> str:
    sites = "" if row.by == "node" else ", by several sites or from one that is not specified"
    return f"Only declared source of {row.material} for {row.of}{sites}."


def _esri(row: Any) -> str:
    least = " at least" if row.bound else ""
    return (
        f"Scenario, not fact: if it fails and nobody finds another supplier or customer,{least} this share of all that is "
        "handled in the graph is lost."
    )


def _unknown(row: Any) -> str:
    if not row.unknown_share > 0:
        return ""
    return (
        f"{row.unknown_share:.1%} of its input is not declared: whether it depends on a single source, or whether that "
        "metal goes round a choke point, is not shown."
    )


_SAID = {
    "dominator": _dominator,
    "single_source": _single,
    "pass_through": lambda row: f"{_at_most(row)}of {row.of}'s metal meets it at least once.",
    "betweenness": lambda row: (
        f"{_at_most(row)}of all delivered metal, whoever buys it, meets it at least once."
    ),
    "esri": _esri,
    "unknown": _unknown,
}


def _at_most(row: Any) -> str:
    return "At most this share " if row.bound else "This share "


def _doubt(row: Any) -> str:
    """Why what a row says is not shown to hold beyond what is declared."""
    said = []
    if row.kind == "dominator" and row.unknown_share > 0:
        said.append(
            f"{row.unknown_share:.1%} of the metal, of unknown origin, enters past it: a way round is not excluded."
        )
    if row.kind == "single_source" and row.unknown_share > 0:
        said.append(
            f"{row.unknown_share:.1%} of that node's input is not declared: another source is not excluded."
        )
    if pd.notna(row.incomplete) and row.incomplete > 0:
        rows = count(int(row.incomplete), "rejected input row names", "rejected input rows name")
        where = {"dominator": "nodes past it", "single_source": "the receiver"}.get(row.kind, "it")
        said.append(f"{rows} {where}: incomplete.")
    return " ".join(said)


def as_text(found: ChokePoints) -> str:
    """A table for each kind, under its title."""
    parts = []
    for kind, title in TITLES.items():
        rows = found.rows[found.rows["kind"] == kind]
        if not len(rows):
            continue
        shown = rows.assign(share=[_percent(row) for row in rows.itertuples()])
        shown = shown.assign(unknown_share=rows["unknown_share"].map("{:.1%}".format, na_action="ignore"))
        columns = [c for c in COLUMNS[1:] if c != "bound" and (shown[c].notna() & (shown[c] != "")).any()]
        parts.append(f"{title}\n{to_text(shown[columns])}")
    return "\n\n".join(parts) or "No choke point is shown."


def _percent(row: Any) -> str:
    return {"at_most": "<= ", "at_least": ">= "}.get(row.bound, "") + f"{row.share:.2%}"


def chokepoints_summary(found: ChokePoints, chain: Chain) -> list[str]:
    """Lines beside the rows: what they do not show, what was left out, what the scenario assumes."""
    unknown = found.unknown.value
    lines = [f"{found.subject.name}: {found.subject.mass_t:,.1f} t of contained metal."]
    if unknown > 0 or found.incomplete:
        rows = count(found.incomplete, "rejected input row names", "rejected input rows name")
        why = [f"{unknown:.1%} of the metal is of unknown origin"] if unknown > 0 else []
        why += [f"{rows} nodes upstream"] if found.incomplete else []
        lines.append(
            f"Only declared ways are seen, and {' and '.join(why)}: that a node is not listed does not show that it is no "
            "choke point."
        )
    if found.modelled > 0:
        lines.append(
            f"{found.modelled:.1%} of the metal leads to an origin only over modelled flows; they count as declared here "
            "(--without-modelled leaves them out)."
        )
    cut = {kind: number for kind, number in found.left_out.items() if number}
    if cut:
        said = ", ".join(f"{number:,} of {kind}" for kind, number in cut.items())
        lines.append(f"Smaller ones not shown: {said}.")
    return [*lines, *([scenario(chain)] if (found.rows["kind"] == "esri").any() else [])]


def scenario(chain: Chain) -> str:
    """What the systemic risk index assumes about inputs."""
    said = {s.title: s.essential for s in chain.stages.values() if s.essential is not None}
    inputs = "every declared material is taken as essential to who receives it"
    if said:
        listed = "; ".join(f"{title}: {', '.join(sorted(e)) or 'none'}" for title, e in said.items())
        inputs = f"essential inputs are those of the chain file ({listed}), elsewhere every declared material"
    return f"The systemic risk index is a scenario: {inputs}, and nobody who fails is replaced."


def concentration_rows(subject_id: str, found: OriginConcentration) -> pd.DataFrame:
    """One row for each set of thresholds: the bounds of the index, what the set calls them, and what they rest on."""
    rows = [
        {
            "subject_id": subject_id,
            "of": found.of,
            "hhi_low": found.low,
            "hhi_high": found.high,
            "thresholds": sets.id,
            "proven": sets.word(found.low),
            "word": sets.word(found.high),
            "known": found.known,
            "largest_id": found.largest_id,
            "largest_share": found.largest_share,
            "unknown_share": found.unknown_share,
            "incomplete": found.incomplete,
        }
        for sets in threshold_sets().values()
    ]
    return pd.DataFrame(rows)


def concentration_summary(found: OriginConcentration) -> list[str]:
    """Lines beside the row: what the bounds mean."""
    lines = [
        f"Herfindahl-Hirschman index over {found.of}: {POINTS * found.low:,.0f} to {POINTS * found.high:,.0f} of {POINTS:,.0f}."
    ]
    if found.unknown_share > 0:
        lines.append(
            f"{found.unknown_share:.1%} of the metal is of unknown origin: spread ever more thinly the index is the lower "
            "figure, all from the largest it is the upper."
        )
    if found.incomplete:
        rows = count(found.incomplete, "rejected input row names", "rejected input rows name")
        lines.append(f"Incomplete: {rows} nodes upstream; neither figure knows of what stood there.")
    lines.append(
        "Words are those of merger guidelines: `proven` is of the lower figure, `word` of the upper."
    )
    unverified = [sets.id for sets in threshold_sets().values() if not sets.verified]
    if unverified:
        lines.append(f"Not verified: the thresholds of {', '.join(unverified)}.")
    return lines
