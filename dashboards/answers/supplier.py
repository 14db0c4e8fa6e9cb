"""All that is known about one supplier."""

from datetime import date

import pandas as pd

from dashboards.answers.names import declared, names_of, with_names
from risk_graph.act.dossier import Dossier
from risk_graph.assess.rule import rules
from risk_graph.assess.scorer import OVERALL
from risk_graph.model.table import input_tables
from risk_graph.session import Session

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
    facts.append(("row", said_row(row)))
    return pd.DataFrame([(f, _text(v)) for f, v in facts], columns=["fact", "value"])


def said_row(row: pd.Series) -> str:
    sheet = f", sheet {row['source_sheet']}" if pd.notna(row["source_sheet"]) and row["source_sheet"] else ""
    return f"{row['source_file']}{sheet}, row {row['source_row']}" if pd.notna(row["source_file"]) else ""


def answers(session: Session, found: Dossier) -> pd.DataFrame:
    """The supplier's findings with their rule's title, source and what would clear it; red flags first."""
    names = names_of(session)
    witness = found.findings["witness_id"].fillna("")
    said = zip(found.findings["evidence"].fillna(""), witness, strict=True)
    table = found.findings.assign(
        evidence=[with_names(e, w, names) for e, w in said],
        rank=found.findings["truth"].map(_ORDER),
        title=found.findings["rule"].map({i: r.title for i, r in rules().items()}),
        source=found.findings["rule"].map({i: r.source for i, r in rules().items()}),
        clears=found.findings["rule"].map({i: r.clears for i, r in rules().items()}),
        verified=found.findings["rule"].map({i: r.verified for i, r in rules().items()}),
        declared=witness.map(declared(session)).fillna(""),
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
    valid_from, valid_to, source, in_force.
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
    rows = rows.assign(name=rows["id"].map(names), in_force=in_force)
    columns = ["relation", "id", "name", "of", "share", "valid_from", "valid_to", "in_force", "source"]
    return rows.sort_values(["relation", "share", "id"], ascending=[False, False, True], ignore_index=True)[
        [*columns, *_PROVENANCE]
    ]


def scores(session: Session, found: Dossier) -> pd.DataFrame:
    """The supplier's scores with titles, overall first."""
    titles = {theme.id: theme.title for theme in session.scorer.themes}
    order = [OVERALL, *titles]
    table = found.scores.assign(title=found.scores["theme"].map({OVERALL: "Overall", **titles}))
    return table.sort_values("theme", key=lambda s: s.map(order.index), ignore_index=True)


def contributions(session: Session, found: Dossier) -> pd.DataFrame:
    """What the overall value is made of: points sum to it."""
    titles = {theme.id: theme.title for theme in session.scorer.themes}
    table = found.explanation.contributions
    table = table[table["within"] == OVERALL].reset_index(drop=True)
    row = [said_row(r) for _, r in table.iterrows()]
    return table.assign(
        theme_title=table["theme"].map(titles), place=table["name"].fillna(table["node_id"]), row=row
    )


def through(session: Session, found: Dossier, of: str) -> pd.DataFrame:
    """Share of the supplier's metal that meets each node, supplier or country at least once."""
    nodes = session.network.graph.nodes.set_index("node_id")
    table = found.through[found.through["of"] == of].reset_index(drop=True)
    if of == "node":
        titles = {id_: stage.title for id_, stage in session.chain.stages.items()}
        where = nodes.reindex(table["id"])
        return table.assign(
            name=where["name"].to_numpy(),
            country=where["country"].fillna("").to_numpy(),
            stage=where["stage"].map(titles).fillna("").to_numpy(),
        )
    return table.assign(name=table["id"].map(names_of(session)).fillna(table["id"]))


def _text(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
