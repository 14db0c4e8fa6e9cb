"""Suppliers, facilities and owners against the lists of entities: matches by name, then by operator and owner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from risk_graph.assess.decided import SAME, Decisions, ruled_out
from risk_graph.assess.linked import Row, linked
from risk_graph.assess.match_rows import CHANGED as CHANGED
from risk_graph.assess.match_rows import blank, decided, gone, row_of
from risk_graph.layers.entity.identifiers import identifier
from risk_graph.layers.entity.judge import MATCH, POSSIBLE, Party
from risk_graph.layers.entity.known import KNOWN_LISTS
from risk_graph.layers.entity.names import normalise
from risk_graph.layers.entity.screen import screen
from risk_graph.layers.entity.watchlist import Watchlist, watchlist
from risk_graph.layers.layer import Layer
from risk_graph.model.table import result_tables

_NUMBERS = (("lei", "lei"), ("duns", "duns"), ("registration_id", "registration"), ("imo", "imo"))


@dataclass(frozen=True, eq=False)
class Screening:
    """`matches` and `screenings` conform to the result tables of these names."""

    matches: pd.DataFrame
    screenings: pd.DataFrame


def parties_of(tables: Mapping[str, pd.DataFrame]) -> list[Party]:
    """Suppliers (owners are some of them), then facilities, each in the order of ids."""
    suppliers = tables["suppliers"].sort_values("supplier_id").to_dict("records")
    facilities = tables["facilities"].sort_values("facility_id").to_dict("records")
    found = [party_of(row["supplier_id"], "supplier", row) for row in suppliers]
    return found + [party_of(row["facility_id"], "facility", row) for row in facilities]


def party_of(id_: str, kind: str, row: Mapping[str, Any]) -> Party:
    """Somebody with a `name` and, as far as the row has them, a `country` and numbers of registers."""
    found = (identifier(number, _text(row.get(column))) for column, number in _NUMBERS)
    numbers = frozenset(i for i in found if i is not None)
    return Party(id_, kind, normalise(_text(row["name"])), _text(row.get("country")), numbers)


def lists_of(layers: Mapping[str, Layer]) -> list[Layer]:
    """The layers that are lists of entities, in the order of ids."""
    return [layers[id_] for id_ in sorted(layers) if layers[id_].kind == "entities"]


def screening(
    tables: Mapping[str, pd.DataFrame], layers: Mapping[str, Layer], as_of: date, decisions: Decisions
) -> Screening:
    """Everybody of the input tables against every list at hand, as of a day."""
    parties = parties_of(tables)
    names = {p.id: p.name.printed for p in parties}
    rows: list[Row] = []
    about: list[Row] = []
    for layer in lists_of(layers):
        listed = watchlist(layer, as_of)
        mine = list(_rows(parties, listed, decisions))
        mine += [{**row, "subject_name": names[row["subject_id"]]} for row in linked(mine, tables, as_of)]
        rows += mine
        about.append(_about(listed, mine, parties))
    about += [_not_at_hand(id_, as_of) for id_ in KNOWN_LISTS if id_ not in layers]
    return Screening(matches_table(rows), result_tables()["screenings"].conform(pd.DataFrame(about)))


def screen_names(parties: Sequence[Party], layers: Mapping[str, Layer], as_of: date) -> Screening:
    """Names that belong to no project against every list at hand: no owners, no decisions."""
    rows, about = [], []
    for layer in lists_of(layers):
        listed = watchlist(layer, as_of)
        mine = list(_rows(parties, listed, {}))
        rows += mine
        about.append(_about(listed, mine, parties))
    about += [_not_at_hand(id_, as_of) for id_ in KNOWN_LISTS if id_ not in layers]
    return Screening(matches_table(rows), result_tables()["screenings"].conform(pd.DataFrame(about)))


def matches_table(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as a table, sorted by subject, list, strength and entry."""
    table = result_tables()["matches"]
    if not rows:
        return table.empty()
    frame = pd.DataFrame(rows)
    parts = [frame[c].fillna("") for c in ("list", "entry_id", "subject_id", "via", "via_id")]
    frame["match_id"] = ["|".join(key) for key in zip(*parts, strict=True)]
    order = {outcome: at for at, outcome in enumerate(table.column("outcome").choices)}
    frame["order"] = frame["outcome"].map(order)
    frame = frame.sort_values(
        ["subject_id", "list", "order", "closeness", "match_id"],
        ascending=[True, True, True, False, True],
        ignore_index=True,
    )
    for column in ("listed_on", "delisted_on", "as_of"):
        frame[column] = pd.to_datetime(frame[column])
    return table.conform(frame)


def _rows(parties: Sequence[Party], listed: Watchlist, decisions: Decisions) -> Iterator[Row]:
    """Hits by name or identifier, what people decided laid over them, and who could not be screened."""
    mine = {(d.subject_id, d.entry_id): d for d in decisions.values() if d.list_id == listed.id}
    known = {p.id: p for p in parties}
    apart = ruled_out(parties, listed, mine.values())
    for party, verdict in screen(parties, listed, frozenset(mine), apart) if listed.entries else ():
        yield decided(row_of(party, verdict, listed), party, verdict, listed, mine)
    for (subject_id, entry_id), decision in sorted(mine.items()):
        left = entry_id not in listed.position and subject_id in known
        if left and decision.answer == SAME and listed.entries:
            yield gone(known[subject_id], decision, listed)
    for party in parties:
        if not party.name.tokens and listed.entries:
            yield blank(party, listed) | {
                "outcome": "not_screened",
                "reason": "Not screened: the name holds no letter or digit that could be compared.",
            }


def _about(listed: Watchlist, rows: Sequence[Row], parties: Sequence[Party]) -> Row:
    layer = listed.layer
    outcomes: dict[str, set[str]] = {}
    for row in rows:
        outcomes.setdefault(row["outcome"], set()).add(row["subject_id"])
    matches, possible = outcomes.get(MATCH, set()), outcomes.get(POSSIBLE, set())
    weaker = outcomes.get("linked", set()) | outcomes.get("possibly_linked", set())
    return {
        "list": listed.id,
        "title": layer.title,
        "edition": layer.edition,
        "released": pd.Timestamp(layer.released),
        "retrieved": pd.Timestamp(layer.retrieved),
        "state": "screened" if listed.entries else "empty",
        "entries": len(listed.entries),
        "names": len(listed.names),
        "subjects": sum(bool(p.name.tokens) for p in parties) if listed.entries else 0,
        "matches": len(matches),
        "possible": len(possible - matches),
        "linked": len(weaker - matches - possible),
        "as_of": pd.Timestamp(listed.as_of),
        "statement": _statement(listed),
    }


def _statement(listed: Watchlist) -> str:
    """What may be said of a subject without a row: never that it is clear."""
    layer = listed.layer
    if not listed.entries:
        return f"Not screened against {layer.title}: edition {layer.edition} holds nobody."
    text = f"No match found in {layer.title}, edition {layer.edition}, as of {listed.as_of}."
    if layer.released > listed.as_of:
        text += f" The edition appeared later, on {layer.released}: who left the list before is not in it."
    if listed.unreadable:
        text += f" {listed.unreadable} names of the list hold nothing that can be compared."
    return text


def _not_at_hand(id_: str, as_of: date) -> Row:
    title = KNOWN_LISTS[id_]
    return {
        "list": id_,
        "title": title,
        "state": "not_at_hand",
        **dict.fromkeys(("entries", "names", "subjects", "matches", "possible", "linked"), 0),
        "as_of": pd.Timestamp(as_of),
        "statement": f"Not screened against {title}: no edition is at hand.",
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
