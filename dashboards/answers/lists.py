"""What lists of entities say about a supplier, its facilities and its owners, in the run on screen."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboards.answers.names import LONG, names_of
from dashboards.text import count, percent, plain, short
from risk_graph.session import Session
from risk_graph.trace.ownership import owners_above

SUPPLIER, FACILITY, OWNER = "supplier", "facility", "owner"

_DIRECT = {
    "match": "⚑ Match", "possible": "? Possible match", "delisted": "Delisted by that day",
    "listed_later": "Listed only later", "no_match": "Ruled out by a person", "not_screened": "▨ Not screened",
}  # fmt: skip
_OF_OWNER = {
    "match": "⚑ Owner is a match", "possible": "? Owner is a possible match", "delisted": "Owner delisted by that day",
    "listed_later": "Owner listed only later", "no_match": "Owner ruled out by a person",
    "not_screened": "▨ Owner not screened",
}  # fmt: skip
_RANK = list(_DIRECT)
_NAMED = 8


@dataclass(frozen=True)
class Group:
    """Whose names count on one supplier's page: ids of its own (itself and its facilities) and of its owners."""

    supplier: str
    facilities: frozenset[str]
    owners: frozenset[str]

    @property
    def own(self) -> frozenset[str]:
        return self.facilities | {self.supplier}

    @property
    def everybody(self) -> frozenset[str]:
        return self.own | self.owners

    def kind(self, id_: str) -> str:
        if id_ == self.supplier:
            return SUPPLIER
        return FACILITY if id_ in self.facilities else OWNER


def group(session: Session, supplier_id: str) -> Group:
    tables = session.snapshot.tables
    facilities = tables["facilities"]
    sites = frozenset(facilities.loc[facilities["supplier_id"] == supplier_id, "facility_id"])
    owners = owners_above(tables["ownership"], {supplier_id, *sites}, session.as_of)
    return Group(supplier_id, sites, frozenset(owners))


@dataclass(frozen=True, eq=False)
class Found:
    """What the lists say about one group: `matches` and `screenings` as the functions of these names give them."""

    group: Group
    matches: pd.DataFrame
    screenings: pd.DataFrame
    summary: "Summary"


def found(session: Session, supplier_id: str) -> Found:
    ours = group(session, supplier_id)
    rows = matches(session, ours)
    about = screenings(session, rows)
    return Found(ours, rows, about, summary(about, rows))


def matches(session: Session, ours: Group) -> pd.DataFrame:
    """A row a pair of somebody of the group and an entry of a list, the group's own and the strongest first.

    Columns of the table `matches`, and key, kind (whose name it is), direct (it is the group's own name), said (the
    outcome in words), who (name), reaches (whom of the group's own it reaches as operator or owner), holding (an owner's
    look-through share in the supplier; missing if none or unknown), layer (the list, for exports).
    """
    names = names_of(session)
    table = session.snapshot.tables["matches"]
    rows = table[(table["via"] == "name") & table["subject_id"].isin(ours.everybody)].reset_index(drop=True)
    links = table[(table["via"] != "name") & table["subject_id"].isin(ours.own)]
    kind = [ours.kind(i) for i in rows["subject_id"]]
    words = [
        (_OF_OWNER if k == OWNER else _DIRECT)[outcome]
        for k, outcome in zip(kind, rows["outcome"], strict=True)
    ]
    by_match = _by_match(links)
    reached = [
        by_match.get((row.subject_id, row.list, row.entry_id), links.iloc[:0]) for row in rows.itertuples()
    ]
    rows = rows.assign(
        key=rows["list"] + "|" + rows["entry_id"].fillna("") + "|" + rows["subject_id"],
        kind=pd.Series(kind, dtype="str"),
        direct=pd.Series([k != OWNER for k in kind], dtype="bool"),
        said=pd.Series(words, dtype="str"),
        who=pd.Series([names.get(i, i) for i in rows["subject_id"]], dtype="str"),
        reaches=pd.Series([_reaches(r, names) for r in reached], dtype="str"),
        holding=pd.Series([_holding(r, ours.supplier) for r in reached], dtype="float64"),
        rank=pd.Series([_RANK.index(o) for o in rows["outcome"]], dtype="int64"),
    )
    order = ["direct", "rank", "closeness", "key"]
    return rows.sort_values(order, ascending=[False, True, False, True], ignore_index=True)


