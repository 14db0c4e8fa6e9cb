"""Why two names were taken for one, or not: as data, and as a sentence."""

from typing import Any

from risk_graph.layers.entity.compare import INITIALS, initials
from risk_graph.layers.entity.judge import Party, Verdict
from risk_graph.layers.entity.watchlist import DELISTED, LATER

_KINDS = {"primary": "the name", "alias": "the alias", "weak": "the weak alias", "former": "the former name"}


def reasons(party: Party, verdict: Verdict) -> dict[str, Any]:
    """Everything the outcome rests on, as data."""
    theirs, closeness = verdict.theirs, verdict.closeness
    return {
        "ours": party.name.printed,
        "theirs": theirs.name.printed,
        "kind": theirs.kind,
        "closeness": round(closeness.value, 4),
        "paired": [[a, b, round(s, 4)] for a, b, s in closeness.paired],
        "only_ours": list(closeness.only_ours),
        "only_theirs": list(closeness.only_theirs),
        "stripped_ours": list(party.name.stripped),
        "stripped_theirs": list(theirs.name.stripped),
        "country": verdict.country,
        "country_ours": party.country,
        "countries_theirs": sorted(verdict.entry.countries),
        "identifier": str(verdict.identifiers.equal or ""),
        "identifiers_differing": list(verdict.identifiers.differing),
        "against": list(verdict.against),
    }


def sentence(party: Party, verdict: Verdict) -> str:
    """The reasons in words for a person."""
    entry, theirs = verdict.entry, verdict.theirs
    whose = "" if theirs.name.printed == entry.name else f" of {entry.name}"
    parts = [
        f"'{party.name.printed}' is {_how(party, verdict)} {_KINDS[theirs.kind]} '{theirs.name.printed}'{whose} "
        f"(closeness {verdict.closeness.value:.2f})"
    ]
    if verdict.identifiers.equal is not None:
        parts.append(f"{verdict.identifiers.equal} is equal")
    parts.append(_country(party, verdict))
    stripped = [*party.name.stripped, *theirs.name.stripped]
    if stripped:
        parts.append(f"legal forms left aside: {', '.join(dict.fromkeys(stripped))}")
    if verdict.against:
        parts.append("not automatic: " + "; ".join(verdict.against))
    return ". ".join(part[:1].upper() + part[1:] for part in [*parts, *_standing(verdict)]) + "."


def _how(party: Party, verdict: Verdict) -> str:
    value = verdict.closeness.value
    if value <= INITIALS and initials(party.name, verdict.theirs.name):
        return "by its initials"
    if value == 1:
        return "word for word"
    return "close to" if value >= 0.5 else "unlike"


def _country(party: Party, verdict: Verdict) -> str:
    if verdict.country == "unknown":
        side = "ours" if not party.country else "theirs"
        return f"country unknown ({side} is not given)"
    theirs = " ".join(sorted(verdict.entry.countries))
    return f"country {verdict.country} ({party.country}; {theirs})"


def _standing(verdict: Verdict) -> list[str]:
    entry = verdict.entry
    if entry.standing == DELISTED:
        return [f"the entry was taken off the list on {entry.delisted_on}"]
    if entry.standing == LATER:
        return [f"the entry came on the list on {entry.listed_on}, after the day asked about"]
    return []
