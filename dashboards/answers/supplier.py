"""All that is known about one supplier."""

from datetime import date

import pandas as pd

from dashboards.answers.names import declared, names_of, places_named, said_rows, with_names
from dashboards.answers.upstream import flagged
from risk_graph.assess.explain import explain
from risk_graph.assess.rule import rules
from risk_graph.assess.scorer import OVERALL
from risk_graph.model.table import input_tables
from risk_graph.session import Session
from risk_graph.trace.ownership import owners_of

MOST = 2000
"""Contributions that are told one by one."""

_ORDER = {"T": 0, "U": 1, "F": 2}
_PROVENANCE = ["source_file", "source_sheet", "source_row"]


def identity(session: Session, supplier_id: str) -> pd.DataFrame:
    """Columns fact, value: what the supplier's row says, and which row that is."""
    suppliers = session.snapshot.tables["suppliers"]
    row = suppliers[suppliers["supplier_id"] == supplier_id].iloc[0]
    facts = [
        (column.name.replace("_", " "), row[column.name])
        for column in input_tables()["suppliers"].columns
        if pd.notna(row[column.name]) and str(row[column.name])
    ]
    facts.append(("row", said_rows(row.to_frame().T).iat[0]))
    return pd.DataFrame([(f, _text(v)) for f, v in facts], columns=["fact", "value"])


def answers(session: Session, supplier_id: str) -> pd.DataFrame:
    """The supplier's findings with their rule's title, source and what would clear it; red flags first."""
    names = names_of(session)
    found = _of(session, "findings", supplier_id)
    witness = found["witness_id"].fillna("")
    said = zip(found["evidence"].fillna(""), witness, strict=True)
    table = found.assign(
        evidence=[with_names(e, w, names) for e, w in said],
        missing=[places_named(m, names) for m in found["missing"].fillna("")],
        rank=found["truth"].map(_ORDER),
        title=found["rule"].map({i: r.title for i, r in rules().items()}),
        source=found["rule"].map({i: r.source for i, r in rules().items()}),
        clears=found["rule"].map({i: r.clears for i, r in rules().items()}),
        verified=found["rule"].map({i: r.verified for i, r in rules().items()}),
        declared=declared(session, witness),
        witness=witness.map(names).fillna(""),
    )
    return table.sort_values(["rank", "rule"], ignore_index=True)


def certificates(session: Session, supplier_id: str) -> pd.DataFrame:
    """Certificates that the supplier holds, or that cover it or a site of its: one row a covered thing."""
    tables = session.snapshot.tables
    own = tables["facilities"].loc[tables["facilities"]["supplier_id"] == supplier_id, "facility_id"]
    scope = tables["certificate_scope"][["certificate_id", "covers_id", "activities", "materials"]]
    table = tables["certificates"].merge(scope, on="certificate_id", how="left")
    table = table[
        (table["holder_id"] == supplier_id) | table["covers_id"].isin([supplier_id, *own])
    ].reset_index(drop=True)
    names = names_of(session)
    state = [validity(row.issued_on, row.expires_on, session.as_of) for row in table.itertuples()]
    return table.assign(
        row=said_rows(table),
        state=pd.Series(state, dtype="str"),
        holder=table["holder_id"].map(names),
        covers=table["covers_id"].map(names).fillna("not stated"),
    )


def validity(issued: pd.Timestamp, expires: pd.Timestamp, as_of: date) -> str:
    """Dates against the day the answers hold for; the last day is included."""
    day = pd.Timestamp(as_of)
    if pd.isna(issued) or pd.isna(expires):
        return "dates missing"
    if day < issued:
        return "not yet valid"
    return "valid by its dates" if day <= expires else "expired"


def ownership(session: Session, supplier_id: str) -> pd.DataFrame:
    """Direct shares: who owns the supplier or its sites, and what it owns. Columns relation, id, name, of, share,
    valid_from, valid_to, source, in_force, row and flag (the red flags about places of the other party).
    """
    tables = session.snapshot.tables
    own = {supplier_id, *tables["facilities"].loc[lambda t: t["supplier_id"] == supplier_id, "facility_id"]}
    table = tables["ownership"]
    names = names_of(session)
    owners = table[table["owned_id"].isin(own) & (table["owner_id"] != supplier_id)]
    owned = table[table["owner_id"] == supplier_id]
    parts = [
        owners.assign(relation="owner", id=owners["owner_id"], of=owners["owned_id"].map(names)),
        owned.assign(relation="owned", id=owned["owned_id"], of=""),
    ]
    rows = pd.concat([p for p in parts if len(p)] or parts, ignore_index=True)
    day = pd.Timestamp(session.as_of)
    in_force = ~((rows["valid_from"] > day) | (rows["valid_to"] < day))
    rows = rows.assign(
        name=rows["id"].map(names), in_force=in_force, row=said_rows(rows), flag=flagged(session, rows["id"])
    )
    columns = [
        "relation", "id", "name", "of", "share", "valid_from", "valid_to", "in_force", "flag", "row", "source",
    ]  # fmt: skip
    return rows.sort_values(["relation", "share", "id"], ascending=[False, False, True], ignore_index=True)[
        [*columns, *_PROVENANCE]
    ]


def look_through(session: Session, supplier_id: str) -> pd.DataFrame:
    """Everybody with a share in the supplier on the as-of day. Columns owner_id, name, direct, share, flag."""
    owners = owners_of(session.snapshot.tables["ownership"], supplier_id, session.as_of)
    return owners.assign(
        name=owners["owner_id"].map(names_of(session)), flag=flagged(session, owners["owner_id"])
    )


def scores(session: Session, supplier_id: str) -> pd.DataFrame:
    """The supplier's scores with titles, overall first."""
    titles = {theme.id: theme.title for theme in session.scorer.themes}
    order = [OVERALL, *titles]
    found = _of(session, "scores", supplier_id)
    table = found.assign(title=found["theme"].map({OVERALL: "Overall", **titles}))
    return table.sort_values("theme", key=lambda s: s.map(order.index), ignore_index=True)


def contributions(session: Session, supplier_id: str, most: int = MOST) -> pd.DataFrame:
    """What the overall value is made of, largest first: points sum to it. Past `most`, one row a theme and cause."""
    titles = {theme.id: theme.title for theme in session.scorer.themes}
    rows = explain(session.facts, session.scorer, supplier_id).contributions
    rows = rows[rows["within"] == OVERALL].reset_index(drop=True)
    head, tail = rows.iloc[:most], rows.iloc[most:]
    head = head.assign(
        place=head["node_id"].map(names_of(session)).fillna(head["node_id"]), row=said_rows(head)
    )
    if len(tail):
        rest = tail.groupby(["theme", "cause"], as_index=False).agg(
            points=("points", "sum"), share=("share", "sum"), size=("points", "size")
        )
        rest["place"] = rest["size"].map("{:,} smaller ones".format)
        head = pd.concat([head, rest.drop(columns="size")], ignore_index=True)
    return head.assign(theme_title=head["theme"].map(titles))


def _of(session: Session, table: str, supplier_id: str) -> pd.DataFrame:
    rows = session.snapshot.tables[table]
    return rows[rows["subject_id"] == supplier_id].reset_index(drop=True)


def _text(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
