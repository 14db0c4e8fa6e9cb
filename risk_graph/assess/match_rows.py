"""Rows of the table `matches`: a verdict, what a person decided about it, and what left the list."""

import json
from collections.abc import Mapping
from typing import Any

from risk_graph.assess.decided import NOT_SAME, SAME, Decision, basis_of, changes
from risk_graph.assess.linked import Row
from risk_graph.layers.entity.judge import MATCH, NO_MATCH, POSSIBLE, Party, Verdict
from risk_graph.layers.entity.second_opinion import label, second_opinion
from risk_graph.layers.entity.watchlist import DELISTED, LATER, Watchlist
from risk_graph.layers.entity.wording import reasons, sentence

CHANGED = "changed since: decide again"
"""Ends the reason of a row about which a decision does not hold any more."""


def row_of(party: Party, verdict: Verdict, listed: Watchlist) -> Row:
    """A verdict as a row. Beside a possible match stands what another program says of the names, if it is installed."""
    entry = verdict.entry
    other = _second_opinion(party, verdict, listed) if verdict.outcome == POSSIBLE else {}
    outcome = verdict.outcome
    if outcome != NO_MATCH and entry.standing in (DELISTED, LATER):
        outcome = "delisted" if entry.standing == DELISTED else "listed_later"
    return blank(party, listed) | {
        "list_name": entry.list_name,
        "entry_id": entry.id,
        "entry_name": entry.name,
        "entry_kind": entry.kind,
        "programme": entry.programme,
        "listed_on": entry.listed_on,
        "delisted_on": entry.delisted_on,
        "outcome": outcome,
        "closeness": verdict.closeness.value,
        "matched_name": verdict.theirs.name.printed,
        "name_kind": verdict.theirs.kind,
        "country": verdict.country,
        "identifier": str(verdict.identifiers.equal or ""),
        "reason": " ".join([sentence(party, verdict), *_in_words(other)]),
        "reasons": json.dumps({**reasons(party, verdict), **other}, ensure_ascii=False, sort_keys=True),
        "source": entry.source,
    }


def _second_opinion(party: Party, verdict: Verdict, listed: Watchlist) -> dict[str, Any]:
    opinion = second_opinion()
    if opinion is None:
        return {}
    names = [n.name.printed for n in listed.names_of(listed.position[verdict.entry.id])]
    value = opinion(party.name.printed, names, verdict.entry.kind)
    return {"second_opinion": {"by": label(), "value": round(value, 4)}}


def _in_words(other: Mapping[str, Any]) -> list[str]:
    return [
        f"{one['by']} gives the names {one['value']:.2f} (a second opinion that decides nothing)."
        for one in other.values()
    ]


def blank(party: Party, listed: Watchlist) -> Row:
    texts = ("entry_id", "entry_name", "entry_kind", "programme", "matched_name", "name_kind", "identifier")
    rest = ("via_id", "decision", "decided_by", "decided_at", "decided_why", "reason", "reasons")
    return {
        **dict.fromkeys((*texts, *rest), ""),
        "subject_id": party.id,
        "subject_name": party.name.printed,
        "list": listed.id,
        "list_name": listed.layer.title,
        "edition": listed.layer.edition,
        "listed_on": None,
        "delisted_on": None,
        "closeness": None,
        "country": "unknown",
        "via": "name",
        "share": None,
        "as_of": listed.as_of,
        "source": listed.layer.source,
    }


def decided(
    row: Row, party: Party, verdict: Verdict, listed: Watchlist, decisions: Mapping[tuple[str, str], Decision]
) -> Row:
    """The row with what a person decided about it, unless one of the two has changed since."""
    decision = decisions.get((party.id, verdict.entry.id))
    if decision is None:
        return row
    changed = changes(decision.basis, basis_of(party, verdict.entry, listed))
    said = _told(decision)
    row = row | _signed(decision)
    if changed:
        outcome = row["outcome"] if row["outcome"] == MATCH and decision.answer == SAME else POSSIBLE
        said = f"{said}. But {'; '.join(changed)} {CHANGED}"
    else:
        outcome = {SAME: MATCH, NOT_SAME: NO_MATCH}.get(decision.answer, POSSIBLE)
    if verdict.entry.standing in (DELISTED, LATER) and outcome != NO_MATCH:
        outcome = "delisted" if verdict.entry.standing == DELISTED else "listed_later"
    return row | {"outcome": outcome, "reason": f"{row['reason']} {said}."}


def _told(decision: Decision) -> str:
    """Without the full stop: a reason may bring its own."""
    return f"{decision.author} decided '{decision.answer}' on {decision.time[:10]}: {decision.reason.rstrip(' .')}"


def _signed(decision: Decision) -> Row:
    return {
        "decision": decision.answer,
        "decided_by": decision.author,
        "decided_at": decision.time,
        "decided_why": decision.reason,
    }


def gone(party: Party, decision: Decision, listed: Watchlist) -> Row:
    """Somebody decided that ours is an entry which this edition does not hold."""
    theirs: Mapping[str, Any] = decision.basis.get("theirs", {})
    return blank(party, listed) | {
        "entry_id": decision.entry_id,
        "entry_name": theirs.get("name", ""),
        "entry_kind": theirs.get("kind", ""),
        "outcome": "delisted",
        **_signed(decision),
        "reason": f"{_told(decision)}. The entry is not in edition {listed.layer.edition} of the list.",
    }
