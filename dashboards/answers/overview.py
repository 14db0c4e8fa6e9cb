"""What was loaded, how far it can be traced, and what was found first."""

from dataclasses import dataclass

import pandas as pd

from dashboards.answers.names import names_of, spoken, where, with_names
from risk_graph.act.summary import screened
from risk_graph.assess.rule import rules
from risk_graph.assess.scorer import NOT_ASSESSED, OVERALL
from risk_graph.layers.situation import are_exact
from risk_graph.model.graph import EVIDENCE
from risk_graph.session import Session

FIRST = ("OECD-RF-L1", "UFLPA-XUAR")
"""Rules whose red flags are about harm to people; they come before a missing answer about origin."""

_KINDS = (("suppliers", "supplier_id"), ("facilities", "facility_id"), ("products", "product_id"))


@dataclass(frozen=True)
class Coverage:
    """Contained metal in products: t in all, the part with an origin only over modelled flows, and the part of
    unknown origin with its bounds. `products` have a tonnage, `silent` ones have none declared.
    """

    products: int
    silent: int
    mass_t: float
    modelled_t: float
    unknown_t: float
    low_t: float
    high_t: float


def coverage(session: Session) -> Coverage:
    rows = products(session)
    modelled, low, value, high = (
        float((rows["mass_t"] * rows[c]).sum())
        for c in ("modelled", "unknown_low", "unknown", "unknown_high")
    )
    weighed = int((rows["mass_t"] > 0).sum())
    return Coverage(weighed, len(rows) - weighed, float(rows["mass_t"].sum()), modelled, value, low, high)


def products(session: Session) -> pd.DataFrame:
    """Columns product_id, name, mass_t (missing where no tonnage is declared), declared, modelled, unknown_low,
    unknown, unknown_high; most metal first.
    """
    tables = session.snapshot.tables
    table = tables["products"].merge(tables["exposures"], left_on="product_id", right_on="subject_id")
    table = table.assign(
        declared=(1 - table["unknown"] - table["modelled"]).clip(lower=0),
        mass_t=table["mass_t"].where(table["mass_t"] > 0),
    )
    shares = ["declared", "modelled", "unknown", "unknown_low", "unknown_high"]
    table = table.sort_values(["mass_t", "product_id"], ascending=[False, True], ignore_index=True)
    return table[["product_id", "name", "mass_t", *shares]]


def about_places(session: Session) -> tuple[int, int, int]:
    """Suppliers with a red flag about a place, those of whom it cannot be told, those with no flag found."""
    told = _worst_about_places(session).reindex(session.snapshot.tables["suppliers"]["supplier_id"])
    counts = told.fillna("U").value_counts()
    return int(counts.get("T", 0)), int(counts.get("U", 0)), int(counts.get("F", 0))


def _worst_about_places(session: Session) -> pd.Series:
    """Subject id -> T if a rule about harm to people is true of it, else U if one is unknown, else F."""
    found = session.snapshot.tables["findings"]
    found = found[found["rule"].isin(FIRST)]
    rank = found["truth"].map("FUT".index).groupby(found["subject_id"]).max()
    return rank.map(dict(enumerate("FUT")))


def rule_counts(session: Session) -> pd.DataFrame:
    """One row a rule and kind of subject that it says something of: rule, title, kind, and how often T, U and F."""
    tables = session.snapshot.tables
    kinds = pd.concat([pd.Series(kind, index=tables[kind][key]) for kind, key in _KINDS])
    found = tables["findings"].assign(kind=tables["findings"]["subject_id"].map(kinds).fillna("project"))
    counts = found.groupby(["rule", "kind", "truth"]).size().unstack(fill_value=0)
    every = pd.MultiIndex.from_product(
        [rules(), [*(k for k, _ in _KINDS), "project"]], names=["rule", "kind"]
    )
    table = counts.reindex(index=every, columns=["T", "U", "F"], fill_value=0).reset_index()
    table = table[table[["T", "U", "F"]].sum(axis=1) > 0].reset_index(drop=True)
    titles = {id_: rule.title for id_, rule in rules().items()}
    return table.assign(title=table["rule"].map(titles))[["rule", "title", "kind", "T", "U", "F"]]


