"""Who of ours a list may name, and why."""

from risk_graph.model.table import Column, Node, Table

OUTCOMES = (
    "match",
    "possible",
    "linked",
    "possibly_linked",
    "delisted",
    "listed_later",
    "no_match",
    "not_screened",
)
"""Strongest first. linked and possibly_linked: an owner or the operator is a match or possible, not the subject."""

TABLE = Table(
    name="matches",
    title="Matches",
    description="One row a subject and entry of a list that is or may be the same. No row is no match found, and "
    "holds only for the lists and editions in `screenings`.",
    key="match_id",
    graph=Node("Match"),
    provenance=False,
    columns=(
        Column("match_id", "id", "list|entry_id|subject_id|via|via_id"),
        Column("subject_id", "id", "Facility or supplier"),
        Column("subject_name", "text", "Its name, as compared with the list"),
        Column("list", "text", "Id of the layer"),
        Column("list_name", "text", "Name of the list as it calls itself"),
        Column("edition", "text", "Edition of the list"),
        Column("entry_id", "id", "Entry of the list; empty: the subject could not be screened"),
        Column("entry_name", "text", "Primary name of the entry"),
        Column("entry_kind", "text", "organisation, person, vessel, aircraft or other"),
        Column("programme", "text", "Programmes under which it is listed"),
        Column("listed_on", "date", "First day of the listing, if published"),
        Column("delisted_on", "date", "First day on which it is no longer listed"),
        Column(
            "outcome",
            "choice",
            "match; possible: a person must look; linked, possibly_linked: only its operator or an owner is; "
            "delisted, listed_later: not on the list on the day; no_match: a person said so; not_screened",
            choices=OUTCOMES,
        ),
        Column("closeness", "number", "How close the two names are", unit="1", low=0, high=1),
        Column("matched_name", "text", "Name or alias of the entry that is closest"),
        Column("name_kind", "text", "primary, alias, weak or former"),
        Column("country", "choice", "agrees, differs or unknown", choices=("agrees", "differs", "unknown")),
        Column("identifier", "text", "Identifier that both have, kind:value"),
        Column(
            "via",
            "choice",
            "Whose name it is: name (its own), operator or owner",
            choices=("name", "operator", "owner"),
        ),
        Column("via_id", "id", "The operator or owner"),
        Column(
            "share",
            "number",
            "Look-through share of that owner; missing if none or unknown",
            unit="1",
            low=0,
            high=1,
        ),
        Column(
            "decision",
            "choice",
            "What a person decided last, if anything",
            choices=("same", "not_same", "unsure", ""),
        ),
        Column("decided_by", "text", "Who decided"),
        Column("decided_at", "text", "When, UTC"),
        Column("decided_why", "text", "The reason given"),
        Column("reason", "text", "The reasons in words"),
        Column("reasons", "text", "The reasons as data, JSON"),
        Column("as_of", "date", "Day the outcome holds for"),
        Column("source", "text", "List, edition and entry"),
    ),
)
