"""What a subject's metal meets on its way, and the input rows that say so."""

import pandas as pd

from dashboards.answers.names import LONG, names_of, said_rows
from dashboards.answers.overview import FIRST
from dashboards.text import count, listed, percent, short
from risk_graph.model.graph import EVIDENCE
from risk_graph.session import Session
from risk_graph.trace.carried import carried
from risk_graph.trace.subject import subject_of
from risk_graph.trace.through import Through, pass_through

GROUPS = 15
"""Countries or suppliers whose pass-through is worked out; each takes a solve of its own."""

_NAMED = 3
_MOST_OF_IT = 0.5


def through(session: Session, subject_id: str, of: Through) -> pd.DataFrame:
    """What the subject's metal meets at least once: columns id, name, share, flag; the subject itself left out.

    Of nodes also stage, country and supplier, and whether the share is an upper bound only. Of suppliers and countries the largest GROUPS. `flag` names the red
    flags about the place itself (of a node), or about the supplier.
    """
    table = pass_through(session.network, subject_id, of, None if of == "node" else GROUPS)
    table = table[table["id"] != subject_id].reset_index(drop=True)
    names = names_of(session)
    table = table.assign(name=table["id"].map(names).fillna(table["id"]), flag=flagged(session, table["id"]))
    if of != "node":
        return table
    where = session.network.graph.nodes.set_index("node_id").reindex(table["id"])
    titles = {id_: stage.title for id_, stage in session.chain.stages.items()}
    site = where["kind"].eq("supplier").map({True: " (site not specified)", False: ""})
    return table.assign(
        name=table["name"] + site.to_numpy(),
        stage=where["stage"].map(titles).fillna("").to_numpy(),
        country=where["country"].fillna("").to_numpy(),
        supplier=where["supplier_id"].map(names).fillna("").to_numpy(),
        at_most=table["is_upper_bound"].map({True: "at most", False: ""}),
    )


def flagged(session: Session, ids: pd.Series) -> list[str]:
    """Of each id the rules about harm to people that are true of it (of a site: of its own place), or nothing."""
    found = session.snapshot.tables["findings"]
    found = found[(found["truth"] == "T") & found["rule"].isin(FIRST)]
    suppliers = set(session.snapshot.tables["suppliers"]["supplier_id"])
    own = (found["witness_id"] == found["subject_id"]) | found["subject_id"].isin(suppliers)
    by_subject = found[own].groupby("subject_id")["rule"]
    told = {str(id_): "⚑ " + ", ".join(sorted(rules)) for id_, rules in by_subject}
    return [told.get(str(id_), "") for id_ in ids]


def single_points(session: Session, subject_id: str) -> tuple[str, str]:
    """Two sentences: what most of the metal passes, and which places on the way have a red flag of their own, or of
    which that cannot be told.
    """
    sites, suppliers, countries = (through(session, subject_id, of) for of in ("node", "supplier", "country"))
    parts = [
        f"{word}: {listed(named)}"
        for word, table in (("sites", sites), ("suppliers", suppliers), ("countries", countries))
        if (named := _largest(table))
    ]
    if not len(sites):
        return "nothing that is declared lies upstream, so no single point can be named.", ""
    said = f"the largest shares of its metal pass these {'; '.join(parts)}."
    return said, _taint(session, sites) + _unseen(session, subject_id)


def _unseen(session: Session, subject_id: str) -> str:
    network = session.network
    subject = subject_of(network, subject_id)
    unknown = float(subject.weights @ network.unknown_share[subject.nodes, 1])
    if unknown <= 0:
        return ""
    return f" What the {percent(unknown)} of unknown origin passes nobody can say."


def _taint(session: Session, sites: pd.DataFrame) -> str:
    marked = sites[sites["flag"] != ""]
    said = [
        f"{short(row.name, LONG)} ({percent(row.share)}, {row.flag})"
        for row in marked.head(_NAMED).itertuples(index=False)
    ]
    if len(marked) > _NAMED:
        said.append(count(len(marked) - _NAMED, "other place"))
    found = (
        f"places with a red flag of their own: {listed(said)}."
        if said
        else "no place with a red flag of its own was found on the way."
    )
    signals = session.snapshot.tables["signals"]
    open_ = sites["id"].isin(signals.loc[signals["truth"] == "U", "subject_id"]) & (sites["flag"] == "")
    doubt = f" For {count(int(open_.sum()), 'place')} on the way it cannot be told." if open_.any() else ""
    return f"{found}{doubt}"


def _largest(table: pd.DataFrame) -> list[str]:
    """Those that at least half of the metal meets, three at most; the largest one if none does."""
    rows = table[table["share"] >= _MOST_OF_IT].head(_NAMED)
    rows = rows if len(rows) else table.head(1)
    return [f"{short(row.name, LONG)} ({percent(row.share)})" for row in rows.itertuples(index=False)]


def flow_rows(session: Session, subject_id: str) -> pd.DataFrame:
    """The input rows that a trace rests on, those that carry most first.

    Columns from, to, material, mass, unit (as declared), period_start, period_end, metal_t (contained metal in the
    period), share (of the subject's metal), evidence, source, row, flow_id.
    """
    network = session.network
    share = carried(network, subject_of(network, subject_id))
    used = share > 0
    flows = network.graph.flows[used]
    table = network.graph.table.iloc[flows["row"].to_numpy()].reset_index(drop=True)
    titles = {id_: material.title for id_, material in session.chain.materials.items()}
    names = names_of(session)
    rows = table.assign(
        **{end: table[f"{end}_id"].map(names).fillna(table[f"{end}_id"]) for end in ("from", "to")},
        material=table["material"].map(titles).fillna(table["material"]),
        metal_t=flows["metal"].to_numpy(),
        share=share[used],
        evidence=[EVIDENCE[level] for level in flows["evidence"]],
        row=said_rows(table),
    )
    return rows.sort_values(["share", "flow_id"], ascending=[False, True], ignore_index=True)