def red_flags(session: Session) -> pd.DataFrame:
    """True answers about suppliers, those about harm to people first, then by what is proven of the score.

    Columns supplier_id, name, country, rule, title, evidence, since, where, low, high, band.
    """
    tables = session.snapshot.tables
    found = tables["findings"][tables["findings"]["truth"] == "T"]
    overall = tables["scores"].loc[
        tables["scores"]["theme"] == OVERALL, ["subject_id", "low", "high", "band"]
    ]
    table = found.merge(tables["suppliers"], left_on="subject_id", right_on="supplier_id")
    table = table.merge(overall, on="subject_id", how="left").assign(
        title=lambda t: t["rule"].map({i: r.title for i, r in rules().items()}),
        later=lambda t: ~t["rule"].isin(FIRST),
    )
    keys = ["later", "low", "high", "supplier_id", "rule"]
    table = table.sort_values(keys, ascending=[True, False, False, True, True], ignore_index=True)
    names = names_of(session)
    said = [
        with_names(e, w, names)
        for e, w in zip(table["evidence"], table["witness_id"].fillna(""), strict=True)
    ]
    places = [
        where(spoken(names, w), h) if w else ""
        for w, h in zip(table["witness_id"].fillna(""), table["hops"], strict=True)
    ]
    facts = ["supplier_id", "name", "country", "rule", "title", "evidence", "since", "where"]
    return table.assign(evidence=said, where=places)[[*facts, "low", "high", "band"]]


def flows_by_evidence(session: Session) -> pd.DataFrame:
    """Columns evidence, flows, metal_t: declared and modelled are summed apart."""
    flows = session.network.graph.flows
    sums = flows.groupby("evidence")["metal"].agg(["size", "sum"]).reindex(range(len(EVIDENCE)), fill_value=0)
    return pd.DataFrame({"evidence": EVIDENCE, "flows": sums["size"], "metal_t": sums["sum"]})


def places(session: Session) -> pd.DataFrame:
    """Facilities with their overall score and how well their place is known.

    `placing` is known (as the layers understand it), estimated (coordinates of a subdivision or country) or none;
    `told` is T, U or F: whether a rule about a place is true of the facility.
    """
    tables = session.snapshot.tables
    scores = tables["scores"]
    overall = scores.loc[
        scores["theme"] == OVERALL, ["subject_id", "low", "value", "high", "coverage", "band"]
    ]
    table = tables["facilities"].merge(overall, left_on="facility_id", right_on="subject_id", how="left")
    table["band"] = table["band"].fillna(NOT_ASSESSED)
    names = tables["suppliers"].set_index("supplier_id")["name"]
    titles = {id_: stage.title for id_, stage in session.chain.stages.items()}
    placed = table["latitude"].notna() & table["longitude"].notna()
    exact = pd.Series(are_exact(table["location_precision"]), index=table.index)
    return table.assign(
        supplier=table["supplier_id"].map(names),
        stage_title=table["stage"].map(titles).fillna(table["stage"]),
        told=table["facility_id"].map(_worst_about_places(session)).fillna("U"),
        placing=exact.map({True: "known", False: "estimated"}).where(placed, "none"),
    )


def is_synthetic(session: Session) -> bool:
    """Whether a supplier's or facility's row calls itself synthetic."""
    tables = session.snapshot.tables
    said = [
        tables[name][column].fillna("").str.contains("synthetic", case=False, regex=False).any()
        for name in ("suppliers", "facilities")
        for column in ("name", "source")
    ]
    return any(said)


def lists(session: Session) -> str:
    """Which lists of entities the suppliers were screened against, and how many match or may."""
    tables = session.snapshot.tables
    return " ".join(line.strip() for line in screened(tables, tables))
