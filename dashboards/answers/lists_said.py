"""What lists say about a supplier, in sentences: never more than what was looked at."""

import json
from typing import Any

import pandas as pd

from dashboards.answers.lists import Found, Group, Summary
from dashboards.text import count, day, listed, plain, verb
from risk_graph.session import Session

_TABLES = ("suppliers", "facilities", "ownership")


def headline(said: Summary, as_of: Any) -> str:
    """What was found, or that nothing was, or that nobody looked; without a full stop."""
    if not said.screened:
        return "▨ Nothing was screened"
    parts = [*said.found, *said.by_ownership]
    if said.past:
        parts.append(f"{count(said.past, 'entry', 'entries')} not on the list on that day")
    if parts:
        return listed(parts)
    return "▨ Its name could not be screened" if said.blank else _none(said, as_of)


def _none(said: Summary, as_of: Any) -> str:
    return f"No match found in {listed(said.none_in)} as of {day(as_of)}"


def rest(said: Summary, as_of: Any) -> list[str]:
    """What must be known beside the headline, a sentence each."""
    found = bool(said.found or said.by_ownership or said.past)
    lines = []
    if said.blank and found:
        lines.append("Its own name holds nothing that could be compared.")
    if said.none_in and (found or said.blank):
        lines.append(f"{_none(said, as_of)}.")
    if said.ruled_out:
        lines.append(f"Ruled out by a person: {count(said.ruled_out, 'entry', 'entries')}.")
    if said.not_against:
        lines.append(
            f"Not screened against {listed(said.not_against)}: no edition that holds anybody was at hand."
        )
    return lines or ([] if said.screened else ["The run noted no list."])


def nobody(found: Found, whom: str, as_of: Any) -> str:
    """That no match was found among some names of a group, and in which lists; or that nobody looked."""
    done = found.screenings[found.screenings["state"] == "screened"]
    if not len(done):
        return "▨ Not screened."
    lists = listed([f"{row.title} (edition {row.edition})" for row in done.itertuples()])
    return f"No match of {whom} found in {lists} as of {day(as_of)}."


def brief(said: Summary, as_of: Any) -> str:
    """The headline and how many lists were not looked at."""
    missing = len(said.not_against)
    more = f" Not screened against {count(missing, 'list')}." if missing and said.screened else ""
    none = ": no edition of a list was at hand" if not said.screened else ""
    return f"{headline(said, as_of)}{none}.{more}"


def left_out(session: Session, ours: Group) -> str:
    """Who was not looked at although they may be there: rejected rows, owners that nobody declared. Empty if nobody."""
    issues = session.snapshot.tables["issues"]
    errors = issues[issues["level"] == "error"]
    table = (
        errors["sheet"]
        .fillna("")
        .where(errors["sheet"].fillna("") != "", errors["file"].str.rsplit(".", n=1).str[0])
    )
    mine = errors[table.str.lower().isin(_TABLES)].drop_duplicates(["file", "sheet", "row"])
    said = "Owners that nobody declared are not screened."
    if not ours.owners:
        said = f"No owner is declared. {said}"
    if len(mine):
        said += (
            f" {count(len(mine), 'rejected row')} of the input {verb(len(mine), 'was', 'were')} not screened."
        )
    return said


def facts(match: Any) -> list[tuple[str, str]]:
    """Label and text of everything that a person needs who decides about a match."""
    why = json.loads(match.reasons) if plain(match.reasons) else {}
    days = [
        f"since {day(match.listed_on)}" if pd.notna(match.listed_on) else "since a day that is not published"
    ]
    if pd.notna(match.delisted_on):
        days.append(f"until before {day(match.delisted_on)}")
    country = {"agrees": "agrees", "differs": "differs", "unknown": "cannot be compared"}[match.country]
    ours, theirs = why.get("country_ours", ""), " ".join(why.get("countries_theirs", ()))
    known = {
        "Whose name": f"{match.who} ({match.kind}, {match.subject_id})",
        "Entry": f"{match.entry_name} ({', '.join(filter(None, (plain(match.entry_kind), plain(match.entry_id))))})",
        "List": f"{match.list_name}, edition {match.edition}",
        "Programme": plain(match.programme),
        "On the list": ", ".join(days),
        "Name of the entry that is closest": _named(match),
        "Country": f"{country} (ours: {ours or 'not given'}; theirs: {theirs or 'not given'})" if why else "",
        "Number of a register": f"{match.identifier} is equal" if plain(match.identifier) else "",
        "Numbers that differ": ", ".join(map(str, why.get("identifiers_differing", ()))),
        "Why": plain(match.reason),
        "Reaches": plain(match.reaches),
        "Entry as cited": plain(match.source),
    }
    return [(label, text) for label, text in known.items() if text]


def _named(match: Any) -> str:
    if not plain(match.matched_name):
        return ""
    kinds = {"primary": "its name", "alias": "an alias", "weak": "a weak alias", "former": "a former name"}
    return f"{match.matched_name} ({kinds.get(match.name_kind, match.name_kind)}; closeness {match.closeness:.2f} of 1)"