def _by_match(links: pd.DataFrame) -> dict[tuple[str, ...], pd.DataFrame]:
    """The rows about operators and owners by whose name was match, the list and the entry."""
    ordered = links.sort_values(["via", "subject_id"])
    return {
        key: rows for key, rows in ordered.groupby(["via_id", "list", "entry_id"]) if isinstance(key, tuple)
    }


def _reaches(rows: pd.DataFrame, names: dict[str, str]) -> str:
    said = []
    for row in rows.head(_NAMED).itertuples():
        name = short(names.get(row.subject_id, row.subject_id), LONG)
        if row.via == "operator":
            said.append(f"{name} (runs it)")
        else:
            size = f"look-through share {percent(row.share)}" if pd.notna(row.share) else "share unknown"
            said.append(f"{name} ({size})")
    more = len(rows) - _NAMED
    return ", ".join([*said, *([f"{more:,} more"] if more > 0 else [])])


def _holding(rows: pd.DataFrame, supplier_id: str) -> Any:
    shares = rows.loc[(rows["subject_id"] == supplier_id) & (rows["via"] == "owner"), "share"]
    return shares.iat[0] if len(shares) else None


def screenings(session: Session, rows: pd.DataFrame) -> pd.DataFrame:
    """A row a list: columns of the table `screenings`, and state_said and found (what it says of the group, whose matches
    are `rows`, in words).
    """
    table = session.snapshot.tables["screenings"].sort_values(["state", "list"], ascending=[False, True])
    told = [_found(about, rows[rows["list"] == about.list]) for about in table.itertuples()]
    return table.assign(
        state_said=["Screened" if s == "screened" else "▨ Not screened" for s in table["state"]],
        found=pd.Series(told, index=table.index, dtype="str"),
    ).reset_index(drop=True)


def _found(about: Any, rows: pd.DataFrame) -> str:
    if about.state != "screened":
        return plain(about.statement)
    told = rows[~rows["outcome"].isin(["no_match", "not_screened"])]
    blank = rows[rows["outcome"] == "not_screened"]
    parts = [f"{said}: {n}" for said, n in told["said"].value_counts(sort=False).items()]
    if not parts:
        parts = [plain(about.statement)] if not len(blank[blank["kind"] == SUPPLIER]) else []
    if len(blank):
        parts.append(f"{count(len(blank), 'name')} not screened: nothing in it could be compared.")
    return "; ".join(parts)


@dataclass(frozen=True)
class Summary:
    """What may be said in a sentence or two. Lists are named with their editions."""

    screened: bool
    found: tuple[str, ...]
    by_ownership: tuple[str, ...]
    past: int
    ruled_out: int
    none_in: tuple[str, ...]
    not_against: tuple[str, ...]
    blank: bool
    """The supplier's own name could not be compared with some list."""


def summary(about: pd.DataFrame, rows: pd.DataFrame) -> Summary:
    """Of the screenings and matches of a group."""
    done = about[about["state"] == "screened"]
    told = rows[~rows["outcome"].isin(["no_match", "not_screened"])]
    blank = rows[(rows["outcome"] == "not_screened") & (rows["kind"] == SUPPLIER)]
    none = done[~done["list"].isin({*told["list"], *blank["list"]})]
    return Summary(
        screened=bool(len(done)),
        found=_counted(told[told["direct"]], "match", "possible match"),
        by_ownership=_counted(told[~told["direct"]], "match of an owner", "possible match of an owner"),
        past=int(told["outcome"].isin(["delisted", "listed_later"]).sum()),
        ruled_out=int((rows["outcome"] == "no_match").sum()),
        none_in=tuple(f"{row.title} (edition {row.edition})" for row in none.itertuples()),
        not_against=tuple(about.loc[about["state"] != "screened", "title"]),
        blank=bool(len(blank)),
    )


def _counted(rows: pd.DataFrame, sure: str, unsure: str) -> tuple[str, ...]:
    words = (("match", "⚑", sure), ("possible", "?", unsure))
    return tuple(
        f"{sign} {count(n, word, _plural(word))}"
        for outcome, sign, word in words
        if (n := int((rows["outcome"] == outcome).sum()))
    )


def _plural(word: str) -> str:
    return word.replace("match", "matches")
